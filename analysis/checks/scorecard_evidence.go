package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
)

// scorecardMost bounds the checks that are drawn: Scorecard has twenty.
const scorecardMost = 60

// evidence are the facts of both scores, the checks, and what they look at.
func (s *scorecards) evidence(rules *policy.ScorecardRules) []analysis.Evidence {
	if s.head == nil {
		return nil
	}
	evidence := []analysis.Evidence{s.shown(s.claim(), s.facts(rules))}
	if checks := s.checks(); len(checks.Rows) > 0 {
		evidence = append(evidence, s.shown("checks, those that cost the most first; ? is inconclusive, or not told", checks))
	}
	if asks := s.asks(); len(asks.Rows) > 0 {
		evidence = append(evidence, analysis.Evidence{Claim: "what the checks look at", Source: "Scorecard " + s.texts.Version, Body: asks})
	}
	return evidence
}

func (s *scorecards) shown(claim string, body analysis.Body) analysis.Evidence {
	source := s.head.host
	if s.base != nil && s.base.host != source {
		source = s.base.host + ", " + source
	}
	return analysis.Evidence{Claim: claim, Source: source, Observed: s.head.observed, Body: body}
}

// claim says of what the scores are: few commits are ever scanned.
func (s *scorecards) claim() string {
	switch {
	case s.base != nil && !sameRepository(s.base.source, s.head.source):
		return "OpenSSF Scorecard of the repository before, beside the one of now"
	case s.base != nil:
		return "OpenSSF Scorecard at the commit of " + releaseLine(shortHashes(s.base.version)) + ", beside the latest"
	case s.head.own:
		return "OpenSSF Scorecard at the commit of " + releaseLine(shortHashes(s.head.version))
	}
	return "OpenSSF Scorecard, the latest: one score, whatever the version"
}

func (s *scorecards) facts(rules *policy.ScorecardRules) analysis.Facts {
	both := func(name string, of func(*scored) string) analysis.Fact {
		f := analysis.Fact{Name: name, Head: releaseLine(of(s.head))}
		if f.Shared = s.base == nil; !f.Shared {
			f.Base = releaseLine(of(s.base))
		}
		return f
	}
	where := func(name string, of func(*source) string) analysis.Fact {
		f := analysis.Fact{Name: name, Head: releaseLine(of(&s.head.source))}
		if s.was != nil {
			f.Base = releaseLine(of(s.was))
		}
		return f
	}
	facts := analysis.Facts{
		both("overall, of 10", func(x *scored) string { return overallText(x.result.Score) }),
		both("scanned on", func(x *scored) string { return dayText(x.result.Date) }),
		both("age of the score", func(x *scored) string { return s.age(x.result.Date) }),
		both("commit scanned", func(x *scored) string { return shortHashes(x.result.Commit) }),
		where("commit of the version", func(x *source) string { return shortHashes(x.commit) }),
		where("repository", func(x *source) string { return x.forge() + "/" + x.name }),
		where("repository known by", (*source).how),
		both("scanned by", func(x *scored) string { return strings.TrimSpace("Scorecard " + x.result.Version) }),
	}
	if strange := s.strange(); strange != "" {
		facts = append(facts, analysis.Fact{Name: "risk not known", Shared: true, Head: releaseLine(strange + ": not in Scorecard " + s.texts.Version)})
	}
	for _, f := range s.judge(rules, nil) {
		if f.Outcome > facts[0].Look && f.Outcome >= analysis.Warn {
			facts[0].Look = f.Outcome
		}
	}
	return facts
}

func overallText(n *float64) string {
	switch {
	case n == nil:
		return ""
	case *n < 0:
		return "inconclusive"
	}
	return points(*n)
}

func dayText(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.UTC().Format(time.DateOnly)
}

func (s *scorecards) age(day time.Time) string {
	switch {
	case day.IsZero():
		return ""
	case day.After(s.now):
		return "scanned after the time of this review"
	}
	return inWords(s.now.Sub(day))
}

// strange are the checks of which the bundled texts know nothing.
func (s *scorecards) strange() string {
	var names []string
	for _, c := range s.all() {
		if s.texts.Of(c.Name) == nil {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// all are the checks of either side, by what they cost.
func (s *scorecards) all() []clients.ScorecardCheck {
	all := slices.Clone(s.head.result.Checks)
	if s.base != nil {
		for _, c := range s.base.result.Checks {
			if !slices.ContainsFunc(all, func(x clients.ScorecardCheck) bool { return x.Name == c.Name }) {
				all = append(all, clients.ScorecardCheck{Name: c.Name})
			}
		}
	}
	slices.SortFunc(all, func(a, b clients.ScorecardCheck) int {
		return cmp.Or(cmp.Compare(s.cost(&b), s.cost(&a)), cmp.Compare(s.weight(b.Name), s.weight(a.Name)), strings.Compare(a.Name, b.Name))
	})
	return all[:min(len(all), scorecardMost)]
}

// riskWeights are those by which Scorecard itself makes the overall score
// (pkg/scorecard, GetAggregateScore).
var riskWeights = map[string]float64{"Critical": 10, "High": 7.5, "Medium": 5, "Low": 2.5}

func (s *scorecards) weight(name string) float64 {
	if text := s.texts.Of(name); text != nil {
		return riskWeights[text.Risk]
	}
	return riskWeights["High"] // what is not known is not harmless
}

// cost is what a check takes from the overall score. What has no result costs
// nothing, and comes before what is perfect.
func (s *scorecards) cost(c *clients.ScorecardCheck) float64 {
	if c.Score == nil || inconclusive(c) {
		return 1
	}
	return s.weight(c.Name) * float64(10-*c.Score)
}

// checks are the rows; there is a column of base where there is a score of it.
func (s *scorecards) checks() analysis.Table {
	t := analysis.Table{Heads: []string{"check", "risk", "base", "head", "reason"}}
	if s.base == nil {
		t.Heads = []string{"check", "risk", "score", "reason"}
	}
	for _, c := range s.all() {
		risk := "not known"
		if text := s.texts.Of(c.Name); text != nil {
			risk = text.Risk
		}
		row := []string{scorecardLine(c.Name), risk}
		if s.base != nil {
			was, _ := s.base.check(c.Name)
			row = append(row, checkText(was))
		}
		t.Rows = append(t.Rows, append(row, checkText(c.Score), scorecardLine(c.Reason)))
	}
	return t
}

func checkText(score *int) string {
	if score == nil || *score < 0 {
		return "?"
	}
	return strconv.Itoa(*score)
}

// asks are the texts of the checks that are not perfect.
func (s *scorecards) asks() analysis.Table {
	t := analysis.Table{Heads: []string{"check", "looks at"}}
	for _, c := range s.all() {
		if text := s.texts.Of(c.Name); text != nil && (c.Score == nil || *c.Score < 10) {
			t.Rows = append(t.Rows, []string{c.Name, text.Short})
		}
	}
	return t
}

// scorecardLine bounds a stranger's text to what a row can hold.
func scorecardLine(text string) string {
	const most = 160
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return fmt.Sprintf("%s...", string(runes[:most]))
	}
	return text
}
