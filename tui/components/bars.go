package components

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/depreview/depreview/tui/theme"
)

// mark shows that a row holds what is searched for: the present match stands
// out as the cursor does, the others are tinted.
func (p *Pager) mark(row string, present bool) string {
	plain := ansi.Strip(row)
	if present {
		return p.Theme.Cursor.Paint(Fit(plain, p.width, p.Theme.Ellipsis))
	}
	return p.Theme.Accent.Paint(plain)
}

// Tab is a view of a screen.
type Tab struct {
	Name string
	Note string // a count or a sign behind the name, or ""
}

// Tabs is the line of views; the active one stands in brackets.
type Tabs struct {
	Theme  theme.Theme
	List   []Tab
	Active int
}

// View draws the line. When it does not fit, tabs in front give way first, so
// that the active one is always there, and then those at the end.
func (t Tabs) View(width int) string {
	first := 0
	for first < t.Active && t.reach(first) > width {
		first++
	}
	var b strings.Builder
	used := 0
	if first > 0 {
		b.WriteString(t.Theme.Faint.Paint(t.Theme.Ellipsis) + " ")
		used = Width(t.Theme.Ellipsis) + 1
	}
	for i := first; i < len(t.List); i++ {
		gap, text := t.piece(i, first)
		style := t.Theme.Faint
		if i == t.Active {
			style = t.Theme.Strong
		}
		if used+len(gap)+Width(text) > width {
			break
		}
		used += len(gap) + Width(text)
		b.WriteString(gap + style.Paint(text))
	}
	return b.String()
}

// reach is the width from the tab first to the active one.
func (t Tabs) reach(first int) (width int) {
	if first > 0 {
		width = Width(t.Theme.Ellipsis) + 1
	}
	for i := first; i <= t.Active; i++ {
		gap, text := t.piece(i, first)
		width += len(gap) + Width(text)
	}
	return width
}

// piece is a tab and what stands before it.
func (t Tabs) piece(i, first int) (gap, text string) {
	text = t.List[i].Name
	if note := t.List[i].Note; note != "" {
		text += " " + note
	}
	if i == t.Active {
		text = "[" + text + "]"
	}
	switch {
	case i == first:
		return "", text
	case i == t.Active || i == t.Active+1: // the brackets take the other cell
		return " ", text
	}
	return "  ", text
}

// Hint is a key and what it does.
type Hint struct{ Key, Does string }

// Hints draws as many hints as fit; the last one always does, since it leads
// to all the others.
func Hints(t theme.Theme, hints []Hint, width int) string {
	if len(hints) == 0 {
		return ""
	}
	size := func(h Hint) int { return Width(h.Key) + 1 + Width(h.Does) }
	last := hints[len(hints)-1]
	room := width - size(last)
	var b strings.Builder
	for _, h := range hints[:len(hints)-1] {
		if room -= size(h) + 2; room < 0 {
			break
		}
		b.WriteString(t.Accent.Paint(h.Key) + " " + t.Faint.Paint(h.Does) + "  ")
	}
	b.WriteString(t.Accent.Paint(last.Key) + " " + t.Faint.Paint(last.Does))
	return b.String()
}

// Rule is a line across the screen.
func Rule(t theme.Theme, width int) string {
	return t.Faint.Paint(strings.Repeat(t.Symbols.Rule, max(0, width)))
}
