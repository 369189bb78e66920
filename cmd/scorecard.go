package cmd

import (
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/engines"
)

// scorecard tells the checks who is asked for a Scorecard, and where the engine
// is found once a live score is wanted. One that is absent leaves that unknown.
func (env *environment) scorecard(s *checks.Sources) {
	s.Scorecard = checks.ScorecardMode(env.cli.Scorecard)
	s.Engine = func() (checks.Engine, error) {
		engine, err := engines.Find(buildVersion())
		if err != nil {
			return nil, err // and no interface that holds nothing
		}
		return engine, nil
	}
}

// withoutScorecard leaves the check out where the person wants none.
func (env *environment) withoutScorecard(chosen []analysis.Check) []analysis.Check {
	if checks.ScorecardMode(env.cli.Scorecard) != checks.ScorecardNone {
		return chosen
	}
	return slices.DeleteFunc(chosen, func(c analysis.Check) bool { return c.Name() == "scorecard" })
}
