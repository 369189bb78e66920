package session

import (
	"fmt"
	"slices"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/theme"
)

func npm(name, version string) *lockfiles.Package {
	return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: version}
}

func TestOrderPutsFirstWhatNeedsEyes(t *testing.T) {
	scripted := npm("scripted", "2")
	scripted.InstallScript = lockfiles.Yes
	why := diff.Cause{State: diff.Direct}
	changes := []diff.Change{
		{Kind: diff.Edited, Base: npm("edited", "1"), Head: npm("edited", "1"), Cause: why},
		{Kind: diff.Removed, Base: npm("removed", "1"), Cause: diff.Cause{State: diff.Unexplained}},
		{Kind: diff.Upgraded, Class: diff.Patch, Base: npm("patch", "1"), Head: npm("patch", "2"), Cause: why},
		{Kind: diff.Upgraded, Class: diff.Minor, Base: npm("minor", "1"), Head: npm("minor", "2"), Cause: why},
		{Kind: diff.Changed, Base: npm("unordered", "x"), Head: npm("unordered", "y"), Cause: why},
		{Kind: diff.Upgraded, Class: diff.Major, Base: npm("major", "1"), Head: npm("major", "2"), Cause: why},
		{Kind: diff.Upgraded, Class: diff.Patch, Base: npm("scripted", "1"), Head: scripted, Cause: why},
		{Kind: diff.Added, Head: npm("added", "1"), Cause: why},
		{Kind: diff.Upgraded, Class: diff.Patch, Base: npm("unexplained", "1"), Head: npm("unexplained", "2"), Cause: diff.Cause{State: diff.Unexplained}},
		{Kind: diff.Downgraded, Base: npm("down", "2"), Head: npm("down", "1"), Cause: why},
		{Kind: diff.Repinned, Base: npm("repinned", "1"), Head: npm("repinned", "1"), Cause: why},
	}
	s := &Session{Theme: theme.New(theme.Wishes{})}
	s.Know(&analysis.Review{Diff: &diff.Diff{Changes: changes}})
	var got []string
	for _, i := range s.Order {
		got = append(got, s.Items[i].Package().Name)
	}
	want := []string{"repinned", "down", "unexplained", "added", "scripted", "major", "unordered", "minor", "patch", "removed", "edited"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for i := range s.Items {
		if s.Sentence(&s.Items[i]) == "" || s.Moved(&s.Items[i]) == "" {
			t.Errorf("no words for %+v", s.Items[i])
		}
	}
}

func TestReviewWithoutDiff(t *testing.T) {
	s := &Session{}
	s.Know(&analysis.Review{})
	if len(s.Items) != 0 || len(s.Nothing()) == 0 {
		t.Errorf("%+v", s)
	}
}

func TestVersion(t *testing.T) {
	commit := fmt.Sprintf("%040d", 7)
	for want, p := range map[string]lockfiles.Package{
		"1.0.0":            {Version: "1.0.0"},
		"v4.1.7 (0000000)": {Version: commit, Label: "v4.1.7"},
		"0000000":          {Version: commit},
		"^1.0":             {Label: "^1.0"},
		"unpinned":         {},
	} {
		if got := version(&p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestProblemNamesItsPlaceOnce(t *testing.T) {
	s := &Session{Theme: theme.New(theme.Wishes{})}
	for want, e := range map[string]analysis.Error{
		"a.lock:3: bad (at HEAD)": {Lockfile: "a.lock", Line: 3, Revision: "HEAD", Message: "bad"},
		"b.lock:3: bad":           {Lockfile: "b.lock", Line: 3, Message: "b.lock:3: bad"},
		"bad":                     {Message: "bad"},
		"c<ESC>: <LF>":            {Lockfile: "c\x1b", Message: "\n"},
	} {
		if got := s.Problem(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLeftOut(t *testing.T) {
	s := &Session{Theme: theme.New(theme.Wishes{})}
	s.Know(&analysis.Review{LeftOut: []string{"vendor/a\x1b/go.mod", "b", "c", "d"}})
	want := "Left out: 4 changed lockfiles in vendored copies (vendor/a<ESC>/go.mod, b, c, ...); --vendored reads them"
	if got := s.LeftOut(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
