package checks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/diff"
)

// ScorecardMode says who is asked for a Scorecard.
type ScorecardMode string

// The modes; the zero value is ScorecardHosted. In each but ScorecardNone a
// person may ask for the live score of a change (analysis.LiveAsked).
const (
	ScorecardHosted ScorecardMode = "hosted" // the services that keep scores
	ScorecardAuto   ScorecardMode = "auto"   // those, and where they never scanned a direct dependency the engine
	ScorecardLive   ScorecardMode = "live"   // those, and the engine on the source
	ScorecardNone   ScorecardMode = "none"   // the check is not made
)

// Engine runs Scorecard's file checks on the source of a repository;
// *engines.Engine does. It is asked for two things at once at most.
type Engine interface {
	Scorecard(context.Context, engines.ScorecardRequest) (engines.ScorecardAnswer, error)
}

// liveAtOnce are the engines at a time: each fetches two trees and reads them.
const liveAtOnce = 2

// liveQueue asks the engine, a few repositories at a time, and each once.
type liveQueue struct {
	engine func() (Engine, error) // Sources.Engine
	turns  chan struct{}
	mu     sync.Mutex
	asked  map[engines.ScorecardRequest]*liveAnswer
}

type liveAnswer struct {
	done   chan struct{} // closed when the rest is set
	answer engines.ScorecardAnswer
	err    error
}

func newLiveQueue(engine func() (Engine, error)) *liveQueue {
	return &liveQueue{engine: engine, turns: make(chan struct{}, liveAtOnce), asked: map[engines.ScorecardRequest]*liveAnswer{}}
}

// find looks for the engine: each time, for a person may install it meanwhile.
// An error says what to do, in one line.
func (q *liveQueue) find() (Engine, error) {
	if q.engine == nil {
		return nil, errors.New("there is no engine")
	}
	engine, err := q.engine()
	var missing *engines.Error
	if errors.As(err, &missing) && missing.Hint != "" {
		return nil, fmt.Errorf("%s; %s", missing.Reason, missing.Hint)
	}
	return engine, err
}

// ask asks once for what several changes want: packages of one repository and
// commit. What was answered is kept, for a commit does not change; what failed
// is asked for again.
func (q *liveQueue) ask(ctx context.Context, engine Engine, most liveTime, r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
	for {
		q.mu.Lock()
		a, running := q.asked[r]
		if !running {
			a = &liveAnswer{done: make(chan struct{})}
			q.asked[r] = a
		}
		q.mu.Unlock()
		if !running {
			a.answer, a.err = q.turn(ctx, engine, most, r)
			if a.err != nil || a.answer.BaseUnknown+a.answer.HeadUnknown+a.answer.TodayUnknown != "" {
				q.mu.Lock()
				delete(q.asked, r)
				q.mu.Unlock()
			}
			close(a.done)
			return a.answer, a.err
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return engines.ScorecardAnswer{}, ctx.Err()
		}
		// Who asked first may have gone away, which says nothing of the repository.
		// A repository that took too long is not tried again for each that waits.
		if ctx.Err() != nil || !errors.Is(a.err, context.Canceled) {
			return a.answer, a.err
		}
	}
}

func (q *liveQueue) turn(ctx context.Context, engine Engine, most liveTime, r engines.ScorecardRequest) (engines.ScorecardAnswer, error) {
	patience := time.NewTimer(most.wait)
	defer patience.Stop()
	select {
	case q.turns <- struct{}{}:
		defer func() { <-q.turns }()
	case <-patience.C:
		return engines.ScorecardAnswer{}, errLiveBusy
	case <-ctx.Done():
		return engines.ScorecardAnswer{}, ctx.Err()
	}
	return engine.Scorecard(ctx, r)
}

