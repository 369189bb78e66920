package checks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
)

// liveTime is how long a change waits for its turn at the engine, and how long
// for all of its live score.
type liveTime struct{ wait, limit time.Duration }

var (
	// liveAsked is where a person asked for it. With the engine's own two minutes
	// it stays below the five that a check has for a change, so that the hosted
	// score is never lost.
	liveAsked = liveTime{wait: 2 * time.Minute, limit: 4 * time.Minute}
	// liveUnasked is where it is the default's doing. A look at two commits of
	// 5,000 files takes a second of both cores (BenchmarkLook), the fetches of two
	// whole trees come on top, and two run at a time: a review of five hundred
	// changes would wait for many minutes, and load gigabytes. So only direct
	// dependencies are looked at unasked, which are few in an update; one waits as
	// long as some looks take; and its answer comes at most this much later than it
	// would have without.
	liveUnasked = liveTime{wait: 20 * time.Second, limit: time.Minute}
)

// The reasons of those that are not looked at: the same words for all changes so
// that a report counts them in one line.
var (
	errNoEngine  = fmt.Errorf("%w; depreview-engines, which could look at its source, is not installed", errNeverScanned)
	errLiveBusy  = errors.New("other repositories were looked at for as long as it could wait; ask again for this change")
	errLiveSlow  = errors.New("its source could not be looked at in time; ask again for this change")
	errNotDirect = fmt.Errorf("%w, and of what is no direct dependency the source is looked at on request alone", errNeverScanned)
)

// looks says how long the source of c may be looked at; a zero time is not at
// all. why is what stands in the way of the hosted score, or nil; what comes
// back is the same with what there is to add.
func (k *scorecardCheck) looks(ctx context.Context, c *diff.Change, why error) (liveTime, error) {
	if analysis.LiveAsked(ctx) {
		k.wished.Store(c, true)
	}
	// What was asked for once stays on screen when the rest is asked for again.
	if _, wished := k.wished.Load(c); wished || k.s.Scorecard == ScorecardLive {
		return liveAsked, why
	}
	if k.s.Scorecard != ScorecardAuto || k.s.Offline || !errors.Is(why, errNeverScanned) {
		return liveTime{}, why
	}
	if _, err := k.queue.find(); err != nil {
		return liveTime{}, errNoEngine
	}
	if !c.Head.Direct {
		return liveTime{}, errNotDirect
	}
	return liveUnasked, why
}
