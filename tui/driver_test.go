package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

var update = flag.Bool("update", false, "write the golden files anew")

// driver plays a person at a terminal of a fixed size; no time passes.
type driver struct {
	t    testing.TB
	r    *root
	quit bool
	said []string          // what commands said that are not for the model, as text
	seen map[measured]bool // most of a frame was there before, and need not be measured again
}

type measured struct {
	width int
	line  string
}

func newDriver(t testing.TB, w theme.Wishes, width, height int) *driver {
	k, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &driver{t: t, seen: map[measured]bool{}, r: newRoot(theme.New(w), k, func() session.Progress { return session.Progress{} }, outside{})}
	d.r.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	return d
}

func open(t testing.TB, review *analysis.Review, width, height int) *driver {
	d := newDriver(t, theme.Wishes{NoColor: true, NoMotion: true}, width, height)
	d.send(changesMsg{review})
	return d
}

// send gives the model a message and plays what its commands answer.
func (d *driver) send(msg tea.Msg) {
	_, cmd := d.r.Update(msg)
	d.play(cmd)
}

func (d *driver) play(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.play(c)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		if text := fmt.Sprintf("%v", msg); strings.HasPrefix(text, "pkg:") {
			d.said = append(d.said, text)
		}
		d.send(msg)
	}
}

var special = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
	"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "backspace": tea.KeyBackspace,
}

// press presses keys by the names of the table; "=text" types text.
func (d *driver) press(names ...string) *driver {
	for _, name := range names {
		if text, ok := strings.CutPrefix(name, "="); ok {
			for _, r := range text {
				d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			continue
		}
		var key tea.KeyPressMsg
		rest := name
		for _, mod := range []struct {
			name string
			mod  tea.KeyMod
		}{{"ctrl+", tea.ModCtrl}, {"shift+", tea.ModShift}} {
			if after, ok := strings.CutPrefix(rest, mod.name); ok {
				rest, key.Mod = after, key.Mod|mod.mod
			}
		}
		if code, ok := special[rest]; ok {
			key.Code = code
		} else {
			key.Code = []rune(rest)[0]
			if key.Mod == 0 {
				key.Text = rest
			}
		}
		if key.String() != name {
			d.t.Fatalf("key %q reads as %q", name, key.String())
		}
		d.send(key)
	}
	return d
}

// screen is what a person sees, without colours.
func (d *driver) screen() string {
	lines := strings.Split(ansi.Strip(d.r.View().Content), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// fits fails when a frame is larger than the terminal, or holds an escape
// sequence that is no look.
func (d *driver) fits() {
	d.t.Helper()
	lines := strings.Split(d.r.View().Content, "\n")
	if len(lines) > d.r.height {
		d.t.Errorf("%d lines on a terminal of %d", len(lines), d.r.height)
	}
	for i, l := range lines {
		if d.seen[measured{d.r.width, l}] {
			continue
		}
		d.seen[measured{d.r.width, l}] = true
		if strings.ContainsRune(ansi.Strip(l), '\x1b') {
			d.t.Errorf("an escape sequence is left in line %d: %q", i+1, l)
		}
		if w := ansi.StringWidth(l); w > d.r.width {
			d.t.Errorf("line %d takes %d cells of %d: %q", i+1, w, d.r.width, ansi.Strip(l))
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("..", "testdata", "tui", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v\nhint: go test ./tui -update", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got\n%s\nwant\n%s", path, got, want)
	}
}