// live is what the engine said of a change.
type live struct {
	base, head       *engines.ScorecardResult
	today            *engines.ScorecardResult // all checks, on head's repository as it is
	todayWhy         string                   // why there is none; "" where it was not asked
	baseWhy, headWhy string                   // why there is none of the side
	was, at          *source
	both             bool   // there is a version at base
	version          string // of the Scorecard library
}

// live looks at the source of both versions, which lie at at and was; was is
// nil where base has none that is known.
func (k *scorecardCheck) live(ctx context.Context, most liveTime, c *diff.Change, at, was *source) (*live, error) {
	if k.s.Offline {
		return nil, errors.New("the engine fetches the source, and depreview is offline")
	}
	engine, err := k.queue.find()
	if err != nil {
		return nil, err
	}
	whole := ctx
	ctx, end := context.WithTimeout(ctx, most.limit)
	defer end()
	l := &live{was: was, at: at, both: c.Base != nil && c.Base.ID == c.Head.ID}
	const noCommit = "the commit of this version is not known"
	head, err := liveRequest(at)
	if err != nil {
		return nil, err
	}
	if head.Head = at.commit; head.Head == "" {
		l.headWhy = noCommit
	}
	base := head
	if base.Head = ""; was != nil {
		if base, err = liveRequest(was); err != nil {
			return nil, err
		}
		base.Base = was.commit
	}
	if l.both && base.Base == "" {
		l.baseWhy = noCommit
	}
	if was != nil && sameRepository(*was, *at) {
		head.Base, base.Base = base.Base, ""
	}
	// What nobody asked for spends no one's allowance at the forge.
	if most == liveAsked && at.forge() == "github.com" {
		head.Token = k.s.ForgeToken
	}
	for _, r := range []engines.ScorecardRequest{head, base} {
		if r.Base == "" && r.Head == "" && r.Token == "" {
			continue
		}
		answer, err := k.queue.ask(ctx, engine, most, r)
		if errors.Is(err, context.DeadlineExceeded) && whole.Err() == nil {
			err = errLiveSlow // its own time was up, or that of who asked for the same first
		}
		if err != nil {
			return l.or(err)
		}
		l.version = answer.ScorecardVersion
		if r.Head != "" {
			l.head, l.headWhy = answer.Head, answer.HeadUnknown
		}
		if r.Base != "" {
			l.base, l.baseWhy = answer.Base, answer.BaseUnknown
		}
		if r.Token != "" {
			l.today, l.todayWhy = answer.Today, answer.TodayUnknown
		}
	}
	return l.or(l.gap())
}

// or is what is known beside an error, and nothing where nothing is.
func (l *live) or(err error) (*live, error) {
	if l.base == nil && l.head == nil && l.today == nil {
		return nil, err
	}
	return l, err
}

// gap is why a side, or what is of today, is not known, or nil.
func (l *live) gap() error {
	sides := l.sides()
	switch {
	case l.todayWhy == "":
		return sides
	case sides == nil:
		return errors.New("all checks: " + l.todayWhy)
	}
	return fmt.Errorf("%w; all checks: %s", sides, l.todayWhy)
}

func (l *live) sides() error {
	switch {
	case l.head == nil && l.base == nil && l.headWhy == l.baseWhy, l.head == nil && !l.both:
		return errors.New(l.headWhy)
	case l.head == nil && l.base == nil:
		return errors.New("base: " + l.baseWhy + "; head: " + l.headWhy)
	case l.head == nil:
		return errors.New("head: " + l.headWhy)
	case l.both && l.base == nil:
		return errors.New("base: " + l.baseWhy)
	}
	return nil
}

// liveRequest names a repository to the engine. The address may be a claim of
// a package, so it is one of the public forges'.
func liveRequest(s *source) (engines.ScorecardRequest, error) {
	if forge := s.forge(); forge != "github.com" && forge != "gitlab.com" {
		return engines.ScorecardRequest{}, analysis.Unsupported("the engine fetches no source from " + forge)
	}
	return engines.ScorecardRequest{Repository: "https://" + s.forge() + "/" + s.name}, nil
}
