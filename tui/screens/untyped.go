package screens

import (
	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/components"
)

// untyped is embedded by screens into which nothing is typed and to which
// nothing is sent.
type untyped struct{}

// Typing is never the case.
func (untyped) Typing() bool { return false }

// Type takes nothing.
func (untyped) Type(tea.Msg) Effect { return Effect{} }

// TypingKeys are none.
func (untyped) TypingKeys() []components.Hint { return nil }

// Receive takes nothing: the screen asks for nothing.
func (untyped) Receive(tea.Msg) Effect { return Effect{} }

// Cursor is not there: nothing is typed.
func (untyped) Cursor() int { return -1 }
