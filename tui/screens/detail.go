package screens

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Detail is the page of one change, with a tab for each side of it.
type Detail struct {
	s    *session.Session
	keys *keys.Map
	list list // the list behind, whose cursor J and K move
	*pages

	item  int
	tabs  []tab // the same for every change
	at    int   // the tab on show
	told  int   // Item.Told as the tab shows it
	pager components.Pager
	kept  map[part]any // what commands have read, of any change

	query  textinput.Model
	typing bool
	moves  int
	themed int // Session.Themed as the tab shows it

	seen    drawn
	drawing string
}

// part is something that a command reads for a tab.
type part struct{ item, tab int }

// partRead carries what a command has read.
type partRead struct {
	part part
	what any
}

// NewDetail is the page of an item; the command reads what its tab needs.
func NewDetail(s *session.Session, k *keys.Map, list list, p *pages, item int) (*Detail, tea.Cmd) {
	d := &Detail{s: s, keys: k, list: list, pages: p, tabs: tabsOf(s), kept: make(map[part]any), query: newInput()}
	d.pager = components.Pager{Theme: s.Theme, Wrap: true}
	return d, d.show(item)
}

// Kind selects the bindings.
func (d *Detail) Kind() keys.Screen { return keys.Detail }

// show turns to an item, the tab kept.
func (d *Detail) show(item int) tea.Cmd {
	d.item = item
	return d.fill()
}

// tab is the kind of the tab on show.
func (d *Detail) tab() int { return d.tabs[d.at].kind }

// fill sets the lines of the present tab, and asks for what is not read yet.
func (d *Detail) fill() tea.Cmd {
	d.moves++
	it := &d.s.Items[d.item]
	d.told = it.Told
	d.pager.Wrap = d.tab() != tabLockfile || d.wrapLockfile
	at := part{d.item, d.tab()}
	switch d.tab() {
	case tabOverview, tabTopic:
		d.pager.SetLines(d.known())
		return nil
	case tabWhy:
		paths, ok := d.kept[at].([]wayIn)
		d.pager.SetLines(whyLines(d.s, it, paths, !ok))
		if !ok {
			return d.read(at, func() any { return findPaths(d.s.Review.Diff, it) })
		}
	case tabLockfile:
		entry, ok := d.kept[at].(entryRead)
		d.pager.SetLines(entryLines(d.s, it, entry, !ok))
		if !ok {
			review := d.s.Review
			return d.read(at, func() any { return readEntry(review, it) })
		}
	}
	return nil
}

func (d *Detail) read(at part, what func() any) tea.Cmd {
	return func() tea.Msg {
		d.reading.Lock()
		defer d.reading.Unlock()
		return partRead{at, what()}
	}
}

// Receive keeps what a command has read and shows it when it is still asked
// for.
func (d *Detail) Receive(msg tea.Msg) Effect {
	read, ok := msg.(partRead)
	if !ok {
		return Effect{}
	}
	d.kept[read.part] = read.what
	if read.part == (part{d.item, d.tab()}) {
		return Effect{Cmd: d.fill()}
	}
	return Effect{}
}

// Refresh follows a change of the session. A page that says the same as before
// keeps still, and one that says more keeps its place.
func (d *Detail) Refresh() {
	rethemed := d.themed != d.s.Themed
	d.themed, d.pager.Theme = d.s.Themed, d.s.Theme
	switch known := d.tab() == tabOverview || d.tab() == tabTopic; {
	case known && (rethemed || d.told != d.s.Items[d.item].Told):
		d.told = d.s.Items[d.item].Told
		d.moves++
		d.pager.Replace(d.known())
	case rethemed:
		d.fill() // whatever it asks for has been asked for before
	}
}

// Refuses says why an action cannot be done now.
func (d *Detail) Refuses(a keys.Action) string {
	switch a {
	case keys.Wrap:
		if d.tab() != tabLockfile {
			return "only the Lockfile tab has lines to wrap"
		}
	case keys.NextMatch, keys.PreviousMatch:
		if d.query.Value() == "" {
			return "nothing is searched for; " + d.keys.Key(keys.Search) + " does"
		}
		if d.pager.Matches() == 0 {
			return "nothing matches"
		}
	case keys.Again:
		return refusesAgain(d.s, d.item)
	case keys.Live:
		if t := d.tabs[d.at]; t.kind != tabTopic || analysis.Topics[t.topic].Name != analysis.LiveTopic {
			return "only the Scorecard tab has a live score to ask for"
		}
		return RefusesLive(d.s, d.item)
	case keys.Browse:
		if d.link() == "" {
			return "no source has given a link for this change"
		}
	}
	return ""
}

