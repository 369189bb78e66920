package screens

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/theme"
)

// Title says which revision was looked at, and where the cursor is.
func (v *Posture) Title(int) (left, right string) {
	t := v.s.Theme
	left = t.Strong.Paint("depreview posture") + "  " + v.s.Named(v.posture.Revision)
	if len(v.rows) > 0 {
		right = t.Faint.Paint(fmt.Sprintf("%d of %d", v.tree.Selected()+1, len(v.rows)))
	}
	return left, right
}

// Band counts what was found, the worst first, with what the list is held to.
func (v *Posture) Band(int) (left, right string) {
	t := v.s.Theme
	var parts []string
	for _, kind := range v.kinds {
		n := 0
		for _, row := range v.all {
			if row.outcome == kind {
				n++
			}
		}
		sign, look := outcomeSign(t, kind)
		parts = append(parts, look.Paint(sign)+fmt.Sprintf(" %d %s", n, kind))
	}
	if len(v.kinds) < 2 {
		return strings.Join(parts, "   "), ""
	}
	show, name := t.Faint, "all"
	if v.filter > 0 {
		show, name = t.Warn, v.kinds[v.filter-1].String()
	}
	return strings.Join(parts, "   "), show.Paint("filter: " + name + " (" + v.keys.Key(keys.Filter) + ")")
}

// Status says how the rules ended, and which part of the details is on screen.
func (v *Posture) Status(width int) (left, right string) {
	t := v.s.Theme
	right = v.part(t, len(v.rows))
	left = report.PostureCoverage(v.posture.Report)
	short, _, _ := strings.Cut(left, ";") // what was left out gives way to the place
	texts := []string{left, short}
	if v.posture.Scored == nil { // and the way to ask Scorecard in few words to none
		texts = []string{left + "; " + report.NotScored, short + "; " + report.NotScored, short + "; no Scorecard (--engine scorecard)", left, short}
	}
	return fitting(width-components.Width(right)-2, texts...), right
}

// Body draws the list, or what was drawn before when nothing has changed since.
func (v *Posture) Body(width, height int) string {
	return v.kept(drawn{width, height, v.s.Version, v.moves}, v.draw)
}

// draw is the list, and below it all of the selected row.
func (v *Posture) draw(width, height int) string {
	if len(v.rows) == 0 {
		return components.Stack(v.nothing(width), height)
	}
	v.detail()
	return v.layout(v.s.Theme, []string{v.header(width)}, len(v.rows), width, height)
}

// nothing says that no rule has found anything, and how many there were to ask.
func (v *Posture) nothing(width int) (lines []string) {
	applying := len(v.posture.Rules) - v.posture.Count(posture.NotApplicable)
	text := "Nothing found by the " + fmt.Sprint(applying) + " rules that apply."
	switch applying {
	case 0:
		text = fmt.Sprintf("None of the %d rules applies: this revision has nothing of what they look at.", len(v.posture.Rules))
	case 1:
		text = "Nothing found by the one rule that applies."
	}
	lines = []string{""}
	for _, line := range components.Wrap(text, width-2) {
		lines = append(lines, "  "+line)
	}
	return lines
}

// leastTitle is the narrowest column of titles that tells anything.
const leastTitle = 12

// columns are the widths of code, place and title. The details say the title as
// well, so that where it has no room the place takes what there is.
func (v *Posture) columns(width int) (code, place, title int) {
	room := width - pointerWidth - signGutter - 2
	code = min(v.code, max(room/2, 12))
	place = min(v.place, room-code, max(width/2, 24))
	if title = room - code - place - 2; title < leastTitle {
		place, title = min(v.place, room-code), 0
	}
	return code, place, title
}

func (v *Posture) header(width int) string {
	code, place, title := v.columns(width)
	text := components.Spaces(pointerWidth+signGutter) + components.Fit("FINDING", code, "") + "  " +
		components.Fit("FILE:LINE", place, "")
	if title > 0 {
		text += "  WHAT"
	}
	return v.s.Theme.Faint.Paint(components.Cut(text, width, ""))
}

