package screens

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// AuditPage is all of one row of an audit: the ways by which the package comes,
// every place where it is pinned, and the advisory's own text.
type AuditPage struct {
	s    *session.Session
	keys *keys.Map
	list *Audit // whose cursor J and K move

	row    auditRow // as the page shows it
	builds [2]int   // of the list, and the looks
	pager  components.Pager
	find   typed
	moves  int

	seen    drawn
	drawing string
}

// NewAuditPage is the page of the row that is selected in the list.
func NewAuditPage(s *session.Session, k *keys.Map, list *Audit) *AuditPage {
	p := &AuditPage{s: s, keys: k, list: list, find: newTyped()}
	p.pager = components.Pager{Theme: s.Theme, Wrap: true}
	p.show()
	return p
}

// show turns to the row that is selected in the list.
func (p *AuditPage) show() {
	if row := p.list.selected(); row != nil {
		p.row = *row
	}
	p.pager.SetLines(p.list.lines(&p.row, textLimit, true))
	p.pager.Search(p.find.query.Value())
	p.builds = [2]int{p.list.builds, p.s.Themed}
	p.moves++
}

// Kind selects the bindings.
func (p *AuditPage) Kind() keys.Screen { return keys.AuditPage }

// Refresh takes in what became known of the row since; it keeps its place.
func (p *AuditPage) Refresh() {
	if now := [2]int{p.list.builds, p.s.Themed}; p.builds != now {
		p.builds = now
		if row := p.list.selected(); row != nil && row.key == p.row.key {
			p.row = *row
		}
		p.pager.Theme = p.s.Theme
		p.pager.Replace(p.list.lines(&p.row, textLimit, true))
	}
	p.moves++
}

// Refuses says why an action cannot be done now.
func (p *AuditPage) Refuses(action keys.Action) string {
	switch action {
	case keys.NextMatch, keys.PreviousMatch:
		if p.find.query.Value() == "" {
			return "nothing is searched for; " + p.keys.Key(keys.Search) + " does"
		}
		if p.pager.Matches() == 0 {
			return "nothing matches"
		}
	case keys.Browse:
		return p.row.refusesBrowse()
	case keys.Copy:
		_, why := p.row.copied()
		return why
	}
	return ""
}

// Do carries out an action.
func (p *AuditPage) Do(action keys.Action) (e Effect) {
	p.moves++
	if scroll(&p.pager, action) {
		return e
	}
	switch action {
	case keys.NextChange, keys.PreviousChange:
		delta, end := 1, "this is the last row"
		if action == keys.PreviousChange {
			delta, end = -1, "this is the first row"
		}
		if !p.list.step(delta) {
			return Effect{Toast: end}
		}
		p.show()
	case keys.Search:
		p.find.begin()
	case keys.NextMatch:
		p.pager.Match(1)
	case keys.PreviousMatch:
		p.pager.Match(-1)
	case keys.Browse:
		e.Browse = p.row.r.URL
	case keys.Copy:
		text, _ := p.row.copied()
		return Effect{Cmd: tea.SetClipboard(text), Toast: "copied " + p.s.Safe(text)}
	case keys.Back:
		if p.find.query.Value() != "" {
			p.find.leave(true)
			p.pager.Search("")
			return e
		}
		e.Close = true
	}
	return e
}

// Typing tells whether keys go into the search.
func (p *AuditPage) Typing() bool { return p.find.open }

// Type takes a key while the search is open.
func (p *AuditPage) Type(msg tea.Msg) Effect {
	p.moves++
	cmd, changed := p.find.take(msg)
	if changed {
		p.pager.Search(p.find.query.Value())
	}
	return Effect{Cmd: cmd}
}

// TypingKeys are the keys that are no text in the search.
func (p *AuditPage) TypingKeys() []components.Hint {
	return []components.Hint{{Key: "enter", Does: "keep the search"}, {Key: "esc", Does: "drop it"}}
}

// Receive takes nothing: the page asks for nothing.
func (p *AuditPage) Receive(tea.Msg) Effect { return Effect{} }

// Title says where in the list the page is.
func (p *AuditPage) Title(width int) (left, right string) {
	t := p.s.Theme
	left = t.Strong.Paint("depreview audit") + "  " + p.s.Named(p.list.x.Revision) + " > "
	name := "what is not known"
	if p.row.gap == nil {
		name = p.row.label + " " + p.row.have
	}
	right = t.Faint.Paint(p.list.place())
	return left + components.Cut(name, max(0, width-components.Width(left)-components.Width(right)-2), t.Ellipsis), right
}

// Band says how bad it is, and how the package comes into the project.
func (p *AuditPage) Band(int) (left, right string) {
	sign, look := p.row.look(p.s.Theme)
	if p.row.gap != nil {
		return look.Paint(sign + " unknown"), ""
	}
	return look.Paint(sign + " " + p.row.severity), p.s.Theme.Faint.Paint(p.row.from)
}

// Body draws the page, or what was drawn before when nothing has changed since.
func (p *AuditPage) Body(width, height int) string {
	if now := (drawn{width, height, p.s.Version, p.moves}); p.seen != now {
		p.drawing, p.seen = strings.TrimRight(p.pager.View(width, height), " "), now
	}
	return p.drawing
}

// Status says which part is on screen, or what is searched for.
func (p *AuditPage) Status(width int) (left, right string) {
	t, query := p.s.Theme, p.find.text(p.s)
	right = t.Faint.Paint(p.pager.Where())
	found := session.Count(p.pager.Matches(), "line")
	switch {
	case p.find.open:
		return "/" + components.Cut(query, max(0, width-2), t.Ellipsis), t.Faint.Paint(found)
	case query != "":
		return found + " with /" + components.Cut(query, width/2, t.Ellipsis), right
	case p.row.gap != nil:
		return "", right
	}
	return t.Faint.Paint("found by " + p.row.found), right
}

// Cursor is where text is typed within the status line.
func (p *AuditPage) Cursor() int { return p.find.cursor(p.s) }

// Click selects nothing: a text has no cursor.
func (p *AuditPage) Click(int, int) {}

// Scroll moves the text.
func (p *AuditPage) Scroll(delta int) {
	p.pager.Move(delta)
	p.moves++
}
