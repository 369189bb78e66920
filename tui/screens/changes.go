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
	files   int      // how many lockfiles hold a change
	summary []string // how many of each rank that needs eyes
	seen    drawn    // what the kept drawing shows
	drawing string   // the body as last drawn
	moves   int      // grows with everything that alters the list
	pos     position
	listW   int // width of the list within the body, for clicks
	listY   int // and its first line

	pages *pages
	eyes  int // Version for which the filter of what needs eyes was applied
}

// position is where the cursor is among the changes, kept for as long as nothing
// moves.
type position struct{ moves, change, of int }

// drawn is everything a drawing of the body depends on.
type drawn struct{ width, height, version, moves int }

// NewChanges is the list of the session's review, as a tree.
func NewChanges(s *session.Session, k *keys.Map) *Changes {
	c := &Changes{s: s, keys: k, query: newInput(), pages: new(pages)}
	c.tree.Row = c.drawRow
	c.tree.Blank = c.blank
	c.columns, c.summary = measure(s), summarise(s)
	last := ""
	for i := range s.Items { // they come sorted by lockfile
		if f := s.Items[i].Lockfile; i == 0 || f != last {
			c.files, last = c.files+1, f
		}
	}
	c.build()
	return c
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
	c.columns.label = c.labelWidth(nodes)
	c.apply()
	if at < 0 || !c.selectChange(at) {
		c.first()
	}
	c.moves++
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
	var found fuzzy.Matches
	if query == "" {
		for i := range c.wanted {
			c.wanted[i] = true
		}
	} else {
		found = fuzzy.FindFromNoSort(query, searching{c})
		for _, m := range found {
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
	// The list keeps its order; the cursor goes to the best match.
	best := -1
	for n, m := range found {
		if c.wanted[m.Index] && c.rows[m.Index].change >= 0 && (best < 0 || m.Score > found[best].Score) {
			best = n
		}
	}
	if best >= 0 {
		c.tree.Select(found[best].Index)
	}
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
	if c.pos.moves != c.moves {
		at := c.tree.Selected()
		c.pos = position{moves: c.moves}
		for i, r := range c.rows {
			if r.change >= 0 && (c.wanted == nil || c.wanted[i]) {
				c.pos.of++
				if i <= at {
					c.pos.change++
				}
			}
		}
	}
	if c.change() < 0 { // on a heading
		return ""
	}
	place := fmt.Sprintf("change %d of %d", c.pos.change, c.pos.of)
	if c.wanted != nil { // else one that was searched for would look like the only one
		place += " found"
	}
	return place
}

// Receive takes nothing: the list asks for nothing.
func (c *Changes) Receive(tea.Msg) Effect { return Effect{} }

// Refresh follows the session: texts may be drawn otherwise, and more rows may
// need eyes. The cursor stays on its row.
func (c *Changes) Refresh() {
	c.moves++
	if c.filter > 0 && session.Filters[c.filter].Learns && c.eyes != c.s.Version {
		c.eyes = c.s.Version
		c.apply()
	}
}

// sort puts the rows in order of what is known by now; what was folded stays
// folded, and the cursor on its row.
func (c *Changes) sort() {
	type name struct {
		kind   rowKind
		change int
		text   string
	}
	folded := make(map[name]bool)
	key := func(r row) name { return name{r.kind, r.change, r.text} }
	for i, r := range c.rows {
		folded[key(r)] = c.tree.Closed(i)
	}
	c.s.Sort()
	at := c.tree.Selected()
	var heading name
	if at >= 0 {
		heading = key(c.rows[at])
	}
	c.build()
	if heading.kind != changeRow && at >= 0 {
		for i, r := range c.rows {
			if key(r) == heading {
				c.tree.Select(i)
				break
			}
		}
	}
	c.tree.SetFolds(func(i int) bool { return folded[key(c.rows[i])] })
}

// Click selects the row at a place of the body.
func (c *Changes) Click(x, y int) {
	if x < c.listW && c.tree.Hit(y-c.listY) {
		c.moves++
	}
}

// Scroll moves the cursor.
func (c *Changes) Scroll(delta int) {
	c.tree.Move(delta)
	c.moves++
}
