package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
)

func sized(w, h int) tea.WindowSizeMsg { return tea.WindowSizeMsg{Width: w, Height: h} }

// A story is what a person types and what must then be on screen, or not.
func TestStories(t *testing.T) {
	for _, c := range []struct {
		name   string
		review func() *analysis.Review
		keys   []string
		want   []string
		not    []string
	}{
		{"the first change is selected", usual, nil, []string{"❯       ! npm semver-lite", "change 1 of 14", "2 changes"}, nil},
		{"nothing passes for checked", usual, nil, []string{"? not checked yet", "? not checked: advisories, scripts"}, []string{"✓", " ok"}},
		{"what was pulled in is folded", usual, nil, []string{"npm acme-http +3"}, []string{"range-parse"}},
		{"right unfolds", usual, []string{"j", "j", "j", "j", "right"}, []string{"range-parse", "▾ ↑ npm acme-http"}, nil},
		{"left folds again", usual, []string{"j", "j", "j", "j", "right", "left"}, []string{"▸ ↑ npm acme-http +3"}, []string{"range-parse"}},
		{"left goes to the heading", usual, []string{"left"}, []string{"❯   ▾ unexplained"}, nil},
		{"enter on a heading folds", usual, []string{"g", "enter"}, []string{"❯ ▸ pnpm-lock.yaml", "tools/go.mod"}, []string{"left-padz"}},
		{"enter on a package opens it", usual, []string{"enter"}, []string{"main..HEAD > npm semver-lite repinned 7.6.0", "[Overview]", "DIFFERS for the same version"}, nil},
		{"enter on a folded package opens it", usual, []string{"j", "j", "j", "enter"}, []string{"> npm event-flow", "it runs an install script; it did not say so"}, nil},
		{"esc goes back", usual, []string{"enter", "esc"}, []string{"[1 Changes 14]"}, nil},
		{"h goes back", usual, []string{"enter", "h"}, []string{"[1 Changes 14]"}, nil},
		{"q closes a page", usual, []string{"enter", "q"}, []string{"[1 Changes 14]"}, nil},
		{"esc on the list says what quits", usual, []string{"esc"}, []string{"this is the first screen; q quits"}, nil},
		{"J keeps the tab", usual, []string{"enter", "tab", "J"}, []string{"> npm left-padz", "[Why]", "change 2 of 14"}, nil},
		{"J passes by nothing folded", usual, []string{"J", "J", "J", "J"}, []string{"❯       + npm flat-stream", "change 5 of 14"}, nil},
		{"J moves the list behind", usual, []string{"enter", "J", "esc"}, []string{"❯       + npm left-padz"}, nil},
		{"J at the end says so", usual, []string{"G", "enter", "J"}, []string{"this is the last change"}, nil},
		{"K at the start says so", usual, []string{"enter", "K"}, []string{"this is the first change"}, nil},
		{"the cause as a path", usual, []string{"/", "=range", "enter", "enter", "tab"},
			[]string{"It moved because npm acme-http did.", "acme-http → make-fetch → range-parse", "web-api → acme-http@1.7.4 → make-fetch@2.1.0 → range-parse@7.5.1"}, nil},
		{"old and new lines", usual, []string{"j", "j", "enter", "tab", "tab"}, []string{"-   tiny-tools@2.6.3:", "+   tiny-tools@2.6.2:", "    engines"}, nil},
		{"an added entry has new lines alone", usual, []string{"j", "enter", "shift+tab"}, []string{"+   left-padz@1.0.2:", "new in HEAD (a94f3b1)"}, nil},
		{"wrapped lines", usual, []string{"enter", "tab", "tab", "w"}, []string{"=="}, []string{"…\n"}},
		{"wrap elsewhere says why not", usual, []string{"enter", "w"}, []string{"only the Lockfile tab has lines to wrap"}, nil},
		{"flat is in order of what needs eyes", usual, []string{"t"}, []string{"flat, what needs eyes first", "❯ ! npm semver-lite"}, []string{"▾"}},
		{"flat and back keep the change", usual, []string{"j", "t", "t"}, []string{"❯       + npm left-padz"}, nil},
		{"filter by kind", usual, []string{"f"}, []string{"show: direct (f)", "example.org/net"}, []string{"left-padz"}},
		{"filter again", usual, []string{"f", "f"}, []string{"show: unexplained (f)", "left-padz"}, []string{"example.org/net"}},
		{"esc clears the filter first", usual, []string{"f", "esc"}, []string{"show: all (f)", "example.org/net"}, nil},
		{"find", usual, []string{"/", "=flatst", "enter"}, []string{"1 change match /flatst", "❯       + npm flat-stream"}, []string{"left-padz"}},
		{"the cursor goes to the best match", usual, []string{"/", "=sys"}, []string{"❯     ↑ go example.org/sys"}, nil},
		{"find in capitals", usual, []string{"/", "=FLAT", "enter"}, []string{"npm flat-stream"}, nil},
		{"n goes to the next match", usual, []string{"/", "=acme", "enter", "n"}, []string{"❯       ↑ npm @acme/agent"}, nil},
		{"n without a search says so", usual, []string{"n"}, []string{"nothing is searched for; / does"}, nil},
		{"esc clears the search", usual, []string{"/", "=flatst", "enter", "esc"}, []string{"left-padz"}, []string{"match /"}},
		{"a search is edited", usual, []string{"/", "=flatx", "backspace", "enter"}, []string{"match /flat"}, nil},
		{"find nothing", usual, []string{"/", "=zzzz", "enter"}, []string{"None of 14 changes match /zzzz.", "esc shows all again"}, nil},
		{"keys that are text do not act", usual, []string{"/", "=q?t"}, []string{"/q?t"}, nil},
		{"search in a page", usual, []string{"enter", "/", "=sha512", "enter"}, []string{"1 line with /sha512"}, nil},
		{"the next lockfile", usual, []string{"]", "]"}, []string{"❯ ▾ tools/go.mod"}, nil},
		{"help lists and explains", usual, []string{"?"}, []string{"Keys of the list of changes", "copy the package-url", "it never means that all is well"}, nil},
		{"help is searched", usual, []string{"?", "=flat list"}, []string{"tree of causes"}, []string{"copy the"}},
		{"help runs a key", usual, []string{"?", "=flat list", "enter"}, []string{"flat, what needs eyes first"}, nil},
		{"help says why not", usual, []string{"?", "=next match"}, []string{"not now: nothing is searched for"}, nil},
		{"copy", usual, []string{"y"}, []string{"copied pkg:npm/semver-lite@7.6.0"}, nil},
		{"the mouse is off until asked for", usual, []string{"m"}, []string{"the mouse selects rows now"}, nil},
		{"what could not be read is on the list", troubled, []string{"g"}, []string{"✗ 1 not read", "lockfileVersion 4 is not supported", "not read\n"}, []string{"0 changes"}},
		{"and explained below", troubled, []string{"g", "j"}, []string{"hint: depreview knows versions 1 to 3", "What changed in it is unknown."}, nil},
		{"a conversion and settings", troubled, nil, []string{"converted: schema 6.0 → 9.0", "setting registry: https://registry.example.org"}, nil},
		{"nothing changed", empty, nil, []string{"No dependency changed between main (7c1e0d2) and HEAD (a94f3b1).", "Compared: pnpm-lock.yaml."}, nil},
		{"what is not read is not unchanged", blind, nil, []string{"no change known", "everything could be read.", "Not read: go.sum.", "go.sum:7: conflict markers (at HEAD)", "✗ 1 not read"}, []string{"No dependency changed"}},
		{"nothing to open there", empty, []string{"enter"}, []string{"nothing is selected"}, nil},
		{"every key on an empty list", empty, strings.Split("j k g G J K n N f t y m h l / a enter esc ] [ ctrl+d ctrl+u left right", " "), []string{"No dependency changed"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.review(), 80, 24).press(c.keys...)
			screen := d.screen()
			for _, want := range c.want {
				if !strings.Contains(screen, want) {
					t.Errorf("%q is not on screen:\n%s", want, screen)
				}
			}
			for _, not := range c.not {
				if strings.Contains(screen, not) {
					t.Errorf("%q is on screen:\n%s", not, screen)
				}
			}
			if d.quit {
				t.Error("it quit")
			}
		})
	}
}

