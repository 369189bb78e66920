package screens

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

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
	case keys.Again:
		if at >= 0 && c.rows[at].change < 0 && c.s.Checked() {
			if len(c.unknownBelow(at)) == 0 {
				return "nothing below this row is unknown, or it is still being asked"
			}
			return ""
		}
		return refusesAgain(c.s, c.change())
	case keys.ShowChanges:
		return "this is the list of changes"
	case keys.Sort:
		if c.s.Unsorted() == 0 {
			return "the rows are in order"
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
			detail, cmd := NewDetail(c.s, c.keys, c, c.pages, item)
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
		c.query.Focus()
	case keys.Filter:
		c.filter = c.nextFilter()
		c.apply()
	case keys.Layout:
		c.flat = !c.flat
		c.build()
	case keys.Again:
		if e.Ask = []int{c.change()}; c.change() < 0 {
			e.Ask = c.unknownBelow(at)
		}
	case keys.Sort:
		c.sort()
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

// unknownBelow are the changes below a heading of which something is unknown
// that may be answered when it is asked again.
func (c *Changes) unknownBelow(at int) (items []int) {
	for i := at + 1; i <= at+c.tree.Below(at); i++ {
		if item := c.rows[i].change; item >= 0 && c.s.Ended(item) && slices.ContainsFunc(c.s.Checks(item), isUnknown) {
			items = append(items, item)
		}
	}
	return items
}

func isUnknown(c session.Checked) bool { return c.State == analysis.StateUnknown }

func copied(i *session.Item) Effect {
	purl := i.Package().PURL()
	return Effect{Cmd: tea.SetClipboard(purl), Toast: "copied " + purl}
}

func (c *Changes) said(_ int, ok bool) string {
	if ok {
		return ""
	}
	return "no further change in this direction"
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

// TypingKeys are the keys that are no text in the filter.
func (c *Changes) TypingKeys() []components.Hint {
	return []components.Hint{{Key: "enter", Does: "keep the filter"}, {Key: "up down", Does: "move"}, {Key: "esc", Does: "show all"}}
}

func (c *Changes) leave() {
	c.typing = false
	c.query.Blur()
	c.moves++
}
