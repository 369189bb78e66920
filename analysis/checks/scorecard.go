package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/assets"
	"github.com/depreview/depreview/diff"
)

// scorecardCheck shows what OpenSSF Scorecard says of the repository of a
// package. A score is context, and no finding: a policy of the base revision
// says what of it matters.
type scorecardCheck struct {
	s        Sources
	queue    *liveQueue
	wished   sync.Map // *diff.Change: a person asked for its live score
	policies sync.Map // *analysis.Review: func() (*policy.ScorecardRules, error)
}

func newScorecard(s Sources) *scorecardCheck {
	return &scorecardCheck{s: s, queue: newLiveQueue(s.Engine)}
}

func (*scorecardCheck) Name() string  { return "scorecard" }
func (*scorecardCheck) Topic() string { return "scorecard" }

// errNeverScanned is what both services that keep scores say of a repository.
var errNeverScanned = errors.New("its repository was never scanned by Scorecard")

// Run implements analysis.Check.
func (k *scorecardCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (result analysis.Result, err error) {
	switch c.Kind {
	case diff.Removed:
		return result, analysis.DoesNotApply("nothing is installed any more")
	case diff.Edited, diff.Repinned:
		return result, analysis.DoesNotApply("it stays the same version")
	}
	texts, err := assets.Scorecard()
	if err != nil {
		return result, err
	}
	rules, broken := k.rules(review)
	scores := &scorecards{texts: texts, from: c.From(), now: review.Now}
	l := locator{web: k.s.Clients.GitHub.Web(), compare: discreet(k.s), attested: askAttested(k.s)}
	at, err := k.upstream(ctx, l, c)
	if err == nil {
		err = k.gather(ctx, l, c, at, scores)
		result.Findings, result.Evidence = scores.judge(rules, err), scores.evidence(rules)
		if err == nil {
			err = scores.gaps()
		}
		var most liveTime
		if most, err = k.looks(ctx, c, err); most.limit > 0 && ctx.Err() == nil {
			err = k.addLive(ctx, most, l, c, at, scores, &result, err)
		}
	} else {
		result.Findings = scores.judge(rules, err)
	}
	if broken != nil {
		return result, broken
	}
	return result, err
}

// rules reads the policy once a review, however many changes it has.
func (k *scorecardCheck) rules(review *analysis.Review) (*policy.ScorecardRules, error) {
	read, _ := k.policies.LoadOrStore(review, sync.OnceValues(func() (*policy.ScorecardRules, error) {
		if review.BaseFiles == nil {
			return nil, nil
		}
		return policy.Scorecard(review.BaseFiles)
	}))
	return read.(func() (*policy.ScorecardRules, error))()
}

// scored is the score of one side.
type scored struct {
	source
	version  string // of the package
	result   *clients.ScorecardResult
	host     string // who gave it
	observed time.Time
	own      bool // it is of the very commit of the version
}

// upstream is head's repository. Without an error it may be named to others.
func (k *scorecardCheck) upstream(ctx context.Context, l locator, c *diff.Change) (source, error) {
	at, err := l.locate(ctx, c)
	if err = k.unscannable(at, err); err == nil {
		err = k.mayBeNamed(ctx, c, at)
	}
	return at, err
}

// addLive puts what the engine says beside the hosted score, of which err is
// why it is not known.
func (k *scorecardCheck) addLive(ctx context.Context, most liveTime, l locator, c *diff.Change, at source, scores *scorecards, result *analysis.Result, err error) error {
	was := scores.was
	if was == nil && c.Base != nil && c.Base.ID == c.Head.ID {
		if found, err := l.side(ctx, c, c.Base); err == nil && k.unscannable(found, nil) == nil {
			was = &found
		}
	}
	seen, missing := k.live(ctx, most, c, &at, was)
	if seen != nil {
		result.Evidence = append(result.Evidence, seen.evidence(scores.texts)...)
	}
	var words []string
	if err != nil {
		words = append(words, analysis.Why(err))
	}
	if missing != nil {
		words = append(words, "live: "+analysis.Why(missing))
	}
	if len(words) == 0 {
		return nil
	}
	return errors.New(releaseLine(strings.Join(words, "; ")))
}

// gather asks for the latest score of head's repository, and for the one of
// base's commit where that is known. An error beside a head is why that of base
// is not known.
func (k *scorecardCheck) gather(ctx context.Context, l locator, c *diff.Change, at source, into *scorecards) (err error) {
	if into.head, err = k.latest(ctx, at); err != nil {
		return err
	}
	into.head.version, into.head.own = c.To(), at.commit != "" && at.commit == into.head.result.Commit
	if c.Base == nil || c.Base.ID != c.Head.ID {
		return nil
	}
	was, err := l.side(ctx, c, c.Base)
	if err != nil || k.unscannable(was, nil) != nil {
		return nil // one score for what is known; the evidence says so
	}
	into.was = &was
	switch {
	case !sameRepository(was, at):
		if into.base, err = k.latest(ctx, was); errors.Is(err, errNeverScanned) {
			err = nil
		}
	case was.commit != "" && was.commit != into.head.result.Commit:
		into.base, err = k.at(ctx, was)
	}
	if into.base != nil {
		into.base.version = c.From()
	}
	return err
}

// mayBeNamed refuses packages whose repository is nobody else's business.
func (k *scorecardCheck) mayBeNamed(ctx context.Context, c *diff.Change, s source) error {
	p := c.Package()
	if p.Ecosystem != "githubactions" && p.Ecosystem != "swift" {
		if k.s.Clients.Public(p.ID) {
			return nil
		}
		return analysis.Unsupported("its registry is not the public one, so its repository is named to no other service")
	}
	// The forge shows a person with a token what others do not see.
	found, err := k.s.Clients.GitHub.Repository(ctx, s.name)
	switch {
	case err != nil:
		return plainly(err)
	case found.Private == nil || *found.Private:
		return analysis.Unsupported("the forge does not say that its repository is public, so it is named to no other service")
	}
	return nil
}

// unscannable is why no score can be asked for, or nil.
func (k *scorecardCheck) unscannable(s source, err error) error {
	switch {
	case s.repository.deep:
		return analysis.Unsupported("Scorecard's service knows no repositories in subgroups of GitLab")
	case s.repository.host != "" && !k.s.Clients.Scorecard.Covers(s.forge()):
		return analysis.Unsupported("Scorecard's service does not know the repositories of " + s.forge())
	case err != nil:
		return err
	case !k.s.Clients.Scorecard.Covers(s.forge()):
		return analysis.Unsupported("Scorecard's service does not know the repositories of " + s.forge())
	}
	return nil
}

func sameRepository(a, b source) bool {
	return a.forge() == b.forge() && strings.EqualFold(a.name, b.name)
}

// latest is the last scan, of which deps.dev holds a copy.
func (k *scorecardCheck) latest(ctx context.Context, at source) (*scored, error) {
	watched, seen := clients.Observe(ctx)
	found, err := k.s.Clients.Scorecard.Result(watched, at.forge(), at.name, "")
	if err == nil {
		return &scored{source: at, result: found, host: k.s.Clients.Scorecard.Host(), observed: seen.Oldest()}, nil
	}
	watched, seen = clients.Observe(ctx)
	second, otherwise := k.s.Clients.DepsDev.Scorecard(watched, at.forge(), at.name)
	switch {
	case otherwise == nil:
		return &scored{source: at, result: second, host: k.s.Clients.DepsDev.Host(), observed: seen.Oldest()}, nil
	case clients.StateOf(err) != clients.Absent:
		return nil, err
	case clients.StateOf(otherwise) != clients.Absent:
		return nil, otherwise
	}
	return nil, errNeverScanned
}

// at is the score of the very commit, which few have: nil is that it was not
// scanned.
func (k *scorecardCheck) at(ctx context.Context, s source) (*scored, error) {
	ctx, seen := clients.Observe(ctx)
	found, err := k.s.Clients.Scorecard.Result(ctx, s.forge(), s.name, s.commit)
	switch {
	case clients.StateOf(err) == clients.Absent:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("ask for the Scorecard of base: %w", err)
	}
	return &scored{source: s, result: found, host: k.s.Clients.Scorecard.Host(), observed: seen.Oldest(), own: true}, nil
}
