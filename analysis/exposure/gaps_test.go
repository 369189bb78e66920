package exposure

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// TestGaps: everything that is not known is told, the worst first, with the
// packages it is of and the next step; what is not asked yet is no gap.
func TestGaps(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	id := func(name string) lockfiles.Package {
		return lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: "1.0.0"}
	}
	file := lockfiles.Lockfile{Path: "package-lock.json", Packages: []lockfiles.Package{id("asked"), id("later"), id("other"), id("silent")}}
	r := &analysis.Review{Now: now, Diff: diff.Between(nil, []lockfiles.Lockfile{file}), LeftOut: []string{"vendor/go.mod"},
		Errors: []analysis.Error{{Lockfile: "yarn.lock", Line: 3, Message: "it ends in the middle", Hint: "write it anew"}}}
	said := map[string]analysis.Result{
		"asked":  {State: analysis.StateDone, Evidence: []analysis.Evidence{{Source: "offline advisories of 2026-11-14", Observed: now.Add(-8 * 24 * time.Hour)}}},
		"other":  {State: analysis.StateNotSupported, Reason: "no source"},
		"silent": {State: analysis.StateUnknown, Reason: "offline, and there is no offline advisory database"},
	}
	results := make([][]analysis.Result, len(r.Diff.Changes))
	var c analysis.Coverage
	for i := range r.Diff.Changes {
		if result, ok := said[r.Diff.Changes[i].Package().Name]; ok {
			results[i] = []analysis.Result{result}
			c.Add(&result)
		}
	}
	x := New(r, results, c)
	if x.Waiting() != 1 {
		t.Errorf("%d wait", x.Waiting())
	}
	x.Unscanned(errors.New("the engine is absent\nhint: go install it"))
	got := x.Gaps()
	want := []struct{ title, next, of string }{
		{"yarn.lock could not be read: nothing is known of it", "write it anew", ""},
		{"advisories not known of 1 package: offline, and there is no offline advisory database", "depreview db update", "npm silent 1.0.0   package-lock.json"},
		{"osv-scanner gave no answer", "go install it", ""},
		{"the offline advisories are 8 days old", "depreview db update", ""},
		{"no source has advisories of 1 package of such ecosystems", "", "npm other 1.0.0   package-lock.json"},
		{"1 lockfile in vendored copies left out", "depreview audit --vendored", "vendor/go.mod"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.Title != w.title || g.Next != w.next || strings.Join(g.Packages, ",") != w.of {
			t.Errorf("got %+v\nwant %+v", g, w)
		}
	}
	if got[0].Place != "yarn.lock:3" {
		t.Errorf("it is at %s", got[0].Place)
	}
	for why, next := range map[string]string{
		"go.mod: modules that it needs are neither vendored nor in this machine's module cache (go mod download)": "go mod download",
		"go.mod: it asks for a newer Go than this machine has":                                                    "",
	} {
		e := Engine{Name: Scanner, CallsUnknown: why}
		if g := e.gaps(1); len(g) != 1 || g[0].Why != why || g[0].Next != next {
			t.Errorf("%s: %+v", why, g)
		}
	}
	x.Now = now.Add(-2 * 24 * time.Hour)
	if slices.ContainsFunc(x.Gaps(), func(g Gap) bool { return g.Kind == OldDatabase }) {
		t.Error("six days are said to be old")
	}
}
