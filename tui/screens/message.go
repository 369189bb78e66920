package screens

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// Message is the screen before there is a review: what is being done, or why
// it failed.
type Message struct {
	s    *session.Session
	keys *keys.Map
	untyped

	reading, failed string // the sentences for the two
	over            bool   // something is known, and stands below
}

// NewMessage is that screen; it follows the session by itself.
func NewMessage(s *session.Session, k *keys.Map) *Message {
	return &Message{s: s, keys: k, reading: "Reading the lockfiles of both revisions.", failed: "The review could not be made.", over: s.Review != nil}
}

// NewPostureMessage is the same before there is a posture.
func NewPostureMessage(s *session.Session, k *keys.Map) *Message {
	return &Message{s: s, keys: k, reading: "Reading the files of the revision.", failed: "The repository's posture could not be looked at.", over: false}
}

// NewAuditMessage is the same before it is known what is pinned; over tells
// that an audit that has not ended stands below.
func NewAuditMessage(s *session.Session, k *keys.Map, over bool) *Message {
	return &Message{s: s, keys: k, reading: "Reading the lockfiles of the revision.", failed: "The audit could not be brought to its end.", over: over}
}

// Kind selects the bindings.
func (m *Message) Kind() keys.Screen { return keys.Message }

// Refuses nothing: the root does what can be done here.
func (m *Message) Refuses(keys.Action) string { return "" }

// Do does nothing.
func (m *Message) Do(keys.Action) Effect { return Effect{} }

// Refresh needs nothing: every drawing asks the session.
func (m *Message) Refresh() {}

// Title names the program and what is compared, once that is known.
func (m *Message) Title(int) (left, right string) {
	return m.s.Theme.Strong.Paint("depreview") + "  " + m.s.Compared(), ""
}

// Band tells in one word how it stands.
func (m *Message) Band(int) (left, right string) {
	if m.s.Err != nil {
		return m.s.Theme.Block.Paint(m.s.Theme.Fail + " failed"), ""
	}
	return "reading", ""
}

// Body says what is being done, or what failed, why, and what to do next.
func (m *Message) Body(width, height int) string {
	t := m.s.Theme
	pager := components.Pager{Theme: t, Wrap: true}
	if m.s.Err != nil {
		pager.SetLines(m.failure())
		return pager.View(width, height)
	}
	lines := []components.Line{{}, components.Text(m.reading)}
	if what := m.s.Safe(m.s.What); what != "" {
		if m.s.Total > 0 {
			what = fmt.Sprintf("%d of %d  %s", m.s.Done, m.s.Total, what)
		}
		lines = append(lines, components.Styled(t.Faint, what))
	}
	pager.SetLines(lines)
	return pager.View(width, height)
}

// failure splits an error into what and why, its hint, and the next key.
func (m *Message) failure() []components.Line {
	t := m.s.Theme
	text := strings.TrimSpace(m.s.SafeBlock(m.s.Err.Error()))
	first, rest, _ := strings.Cut(text, "\n")
	lines := []components.Line{{}, components.Styled(t.Block, m.failed), {}, components.Text(first)}
	for _, line := range strings.Split(rest, "\n") {
		if rest == "" {
			break
		}
		lines = append(lines, components.Line{Runs: []components.Run{{Text: line, Style: t.Accent}}, Indent: 6})
	}
	next := " quits"
	if m.over {
		next = " goes back to what is known"
	}
	return append(lines, components.Line{}, components.Styled(t.Faint, m.keys.Key(keys.Close)+next))
}

// Status is empty: the body says it all.
func (m *Message) Status(int) (left, right string) { return "", "" }

// Click selects nothing.
func (m *Message) Click(int, int) {}

// Scroll moves nothing.
func (m *Message) Scroll(int) {}
