package screens

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Advisories is the list of all advisories that matter to the changes: what
// the update fixes, what it brings, and what stays.
type Advisories struct {
	s    *session.Session
	keys *keys.Map
	*pages
	listing
	untyped

	rows    []session.Listed // those that the filter leaves
	all     int              // how many there are
	filter  int              // index in effectFilters
	version int              // of the session, as rows were made
	topic   int              // of advisories in analysis.Topics

	detailed detailed        // what the details show
	laid     advisoryColumns // for laidFor
	laidFor  [2]int          // width and builds
	builds   int
}

var effectFilters = []struct {
	name  string
	holds func(advisories.Effect) bool
}{
	{"all", func(advisories.Effect) bool { return true }},
	{"open", func(e advisories.Effect) bool { return e != advisories.Fixed }},
	{"fixed", func(e advisories.Effect) bool { return e == advisories.Fixed }},
}

// NewAdvisories is the list of the session's advisories; it grows as they come.
func NewAdvisories(s *session.Session, k *keys.Map, below *Changes) *Advisories {
	a := &Advisories{s: s, keys: k, pages: below.pages, version: -1}
	for i, t := range analysis.Topics {
		if t.Name == "advisories" {
			a.topic = i
		}
	}
	a.tree.Row = a.drawRow
	a.details = components.Pager{Theme: s.Theme, Wrap: true}
	a.Refresh()
	return a
}

// Kind selects the bindings.
func (a *Advisories) Kind() keys.Screen { return keys.Advisories }

// Refresh takes in what was learnt; the cursor stays on its advisory.
func (a *Advisories) Refresh() {
	a.moves++
	if a.version != a.s.Version {
		a.build()
	}
}

func (a *Advisories) build() {
	a.version = a.s.Version
	a.builds++
	selected := a.selected()
	list := a.s.Advisories()
	a.all = len(list)
	a.rows = nil
	at := 0
	for _, l := range list {
		if effectFilters[a.filter].holds(l.Effect) {
			if selected != nil && selected.Item == l.Item && selected.ID == l.ID {
				at = len(a.rows)
			}
			a.rows = append(a.rows, l)
		}
	}
	a.inDetails = a.inDetails && len(a.rows) > 0
	a.tree.SetNodes(make([]components.Node, len(a.rows)))
	a.tree.Select(at)
}

// selected is the advisory under the cursor, or nil.
func (a *Advisories) selected() *session.Listed {
	if at := a.tree.Selected(); at >= 0 && at < len(a.rows) {
		row := a.rows[at]
		return &row
	}
	return nil
}

// Refuses says why an action cannot be done now.
func (a *Advisories) Refuses(action keys.Action) string {
	l := a.selected()
	switch action {
	case keys.Open, keys.Copy, keys.Again:
		if l == nil {
			return "no advisory is selected"
		}
		if action == keys.Again {
			return refusesAgain(a.s, l.Item)
		}
	case keys.Browse:
		if l == nil {
			return "no advisory is selected"
		}
		if l.URL == "" {
			return "its source gives no address"
		}
	case keys.Filter:
		if a.all == 0 {
			return "there is no advisory to show"
		}
	case keys.Pane:
		if l == nil {
			return "no advisory is selected"
		}
		if !a.inDetails && a.details.Where() == "" {
			return "all of it is on screen"
		}
	case keys.ShowAdvisories:
		return "these are the advisories"
	}
	return ""
}

// Do carries out an action.
func (a *Advisories) Do(action keys.Action) (e Effect) {
	a.moves++
	if a.inDetails && scroll(&a.details, action) {
		return e
	}
	if a.walk(action, len(a.rows)) {
		return e
	}
	switch action {
	case keys.Pane:
		a.inDetails = !a.inDetails
	case keys.Filter:
		a.filter = (a.filter + 1) % len(effectFilters)
		a.build()
	case keys.Open:
		detail, cmd := NewDetail(a.s, a.keys, a, a.pages, a.selected().Item)
		cmd = tea.Batch(cmd, detail.turnTo(a.topic))
		return Effect{Open: detail, Cmd: cmd}
	case keys.Copy:
		id := a.selected().Name
		return Effect{Cmd: tea.SetClipboard(id), Toast: "copied " + id}
	case keys.Again:
		e.Ask = []int{a.selected().Item}
	case keys.Browse:
		e.Browse = a.selected().URL
	case keys.Back:
		if a.inDetails {
			a.inDetails = false
			return e
		}
		if a.filter != 0 {
			a.filter = 0
			a.build()
			return e
		}
		e.Close = true
	}
	return e
}

// Step moves to the next or previous advisory of another change.
func (a *Advisories) Step(delta int) (item int, ok bool) {
	from := a.selected()
	if from == nil {
		return 0, false
	}
	for at := a.tree.Selected() + delta; at >= 0 && at < len(a.rows); at += delta {
		if a.rows[at].Item != from.Item {
			a.moves++
			return a.rows[at].Item, a.tree.Select(at)
		}
	}
	return from.Item, false
}

// Place says which advisory of how many the cursor is on.
func (a *Advisories) Place() string {
	if len(a.rows) == 0 {
		return ""
	}
	return fmt.Sprintf("advisory %d of %d", a.tree.Selected()+1, len(a.rows))
}
