package screens

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// topicLines is the tab of a topic: what was found, what could not be, and
// what it was found in. A new check appears here without a change.
func topicLines(s *session.Session, item, topic int, again string) []components.Line {
	t := s.Theme
	lines := findingLines(s, findings(s, item, topic), false)
	states, idle := stateLines(s, item, topic, again)
	lines = appendApart(lines, states)
	for j, c := range s.Checks(item) {
		if s.Review.Checks[j].Topic != analysis.Topics[topic].Name {
			continue
		}
		for _, e := range c.Evidence {
			head := components.Line{Flow: true, Runs: []components.Run{{Text: s.Safe(e.Claim), Style: t.Strong}}}
			if said := s.Said(s.Safe(e.Source), e.Observed); said != "" {
				head.Runs = append(head.Runs, components.Run{Text: "  (" + said + ")", Style: t.Faint})
			}
			lines = appendApart(lines, append([]components.Line{head}, bodyLines(s, item, e)...))
		}
	}
	return appendApart(lines, idle)
}

// appendApart adds a block after a blank line.
func appendApart(lines, block []components.Line) []components.Line {
	if len(lines) > 0 && len(block) > 0 {
		lines = append(lines, components.Line{})
	}
	return append(lines, block...)
}

// bodyLines draws the body of evidence, whatever check it came from. This is
// where its texts pass the gate.
func bodyLines(s *session.Session, item int, e analysis.Evidence) []components.Line {
	switch body := e.Body.(type) {
	case analysis.Facts:
		return factLines(s, item, body)
	case analysis.Table:
		return tableLines(s, body)
	case analysis.Text:
		return textLines(s, string(body))
	case analysis.Links:
		return linkLines(s, body)
	case analysis.Advisories:
		var lines []components.Line
		for _, a := range body {
			l := s.List(item, e, a)
			lines = appendApart(lines, advisoryLines(s, &l, textLimit))
		}
		return lines
	case analysis.Scripts:
		return scriptLines(s, body)
	}
	return nil
}

const bodyGutter = "  "

// factLines are properties of base and head side by side. Only what differs is
// marked; a side that the change does not have is left out.
func factLines(s *session.Session, item int, facts analysis.Facts) []components.Line {
	t, it := s.Theme, &s.Items[item]
	two := it.Base != nil && it.Head != nil
	for _, f := range facts {
		two = two || f.Base != "" && f.Head != ""
	}
	grid := components.Grid{Gap: 2}
	if two {
		grid.Rows = append(grid.Rows, []components.Cell{{}, {Text: orDash(t, it.From), Style: t.Faint}, {Text: orDash(t, it.To), Style: t.Faint}, {}})
	}
	for _, f := range facts {
		before, after := s.Safe(f.Base), s.Safe(f.Head)
		look := theme.Style{}
		if two && before != after && !f.Shared {
			look = t.Strong
		}
		sign := components.Cell{}
		if f.Look == analysis.Warn || f.Look == analysis.Fail {
			sign.Text, sign.Style = outcomeSign(t, f.Look)
			look = sign.Style
		}
		row := []components.Cell{{Text: s.Safe(f.Name), Style: t.Faint}}
		if two {
			was := components.Cell{Text: orSign(t, before)}
			if f.Shared && before == "" {
				was = components.Cell{}
			}
			row = append(row, was, components.Cell{Text: orSign(t, after), Style: look}, sign)
		} else {
			row = append(row, components.Cell{Text: orSign(t, before+after), Style: look}, sign)
		}
		grid.Rows = append(grid.Rows, row)
	}
	return grid.Lines(bodyGutter)
}

// orSign stands for a fact that is not known, or not there: it does not tell
// which, so that it must not look like none.
func orSign(t theme.Theme, text string) string {
	if text == "" {
		return t.Symbols.Unknown
	}
	return text
}

// orDash stands for an empty cell.
func orDash(t theme.Theme, text string) string {
	if text == "" {
		return t.Symbols.None
	}
	return text
}

func tableLines(s *session.Session, table analysis.Table) []components.Line {
	t := s.Theme
	grid := components.Grid{Gap: 2}
	row := func(cells []string, look theme.Style) {
		line := make([]components.Cell, len(cells))
		for i, text := range cells {
			line[i] = components.Cell{Text: orDash(t, s.Safe(text)), Style: look}
		}
		grid.Rows = append(grid.Rows, line)
	}
	if len(table.Heads) > 0 {
		row(table.Heads, t.Faint)
	}
	for _, cells := range table.Rows {
		row(cells, theme.Style{})
	}
	return grid.Lines(bodyGutter)
}

// textLimit bounds how many bytes of one text are laid out: a page is not a
// library, and a frame has no time for one.
const textLimit = 64 << 10

func textLines(s *session.Session, text string) []components.Line {
	return boundedText(s, text, textLimit)
}

func boundedText(s *session.Session, text string, limit int) (lines []components.Line) {
	left := 0
	if len(text) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		left = len(text) - cut
		text = text[:cut]
	}
	for _, line := range strings.Split(strings.Trim(s.SafeBlock(text), "\n"), "\n") {
		lines = append(lines, components.Line{Gutter: bodyGutter, Runs: []components.Run{{Text: line}},
			Indent: min(len(line)-len(strings.TrimLeft(line, " -*")), 8)})
	}
	if left > 0 {
		lines = append(lines, components.Styled(s.Theme.Faint, fmt.Sprintf("%s%d further bytes are left out here", bodyGutter, left)))
	}
	return lines
}

func linkLines(s *session.Session, links analysis.Links) []components.Line {
	grid := components.Grid{Gap: 2}
	for _, l := range links {
		grid.Rows = append(grid.Rows, []components.Cell{{Text: s.Safe(l.Label)}, {Text: s.Safe(l.URL), Style: s.Theme.Accent}})
	}
	return grid.Lines(bodyGutter)
}