func (v *Posture) drawRow(i, width int, selected bool) string {
	t, row := v.s.Theme, &v.rows[i]
	code, place, room := v.columns(width)
	pointer := components.Spaces(pointerWidth)
	if selected {
		pointer = components.Fit(t.Pointer, pointerWidth, "")
	}
	sign, look := outcomeSign(t, row.outcome)
	plain := theme.Style{}
	title := ""
	if room > 0 {
		title = "  " + components.Cut(row.title, room, t.Ellipsis)
	}
	return paint(t, []cell{
		{pointer, plain}, {components.Fit(sign, signGutter, ""), look}, {components.Fit(row.code, code, t.Ellipsis) + "  ", look},
		{components.Fit(components.CutLeft(row.place, place, t.Ellipsis), place, ""), plain}, {title, t.Faint},
	}, width, selected)
}

// detail sets the details to the row under the cursor.
func (v *Posture) detail() {
	now := [2]int{v.tree.Selected(), v.s.Themed}
	if v.detailed == now || v.selected() == nil {
		return
	}
	v.details.Theme = v.s.Theme
	if lines := v.lines(v.selected()); v.detailed[0] == now[0] {
		v.details.Replace(lines)
	} else {
		v.inDetails = false
		v.details.SetLines(lines)
	}
	v.detailed = now
}

// lines are all that is known of a row: what, why, the text to put there and
// where, and what to do.
func (v *Posture) lines(row *postureRow) (lines []components.Line) {
	t := v.s.Theme
	sign, look := outcomeSign(t, row.outcome)
	lines = append(lines, components.Line{Gutter: look.Paint(components.Fit(sign, signGutter, "")), Flow: true, Indent: 2,
		Runs: []components.Run{{Text: row.title, Style: t.Strong}}})
	said := func(head, text string, style theme.Style) {
		lines = append(lines, components.Line{Gutter: components.Spaces(signGutter), Flow: true, Indent: 5,
			Runs: []components.Run{{Text: components.Fit(head, 5, ""), Style: t.Faint}, {Text: text, Style: style}}})
	}
	if row.place != "" {
		said("at", row.place, theme.Style{})
	}
	rule := ""
	if row.finding == nil {
		rule = row.problem.Rule
		why := "It could not be read, so nothing is known of what it says."
		if row.problem.File == "" {
			why = "There is no answer, so nothing is known of what it would have found."
		}
		said("why", why, theme.Style{})
		if row.problem.Do != "" {
			said("do", v.s.Safe(row.problem.Do), t.Accent)
		}
	} else {
		rule = row.finding.Rule
		said("why", v.s.Safe(row.finding.Why), theme.Style{})
		for _, e := range row.finding.Put {
			said("put", v.s.Safe(report.EditWords(e)), theme.Style{})
			if e.How == posture.Remove {
				continue
			}
			for text := range strings.SplitSeq(v.s.SafeBlock(e.Text), "\n") {
				lines = append(lines, components.Line{Gutter: components.Spaces(signGutter+5) + t.Faint.Paint(t.Divider+" "),
					Runs: []components.Run{{Text: text, Style: t.Added}}})
			}
		}
		if row.finding.Do != "" {
			said("do", v.s.Safe(row.finding.Do), t.Accent)
		}
	}
	if row.finding != nil && report.FoundBy(row.finding) != "" {
		said("by", strings.Join(row.finding.Finders(), ", "), t.Faint)
	}
	for _, r := range v.posture.Rules {
		if r.Name == rule {
			said("rule", v.s.Safe(r.Name+": "+r.About), t.Faint)
		}
	}
	return lines
}

// postureSigns are what the signs of this list mean.
func postureSigns(t theme.Theme) []string {
	var parts []string
	for _, x := range []struct {
		outcome analysis.Outcome
		words   string
	}{{analysis.Fail, "fails"}, {analysis.Warn, "warns"}, {analysis.Info, "worth knowing"}, {analysis.Pass, "good"}} {
		sign, _ := outcomeSign(t, x.outcome)
		parts = append(parts, sign+" "+x.words)
	}
	return []string{"Signs  " + strings.Join(parts, "  "),
		"       " + t.Symbols.Unknown + " not read or unknown: it never means that all is well"}
}