// Do carries out an action.
func (d *Detail) Do(a keys.Action) (e Effect) {
	d.moves++
	if scroll(&d.pager, a) {
		return e
	}
	switch a {
	case keys.NextTab:
		d.at = (d.at + 1) % len(d.tabs)
		e.Cmd = d.fill()
	case keys.PreviousTab:
		d.at = (d.at + len(d.tabs) - 1) % len(d.tabs)
		e.Cmd = d.fill()
	case keys.NextChange:
		return d.step(1)
	case keys.PreviousChange:
		return d.step(-1)
	case keys.Search:
		d.typing = true
		d.query.CursorEnd()
		d.query.Focus()
	case keys.NextMatch:
		d.pager.Match(1)
	case keys.PreviousMatch:
		d.pager.Match(-1)
	case keys.Wrap:
		d.wrapLockfile = !d.pager.Wrap
		d.pager.SetWrap(!d.pager.Wrap)
	case keys.Again:
		e.Ask = []int{d.item}
	case keys.Live:
		e.Live = []int{d.item}
	case keys.Browse:
		e.Browse = d.link()
	case keys.Copy:
		return copied(&d.s.Items[d.item])
	case keys.Back:
		if d.query.Value() != "" {
			d.query.Reset()
			d.pager.Search("")
			return e
		}
		e.Close = true
	}
	return e
}

// scroll moves a text, when the action is one that does.
func scroll(p *components.Pager, a keys.Action) bool {
	switch a {
	case keys.Down:
		p.Move(1)
	case keys.Up:
		p.Move(-1)
	case keys.PageDown:
		p.Move(p.Page())
	case keys.PageUp:
		p.Move(-p.Page())
	case keys.First:
		p.Move(-p.Rows())
	case keys.Last:
		p.Move(p.Rows())
	default:
		return false
	}
	return true
}

func (d *Detail) step(delta int) Effect {
	item, ok := d.list.Step(delta)
	if !ok {
		return Effect{Toast: map[bool]string{true: "this is the last change", false: "this is the first change"}[delta > 0]}
	}
	return Effect{Cmd: d.show(item)}
}

// Typing tells whether keys go into the search.
func (d *Detail) Typing() bool { return d.typing }

// Type takes a key while the search is open.
func (d *Detail) Type(msg tea.Msg) (e Effect) {
	d.moves++
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter":
			d.typing = false
			d.query.Blur()
			return e
		case "esc":
			d.typing = false
			d.query.Reset()
			d.query.Blur()
			d.pager.Search("")
			return e
		}
	}
	d.query, e.Cmd = d.query.Update(msg)
	d.pager.Search(d.query.Value())
	return e
}

// TypingKeys are the keys that are no text in the search.
func (d *Detail) TypingKeys() []components.Hint {
	return []components.Hint{{Key: "enter", Does: "keep the search"}, {Key: "esc", Does: "drop it"}}
}

// Cursor is where text is typed within the status line.
func (d *Detail) Cursor() int {
	if !d.typing {
		return -1
	}
	runes := []rune(d.query.Value())
	return 1 + components.Width(d.s.Safe(string(runes[:min(d.query.Position(), len(runes))])))
}

// Body draws the tab, or what was drawn before when nothing has changed.
func (d *Detail) Body(width, height int) string {
	now := drawn{width, height, d.s.Version, d.moves}
	if d.seen != now {
		d.drawing, d.seen = strings.TrimRight(d.pager.View(width, height), " "), now
	}
	return d.drawing
}

// Click selects nothing: a text has no cursor.
func (d *Detail) Click(int, int) {}

// Scroll moves the text.
func (d *Detail) Scroll(delta int) {
	d.pager.Move(delta)
	d.moves++
}
