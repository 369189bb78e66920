package cmd

import (
	"errors"
	"slices"
	"sync/atomic"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/engines"
)

// scorecard tells the checks who is asked for a Scorecard, and where the engine
// is found once a live score is wanted. One that is absent leaves that unknown;
// what comes back says once for all changes how to install it, where the default
// missed it.
func (env *environment) scorecard(s *checks.Sources) (hint func() string) {
	s.Scorecard = checks.ScorecardMode(env.cli.Scorecard)
	var missed atomic.Pointer[engines.Error]
	s.Engine = func() (checks.Engine, error) {
		engine, err := engines.Find(buildVersion())
		if err == nil {
			return engine, nil
		}
		if missing, ok := errors.AsType[*engines.Error](err); ok {
			missed.Store(missing)
		}
		return nil, err // and no interface that holds nothing
	}
	return func() string {
		if missing := missed.Load(); missing != nil && s.Scorecard == checks.ScorecardAuto && missing.Hint != "" {
			return "repositories that were never scanned by Scorecard were not looked at: " + missing.Reason + "\nhint: " + missing.Hint
		}
		return ""
	}
}

// withoutScorecard leaves the check out where the person wants none.
func (env *environment) withoutScorecard(chosen []analysis.Check) []analysis.Check {
	if checks.ScorecardMode(env.cli.Scorecard) != checks.ScorecardNone {
		return chosen
	}
	return slices.DeleteFunc(chosen, func(c analysis.Check) bool { return c.Name() == "scorecard" })
}
