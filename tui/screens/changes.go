package screens

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Changes is the list of everything that moved, as a tree of causes or flat.
type Changes struct {
	s    *session.Session
	keys *keys.Map

	tree components.Tree
	rows []row
	flat bool

	filter  int // index in session.Filters
	query   textinput.Model
	typing  bool
	wanted  []bool // rows that pass filter and query; nil when all do
	passing int    // how many changes pass

	columns columns
	summary string // how many of each rank that needs eyes
	seen    drawn  // what the kept drawing shows
	drawing string // the body as last drawn
	moves   int    // grows with everything that alters the list
	listW   int    // width of the list within the body, for clicks

	wrapLockfile bool // how Lockfile tabs are shown, kept from page to page
}

// drawn is everything a drawing of the body depends on.
type drawn struct{ width, height, version, moves int }

// NewChanges is the list of the session's review, as a tree.
func NewChanges(s *session.Session, k *keys.Map) *Changes {
	c := &Changes{s: s, keys: k, query: newInput()}
	c.tree.Row = c.drawRow
	c.tree.Blank = c.blank
	c.columns, c.summary = measure(s), summarise(s)
	c.build()
	return c
}

// newInput is a line to type in. It shows the terminal's own cursor, which
// screen readers follow and which needs no colour.
func newInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	in.SetStyles(textinput.Styles{})
	return in
}

// Kind selects the bindings.
func (c *Changes) Kind() keys.Screen { return keys.Changes }

// build makes the rows anew; the cursor stays on its change.
func (c *Changes) build() {
	at := c.change()
	var nodes []components.Node
	if c.flat {
		c.rows, nodes = flatRows(c.s)
	} else {
		c.rows, nodes = treeRows(c.s)
	}
	c.tree.SetNodes(nodes)
	c.apply()
	if at < 0 || !c.selectChange(at) {
		c.first()
	}
}

// first puts the cursor on the first change; a heading says less.
func (c *Changes) first() {
	for i, r := range c.rows {
		if r.kind == changeRow && (c.wanted == nil || c.wanted[i]) {
			c.tree.Select(i)
			return
		}
	}
}

// change is the index of the item under the cursor, or -1.
func (c *Changes) change() int {
	if at := c.tree.Selected(); at >= 0 && at < len(c.rows) {
		return c.rows[at].change
	}
	return -1
}

func (c *Changes) selectChange(item int) bool {
	for i, r := range c.rows {
		if r.change == item && c.tree.Select(i) {
			return true
		}
	}
	return false
}

// searching is a source of texts for the fuzzy matcher that copies none.
type searching struct{ c *Changes }

func (s searching) Len() int { return len(s.c.rows) }
func (s searching) String(i int) string {
	if r := s.c.rows[i]; r.change >= 0 {
		return s.c.s.Items[r.change].Search
	}
	return s.c.rows[i].text
}

// apply holds the list to the filter and the query.
func (c *Changes) apply() {
	c.moves++
	query := strings.TrimSpace(c.query.Value())
	c.passing = len(c.s.Items)
	if c.filter == 0 && query == "" {
		c.wanted = nil
		c.tree.Show(nil)
		return
	}
	c.wanted = make([]bool, len(c.rows))
	if query == "" {
		for i := range c.wanted {
			c.wanted[i] = true
		}
	} else {
		for _, m := range fuzzy.FindFromNoSort(query, searching{c}) {
			c.wanted[m.Index] = true
		}
	}
	c.passing = 0
	holds := session.Filters[c.filter].Holds
	for i, r := range c.rows {
		switch {
		case r.change >= 0:
			c.wanted[i] = c.wanted[i] && holds(&c.s.Items[r.change])
			if c.wanted[i] {
				c.passing++
			}
		case r.kind == problemRow || r.kind == settingRow:
			c.wanted[i] = c.wanted[i] && c.filter == 0
		case r.kind != fileRow || query == "":
			c.wanted[i] = false // headings follow what stands below them
		}
	}
	c.tree.Show(c.wanted)
}

// Refuses says why an action cannot be done now.
func (c *Changes) Refuses(a keys.Action) string {
	at := c.tree.Selected()
	switch a {
	case keys.Open:
		if at < 0 {
			return "nothing is selected"
		}
		if c.rows[at].change < 0 && c.tree.Below(at) == 0 {
			return "this row is about no package"
		}
		if c.rows[at].change < 0 && c.tree.Filtered() {
			return "a filtered list folds nothing"
		}
	case keys.Copy:
		if c.change() < 0 {
			return "select a package first"
		}
	case keys.Back:
		if c.filter == 0 && c.query.Value() == "" {
			return "this is the first screen; " + c.keys.Key(keys.Close) + " quits"
		}
	case keys.NextMatch, keys.PreviousMatch:
		if c.wanted == nil {
			return "nothing is searched for; " + c.keys.Key(keys.Search) + " does"
		}
		if c.passing == 0 {
			return "nothing matches"
		}
	case keys.Fold, keys.Unfold:
		if at < 0 || c.flat {
			return "a flat list has no folds; " + c.keys.Key(keys.Layout) + " shows the tree"
		}
		if c.tree.Filtered() {
			return "a filtered list folds nothing"
		}
		if a == keys.Unfold && c.tree.Below(at) == 0 {
			return "nothing stands below this row"
		}
	case keys.NextFile, keys.PreviousFile:
		if c.flat {
			return "a flat list has no headings; " + c.keys.Key(keys.Layout) + " shows the tree"
		}
	case keys.NextChange, keys.PreviousChange, keys.Filter, keys.Search, keys.Layout:
		if len(c.s.Items) == 0 {
			return "no package changed"
		}
		if a == keys.Filter && c.nextFilter() == c.filter {
			return "all changes are of one kind"
		}
	}
	return ""
}

