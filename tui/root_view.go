package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
)

func (r *root) tooSmall() bool { return r.width < minWidth || r.height < minHeight }

// View draws the four bands.
func (r *root) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: "depreview"}
	if c := r.s.Compared(); c != "" {
		v.WindowTitle += " " + c
	}
	if r.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if r.width == 0 {
		return v // the size comes first of all
	}
	if r.tooSmall() {
		lines := components.Wrap(fmt.Sprintf("depreview needs %d columns and %d lines; this terminal has %d and %d.",
			minWidth, minHeight, r.width, r.height), r.width)
		v.Content = strings.Join(lines[:max(0, min(len(lines), r.height))], "\n")
		return v
	}
	v.Content = r.draw()
	if x := r.top().Cursor(); x >= 0 {
		v.Cursor = tea.NewCursor(min(x, r.width-1), r.height-2)
		v.Cursor.Blink = r.s.Theme.Motion
	}
	return v
}

func (r *root) draw() string {
	t, top, w := r.s.Theme, r.top(), r.width
	ends := func(left, right string) string { return components.Ends(left, right, w, t.Ellipsis) }
	title, right := top.Title(w)
	if !r.known() && r.s.Err == nil && t.Motion {
		right = t.Accent.Paint(t.Spinner[r.frame%len(t.Spinner)])
	}
	body := top.Body(w, r.height-2*bands)
	status, place := top.Status(w) // after the body: it says which part of a long text is on screen
	if r.toast != "" && !top.Typing() {
		status = t.Accent.Paint(components.Cut(r.toast, w, t.Ellipsis))
	}
	lines := []string{
		ends(title, right),
		ends(top.Band(w)),
		components.Rule(t, w),
		body,
		components.Rule(t, w),
		ends(status, place),
		components.Hints(t, r.hints(), w),
	}
	return strings.Join(lines, "\n")
}

// hints are the keys that do something now.
func (r *root) hints() []components.Hint {
	if r.top().Typing() {
		return r.top().TypingKeys()
	}
	var list []components.Hint
	last := components.Hint{}
	for _, b := range r.keys.On(r.top().Kind()) {
		switch {
		case b.Action == keys.Help:
			last = components.Hint{Key: b.Keys[0], Does: b.Short}
		case b.Short == "" || b.Action == keys.Close && len(r.stack) > 1:
		case r.top().Refuses(b.Action) == "":
			list = append(list, components.Hint{Key: b.Keys[0], Does: b.Short})
		}
	}
	return append(list, last)
}
