package checks

import (
	"cmp"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/assets"
)

// evidence are the facts, the checks and what they warn of, of both sides. They stand apart from
// the hosted score, whose total is over other checks.
func (l *live) evidence(texts *assets.ScorecardTexts) []analysis.Evidence {
	var list []analysis.Evidence
	if l.base != nil || l.head != nil {
		list = l.files(texts)
	}
	return append(list, l.whole(texts)...)
}

func (l *live) files(texts *assets.ScorecardTexts) []analysis.Evidence {
	shown := analysis.Evidence{
		Claim:  "live Scorecard, of the source at the commits: file checks alone, so its total is no hosted score",
		Source: l.source(),
	}
	if newest := cmp.Or(l.head, l.base); newest != nil {
		shown.Observed = newest.Date
	}
	facts, checks := shown, shown
	facts.Body = l.facts()
	rows := l.checks(texts)
	checks.Claim, checks.Body = "live checks, those that cost the most first; ? is inconclusive, or not told", rows
	return append([]analysis.Evidence{facts, checks}, l.places(shown, rows)...)
}

func (l *live) facts() analysis.Facts {
	both := func(name string, of func(*engines.ScorecardResult) string) analysis.Fact {
		f := analysis.Fact{Name: name}
		if l.head != nil {
			f.Head = releaseLine(of(l.head))
		}
		if l.base != nil {
			f.Base = releaseLine(of(l.base))
		}
		return f
	}
	facts := analysis.Facts{
		both("total of these checks, of 10", func(r *engines.ScorecardResult) string { return overallText(&r.Score) }),
		both("scope", func(r *engines.ScorecardResult) string { return scopeText(r.Scope) }),
		both("commit looked at", func(r *engines.ScorecardResult) string { return shortHashes(r.Commit) }),
		both("looked at on", func(r *engines.ScorecardResult) string { return dayText(r.Date) }),
		{Name: "repository", Head: releaseLine(l.at.forge() + "/" + l.at.name)},
		{Name: "repository known by", Head: releaseLine(l.at.how())},
	}
	if l.was != nil {
		facts[4].Base, facts[5].Base = releaseLine(l.was.forge()+"/"+l.was.name), releaseLine(l.was.how())
	}
	if l.baseWhy != "" || l.headWhy != "" {
		facts = append(facts, analysis.Fact{Name: "not known, because", Base: releaseLine(l.baseWhy), Head: releaseLine(l.headWhy), Look: analysis.Warn})
	}
	if notes := both("left out", func(r *engines.ScorecardResult) string { return strings.Join(r.Notes, "; ") }); notes.Base+notes.Head != "" {
		facts = append(facts, notes)
	}
	return facts
}

func scopeText(scope engines.ScorecardScope) string {
	switch scope {
	case engines.FileChecks:
		return "file checks alone"
	case engines.AllChecks:
		return "all checks"
	}
	return "not known"
}

// checks are the rows of the hosted score's table, with a column of base
// wherever there is a version of base.
func (l *live) checks(texts *assets.ScorecardTexts) analysis.Table {
	s := scorecards{texts: texts, head: likeHosted(l.head)}
	if l.both {
		s.base = likeHosted(l.base)
	}
	return s.checks()
}

func (l *live) source() string {
	return strings.TrimSpace("depreview-engines, Scorecard " + releaseLine(l.version))
}

// likeHosted is a live result as a row of the hosted score's table reads it.
func likeHosted(r *engines.ScorecardResult) *scored {
	kept := &clients.ScorecardResult{}
	if r != nil {
		for _, c := range r.Checks {
			kept.Checks = append(kept.Checks, clients.ScorecardCheck{Name: c.Name, Score: &c.Score, Reason: c.Reason})
		}
	}
	return &scored{result: kept}
}

// whole are all checks on head's repository as it is today, where a token let
// the forge be asked. Most of them know nothing of a commit that has passed, so
// there is no base.
func (l *live) whole(texts *assets.ScorecardTexts) []analysis.Evidence {
	if l.today == nil {
		return nil
	}
	shown := analysis.Evidence{
		Claim:  "live Scorecard of today, with your token: all checks, on the default branch, whatever the version",
		Source: l.source(), Observed: l.today.Date,
	}
	facts, checks := shown, shown
	facts.Body = analysis.Facts{
		{Name: "overall, of 10", Shared: true, Head: overallText(&l.today.Score)},
		{Name: "scope", Shared: true, Head: scopeText(l.today.Scope)},
		{Name: "commit looked at", Shared: true, Head: releaseLine(shortHashes(l.today.Commit))},
		{Name: "looked at on", Shared: true, Head: dayText(l.today.Date)},
		{Name: "repository", Shared: true, Head: releaseLine(l.at.forge() + "/" + l.at.name)},
		{Name: "repository known by", Shared: true, Head: releaseLine(l.at.how())},
	}
	s := scorecards{texts: texts, head: likeHosted(l.today)}
	checks.Claim, checks.Body = "live checks of today, those that cost the most first; ? is inconclusive, or not told", s.checks()
	return []analysis.Evidence{facts, checks}
}
