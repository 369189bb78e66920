package screens

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// Help lists the bindings of the screen below it, made from the table that the
// keys themselves come from. Typing searches, enter runs the selected one.
type Help struct {
	s     *session.Session
	below Screen
	all   []keys.Binding
	now   []keys.Binding // what the search leaves
	list  components.Tree
	query textinput.Model
}

// NewHelp is the help of a screen.
func NewHelp(s *session.Session, k *keys.Map, below Screen) *Help {
	h := &Help{s: s, below: below, all: k.On(below.Kind()), query: newInput()}
	h.list.Row = h.row
	h.list.Blank = func(int) []string { return []string{"", "  No key does that here."} }
	h.search()
	h.query.Focus()
	return h
}

func (h *Help) search() {
	h.now = nil
	want := strings.ToLower(h.query.Value())
	for _, b := range h.all {
		if strings.Contains(strings.ToLower(b.Help+" "+b.Name+" "+b.All()), want) {
			h.now = append(h.now, b)
		}
	}
	h.list.SetNodes(make([]components.Node, len(h.now)))
}

// Kind has no bindings of its own: every key is text or moves in the list.
func (h *Help) Kind() keys.Screen { return keys.Message }

// Refuses nothing.
func (h *Help) Refuses(keys.Action) string { return "" }

// Do does nothing: keys come through Type.
func (h *Help) Do(keys.Action) Effect { return Effect{} }

// Typing is always the case.
func (h *Help) Typing() bool { return true }

// Type searches, moves, runs or closes.
func (h *Help) Type(msg tea.Msg) (e Effect) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return Effect{Close: true}
		case "down", "ctrl+n":
			h.list.Move(1)
			return e
		case "up", "ctrl+p":
			h.list.Move(-1)
			return e
		case "pgdown":
			h.list.Move(h.list.Page())
			return e
		case "pgup":
			h.list.Move(-h.list.Page())
			return e
		case "enter":
			if at := h.list.Selected(); at >= 0 {
				return Effect{Close: true, Run: h.now[at].Action}
			}
			return e
		}
	}
	before := h.query.Value()
	h.query, e.Cmd = h.query.Update(msg)
	if h.query.Value() != before {
		h.search()
	}
	return e
}

// TypingKeys are the keys that are no text in the search.
func (h *Help) TypingKeys() []components.Hint {
	return []components.Hint{{Key: "enter", Does: "run"}, {Key: "up down", Does: "move"}, {Key: "esc", Does: "close"}}
}

// Receive takes nothing.
func (h *Help) Receive(tea.Msg) Effect { return Effect{} }

// Refresh needs nothing: help is drawn anew each time.
func (h *Help) Refresh() {}

// Title says whose keys these are.
func (h *Help) Title(int) (left, right string) {
	t := h.s.Theme
	name := map[keys.Screen]string{keys.Changes: "the list of changes", keys.Detail: "the page of a change", keys.Message: "this screen", keys.Advisories: "the advisories", keys.Posture: "the posture",
		keys.Audit: "the audit", keys.AuditPage: "the page of an audit"}[h.below.Kind()]
	return t.Strong.Paint("Keys of " + name), ""
}

// Band says how help is used.
func (h *Help) Band(int) (left, right string) {
	return h.s.Theme.Faint.Paint("type to search, enter runs the selected key, esc closes"), ""
}

// Body is the list, and below it what the signs mean.
func (h *Help) Body(width, height int) string {
	legend := h.legend()
	if height < len(legend)+8 {
		return h.list.View(width, height)
	}
	lines := []string{h.list.View(width, height-len(legend)-1), ""}
	for _, l := range legend {
		lines = append(lines, components.Cut(l, width, h.s.Theme.Ellipsis))
	}
	return strings.Join(lines, "\n")
}

func (h *Help) legend() []string {
	t := h.s.Theme
	if h.below.Kind() == keys.Posture {
		return postureSigns(t)
	}
	if h.below.Kind()&(keys.Audit|keys.AuditPage) != 0 {
		return auditSigns(t)
	}
	lines := []string{"Signs  " + strings.Join([]string{
		t.Plus + " added", t.Minus + " removed", t.Up + " up", t.Down + " down", t.Other + " moved, no order",
		t.Repin + " repinned", t.Edit + " edited"}, "  ")}
	return append(lines,
		"Marks  scr the lockfile claims an install script, dir direct, dev development,",
		"       opt optional, bun bundled; +6 is how many changes are folded below",
		"Topics "+strings.Join([]string{t.Symbols.Pass + " nothing found", t.Symbols.Warn + " warns", t.Symbols.Fail + " fails",
			t.Symbols.None + " nothing to ask", t.Symbols.Waiting + " waiting", t.Symbols.Running + " asked"}, "  "),
		"       "+t.Symbols.Unknown+" unknown or not checked: it never means that all is well",
	)
}

func (h *Help) row(i, width int, selected bool) string {
	t, b := h.s.Theme, h.now[i]
	pointer := components.Spaces(pointerWidth)
	if selected {
		pointer = components.Fit(t.Pointer, pointerWidth, "")
	}
	look, why := theme.Style{}, h.below.Refuses(b.Action)
	if why != "" {
		look, why = t.Faint, "  not now: "+why
	}
	return paint(t, []cell{
		{pointer, theme.Style{}}, {components.Fit(b.All(), 15, t.Ellipsis), t.Accent},
		{components.Cut(b.Help, max(0, width-17), t.Ellipsis), look},
		{components.Cut(why, max(0, width-17-components.Width(b.Help)), t.Ellipsis), t.Faint},
	}, width, selected)
}

// Status shows what is searched for.
func (h *Help) Status(width int) (left, right string) {
	t := h.s.Theme
	return "/" + components.Cut(h.s.Safe(h.query.Value()), width-1, t.Ellipsis), t.Faint.Paint(session.Count(len(h.now), "key"))
}

// Cursor is where text is typed within the status line.
func (h *Help) Cursor() int {
	return 1 + components.Width(h.s.Safe(string([]rune(h.query.Value())[:h.query.Position()])))
}

// Click selects the row at a place of the body.
func (h *Help) Click(_, y int) { h.list.Hit(y) }

// Scroll moves the cursor.
func (h *Help) Scroll(delta int) { h.list.Move(delta) }
