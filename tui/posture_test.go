package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// hygiene is the posture of a repository of these files.
func hygiene(t testing.TB, files map[string]string) *report.Posture {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	read, err := posture.Read(t.Context(), tree, posture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &report.Posture{Revision: analysis.Revision{Name: "HEAD", Commit: strings.Repeat("a1", 20)}, Report: read, Version: "1.2.3"}
}

// untidy is a repository with a bit of everything.
var untidy = map[string]string{
	".npmrc":            "strict-ssl=false\n",
	"package-lock.json": `{"name":"web","lockfileVersion":3,"packages":{"":{"name":"web"}}}`,
	"package.json":      "{",
	".github/workflows/build.yml": "on: issues\njobs:\n  build:\n    steps:\n      - uses: acme/setup@\u202ev1\n" +
		"      - run: echo ${{ github.event.issue.title }}\n      - uses: acme/checks@v1\n      - run: npm install\n",
}

func openPosture(t testing.TB, p *report.Posture, w theme.Wishes, width, height int) *driver {
	d := newDriver(t, w, width, height)
	k, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	after := d.r.after
	d.r = newPostureRoot(theme.New(w), k, func() session.Progress { return session.Progress{} }, outside{})
	d.r.after = after
	d.send(sized(width, height))
	if p != nil {
		d.send(postureMsg{p})
	}
	return d
}

func TestPostureFrames(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		keys  []string
	}{
		{"posture", untidy, nil},
		{"posture-text", untidy, []string{"G", "k"}},
		{"posture-empty", tidy, nil},
		{"posture-help", untidy, []string{"?"}},
	} {
		for _, size := range sizes[:2] {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				d := openPosture(t, hygiene(t, c.files), theme.Wishes{NoColor: true, NoMotion: true}, size.width, size.height).press(c.keys...)
				d.fits()
				golden(t, name, d.screen())
			})
		}
	}
}

// tidy is a repository that no rule has anything to say of.
var tidy = map[string]string{
	"SECURITY.md": "# Security\n\nReport a vulnerability to security@acme.example.\n",
	"LICENSE":     "MIT License\n\nPermission is hereby granted, free of charge, to any person\n",
}

// The story of a person's keys on the list.
func TestPostureStories(t *testing.T) {
	for _, c := range []struct {
		name      string
		files     map[string]string
		keys      []string
		want, not []string
	}{
		{"what fails comes first", untidy, nil, []string{"❯ ✗", "18 rules: ", "1 of "}, []string{"\u202e"}},
		{"the text to put there", untidy, []string{"y"}, []string{"put  in place of .github/workflows/build.yml:6", "│       - env:", "copied the text to put there, 3 lines"}, nil},
		{"the next finding", untidy, []string{"j", "j", "k"}, []string{"❯ !  workflow-permissions-missing", "2 of 9"}, []string{"│       - env:"}},
		{"the filter shows one kind", untidy, []string{"f"}, []string{"filter: fail (f)"}, []string{"❯ !", "not-read"}},
		{"what was not read is unknown", untidy, []string{"f", "f", "f"}, []string{"filter: unknown (f)", "❯ ?  not-read", "package.json", "nothing is known of what it says"}, nil},
		{"there is no text for what was not read", untidy, []string{"f", "f", "f", "y"}, []string{"there is no text to put there"}, nil},
		{"esc clears the filter", untidy, []string{"f", "esc"}, []string{"filter: all (f)"}, nil},
		{"esc on the list says what quits", untidy, []string{"esc"}, []string{"this is the first screen; q quits"}, nil},
		{"keys of a review do nothing", untidy, []string{"2", "1", "r", "J", "t"}, []string{"❯ ✗", "1 of "}, nil},
		{"every key on an empty list", tidy, strings.Split("j k g G y f tab enter esc m ctrl+d ctrl+u down up l h", " "), []string{"Nothing found by the 2 rules that apply."}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openPosture(t, hygiene(t, c.files), theme.Wishes{NoColor: true, NoMotion: true}, 80, 24).press(c.keys...)
			d.fits()
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
			if !d.press("q").quit {
				t.Error("q does not quit")
			}
		})
	}
}

// Every finding with a text copies exactly that text, and says so.
func TestPostureCopies(t *testing.T) {
	p := &report.Posture{Report: &posture.Report{Rules: []posture.Ruled{{Name: "cooldown", State: posture.Found}}, Findings: []posture.Finding{
		{Code: "two-texts", Outcome: analysis.Fail, File: "a", Put: []posture.Edit{{How: posture.Replace, File: "a", Line: 2, Text: "\tone: é"},
			{How: posture.Remove, File: "a", Line: 3, Text: "gone"}, {How: posture.Create, File: "b", Text: "two\nthree"}}},
		{Code: "hidden", Outcome: analysis.Fail, File: "b", Put: []posture.Edit{{How: posture.Create, File: "b", Text: "a\u202eb"}}},
		{Code: "removed", Outcome: analysis.Fail, File: "c", Put: []posture.Edit{{How: posture.Remove, File: "c", Line: 1}}},
		{Code: "advice", Outcome: analysis.Fail, File: "d", Do: "ask somebody"},
	}}}
	for i, want := range []struct{ copied, toast string }{
		{"\tone: é\ntwo\nthree", "copied the text to put there, 3 lines"},
		{"", "the text holds characters that do not show"},
		{"", "the line is to be removed"},
		{"", "the files do not tell an exact text"},
	} {
		d := openPosture(t, p, theme.Wishes{ASCII: true, NoColor: true}, 80, 24).press(slices.Repeat([]string{"j"}, i)...)
		_, cmd := d.r.Update(tea.KeyPressMsg{Code: 'y', Text: "y"})
		copied := clipboard(cmd)
		if copied != want.copied || !strings.Contains(d.screen(), want.toast) {
			t.Errorf("row %d copied %q:\n%s", i, copied, d.screen())
		}
	}
}

