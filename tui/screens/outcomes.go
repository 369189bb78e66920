package screens

import (
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// markSign is the sign of how a topic stands, and its look.
func markSign(t theme.Theme, m session.Mark) (string, theme.Style) {
	switch m {
	case session.Failed:
		return t.Symbols.Fail, t.Block
	case session.Warned:
		return t.Symbols.Warn, t.Warn
	case session.Good:
		return t.Symbols.Pass, t.Pass
	case session.Told:
		return t.Symbols.Info, t.Accent
	case session.Waiting:
		return t.Symbols.Waiting, t.Faint
	case session.Running:
		return t.Symbols.Running, t.Accent
	case session.NotApplicable:
		return t.Symbols.None, t.Faint
	case session.Unknown:
		return t.Symbols.Unknown, t.Unknown
	}
	return t.Symbols.Unknown, t.Faint // not checked: the status line and the preview say so
}

// outcomeSign is the sign of a finding, and its look.
func outcomeSign(t theme.Theme, o analysis.Outcome) (string, theme.Style) {
	switch o {
	case analysis.Fail:
		return t.Symbols.Fail, t.Block
	case analysis.Warn:
		return t.Symbols.Warn, t.Warn
	case analysis.Info:
		return t.Symbols.Info, t.Accent
	case analysis.Pass:
		return t.Symbols.Pass, t.Pass
	case analysis.NotApplicable:
		return t.Symbols.None, t.Faint
	}
	return t.Symbols.Unknown, t.Unknown
}

// signGutter is the width of a sign and the space behind it.
const signGutter = 3

// weight orders findings: what is bad, then what is not known, then the rest.
var weight = map[analysis.Outcome]int{analysis.Fail: 5, analysis.Warn: 4, analysis.Unknown: 3, analysis.Info: 2, analysis.Pass: 1}

// findings are those of a change, the worst first; those of one topic, or of
// all when it is negative.
func findings(s *session.Session, item, topic int) (list []analysis.Finding) {
	for j, c := range s.Checks(item) {
		if topic < 0 || s.Review.Checks[j].Topic == analysis.Topics[topic].Name {
			list = append(list, c.Findings...)
		}
	}
	slices.SortStableFunc(list, func(a, b analysis.Finding) int { return weight[b.Outcome] - weight[a.Outcome] })
	return list
}

// findingLines are findings one below the other; in brief, a line each.
func findingLines(s *session.Session, list []analysis.Finding, brief bool) (lines []components.Line) {
	t := s.Theme
	code := 0
	for _, f := range list {
		code = min(max(code, components.Width(f.Code)), 26)
	}
	for _, f := range list {
		sign, look := outcomeSign(t, f.Outcome)
		gutter := look.Paint(components.Fit(sign, signGutter, ""))
		title := theme.Style{}
		if f.Outcome == analysis.Fail || f.Outcome == analysis.Warn {
			title = t.Strong
		}
		lines = append(lines, components.Line{Gutter: gutter, Flow: true, Indent: code + 2, Runs: []components.Run{
			{Text: components.Fit(f.Code, code, t.Ellipsis) + "  ", Style: t.Faint}, {Text: f.Title, Style: title}}})
		if brief {
			continue
		}
		lines = append(lines, prose(f.Detail, theme.Style{})...)
		if f.Fix != "" {
			lines = append(lines, components.Line{Gutter: components.Spaces(signGutter), Flow: true, Indent: 6, Runs: []components.Run{
				{Text: "next  ", Style: t.Faint}, {Text: strings.Join(strings.Fields(f.Fix), " ")}}})
		}
		if said := s.Said(f.Source, f.Observed); said != "" { // it goes on behind the last words: a line of its own would shout
			last := &lines[len(lines)-1]
			last.Runs = append(last.Runs, components.Run{Text: "  (" + said + ")", Style: t.Faint})
		}
	}
	return lines
}

// prose is text of several lines, set below what it belongs to.
func prose(text string, look theme.Style) (lines []components.Line) {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	for _, line := range strings.Split(strings.Trim(text, "\n"), "\n") {
		lines = append(lines, components.Line{Gutter: components.Spaces(signGutter), Flow: true, Runs: []components.Run{{Text: line, Style: look}}})
	}
	return lines
}

func waitingWords(n int) string {
	if n == 1 {
		return "1 check is waiting for its answer"
	}
	return fmt.Sprintf("%d checks are waiting for their answers", n)
}
