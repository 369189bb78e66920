package tui

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

var sizes = []struct{ width, height int }{{80, 24}, {120, 40}, {140, 40}, {60, 15}, {40, 10}}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name   string
		review func() *analysis.Review
		keys   []string
	}{
		{"changes", usual, nil},
		{"flat", usual, []string{"t"}},
		{"troubled", troubled, nil},
		{"troubled-flat", troubled, []string{"t", "g"}},
		{"hostile", hostile, nil},
		{"hostile-page", hostile, []string{"G", "enter"}},
		{"empty", empty, nil},
		{"blind", blind, nil},
		{"overview", usual, []string{"enter"}},
		{"why", usual, []string{"/", "=range", "enter", "enter", "tab"}},
		{"lockfile", usual, []string{"J", "J", "J", "enter", "tab", "tab"}},
		{"help", usual, []string{"?"}},
		{"filter", usual, []string{"/", "=acme"}},
		{"filter-none", usual, []string{"/", "=zzzzz", "enter"}},
	} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				d := open(t, c.review(), size.width, size.height).press(c.keys...)
				d.fits()
				golden(t, name, d.screen())
			})
		}
	}
}

func TestFramesBeforeTheReview(t *testing.T) {
	for _, size := range sizes {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		d := newDriver(t, theme.Wishes{NoMotion: true}, size.width, size.height)
		d.r.told = func() session.Progress {
			return session.Progress{Done: 3, Total: 8, What: "reading pnpm-lock.yaml at \x1b[31mmain"}
		}
		d.send(tickMsg{})
		d.fits()
		golden(t, "loading-"+name, d.screen())
		d.send(endedMsg{errors.New("read the revision \"mian\": git says: unknown revision\nhint: name a branch, a tag or a commit\n  git branch --all")})
		d.fits()
		golden(t, "failed-"+name, d.screen())
	}
}

func TestFrameInColour(t *testing.T) {
	d := newDriver(t, theme.Wishes{NoMotion: true}, 80, 24)
	d.send(changesMsg{troubled()})
	golden(t, "colour-80x24", strings.ReplaceAll(d.r.View().Content, "\x1b", "<ESC>")+"\n")
}

// colours are SGR sequences that set a colour; bold and reverse are none.
var colours = regexp.MustCompile(`\x1b\[[0-9;]*\b(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]`)

func TestNoColour(t *testing.T) {
	for name, w := range map[string]theme.Wishes{
		"option":     {NoColor: true},
		"NO_COLOR":   {Environ: []string{"NO_COLOR=1"}},
		"CLICOLOR=0": {Environ: []string{"CLICOLOR=0"}},
		"dumb":       {Environ: []string{"TERM=dumb"}},
	} {
		for _, keys := range [][]string{nil, {"enter"}, {"enter", "tab", "tab"}, {"?"}, {"/", "=a"}} {
			d := newDriver(t, w, 120, 40)
			d.send(changesMsg{troubled()})
			d.press(keys...)
			content := d.r.View().Content
			if at := colours.FindStringIndex(content); at != nil {
				t.Errorf("%s %v: a colour at %q", name, keys, content[at[0]:min(len(content), at[1]+20)])
			}
			if name == "dumb" && strings.Contains(content, "\x1b") {
				t.Errorf("%s %v: an escape sequence", name, keys)
			}
		}
	}
	for name, w := range map[string]theme.Wishes{"option": {NoColor: true}, "dumb": {Environ: []string{"TERM=dumb"}}} {
		for _, stage := range []string{"half", "full", "hostile"} {
			d := openAt(t, stage, w, 120, 40)
			for _, keys := range [][]string{nil, {"enter"}, {"tab"}, {"tab"}, {"tab"}, {"2"}} {
				content := d.press(keys...).r.View().Content
				if colours.MatchString(content) || name == "dumb" && strings.Contains(content, "\x1b") {
					t.Errorf("%s, %s, %v: a colour in\n%q", name, stage, keys, content)
				}
			}
		}
	}
	d := newDriver(t, theme.Wishes{}, 120, 40)
	d.send(changesMsg{usual()})
	if !colours.MatchString(d.r.View().Content) {
		t.Error("no colour without any wish: this test finds nothing")
	}
}

func TestASCII(t *testing.T) {
	for _, review := range []*analysis.Review{usual(), troubled(), hostile(), empty()} {
		for _, keys := range [][]string{nil, {"t"}, {"enter"}, {"G", "enter", "tab"}, {"enter", "tab", "tab"}, {"?"}} {
			d := newDriver(t, theme.Wishes{ASCII: true, NoColor: true}, 120, 40)
			d.send(changesMsg{review})
			if len(review.Diff.Changes) > 0 || len(keys) == 0 {
				d.press(keys...)
			}
			d.fits()
			for _, r := range d.screen() {
				if r > '~' {
					t.Errorf("%v: %q is not ASCII in\n%s", keys, r, d.screen())
					break
				}
			}
		}
	}
	for _, stage := range []string{"waiting", "half", "full", "offline", "hostile"} {
		d := openAt(t, stage, theme.Wishes{ASCII: true, NoColor: true}, 120, 40)
		for _, keys := range [][]string{nil, {"S", "t"}, {"enter"}, {"tab"}, {"tab"}, {"tab"}, {"2"}, {"?"}} {
			screen := d.press(keys...).screen()
			if at := strings.IndexFunc(screen, func(r rune) bool { return r > '~' }); at >= 0 {
				t.Errorf("%s, %v: not ASCII at %q", stage, keys, screen[at:min(len(screen), at+20)])
			}
		}
	}
	d := newDriver(t, theme.Wishes{ASCII: true, NoColor: true, NoMotion: true}, 80, 24)
	d.send(changesMsg{usual()})
	golden(t, "ascii-80x24", d.screen())
}

// Every size down to nothing draws within its bounds and does not panic.
func TestEverySizeFits(t *testing.T) {
	for _, review := range []func() *analysis.Review{usual, troubled, hostile, empty} {
		d := open(t, review(), 80, 24)
		for _, keys := range [][]string{nil, {"t"}, {"/", "=a", "enter"}, {"enter"}, {"tab"}, {"tab"}, {"?"}} {
			d.press(keys...)
			for _, w := range []int{1, 59, 60, 61, 75, 79, 80, 95, 96, 119, 120, 121, 160, 300} {
				for _, h := range []int{1, 14, 15, 16, 20, 24, 60} {
					d.send(sized(w, h))
					d.fits()
				}
			}
		}
	}
	for _, stage := range []string{"half", "full", "offline", "hostile"} {
		d := openAt(t, stage, theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
		for _, keys := range [][]string{nil, {"S", "t"}, {"enter"}, {"tab"}, {"tab"}, {"tab"}, {"2"}, {"f"}} {
			d.press(keys...)
			for _, w := range []int{1, 59, 60, 61, 75, 79, 80, 95, 119, 120, 160, 300} {
				for _, h := range []int{1, 14, 15, 16, 24, 60} {
					d.send(sized(w, h))
					d.fits()
				}
			}
		}
	}
}
