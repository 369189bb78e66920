package screens

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Audit is the list of everything that one revision pins and that advisories
// name: first what is not known, then each advisory of each package, what needs
// doing first in front; and below it all of the selected row.
type Audit struct {
	s    *session.Session
	keys *keys.Map

	x       *exposure.Exposure
	doing   string // what is under way; "" once everything has ended
	stopped error  // why it ended before everything was asked, or nil

	listing
	all     []auditRow
	rows    []auditRow // those that the filter and the search leave
	filters []int      // of auditFilters, those that leave a row
	filter  int        // index in filters
	order   int        // index in auditOrders
	find    typed
	moved   bool // the person has chosen a row

	detailed [2]int // builds and looks that the details show
	shown    string // key of the row that they show

	counted []string // what was found, for the band
	unknown int      // rows of what is not known
	columns auditColumns
	builds  int
}

// NewAudit is the list of what is known so far. doing says what is under way.
func NewAudit(s *session.Session, k *keys.Map, x *exposure.Exposure, doing string) *Audit {
	a := &Audit{s: s, keys: k, find: newTyped()}
	a.tree.Row = a.drawRow
	a.details = components.Pager{Theme: s.Theme, Wrap: true}
	a.Know(x, doing)
	return a
}

// Know takes in what is known now; the cursor stays on its row once the person
// has moved it.
func (a *Audit) Know(x *exposure.Exposure, doing string) {
	a.x, a.doing = x, doing
	a.list()
	a.build()
}

// Stopped takes note that what was not asked by now will not be, and why.
func (a *Audit) Stopped(why error) {
	a.stopped = why
	a.Know(a.x, "")
}

// Kind selects the bindings.
func (a *Audit) Kind() keys.Screen { return keys.Audit }

// Refresh follows the looks of the session.
func (a *Audit) Refresh() {
	a.moves++
	a.count()
}

// build lists what the filter and the search leave.
func (a *Audit) build() {
	a.moves++
	a.builds++
	key, at := "", 0
	if row := a.selected(); row != nil && a.moved {
		key = row.key
	}
	a.rows = a.rows[:0]
	want := strings.ToLower(a.find.query.Value())
	holds := auditFilters[a.filters[a.filter]].holds
	for i := range a.all {
		row := &a.all[i]
		if !holds(row) || want != "" && !strings.Contains(row.search, want) {
			continue
		}
		if row.key == key {
			at = len(a.rows)
		}
		a.rows = append(a.rows, *row)
	}
	a.inDetails = a.inDetails && len(a.rows) > 0
	a.columns = auditColumns{}
	a.tree.SetNodes(make([]components.Node, len(a.rows)))
	a.tree.Select(at)
}

// selected is the row under the cursor, or nil.
func (a *Audit) selected() *auditRow {
	if at := a.tree.Selected(); at >= 0 && at < len(a.rows) {
		return &a.rows[at]
	}
	return nil
}

// Refuses says why an action cannot be done now.
func (a *Audit) Refuses(action keys.Action) string {
	row := a.selected()
	switch action {
	case keys.Open, keys.Copy, keys.Browse, keys.Pane:
		if row == nil {
			return "nothing is selected"
		}
		if action == keys.Copy {
			_, why := row.copied()
			return why
		}
		if action == keys.Browse {
			return row.refusesBrowse()
		}
		if action == keys.Pane && !a.inDetails && a.details.Where() == "" {
			return "all of it is on screen"
		}
	case keys.Filter:
		if len(a.filters) < 3 {
			return "there is only one kind to show"
		}
	case keys.Search:
		if len(a.all) == 0 {
			return "there is no row"
		}
	case keys.Sort:
		if len(a.all)-a.unknown < 2 {
			return "there is nothing to sort"
		}
	case keys.Back:
		if !a.inDetails && a.filter == 0 && a.find.query.Value() == "" {
			return "this is the first screen; " + a.keys.Key(keys.Close) + " quits"
		}
	}
	return ""
}

// Do carries out an action. The details follow at once: the next key may come
// before the next frame, and is meant for them.
func (a *Audit) Do(action keys.Action) (e Effect) {
	a.moves++
	defer a.detail()
	if a.inDetails && scroll(&a.details, action) {
		return e
	}
	if a.walk(action, len(a.rows)) {
		a.moved = true
		return e
	}
	switch action {
	case keys.Pane:
		a.inDetails = !a.inDetails
	case keys.Open:
		a.moved = true
		return Effect{Open: NewAuditPage(a.s, a.keys, a)}
	case keys.Search:
		a.find.begin()
	case keys.Filter:
		a.filter = (a.filter + 1) % len(a.filters)
		a.build()
	case keys.Sort:
		a.order = (a.order + 1) % len(auditOrders)
		a.list()
		a.build()
		return Effect{Toast: "in order of " + auditOrders[a.order].name}
	case keys.Copy:
		text, _ := a.selected().copied()
		return Effect{Cmd: tea.SetClipboard(text), Toast: "copied " + a.s.Safe(text)}
	case keys.Browse:
		e.Browse = a.selected().r.URL
	case keys.Back:
		switch {
		case a.inDetails:
			a.inDetails = false
		case a.find.query.Value() != "":
			a.find.leave(true)
			a.build()
		default:
			a.filter = 0
			a.build()
		}
	}
	return e
}

// step moves to the next or previous row for the page of one, and tells
// whether there is one.
func (a *Audit) step(delta int) bool {
	a.moves++
	before := a.tree.Selected()
	a.tree.Move(delta)
	return a.tree.Selected() != before
}

// place says which row of how many the cursor is on.
func (a *Audit) place() string {
	if len(a.rows) == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", a.tree.Selected()+1, len(a.rows))
}

// Typing tells whether keys go into the search.
func (a *Audit) Typing() bool { return a.find.open }

// Type takes a key while the search is open; the list follows each one.
func (a *Audit) Type(msg tea.Msg) (e Effect) {
	a.moves++
	if k, ok := msg.(tea.KeyPressMsg); ok && (k.String() == "down" || k.String() == "up") {
		a.tree.Move(map[string]int{"down": 1, "up": -1}[k.String()])
		a.moved = true
		return e
	}
	cmd, changed := a.find.take(msg)
	if changed {
		a.build()
	}
	return Effect{Cmd: cmd}
}

// TypingKeys are the keys that are no text in the search.
func (a *Audit) TypingKeys() []components.Hint {
	return []components.Hint{{Key: "enter", Does: "keep the filter"}, {Key: "up down", Does: "move"}, {Key: "esc", Does: "show all"}}
}

// Receive takes nothing: the list asks for nothing.
func (a *Audit) Receive(tea.Msg) Effect { return Effect{} }

// Cursor is where text is typed within the status line.
func (a *Audit) Cursor() int { return a.find.cursor(a.s) }

// Click selects the row at a place of the body.
func (a *Audit) Click(x, y int) {
	before := a.moves
	a.listing.Click(x, y)
	a.moved = a.moved || a.moves > before
}

// Scroll moves the cursor, or the details while they are read.
func (a *Audit) Scroll(delta int) {
	a.moved = a.moved || !a.inDetails
	a.listing.Scroll(delta)
}
