package analysis

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

var npm = func(name string) lockfiles.ID { return lockfiles.ID{Ecosystem: "npm", Name: name} }

// changeOf is a change of the lockfile f; path is how the cause reaches it.
func changeOf(f, name string, kind diff.Kind, state diff.CauseState, path ...string) diff.Change {
	p := &lockfiles.Package{ID: npm(name), Version: "1"}
	c := diff.Change{Lockfile: f, Base: p, Head: p, Kind: kind, Cause: diff.Cause{State: state, HeadPath: path}}
	switch {
	case kind == diff.Added:
		c.Base = nil
	case kind == diff.Removed:
		c.Head = nil
	}
	switch {
	case state == diff.Direct:
		c.Cause.By = npm(name)
	case len(path) > 0:
		c.Cause.By = npm(path[0])
	}
	return c
}

func reviewOf(changes ...diff.Change) *Review {
	r := &Review{Diff: &diff.Diff{Changes: changes}}
	for _, c := range changes {
		if !slices.ContainsFunc(r.Lockfiles, func(l Lockfile) bool { return l.Name() == c.Lockfile }) {
			r.Lockfiles = append(r.Lockfiles, Lockfile{File: diff.File{Path: c.Lockfile, BasePath: c.Lockfile}, Changed: true})
		}
	}
	return r
}

var groupNames = []string{"hoisted", "unexplained", "direct", "unknown", "removed", "edited", "orphans"}

// spell writes an outline as "direct: a(b(c) d); removed: e".
func spell(r *Review, f FileOutline) string {
	var nodes func([]Node) string
	nodes = func(list []Node) string {
		var words []string
		for _, n := range list {
			word := r.Diff.Changes[n.Change].Package().Name
			if len(n.Below) > 0 {
				word += "(" + nodes(n.Below) + ")"
			}
			words = append(words, word)
		}
		return strings.Join(words, " ")
	}
	var groups []string
	for _, g := range f.Groups {
		groups = append(groups, strings.TrimSpace(groupNames[g.Kind]+" "+g.By.Name)+": "+nodes(g.Nodes))
	}
	return strings.Join(groups, "; ")
}

func TestOutline(t *testing.T) {
	up, added, removed, edited := diff.Upgraded, diff.Added, diff.Removed, diff.Edited
	for _, c := range []struct {
		name          string
		changes       []diff.Change
		want, hoisted string
	}{
		{"by cause", []diff.Change{
			changeOf("l", "a", up, diff.Direct), changeOf("l", "b", up, diff.Unexplained), changeOf("l", "c", up, diff.UnknownCause),
			changeOf("l", "d", removed, diff.Unexplained), changeOf("l", "e", edited, diff.Unexplained), changeOf("l", "f", edited, diff.UnknownCause),
			changeOf("l", "g", removed, diff.UnknownCause), changeOf("l", "h", up, diff.Explained, "x", "h"),
		}, "unexplained: b; direct: a; unknown: c g; removed: d; edited: e f; orphans x: h", ""},
		{"below what requires it", []diff.Change{
			changeOf("l", "a", up, diff.Direct, "a"), changeOf("l", "b", up, diff.Explained, "a", "c", "b"),
			changeOf("l", "c", up, diff.Explained, "a", "c"), changeOf("l", "d", added, diff.Explained, "a", "unmoved", "d"),
		}, "direct: a(d c(b))", ""},
		{"a ring does not close", []diff.Change{
			changeOf("l", "a", up, diff.Direct, "a"), changeOf("l", "b", up, diff.Explained, "a", "c", "b"), changeOf("l", "c", up, diff.Explained, "a", "b", "c"),
		}, "direct: a(b c)", ""},
		{"two entries of a package", []diff.Change{
			changeOf("l", "a", up, diff.Direct, "a"), changeOf("l", "a", added, diff.Direct, "a"), changeOf("l", "b", up, diff.Explained, "a", "b"),
		}, "direct: a a(b)", ""},
		{"unexplained together", []diff.Change{
			changeOf("l", "a", up, diff.Unexplained), changeOf("l", "b", added, diff.Unexplained, "a", "b"),
			changeOf("l", "c", edited, diff.Unexplained), changeOf("l", "d", added, diff.Unexplained, "c", "d"),
		}, "unexplained: a(b) d; edited: c", ""},
		{"direct and unexplained at once", []diff.Change{
			changeOf("l", "a", up, diff.Direct, "a"), changeOf("l", "a", added, diff.Unexplained),
			changeOf("l", "b", added, diff.Explained, "a", "b"), changeOf("l", "c", added, diff.Unexplained, "a", "c"),
		}, "unexplained: a(c); direct: a(b)", ""},
		{"hoisted", []diff.Change{
			changeOf("l", "a", up, diff.Direct, "a"), changeOf("l", "b", diff.Downgraded, diff.Explained, "a", "b"),
			changeOf("l", "c", added, diff.Explained, "a", "b", "c"), changeOf("l", "d", diff.Repinned, diff.Explained, "a", "b", "d"),
			changeOf("l", "e", diff.Repinned, diff.Direct, "e"), changeOf("l", "f", added, diff.Explained, "e", "f"),
		}, "direct: e(f) a(b(d c))", "hoisted: d e(f) b; direct: a(c)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reviewOf(c.changes...)
			f := Outline(r)[0]
			if got := spell(r, f); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			f.Hoist()
			if got := spell(r, f); got != c.want && c.hoisted == "" || c.hoisted != "" && got != c.hoisted {
				t.Errorf("hoisted %q, want %q", got, c.hoisted)
			}
		})
	}
}