func TestQuit(t *testing.T) {
	for _, keys := range [][]string{{"q"}, {"ctrl+c"}, {"enter", "ctrl+c"}, {"/", "ctrl+c"}, {"?", "ctrl+c"}} {
		if d := open(t, usual(), 80, 24).press(keys...); !d.quit {
			t.Errorf("%v does not quit", keys)
		}
	}
	for _, keys := range [][]string{{"enter", "q"}, {"/", "q"}, {"?", "q"}} {
		if d := open(t, usual(), 80, 24).press(keys...); d.quit {
			t.Errorf("%v quits", keys)
		}
	}
}

func TestCopyReachesTheClipboard(t *testing.T) {
	for want, review := range map[string]*analysis.Review{
		"pkg:npm/semver-lite@7.6.0": usual(),
	} {
		if d := open(t, review, 80, 24).press("y"); len(d.said) != 1 || d.said[0] != want {
			t.Errorf("clipboard %q, want %q", d.said, want)
		}
	}
	d := open(t, usual(), 80, 24).press("/", "=@acme", "enter", "y")
	if len(d.said) != 1 || d.said[0] != "pkg:npm/%40acme/agent@5.0.0" {
		t.Errorf("clipboard %q", d.said)
	}
}

func TestResizeKeepsTheRow(t *testing.T) {
	d := open(t, usual(), 140, 40).press("G")
	for _, size := range [][2]int{{80, 24}, {60, 15}, {40, 10}, {200, 60}, {80, 15}} {
		d.send(sized(size[0], size[1]))
		if size[0] >= minWidth && !strings.Contains(d.screen(), "❯     ↑ go ") {
			t.Errorf("%v: the row is gone:\n%s", size, d.screen())
		}
	}
}

