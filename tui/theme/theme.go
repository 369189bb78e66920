// Package theme names colours and symbols by what they mean, and decides once,
// at start, how much of them the terminal and the person want.
//
// It stands on the lowest floor of tui: every other room draws with it, and it
// knows nothing of them. Only the 16 ANSI colours are used, so that the
// person's own palette and contrast settings hold.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Style is a look for a run of text. The zero Style leaves text as it is.
type Style struct{ on, off string }

// Paint gives text its look. Text must not carry escape sequences of its own.
func (s Style) Paint(text string) string {
	if s.on == "" || text == "" {
		return text
	}
	return s.on + text + s.off
}

// Theme is every look and symbol of a session.
type Theme struct {
	// By meaning. Colour never stands alone: a word or a symbol says it too.
	Block, Warn, Pass, Unknown, Added, Removed, Faint, Cursor, Strong, Accent Style

	Symbols
	ASCII  bool // strangers' letters beyond ASCII are spelt out as well
	Motion bool // may anything move by itself
	colour bool
	bold   bool
}

// Wishes is what the person asked for by options and by the environment.
type Wishes struct {
	ASCII, NoColor, NoMotion bool
	Environ                  []string
}

// New makes the theme for a dark background; OnBackground adapts it.
func New(w Wishes) Theme {
	env := func(name string) string { return lookup(w.Environ, name) }
	dumb := env("TERM") == "dumb"
	t := Theme{
		Symbols: symbols(w.ASCII || dumb),
		ASCII:   w.ASCII || dumb,
		Motion:  !w.NoMotion && !dumb,
		colour:  !w.NoColor && env("NO_COLOR") == "" && env("CLICOLOR") != "0" && !dumb,
		bold:    !dumb,
	}
	return t.OnBackground(true)
}

// OnBackground is the same theme for a dark or a light background.
func (t Theme) OnBackground(dark bool) Theme {
	plain := lipgloss.NewStyle()
	t.Strong = t.look(plain.Bold(true))
	t.Cursor = t.look(plain.Reverse(true))
	t.Block = t.look(plain.Bold(true).Foreground(lipgloss.Red))
	t.Warn = t.tint(lipgloss.Yellow)
	t.Pass = t.tint(lipgloss.Green)
	t.Unknown = t.tint(lipgloss.Magenta)
	t.Added = t.tint(lipgloss.Green)
	t.Removed = t.tint(lipgloss.Red)
	t.Faint = t.tint(lipgloss.BrightBlack)
	t.Accent = t.tint(lipgloss.Cyan)
	if !dark {
		// Cyan vanishes on white, and so does yellow, above all where bold is drawn
		// bright; blue vanishes on black. Magenta is dark in every palette, and
		// bold tells a warning from what is unknown, beside the sign.
		t.Accent = t.tint(lipgloss.Blue)
		t.Warn = t.look(plain.Bold(true).Foreground(lipgloss.Magenta))
	}
	if !t.colour { // bold alone may tell what matters; nothing is faint
		t.Block, t.Warn = t.Strong, t.Strong
	}
	return t
}

// Coloured tells whether the theme draws colours at all.
func (t Theme) Coloured() bool { return t.colour }

func (t Theme) tint(c color.Color) Style {
	if !t.colour {
		return Style{}
	}
	return t.look(lipgloss.NewStyle().Foreground(c))
}

// look asks lipgloss once for the sequences around a text; painting with them
// costs two concatenations, and a frame paints hundreds of cells.
func (t Theme) look(s lipgloss.Style) Style {
	if !t.bold {
		return Style{}
	}
	on, off, _ := strings.Cut(s.Render("x"), "x")
	return Style{on, off}
}

// lookup finds a variable; as for a process, the last setting counts.
func lookup(environ []string, name string) (value string) {
	for _, pair := range environ {
		if k, v, ok := strings.Cut(pair, "="); ok && k == name {
			value = v
		}
	}
	return value
}

// WantsPlain tells whether the environment asks for a review without a screen:
// ACCESSIBLE is the variable of other programs that do; a dumb terminal cannot
// move its cursor.
func WantsPlain(environ []string) bool {
	accessible := lookup(environ, "ACCESSIBLE")
	return accessible != "" && accessible != "0" || lookup(environ, "TERM") == "dumb"
}
