package screens

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
)

// typed is the line in which a person types what a list or a text is searched
// for. What follows a change of it is the screen's.
type typed struct {
	query textinput.Model
	open  bool // keys are text
}

func newTyped() typed { return typed{query: newInput()} }

// begin opens the line with what was typed before.
func (l *typed) begin() {
	l.open = true
	l.query.CursorEnd()
	l.query.Focus()
}

// leave closes the line; clear forgets the text too.
func (l *typed) leave(clear bool) {
	l.open = false
	l.query.Blur()
	if clear {
		l.query.Reset()
	}
}

// take gives the line a key: enter keeps the text, esc drops it. It tells
// whether the text is another one.
func (l *typed) take(msg tea.Msg) (cmd tea.Cmd, changed bool) {
	before := l.query.Value()
	if k, ok := msg.(tea.KeyPressMsg); ok && (k.String() == "enter" || k.String() == "esc") {
		l.leave(k.String() == "esc")
		return nil, l.query.Value() != before
	}
	l.query, cmd = l.query.Update(msg)
	return cmd, l.query.Value() != before
}

// text is what was typed, fit for the screen.
func (l *typed) text(s *session.Session) string { return s.Safe(l.query.Value()) }

// cursor is where text is typed within the status line, or -1.
func (l *typed) cursor(s *session.Session) int {
	if !l.open {
		return -1
	}
	runes := []rune(l.query.Value())
	return 1 + components.Width(s.Safe(string(runes[:min(l.query.Position(), len(runes))])))
}