func TestMouseSelectsOnly(t *testing.T) {
	d := open(t, usual(), 80, 24)
	if d.r.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken from the terminal at start")
	}
	d.press("m")
	if d.r.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("m does not turn the mouse on")
	}
	d.send(tea.MouseClickMsg{X: 20, Y: 8, Button: tea.MouseLeft})
	if !strings.Contains(d.screen(), "❯     ↓ npm tiny-tools") {
		t.Errorf("a click selects another row:\n%s", d.screen())
	}
	d.send(tea.MouseClickMsg{X: 20, Y: 23, Button: tea.MouseLeft})
	d.send(tea.MouseClickMsg{X: 20, Y: 0, Button: tea.MouseLeft})
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if !strings.Contains(d.screen(), "❯     ↓ npm tiny-tools") {
		t.Errorf("after the wheel:\n%s", d.screen())
	}
}

func TestLateAnswersGoToTheirPage(t *testing.T) {
	d := open(t, usual(), 80, 24).press("j", "j", "enter")
	_, cmd := d.r.Update(tea.KeyPressMsg{Code: tea.KeyTab})
	if !strings.Contains(d.screen(), "looking through the lockfile") {
		t.Errorf("the wait is not shown:\n%s", d.screen())
	}
	d.press("J") // the answer for the page before comes after this
	d.play(cmd)
	if screen := d.screen(); !strings.Contains(screen, "npm event-flow") || !strings.Contains(screen, "[Why]") {
		t.Errorf("a late answer turned the page:\n%s", screen)
	}
}