// TestOutlineFiles: lockfiles that hold odd changes come first, and those of
// which there is nothing to say not at all.
func TestOutlineFiles(t *testing.T) {
	r := reviewOf(changeOf("a", "x", diff.Edited, diff.Direct), changeOf("b", "x", diff.Upgraded, diff.Direct),
		changeOf("c", "x", diff.Downgraded, diff.Direct), changeOf("d", "x", diff.Added, diff.Unexplained), changeOf("e", "x", diff.Repinned, diff.Direct))
	for _, f := range []diff.File{
		{Path: "moved", BasePath: "was"}, {Path: "new"}, {BasePath: "old"}, {Path: "same", BasePath: "same"},
		{Path: "set", BasePath: "set", Settings: []diff.Field{{Name: "registry"}}},
		{Path: "schema", BasePath: "schema", Schema: "2", BaseSchema: "1"}, {Path: "broken", BasePath: "broken"},
	} {
		r.Lockfiles = append(r.Lockfiles, Lockfile{File: f, Changed: true})
	}
	r.Errors = []Error{{Lockfile: "broken"}, {Lockfile: "unlisted"}}
	var got []string
	for _, f := range Outline(r) {
		got = append(got, fmt.Sprintf("%s %d %d", f.Name(), f.Count, len(f.Problems)))
	}
	want := []string{"broken 0 1", "unlisted 0 1", "e 1 0", "c 1 0", "d 1 0", "a 1 0", "b 1 0", "moved 0 0", "new 0 0", "old 0 0", "schema 0 0", "set 0 0"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestOutlineOnce: every change stands in the outline once, hoisted or not.
func TestOutlineOnce(t *testing.T) {
	kinds := []diff.Kind{diff.Added, diff.Removed, diff.Upgraded, diff.Downgraded, diff.Changed, diff.Repinned, diff.Edited}
	var changes []diff.Change
	for i := range 7 * 4 * 3 {
		name := fmt.Sprint("p", i)
		paths := [][]string{nil, {"p3", name}, {"p3", fmt.Sprint("p", i-7), name}}
		changes = append(changes, changeOf("l", name, kinds[i%7], diff.CauseState(i/7%4), paths[i/28]...))
	}
	f := Outline(reviewOf(changes...))[0]
	for range 2 {
		seen := make([]int, len(changes))
		var count func([]Node)
		count = func(nodes []Node) {
			for _, n := range nodes {
				seen[n.Change]++
				count(n.Below)
			}
		}
		for _, g := range f.Groups {
			count(g.Nodes)
		}
		for i, n := range seen {
			if n != 1 {
				t.Errorf("%s (%s, %s) stands there %d times", changes[i].Package().Name, changes[i].Kind, changes[i].Cause.State, n)
			}
		}
		f.Hoist()
	}
}

func TestRank(t *testing.T) {
	script := changeOf("l", "a", diff.Upgraded, diff.Direct)
	script.Head.InstallScript = lockfiles.Yes
	minor, patch := changeOf("l", "a", diff.Upgraded, diff.Direct), changeOf("l", "a", diff.Upgraded, diff.Direct)
	minor.Class, patch.Class = diff.Minor, diff.Prerelease
	for _, c := range []struct {
		change diff.Change
		want   string
	}{
		{changeOf("l", "a", diff.Repinned, diff.Unexplained), "repinned"},
		{changeOf("l", "a", diff.Downgraded, diff.Direct), "downgraded"},
		{changeOf("l", "a", diff.Added, diff.Unexplained), "unexplained"},
		{changeOf("l", "a", diff.Added, diff.Explained), "added"},
		{changeOf("l", "a", diff.Removed, diff.Unexplained), "removed"},
		{changeOf("l", "a", diff.Edited, diff.Unexplained), "edited"},
		{changeOf("l", "a", diff.Changed, diff.Direct), "major"},
		{script, "with install script"}, {minor, "minor"}, {patch, "patch"},
	} {
		if got := RankOf(&c.change).String(); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.change.Kind, c.change.Cause.State, got, c.want)
		}
	}
}
