// Package keys is the one table of bindings: which key does what, on which
// screens, and how help words it. Screens act on an Action and never on a key,
// so that keys can be changed and help is never wrong.
package keys

import (
	"fmt"
	"slices"
	"strings"
)

// Action is what a key asks for. A new one needs a line in Table.
type Action int

// The actions.
const (
	None Action = iota
	Down
	Up
	First
	Last
	PageDown
	PageUp
	Open
	Back
	Unfold
	Fold
	NextTab
	PreviousTab
	NextChange
	PreviousChange
	NextFile
	PreviousFile
	Search
	NextMatch
	PreviousMatch
	Filter
	Layout
	Wrap
	Copy
	Sort
	Pane
	Again
	Live
	Browse
	ShowChanges
	ShowAdvisories
	Mouse
	Redraw
	Help
	Close
	Quit
)

// Screen is where a binding works; screens are added up.
type Screen int

// The screens.
const (
	Changes Screen = 1 << iota
	Detail
	Message // the screens that only say something: loading, failed
	Advisories
	Posture
	Audit
	AuditPage  // of one advisory
	Everywhere = Changes | Advisories | Detail | Posture | Audit | AuditPage | Message
)

// Binding is one line of the table.
type Binding struct {
	Action  Action
	Name    string   // stable: what a remapping calls it
	Keys    []string // as Bubble Tea spells them; the first is shown
	Short   string   // for the bottom line; "" keeps it off that line
	Help    string   // for the list of all keys
	Screens Screen
}

const (
	reading = Changes | Advisories | Detail // of a review
	moving  = reading | Posture | Audit | AuditPage
)

// Table is every binding, in the order of help. The order of those with a
// Short is the order of the bottom line.
var Table = []Binding{
	{Open, "open", []string{"enter", "l"}, "open", "open what is selected: a package, the rows below a heading, or a finding's details", Changes | Advisories | Posture | Audit},
	{Sort, "sort", []string{"S"}, "sort", "put what checks have failed or warned of in front; in an audit: another order", Changes | Audit},
	{NextTab, "next-tab", []string{"tab", "right"}, "next tab", "next tab", Detail},
	{PreviousTab, "previous-tab", []string{"shift+tab", "left"}, "", "previous tab", Detail},
	{Pane, "pane", []string{"tab"}, "read on", "scroll the details instead of the list, and back", Advisories | Posture | Audit},
	{NextChange, "next-change", []string{"J"}, "next change", "next change or advisory, keeping the tab", Changes | Detail | AuditPage},
	{PreviousChange, "previous-change", []string{"K"}, "", "previous change or advisory, keeping the tab", Changes | Detail | AuditPage},
	{Search, "search", []string{"/"}, "find", "filter the list, or search the text", Changes | Detail | Audit | AuditPage},
	{NextMatch, "next-match", []string{"n"}, "", "next match", Changes | Detail | AuditPage},
	{PreviousMatch, "previous-match", []string{"N"}, "", "previous match", Changes | Detail | AuditPage},
	{Filter, "filter", []string{"f"}, "show", "show all, or only those of one kind", Changes | Advisories | Posture | Audit},
	{Again, "again", []string{"r"}, "ask again", "ask again for evidence; on a heading for all unknown below", reading},
	{Live, "live", []string{"s"}, "", "in the Scorecard tab: fetch the source, and score it at both versions", Detail},
	{Layout, "layout", []string{"t"}, "tree", "tree of causes, or a flat list of what needs eyes first", Changes},
	{Wrap, "wrap", []string{"w"}, "wrap", "wrap long lines of the lockfile, or cut them", Detail},
	{Browse, "browse", []string{"o"}, "open in browser", "open the advisory, or the package's page, in the browser", Advisories | Detail | Audit | AuditPage},
	{Close, "close", []string{"q"}, "quit", "close this view; on the first one: quit", Everywhere},
	{Copy, "copy", []string{"y"}, "copy", "copy the package-url; of an advisory, its id; of a finding, the text to put there", moving},
	{ShowChanges, "changes", []string{"1"}, "", "the list of changes", reading},
	{ShowAdvisories, "advisories", []string{"2"}, "", "the advisories of all changes", reading},
	{Back, "back", []string{"esc", "h"}, "back", "back one level; first clears a filter or a search", moving},
	{Unfold, "unfold", []string{"right", "+"}, "", "show the rows below", Changes},
	{Fold, "fold", []string{"left", "-"}, "", "hide the rows below, or go to the row above them", Changes},
	{NextFile, "next-file", []string{"]"}, "", "next lockfile", Changes},
	{PreviousFile, "previous-file", []string{"["}, "", "previous lockfile", Changes},
	{Down, "down", []string{"j", "down"}, "", "next row or line", moving},
	{Up, "up", []string{"k", "up"}, "", "previous row or line", moving},
	{First, "first", []string{"g", "home"}, "", "first row or line", moving},
	{Last, "last", []string{"G", "end"}, "", "last row or line", moving},
	{PageDown, "page-down", []string{"ctrl+d", "pgdown"}, "", "half a page down", moving},
	{PageUp, "page-up", []string{"ctrl+u", "pgup"}, "", "half a page up", moving},
	{Mouse, "mouse", []string{"m"}, "", "let wheel and click select rows; off again to select text", moving},
	{Redraw, "redraw", []string{"ctrl+l"}, "", "draw the screen anew", Everywhere},
	{Quit, "quit", []string{"ctrl+c"}, "", "quit at once", Everywhere},
	{Help, "help", []string{"?"}, "keys", "all keys of this screen", Everywhere},
}

