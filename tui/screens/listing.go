package screens

import (
	"strings"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/theme"
)

// listing is a list, and below it all of the selected row: what the screens of
// advisories, of an audit and of a repository's posture have in common. They
// embed it, and count in moves what they do.
type listing struct {
	tree  components.Tree
	listY int // the first line of the list within the body

	details   components.Pager // of the selected row
	inDetails bool             // keys move the details

	moves   int
	seen    drawn
	drawing string
}

// kept draws the body, or gives what was drawn before when nothing has changed
// since.
func (l *listing) kept(now drawn, draw func(width, height int) string) string {
	if l.seen != now {
		l.drawing, l.seen = draw(now.width, now.height), now
	}
	return l.drawing
}

// layout is the lines above the list, at least one; the list of so many rows;
// and the details, in half of the height or in the room that a short list
// leaves.
func (l *listing) layout(t theme.Theme, above []string, rows, width, height int) string {
	l.listY = len(above)
	height -= len(above) - 1
	below := max(min(max(height/2, 6), height-3), height-2-rows)
	return strings.Join(append(above, l.tree.View(width, height-2-below),
		components.Rule(t, width), l.details.View(width, below)), "\n")
}

// part says which part of the details is on screen, while there are rows.
func (l *listing) part(t theme.Theme, rows int) string {
	where := l.details.Where()
	switch {
	case where == "" || rows == 0:
		return ""
	case l.inDetails:
		return t.Accent.Paint("reading " + where)
	}
	return t.Faint.Paint(where)
}

// walk moves the cursor through so many rows, and tells whether the action is
// of that kind.
func (l *listing) walk(action keys.Action, rows int) bool {
	by, ok := map[keys.Action]int{keys.Down: 1, keys.Up: -1, keys.PageDown: l.tree.Page(), keys.PageUp: -l.tree.Page(),
		keys.First: -rows, keys.Last: rows}[action]
	if ok {
		l.tree.Move(by)
	}
	return ok
}

// Click selects the row at a place of the body.
func (l *listing) Click(_, y int) {
	if l.tree.Hit(y - l.listY) {
		l.moves++
	}
}

// Scroll moves the cursor, or the details while they are read.
func (l *listing) Scroll(delta int) {
	l.moves++
	if l.inDetails {
		l.details.Move(delta)
		return
	}
	l.tree.Move(delta)
}
