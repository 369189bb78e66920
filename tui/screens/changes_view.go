package screens

import (
	"strconv"
	"strings"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Title says what is compared and how much moved, and how much of it is known.
func (c *Changes) Title(width int) (left, right string) {
	s, t := c.s, c.s.Theme
	left = t.Strong.Paint("depreview") + "  " + s.Compared()
	if len(s.Items) == 0 {
		if len(s.Review.Errors) > 0 { // what could not be read may hold changes
			return left + "   no change known", ""
		}
		return left + "   no change", ""
	}
	left += "   " +
		session.Count(len(s.Items), "change") + " in " + session.Count(c.files, "lockfile")
	place := t.Faint.Paint(c.Place())
	if !s.Checked() {
		return left, place
	}
	known, gap := progress(s), "   "
	if !s.Checking() {
		known = coverage(s, 0)
	}
	if c.Place() == "" {
		gap = ""
	}
	if room := width - components.Width(left) - 2; room < components.Width(known) {
		left = t.Strong.Paint("depreview") + "  " + s.Compared()
	}
	return left, fitting(width-components.Width(left)-2, place+gap+known, known)
}

// Band is the line of screens, with what the list is held to.
func (c *Changes) Band(int) (left, right string) {
	t := c.s.Theme
	layout := "tree"
	if c.flat {
		layout = "flat, what needs eyes first"
	}
	show := "show: " + session.Filters[c.filter].Name + " (" + c.keys.Key(keys.Filter) + ")"
	if c.filter > 0 {
		show = t.Warn.Paint(show)
	} else {
		show = t.Faint.Paint(show)
	}
	left = screenTabs(c.s, 0)
	if n := len(c.s.Review.Errors); n > 0 {
		left += "  " + t.Block.Paint(t.Fail+" "+strconv.Itoa(n)+" not read")
	}
	if len(c.s.Items) == 0 {
		return left, ""
	}
	return left, show + t.Faint.Paint("  "+layout+" ("+c.keys.Key(keys.Layout)+")")
}

// Status says what is searched for, or what there is to look at.
func (c *Changes) Status(width int) (left, right string) {
	t := c.s.Theme
	query := c.s.Safe(c.query.Value())
	switch {
	case c.typing:
		return "/" + components.Cut(query, max(0, width-2), t.Ellipsis), t.Faint.Paint(session.Count(c.passing, "change") + " left")
	case query != "":
		return session.Count(c.passing, "change") + " match /" + components.Cut(query, width/2, t.Ellipsis), ""
	case len(c.s.Items) == 0:
		return "", ""
	}
	if c.s.Checked() {
		return c.outcomes(width)
	}
	const note = " not checked yet"
	parts := c.summary
	for len(parts) > 1 && components.Width(strings.Join(parts, "  "))+2+1+len(note) > width {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, "  "), t.Unknown.Paint(t.Symbols.Unknown) + note
}

// Cursor is where text is typed within the status line.
func (c *Changes) Cursor() int {
	if !c.typing {
		return -1
	}
	runes := []rune(c.query.Value())
	return 1 + components.Width(c.s.Safe(string(runes[:min(c.query.Position(), len(runes))])))
}

// Body draws the list and its preview, or what was drawn before when nothing
// has changed since.
func (c *Changes) Body(width, height int) string {
	now := drawn{width, height, c.s.Version, c.moves}
	if c.seen == now {
		return c.drawing
	}
	c.drawing = c.draw(width, height)
	c.seen = drawn{width, height, c.s.Version, c.moves}
	return c.drawing
}

func (c *Changes) draw(width, height int) string {
	t := c.s.Theme
	c.listY = 1
	if len(c.s.Items) == 0 {
		c.listW = width
		return c.drawEmpty(width, height)
	}
	if width >= minPreview {
		c.listW = max(narrow, min(c.columns.wish(), width*66/100))
		side := width - c.listW - 3
		list := c.header(c.listW) + "\n" + c.tree.View(c.listW, height-1)
		return components.Beside(list, c.listW, " "+t.Faint.Paint(t.Divider)+" ", c.preview(side, height), height)
	}
	c.listW = width
	below := 0
	if width >= narrow && height >= 14 {
		below = 6
	}
	lines := []string{c.header(width), c.tree.View(width, height-1-below)}
	if below > 0 {
		lines = append(lines, components.Rule(t, width), c.preview(width, below-1))
	}
	return strings.Join(lines, "\n")
}

// drawEmpty says what was compared and why nothing is here; what could not be
// read stands below as rows.
func (c *Changes) drawEmpty(width, height int) string {
	var lines []string
	for _, l := range c.s.Nothing() {
		lines = append(lines, components.Wrap(l, width)...)
	}
	lines = append(lines[:min(len(lines), height-1)], "")
	if len(c.rows) == 0 {
		return components.Stack(lines, height)
	}
	c.listY = len(lines)
	rest := height - len(lines)
	below := min(6, rest/2)
	list := c.tree.View(width, rest-below)
	return strings.Join(lines, "\n") + "\n" + list + "\n" + c.preview(width, below)
}

// blank stands for a list that a filter has emptied.
func (c *Changes) blank(width int) []string {
	t := c.s.Theme
	what := "of " + session.Count(len(c.s.Items), "change")
	if q := c.query.Value(); q != "" {
		what += " match /" + c.s.Safe(q)
	}
	if c.filter > 0 {
		what += " (show: " + session.Filters[c.filter].Name + ")"
	}
	return []string{"", components.Cut("  None "+what+".", width, t.Ellipsis), "  " + t.Accent.Paint(c.keys.Key(keys.Back)) + " shows all again"}
}
