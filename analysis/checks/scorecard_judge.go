package checks

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/assets"
)

// scorecards are the scores of a change, with what Scorecard's own
// documentation says of its checks.
type scorecards struct {
	texts      *assets.ScorecardTexts
	base, head *scored // base is nil where there is no score of its own
	was        *source // the repository of base; nil is not known
	from       string  // the version at base; "" where there is none
	now        time.Time
}

// check is the score of a check of one side; nil is not known. -1 is
// inconclusive.
func (s *scored) check(name string) (score *int, reason string) {
	if s == nil {
		return nil, ""
	}
	for _, c := range s.result.Checks {
		if c.Name == name {
			return c.Score, c.Reason
		}
	}
	return nil, ""
}

// overall is the whole's score; nil is not known, or inconclusive.
func (s *scored) overall() *float64 {
	if s == nil || s.result.Score == nil || *s.result.Score < 0 {
		return nil
	}
	return s.result.Score
}

// points writes a score: "7", "6.2".
func points(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// judge holds the scores against what a policy names. Rules of nil judge
// nothing; what they name and nobody knows is a finding, for it is not clean.
func (s *scorecards) judge(rules *policy.ScorecardRules, why error) (findings []analysis.Finding) {
	if rules == nil {
		return nil
	}
	add := func(code string, outcome analysis.Outcome, title, detail string) {
		f := analysis.Finding{Code: code, Outcome: outcome, Title: releaseLine(title), Detail: releaseLine(detail),
			Fix: "read the Scorecard tab; choose another package, or change [scorecard] of " + policy.File}
		if s.head != nil {
			f.Source, f.Observed = s.head.host, s.head.observed
		}
		findings = append(findings, f)
	}
	if s.head == nil {
		detail := "so " + policy.File + " can neither allow nor refuse it"
		if why != nil {
			detail = analysis.Why(why) + "; " + detail
		}
		add("scorecard-unknown", analysis.Warn, "no Scorecard of its repository is known", detail)
		return findings
	}
	if rules.Minimum != nil {
		switch overall := s.head.overall(); {
		case overall == nil:
			add("scorecard-unknown", analysis.Warn, "the overall Scorecard is not known", "the policy asks for "+points(*rules.Minimum))
		case *overall < *rules.Minimum:
			add("scorecard-below", analysis.Fail, fmt.Sprintf("the overall Scorecard is %s, below %s", points(*overall), points(*rules.Minimum)), s.standing())
		}
	}
	for _, name := range rules.Checks() {
		most := rules.Fail[name]
		switch score, reason := s.head.check(name); {
		case score == nil:
			add("scorecard-unknown", analysis.Warn, "Scorecard's "+name+" is not known", fmt.Sprintf("the policy fails it at %s or below", points(most)))
		case *score < 0:
			add("scorecard-unknown", analysis.Warn, "Scorecard's "+name+" is inconclusive", reason)
		case float64(*score) <= most:
			add("scorecard-below", analysis.Fail, fmt.Sprintf("Scorecard's %s is %d of 10; the policy fails it at %s or below", name, *score, points(most)), reason+"; "+s.standing())
		}
	}
	if rules.MaxFall == nil {
		return findings
	}
	was, is := s.base.overall(), s.head.overall()
	switch {
	case (was == nil || is == nil) && s.from != "":
		add("scorecard-unknown", analysis.Info, "whether the Scorecard fell is not known", "no overall score of both versions is kept")
	case was != nil && is != nil && rounded(*was-*is) > *rules.MaxFall:
		detail := s.standing()
		if s.base.result.Version != s.head.result.Version {
			detail += "; two versions of Scorecard made them"
		}
		add("scorecard-fell", analysis.Fail, fmt.Sprintf("the overall Scorecard fell from %s to %s", points(*was), points(*is)), detail)
	}
	return findings
}

// rounded takes away what floating point adds: scores have one decimal.
func rounded(n float64) float64 {
	n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'f', 1, 64), 64)
	return n
}

// standing is which repository it is, and how that is known.
func (s *scorecards) standing() string {
	return "the repository is " + s.head.forge() + "/" + s.head.name + ", " + s.head.how()
}

// gaps is what a score leaves out that every score has, or nil.
func (s *scorecards) gaps() error {
	for _, side := range []*scored{s.head, s.base} {
		if side == nil {
			continue
		}
		r := side.result
		switch {
		case r.Score == nil:
			return errors.New("its Scorecard has no overall score from 0 to 10")
		case r.Date.IsZero():
			return errors.New("its Scorecard has no date")
		case len(r.Checks) == 0:
			return errors.New("its Scorecard has no checks")
		}
		for _, c := range r.Checks {
			if c.Score == nil {
				return errors.New("a check of its Scorecard has no score from 0 to 10")
			}
		}
	}
	return nil
}

// inconclusive tells whether a check was made without a result.
func inconclusive(c *clients.ScorecardCheck) bool { return c.Score != nil && *c.Score < 0 }
