//go:build engines

package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

// Of a working tree what git ignores is nobody's source, and what is no regular
// file any more is none.
func TestScorecardOfSomeFiles(t *testing.T) {
	offline(t)
	dir := t.TempDir()
	write(t, dir, map[string]string{"LICENSE": mit, "node_modules/a.exe": "\x7fELF\x02\x01\x01\x00", ".github/workflows/ci.yml": loose})
	for want, files := range map[int]*[]string{9: nil, 10: {"LICENSE", "gone", "../LICENSE", "node_modules"}} {
		a, err := runScorecard(t.Context(), engines.ScorecardRequest{Directory: dir, Files: files})
		if err != nil {
			t.Fatal(err)
		}
		if c := score(t, a.Head, "Binary-Artifacts"); c.Score != want {
			t.Errorf("%v: got %+v", files, c)
		}
		if c := score(t, a.Head, "Dangerous-Workflow"); c.NotApplicable != (files != nil) || (c.Score == -1) != (files != nil) {
			t.Errorf("%v: got %+v", files, c)
		}
	}
	a, err := runScorecard(t.Context(), engines.ScorecardRequest{Directory: dir, MaxDetails: 1})
	if err != nil {
		t.Fatal(err)
	}
	if c := score(t, a.Head, "Dangerous-Workflow"); len(c.Details) != 1 || c.LeftOut != 1 {
		t.Errorf("one detail: got %+v", c)
	}
}

// A file that cannot be read makes those checks inconclusive that read it, and
// never clean; the others stand.
func TestUnreadable(t *testing.T) {
	broken := errors.New("left-padz is damaged")
	s := &source{files: []string{"LICENSE", "main.go"}, read: func(file string) ([]byte, bool, error) {
		if file == "main.go" {
			return nil, false, broken
		}
		return []byte(mit), false, nil
	}}
	r, err := checkFiles(t.Context(), s, "", fewDetails)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"Binary-Artifacts": -1, "Pinned-Dependencies": -1, "SAST": 0, "License": 9} {
		if c := score(t, r, name); c.Score != want || c.NotApplicable || want == -1 && !strings.Contains(c.Reason, broken.Error()) {
			t.Errorf("got %+v, want %d", c, want)
		}
	}
}
