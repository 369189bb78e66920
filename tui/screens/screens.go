// Package screens holds one file for each screen of the review. A screen turns
// actions into what it shows and draws from the session; it never reads a file
// or waits. What needs reading is a tea.Cmd, whose message comes back through
// Receive.
package screens

import (
	"sync"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
)

// Screen is a view on the stack of the root.
type Screen interface {
	// Kind selects the bindings.
	Kind() keys.Screen
	// Refuses says why an action cannot be done now, or "".
	Refuses(keys.Action) string
	// Do carries out an action that is not refused.
	Do(keys.Action) Effect
	// Typing tells whether keys are text at the moment; they go to Type then.
	Typing() bool
	Type(tea.Msg) Effect
	// TypingKeys are the keys that are no text while typing.
	TypingKeys() []components.Hint
	// Receive takes the message of a command of this screen.
	Receive(tea.Msg) Effect
	// Refresh follows a change of the session: what is known, or its looks.
	Refresh()

	// Title, Band and Status are the left and the right end of the first line,
	// of the second and of the last but one. Body is everything between. The
	// right ends may be left out when there is no room.
	Title(width int) (left, right string)
	Band(width int) (left, right string)
	Body(width, height int) string
	Status(width int) (left, right string)
	// Cursor is where text is typed within the status line, or -1.
	Cursor() int

	// Click and Scroll select; they never act.
	Click(x, y int)
	Scroll(delta int)
}

// Effect is what the root has to do after a screen has acted.
type Effect struct {
	Cmd   tea.Cmd
	Open  Screen // to put on top
	Close bool   // to take this screen away
	Run   keys.Action
	Toast string
	// Ask are the changes whose evidence is to be asked for again.
	Ask []int
	// Live are the changes whose live score is to be asked for.
	Live []int
	// Browse is an address to open in the browser.
	Browse string
}

// pages is what the pages of changes share, whichever list they were opened
// from.
type pages struct {
	reading      sync.Mutex // held by the command that reads a revision: one at a time
	wrapLockfile bool       // how Lockfile tabs are shown
}

// list is what a page of a change was opened from.
type list interface {
	// Step moves to the next or previous change and tells which it is.
	Step(delta int) (item int, ok bool)
	// Place says which change of how many the cursor is on.
	Place() string
}

// minPreview is the width from which a preview stands beside the list, and
// narrow the one under which only package and change are shown.
const (
	minPreview = 120
	narrow     = 80
)

// newInput is a line to type in. It shows the terminal's own cursor, which
// screen readers follow and which needs no colour.
func newInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	in.SetStyles(textinput.Styles{})
	in.KeyMap.Paste = key.NewBinding(key.WithDisabled()) // the terminal pastes; no program is started to ask for the clipboard
	return in
}