// clipboard is what a command hands to it, in the words of Bubble Tea's message.
func clipboard(cmd tea.Cmd) (text string) {
	if cmd == nil {
		return ""
	}
	want := fmt.Sprintf("%T", tea.SetClipboard("")())
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			text += clipboard(c)
		}
	default:
		if fmt.Sprintf("%T", msg) == want {
			text = fmt.Sprint(msg)
		}
	}
	return text
}

// The details scroll while they are read, and the list stays.
func TestPostureDetailsScroll(t *testing.T) {
	long := &posture.Report{Rules: []posture.Ruled{{Name: "sbom", State: posture.Found}}, Findings: []posture.Finding{
		{Code: "long", Outcome: analysis.Warn, File: "a", Title: "long", Why: "why", Put: []posture.Edit{{How: posture.Create, File: "a", Text: strings.Repeat("line\n", 60) + "the end"}}},
		{Code: "short", Outcome: analysis.Info, File: "b", Title: "short", Why: "why"}}}
	for _, key := range []string{"tab", "enter"} {
		d := openPosture(t, &report.Posture{Report: long}, theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
		d.screen() // the room for the details is known when they are drawn
		d.press(key, "G")
		if s := d.screen(); !strings.Contains(s, "the end") || !strings.Contains(s, "❯ !  long") || !strings.Contains(s, "reading lines") {
			t.Errorf("%s:\n%s", key, s)
		}
		if s := d.press("esc", "j").screen(); !strings.Contains(s, "❯ i  short") {
			t.Errorf("after esc:\n%s", s)
		}
		if s := d.press(key).screen(); !strings.Contains(s, "all of it is on screen") {
			t.Errorf("a short text scrolls:\n%s", s)
		}
	}
}

// That nothing was found is never said of rules that had nothing to look at.
func TestPostureWithoutARuleThatApplies(t *testing.T) {
	p := &report.Posture{Report: &posture.Report{Rules: []posture.Ruled{{Name: "sbom", State: posture.NotApplicable}, {Name: "hashes", State: posture.NotApplicable}}}}
	d := openPosture(t, p, theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	if s := d.screen(); !strings.Contains(s, "None of the 2 rules applies") || strings.Contains(s, "Nothing found") {
		t.Error(s)
	}
}

func TestPostureSaysItsError(t *testing.T) {
	d := openPosture(t, nil, theme.Wishes{NoColor: true, NoMotion: true}, 80, 24)
	if !strings.Contains(d.screen(), "Reading the files of the revision.") {
		t.Errorf("the wait is not shown:\n%s", d.screen())
	}
	d.send(endedMsg{errors.New("read the revision \"mian\": unknown\nhint: name a branch")})
	if s := d.screen(); !strings.Contains(s, "posture could not be looked at") || !strings.Contains(s, "hint: name a branch") {
		t.Errorf("the error is not shown:\n%s", s)
	}
}

// Every size, and ASCII alone, draws within its bounds.
func TestPostureFits(t *testing.T) {
	d := openPosture(t, hygiene(t, untidy), theme.Wishes{ASCII: true, NoColor: true, NoMotion: true}, 80, 24)
	for _, key := range []string{"j", "f", "esc", "G", "tab", "?"} {
		d.press(key)
		for _, w := range []int{1, 59, 60, 61, 79, 80, 120, 300} {
			for _, h := range []int{1, 14, 15, 16, 24, 60} {
				d.send(sized(w, h))
				d.fits()
			}
		}
		if at := strings.IndexFunc(d.screen(), func(r rune) bool { return r > '~' }); at >= 0 {
			t.Errorf("%s: not ASCII:\n%s", key, d.screen())
		}
	}
}

func TestRunPosture(t *testing.T) {
	failure := errors.New("read the revision: no")
	for _, want := range []error{nil, failure} {
		in, keys := io.Pipe()
		read, done := make(chan struct{}), make(chan error, 1)
		go func() {
			opts := Options{Input: in, Output: io.Discard, Environ: []string{"TERM=xterm-256color"}, NoMotion: true}
			done <- RunPosture(t.Context(), opts, func(context.Context) (*report.Posture, error) {
				close(read)
				if want != nil {
					return nil, want
				}
				return &report.Posture{Report: &posture.Report{}}, nil
			})
		}()
		<-read
		io.WriteString(keys, "q")
		if err := <-done; !errors.Is(err, want) {
			t.Errorf("returned %v, want %v", err, want)
		}
		keys.Close()
	}
}

// A column of titles that is too narrow to tell anything leaves its room to the
// places; with room it is there.
func TestPostureNarrowTitles(t *testing.T) {
	const file = ".github/workflows/a-workflow-with-a-rather-long-name.yml"
	p := hygiene(t, map[string]string{file: "on: push\njobs:\n  build:\n    steps: [{run: make}]\n"})
	for width, titled := range map[int]bool{80: false, 160: true} {
		screen := openPosture(t, p, theme.Wishes{NoColor: true, NoMotion: true}, width, 24).screen()
		if strings.Contains(screen, "WHAT") != titled || strings.Contains(screen, file+":") != titled || !strings.Contains(screen, "long-name.yml:") {
			t.Errorf("%d columns:\n%s", width, screen)
		}
	}
}