// Map answers for a key.
type Map struct {
	bindings []Binding
	byKey    map[string][]int
}

// New makes the map of Table with some bindings remapped: Name to keys. It
// refuses names that are not there and keys that would do two things on one
// screen, and says both names.
func New(remap map[string][]string) (*Map, error) {
	m := &Map{bindings: slices.Clone(Table), byKey: make(map[string][]int)}
	left := len(remap)
	for i, b := range m.bindings {
		if list, ok := remap[b.Name]; ok {
			if len(list) == 0 {
				return nil, fmt.Errorf("read the key bindings: %s has no key", b.Name)
			}
			m.bindings[i].Keys = list
			left--
		}
	}
	if left > 0 {
		for name := range remap {
			if !slices.ContainsFunc(Table, func(b Binding) bool { return b.Name == name }) {
				return nil, fmt.Errorf("read the key bindings: there is no action named %q", name)
			}
		}
	}
	for i, b := range m.bindings {
		for _, key := range b.Keys {
			for _, other := range m.byKey[key] {
				if o := m.bindings[other]; o.Screens&b.Screens != 0 {
					return nil, fmt.Errorf("read the key bindings: key %q is both %s and %s", key, o.Name, b.Name)
				}
			}
			m.byKey[key] = append(m.byKey[key], i)
		}
	}
	return m, nil
}

// Find is the binding of a key on a screen.
func (m *Map) Find(screen Screen, key string) (Binding, bool) {
	for _, i := range m.byKey[key] {
		if b := m.bindings[i]; b.Screens&screen != 0 {
			return b, true
		}
	}
	return Binding{}, false
}

// On is every binding of a screen, in the order of help.
func (m *Map) On(screen Screen) []Binding {
	var list []Binding
	for _, b := range m.bindings {
		if b.Screens&screen != 0 {
			list = append(list, b)
		}
	}
	return list
}

// Key is the key to name for an action in a sentence.
func (m *Map) Key(action Action) string {
	for _, b := range m.bindings {
		if b.Action == action {
			return b.Keys[0]
		}
	}
	return ""
}

// All is the binding's keys for the list of help.
func (b Binding) All() string { return strings.Join(b.Keys, " ") }
