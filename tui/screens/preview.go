package screens

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// smallPreview is the height below which a preview says the most important
// alone.
const smallPreview = 12

// preview draws what is known of the row under the cursor.
func (c *Changes) preview(width, height int) string {
	at := c.tree.Selected()
	if at < 0 {
		return components.Stack(nil, height)
	}
	s, t, r := c.s, c.s.Theme, c.rows[at]
	var lines []components.Line
	switch {
	case r.change >= 0 && height >= smallPreview:
		lines = overview(s, r.change, true, c.keys.Key(keys.Again))
	case r.change >= 0:
		lines = brief(s, r.change, height)
	case r.file != nil:
		lines = fileLines(s, r, height, c.keys.Key(keys.Again))
	case r.kind == problemRow:
		lines = problemLines(s, r.text, r.note)
	case r.kind == alarmRow:
		lines = []components.Line{components.Styled(t.Warn, r.text), components.Text(
			"No manifest was changed so that these would move, and nothing that requires them moved either. " +
				"A lockfile made anew, a merge or a hand may have moved them.")}
	default:
		lines = []components.Line{components.Styled(t.Strong, r.text), components.Text(r.note)}
	}
	pager := components.Pager{Theme: t, Wrap: true}
	pager.SetLines(lines)
	return pager.View(width, height)
}

// fileLines are the facts of a lockfile, and how much of the review is known;
// where there is little room, that comes first.
func fileLines(s *session.Session, r row, height int, again string) []components.Line {
	t, f := s.Theme, r.file
	known := coverageLines(s, again, height)
	if len(r.errors) == 0 && height < smallPreview && len(known) > 0 {
		return known // the row names the file
	}
	lines := []components.Line{components.Styled(t.Strong, s.Safe(filePath(*f)))}
	add := func(name, value string) {
		lines = append(lines, components.Line{Runs: []components.Run{
			{Text: components.Fit(name, 10, ""), Style: t.Faint}, {Text: value}}})
	}
	for _, e := range r.errors {
		lines = append(lines, problemLines(s, s.Problem(e), s.Safe(e.Hint))...)
	}
	move := func(name, before, after string) {
		switch {
		case before == after && after != "":
			add(name, after)
		case before != after:
			add(name, orNone(before)+" "+t.Arrow+" "+orNone(after))
		}
	}
	move("path", s.Safe(f.BasePath), s.Safe(f.Path))
	move("format", s.Safe(f.BaseFormat), s.Safe(f.Format))
	move("schema", s.Safe(f.BaseSchema), s.Safe(f.Schema))
	if len(r.errors) == 0 {
		move("entries", entries(f.BasePackages, f.BasePath), entries(f.Packages, f.Path))
		add("moved", r.note)
	}
	return appendApart(lines, known)
}

// mostReasons bounds how many reasons for what is unknown are told one by one.
const mostReasons = 5

// coverageLines say how much of the whole review is known, why the rest is not,
// and what to do about it. In a small preview each reason takes one row.
func coverageLines(s *session.Session, again string, height int) (lines []components.Line) {
	t := s.Theme
	ended, of, c := s.Covered()
	if of == 0 {
		return nil
	}
	if ended < of {
		return []components.Line{components.Styled(t.Faint, fmt.Sprintf("all lockfiles: %d of %s answered", ended, session.Count(of, "check")))}
	}
	head := "all lockfiles: " + s.CoverageInBrief()
	if c.NotApplicable > 0 {
		head += fmt.Sprintf("; %s had nothing to ask", session.Count(c.NotApplicable, "check"))
	}
	lines = append(lines, components.Line{Runs: []components.Run{{Text: head}}})
	say := func(n int, text string) {
		number := fmt.Sprintf("%d  ", n)
		line := components.Line{Gutter: t.Unknown.Paint(components.Fit(t.Symbols.Unknown, signGutter, "")),
			Runs: []components.Run{{Text: number, Style: t.Faint}, {Text: text, Style: t.Unknown}}}
		if height < smallPreview {
			line.Draw = func(width int) []string {
				return []string{t.Faint.Paint(number) + t.Unknown.Paint(components.Cut(text, width-len(number), t.Ellipsis))}
			}
		}
		lines = append(lines, line)
	}
	reasons, offline, rest := c.ByReason(), false, 0
	most := mostReasons
	if height < smallPreview { // the head, what is left, what cannot be asked, what to do
		if most = max(1, height-4); c.NotSupported == 0 {
			most++
		}
	}
	for i, reason := range reasons {
		offline = offline || strings.HasPrefix(reason, "offline")
		if i >= most && len(reasons) > most {
			rest += c.Reasons[reason]
			continue
		}
		text := s.Safe(reason)
		if text == "" {
			text = "no reason was given"
		}
		say(c.Reasons[reason], text)
	}
	if rest > 0 {
		say(rest, "for other reasons: the pages say which")
	}
	if c.NotSupported > 0 {
		say(c.NotSupported, "cannot be asked by depreview")
	}
	next := ""
	if len(reasons) > 0 {
		next = again + " asks again for what is unknown below this row"
	}
	if offline {
		next += "; depreview db update keeps the advisories for offline use"
	}
	if next != "" {
		lines = append(lines, components.Styled(t.Faint, next))
	}
	return lines
}

// entries is how many packages one side pins; -1 stands for no side, or for
// one that could not be read.
func entries(n int, path string) string {
	switch {
	case path == "":
		return "none"
	case n < 0:
		return "unknown"
	}
	return fmt.Sprint(n)
}

func problemLines(s *session.Session, text, hint string) []components.Line {
	lines := []components.Line{components.Styled(s.Theme.Block, text)}
	if hint != "" {
		lines = append(lines, components.Text("hint: "+hint))
	}
	return append(lines, components.Styled(s.Theme.Unknown, "What changed in it is unknown."))
}
