package cmd

import (
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/engines"
)

// scorecard tells the checks who is asked for a Scorecard, and looks for the
// engine where it is wanted. One that is absent leaves the live score unknown.
func (env *environment) scorecard(s *checks.Sources) {
	s.Scorecard = checks.ScorecardMode(env.cli.Scorecard)
	if s.Scorecard != checks.ScorecardLive {
		return
	}
	if engine, err := engines.Find(buildVersion()); err != nil {
		s.EngineErr = err
	} else {
		s.Engine = engine
	}
}

// withoutScorecard leaves the check out where the person wants none.
func (env *environment) withoutScorecard(chosen []analysis.Check) []analysis.Check {
	if checks.ScorecardMode(env.cli.Scorecard) != checks.ScorecardNone {
		return chosen
	}
	return slices.DeleteFunc(chosen, func(c analysis.Check) bool { return c.Name() == "scorecard" })
}