// Do carries out an action.
func (c *Changes) Do(a keys.Action) (e Effect) {
	c.moves++
	at := c.tree.Selected()
	switch a {
	case keys.Down:
		c.tree.Move(1)
	case keys.Up:
		c.tree.Move(-1)
	case keys.PageDown:
		c.tree.Move(c.tree.Page())
	case keys.PageUp:
		c.tree.Move(-c.tree.Page())
	case keys.First:
		c.tree.Move(-len(c.rows))
	case keys.Last:
		c.tree.Move(len(c.rows))
	case keys.Open:
		if item := c.rows[at].change; item >= 0 {
			detail, cmd := NewDetail(c.s, c.keys, c, item)
			return Effect{Open: detail, Cmd: cmd}
		}
		c.tree.Fold(at, !c.tree.Folded(at))
	case keys.Unfold:
		if c.tree.Folded(at) {
			c.tree.Fold(at, false)
		} else {
			c.tree.Move(1)
		}
	case keys.Fold:
		if c.tree.Below(at) > 0 && !c.tree.Folded(at) {
			c.tree.Fold(at, true)
		} else if above := c.tree.Above(at); above >= 0 {
			c.tree.Select(above)
		}
	case keys.NextChange:
		e.Toast = c.said(c.Step(1))
	case keys.PreviousChange:
		e.Toast = c.said(c.Step(-1))
	case keys.NextFile:
		c.seek(1, func(i int) bool { return c.rows[i].kind == fileRow })
	case keys.PreviousFile:
		c.seek(-1, func(i int) bool { return c.rows[i].kind == fileRow })
	case keys.NextMatch:
		c.seek(1, func(i int) bool { return c.wanted[i] })
	case keys.PreviousMatch:
		c.seek(-1, func(i int) bool { return c.wanted[i] })
	case keys.Search:
		c.typing = true
		c.query.CursorEnd()
		e.Cmd = c.query.Focus()
	case keys.Filter:
		c.filter = c.nextFilter()
		c.apply()
	case keys.Layout:
		c.flat = !c.flat
		c.build()
	case keys.Copy:
		return copied(&c.s.Items[c.change()])
	case keys.Back:
		if c.query.Value() != "" {
			c.query.Reset()
		} else {
			c.filter = 0
		}
		c.apply()
	}
	return e
}

func copied(i *session.Item) Effect {
	purl := session.PackageURL(i)
	return Effect{Cmd: tea.SetClipboard(purl), Toast: "copied " + purl}
}

func (c *Changes) said(_ int, ok bool) string {
	if ok {
		return ""
	}
	return "no further change in this direction"
}

// nextFilter is the next filter that leaves anything on the list.
func (c *Changes) nextFilter() int {
	n := len(session.Filters)
	for d := 1; d < n; d++ {
		f := (c.filter + d) % n
		if f == 0 {
			return 0
		}
		for i := range c.s.Items {
			if session.Filters[f].Holds(&c.s.Items[i]) {
				return f
			}
		}
	}
	return c.filter
}

// seek goes to the next row in a direction that is on the list and wanted.
func (c *Changes) seek(delta int, want func(int) bool) bool {
	for i := c.tree.Selected() + delta; i >= 0 && i < len(c.rows); i += delta {
		if want(i) && c.tree.Select(i) {
			c.moves++
			return true
		}
	}
	return false
}

// Step moves to the next or previous change, unfolding what hides it: no
// change is passed by because it was folded. It tells which one it is.
func (c *Changes) Step(delta int) (item int, ok bool) {
	ok = c.seek(delta, func(i int) bool {
		return c.rows[i].change >= 0 && (c.wanted == nil || c.wanted[i])
	})
	return c.change(), ok
}

// Place says which change of how many the cursor is on.
func (c *Changes) Place() string {
	at, n, of := c.tree.Selected(), 0, 0
	for i, r := range c.rows {
		if r.change >= 0 && (c.wanted == nil || c.wanted[i]) {
			of++
			if i <= at {
				n++
			}
		}
	}
	return fmt.Sprintf("change %d of %d", n, of)
}

// Typing tells whether keys go into the filter.
func (c *Changes) Typing() bool { return c.typing }

// Type takes a key while the filter is open; the list follows each one.
func (c *Changes) Type(msg tea.Msg) (e Effect) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter":
			c.leave()
			return e
		case "esc":
			c.query.Reset()
			c.leave()
			c.apply()
			return e
		case "down", "up":
			c.tree.Move(map[string]int{"down": 1, "up": -1}[k.String()])
			c.moves++
			return e
		}
	}
	before := c.query.Value()
	c.query, e.Cmd = c.query.Update(msg)
	if c.query.Value() != before {
		c.apply()
	}
	c.moves++
	return e
}

func (c *Changes) leave() {
	c.typing = false
	c.query.Blur()
	c.moves++
}

// Receive takes nothing: the list asks for nothing.
func (c *Changes) Receive(tea.Msg) Effect { return Effect{} }

// Refresh follows the session: texts may be drawn otherwise.
func (c *Changes) Refresh() { c.moves++ }

// Click selects the row at a place of the body.
func (c *Changes) Click(x, y int) {
	if x < c.listW && c.tree.Hit(y-c.head()) {
		c.moves++
	}
}

// Scroll moves the cursor.
func (c *Changes) Scroll(delta int) {
	c.tree.Move(delta)
	c.moves++
}
