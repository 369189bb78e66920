package screens

import (
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// linesMost bounds lists of places and packages on a page, and fewMost below
// the list.
const (
	linesMost = 1000
	fewMost   = 3
)

// lines are what is known of a row: all of it on its page, and of long lists
// the beginning below the list.
func (a *Audit) lines(row *auditRow, limit int, all bool) []components.Line {
	if row.gap != nil {
		return a.gapLines(row.gap, all)
	}
	s, t, plain := a.s, a.s.Theme, theme.Style{}
	listed := s.List(0, analysis.Evidence{}, row.r.Advisory)
	listed.Now = row.fixed // as the lockfile would pin it
	if row.r.Fixed == "" {
		listed.Now = ""
	}
	headline := listed.Headline
	if headline == "" {
		headline = "its record has no summary"
	}
	_, look := row.look(t)
	lines := []components.Line{{Flow: true, Indent: 2, Runs: []components.Run{
		{Text: row.id, Style: t.Strong}, {Text: "  " + row.severity, Style: look}, {Text: "  " + headline}}}}
	add := func(name, value string, look theme.Style) {
		if value != "" {
			lines = append(lines, named(t, bodyGutter, name, value, look))
		}
	}
	add("package", row.label+" "+row.have+"  "+row.from, plain)
	add("do", t.Spell(report.AuditAction(row.p)), t.Accent)
	lines = append(lines, a.placeLines(row.p, all)...)
	if row.r.Status != advisories.IsAffected && row.r.Why != "" {
		add("cannot tell", s.Safe(row.r.Why), t.Unknown)
	}
	add("reached", row.reached(), look)
	lines = append(lines, advisoryFacts(s, &listed)...)
	add("found by", row.found, plain)
	for _, line := range a.sources() {
		add("asked", line, t.Faint)
	}
	add("link", s.Safe(row.r.URL), t.Accent)
	if row.p.Unknown != "" {
		add("and", "there may be more advisories: "+s.Safe(row.p.Unknown), t.Unknown)
	}
	if all {
		lines = appendApart(lines, a.others(row))
	}
	if strings.TrimSpace(listed.Details) != "" {
		lines = appendApart(lines, boundedText(s, listed.Details, limit))
	}
	return lines
}

// reached says whether the project's code comes to what is vulnerable, where an
// engine looked.
func (row *auditRow) reached() string {
	switch row.r.Reach {
	case exposure.Called:
		return "called: an engine saw a way from the project's code to it"
	case exposure.NotCalled:
		return "not called: an engine looked, and saw no way to it"
	}
	return ""
}

// placeLines are where the package is pinned, and by which way it comes there.
func (a *Audit) placeLines(p *exposure.Package, all bool) (lines []components.Line) {
	t, s := a.s.Theme, a.s
	most := fewMost
	if all {
		most = linesMost
	}
	add := func(name, value string, look theme.Style) {
		lines = append(lines, named(t, bodyGutter, name, value, look))
	}
	if len(p.Places) == 0 {
		add("pinned", "in no lockfile: an engine found it in the files", t.Unknown)
	}
	for i, at := range p.Places {
		if i == most {
			add("", fmt.Sprintf("and in %s", session.Count(len(p.Places)-most, "more place")), t.Faint)
			break
		}
		add("pinned", t.Spell(report.AuditPlace(at)), theme.Style{})
		way := append([]string{at.Lockfile}, at.Path...)
		switch {
		case len(at.Path) > 0:
			add("  comes by", s.Safe(strings.Join(way, " > ")), theme.Style{})
		case at.Direct:
			add("  comes by", "a manifest names it", theme.Style{})
		default:
			add("  comes by", "unknown: the lockfile does not say what requires it", t.Unknown)
		}
	}
	return lines
}

// others are the further advisories of the package, a line each.
func (a *Audit) others(row *auditRow) (lines []components.Line) {
	t := a.s.Theme
	if len(row.p.Rows) < 2 {
		return nil
	}
	lines = append(lines, components.Styled(t.Strong, "Other advisories of "+row.label+" "+row.have))
	grid := components.Grid{Gap: 2}
	for i := range row.p.Rows {
		r := &row.p.Rows[i]
		if r == row.r || len(grid.Rows) == linesMost {
			continue
		}
		other := a.row(row.p, r, row.label, row.have, row.from)
		_, look := other.look(t)
		grid.Rows = append(grid.Rows, []components.Cell{{Text: other.severity, Style: look}, {Text: other.id}, {Text: other.fixed}, {Text: a.s.Safe(r.Summary), Style: t.Faint}})
	}
	return append(lines, grid.Lines(bodyGutter)...)
}

// gapLines say what is not known, why, and what to do about it.
func (a *Audit) gapLines(g *exposure.Gap, all bool) []components.Line {
	t, s := a.s.Theme, a.s
	lines := []components.Line{{Flow: true, Gutter: t.Unknown.Paint(components.Fit(t.Symbols.Unknown, signGutter, "")), Runs: []components.Run{{Text: s.Safe(g.Title), Style: t.Strong}}}}
	for _, x := range []struct {
		name, value string
		look        theme.Style
	}{{"at", g.Place, theme.Style{}}, {"why", g.Why, theme.Style{}}, {"next", g.Next, t.Accent}} {
		if x.value != "" {
			lines = append(lines, named(t, bodyGutter, x.name, s.Safe(x.value), x.look))
		}
	}
	if g.Kind != exposure.LeftOut && g.Kind != exposure.OldDatabase {
		lines = append(lines, components.Styled(t.Unknown, bodyGutter+"What is not known is not clean."))
	}
	if len(g.Packages) == 0 {
		return lines
	}
	lines = append(lines, components.Line{})
	most := fewMost * 4
	if all {
		most = linesMost
	}
	for i, text := range g.Packages {
		if i == most {
			lines = append(lines, components.Styled(t.Faint, fmt.Sprintf("%sand %d more", bodyGutter, len(g.Packages)-most)))
			break
		}
		lines = append(lines, components.Text(bodyGutter+s.Safe(text)))
	}
	return lines
}

// sources are who was asked, and how old what they said is.
func (a *Audit) sources() (lines []string) {
	for _, from := range a.x.Sources {
		line := a.s.Safe(from.Name)
		at, err := time.Parse(time.RFC3339, from.Observed)
		switch now := a.x.Now; {
		case err != nil:
			line += ", of an unknown time"
		case now.IsZero():
			line += ", " + at.UTC().Format("2006-01-02 15:04 UTC")
		case now.Sub(at) >= 48*time.Hour:
			line += ", " + session.Count(int(now.Sub(at)/(24*time.Hour)), "day") + " old"
		default:
			line += ", " + at.In(now.Location()).Format("2006-01-02 15:04")
		}
		lines = append(lines, line)
	}
	return lines
}
