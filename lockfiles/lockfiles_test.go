package lockfiles

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const fixtures = "../testdata/lockfiles"

// TestFixtures holds every case under testdata/lockfiles/<format>/<case>/: a
// small tree, and beside it want.json (what must be read) or, for a case whose
// name begins with bad-, want.txt (the error a person gets).
func TestFixtures(t *testing.T) {
	for _, format := range Formats {
		cases, err := os.ReadDir(filepath.Join(fixtures, format.Name()))
		if err != nil {
			t.Errorf("format %s has no fixtures: %v", format.Name(), err)
			continue
		}
		for _, c := range cases {
			t.Run(format.Name()+"/"+c.Name(), func(t *testing.T) {
				dir := filepath.Join(fixtures, format.Name(), c.Name())
				testFixture(t, format, dir, strings.HasPrefix(c.Name(), "bad-"))
			})
		}
	}
}

func testFixture(t *testing.T, format Format, dir string, bad bool) {
	tree := os.DirFS(dir)
	var got bytes.Buffer
	var found int
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || FormatIn(tree, path) != format {
			return err
		}
		found++
		lockfile, err := Read(t.Context(), tree, path)
		if !bad {
			if err != nil {
				t.Error(err)
			}
			checkInvariants(t, lockfile)
			text, err := json.MarshalIndent(golden(lockfile), "", "  ")
			fmt.Fprintf(&got, "%s\n", text)
			return err
		}
		if err == nil {
			t.Errorf("%s was read without an error", path)
			return nil
		}
		if pe, ok := errors.AsType[*ParseError](err); !ok || pe.Path != path {
			t.Errorf("error %v is no ParseError of %s", err, path)
		} else if pe.Line == 0 {
			t.Errorf("error %v names no line", err)
		}
		fmt.Fprintln(&got, err)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Fatalf("no file of this case is matched by %s", format.Name())
	}
	name := filepath.Join(dir, "want.json")
	if bad {
		name = filepath.Join(dir, "want.txt")
	}
	if *update {
		if err := os.WriteFile(name, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("%s differs; read:\n%s\nhint: go test ./lockfiles -update, then read the diff", name, got.String())
	}
}

// golden is a lockfile in the form of want.json: short, and without the
// fields that say nothing.
func golden(l Lockfile) any {
	type pkg struct {
		Entry     string   `json:"entry"` // ecosystem name version
		Label     string   `json:"label,omitempty"`
		Path      string   `json:"path,omitempty"`
		Line      int      `json:"line"`
		Flags     string   `json:"flags,omitempty"`
		Origin    string   `json:"origin,omitempty"`
		Integrity []string `json:"integrity,omitempty"`
		Requires  []string `json:"requires,omitempty"`
	}
	type root struct {
		Path     string   `json:"path"`
		Name     string   `json:"name,omitempty"`
		Requires []string `json:"requires,omitempty"`
	}
	edges := func(list []Edge) (out []string) {
		for _, e := range list {
			out = append(out, fmt.Sprintf("%s %s -> %s", e.Name, e.Constraint, e.To))
		}
		return out
	}
	out := struct {
		Path     string    `json:"path"`
		Format   string    `json:"format"`
		Schema   string    `json:"schema,omitempty"`
		Settings []Setting `json:"settings,omitempty"`
		Roots    []root    `json:"roots,omitempty"`
		Packages []pkg     `json:"packages"`
	}{Path: l.Path, Format: l.Format, Schema: l.Schema, Settings: l.Settings, Packages: []pkg{}}
	for _, r := range l.Roots {
		out.Roots = append(out.Roots, root{r.Path, r.Name, edges(r.Requires)})
	}
	for _, p := range l.Packages {
		var flags []string
		for _, f := range []struct {
			set  bool
			name string
		}{{p.Direct, "direct"}, {p.Dev, "dev"}, {p.Optional, "optional"}, {p.Bundled, "bundled"},
			{p.InstallScript == Yes, "install-script"}, {p.InstallScript == No, "no-install-script"}} {
			if f.set {
				flags = append(flags, f.name)
			}
		}
		var integrity []string
		for _, d := range p.Integrity {
			integrity = append(integrity, d.String())
		}
		out.Packages = append(out.Packages, pkg{
			strings.TrimSpace(p.Ecosystem + " " + p.Name + " " + p.Version), p.Label, p.Path, p.Line,
			strings.Join(flags, " "), p.Origin, integrity, edges(p.Requires)})
	}
	return out
}

// checkInvariants holds what every format promises.
func checkInvariants(t *testing.T, l Lockfile) {
	t.Helper()
	keys := make(map[string]bool)
	for _, p := range l.Packages {
		if p.Name == "" || p.Ecosystem == "" {
			t.Errorf("%s:%d: an entry without name or ecosystem", l.Path, p.Line)
		}
		if p.Line < 1 {
			t.Errorf("%s: %s %s has no line", l.Path, p.ID, p.Version)
		}
		keys[p.Key()] = true
	}
	check := func(who string, edges []Edge) {
		for _, e := range edges {
			if e.To != "" && !keys[e.To] {
				t.Errorf("%s: edge %s -> %s leads nowhere (%s)", l.Path, who, e.Name, e.To)
			}
		}
	}
	for _, p := range l.Packages {
		check(p.Key(), p.Requires)
	}
	for _, r := range l.Roots {
		check("root "+r.Path, r.Requires)
	}
}

// badCases is what every format must refuse with file and line. A format
// without a schema version, without keys or without nesting has no such case
// and says so in absentCases.
var badCases = []string{"bad-empty", "bad-truncated", "bad-unknown-schema", "bad-duplicate-keys",
	"bad-conflict-markers", "bad-wrong-types", "bad-deep-nesting", "bad-nul-bytes"}

func TestBadCasesAreComplete(t *testing.T) {
	for _, format := range Formats {
		absent := absentCases[format.Name()]
		for _, c := range badCases {
			_, err := os.Stat(filepath.Join(fixtures, format.Name(), c))
			if reason := absent[c]; reason != "" && err == nil {
				t.Errorf("%s has a fixture %s, yet absentCases says %q", format.Name(), c, reason)
			} else if reason == "" && err != nil {
				t.Errorf("%s has no fixture %s", format.Name(), c)
			}
		}
	}
}

// fuzzFormat feeds a parser arbitrary bytes: it may refuse them, with a
// ParseError, and must keep its promises when it does not.
func fuzzFormat(f *testing.F, format Format, path string) {
	seeds, _ := filepath.Glob(filepath.Join(fixtures, format.Name(), "*", filepath.FromSlash(path)))
	if len(seeds) == 0 {
		f.Fatalf("no fixture %s of %s to start from", path, format.Name())
	}
	for _, seed := range seeds {
		if data, err := os.ReadFile(seed); err == nil && len(data) < 64<<10 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := fstest.MapFS{path: {Data: data}}
		lockfile, err := format.Parse(context.Background(), tree, path)
		if err != nil {
			if _, ok := errors.AsType[*ParseError](err); !ok {
				t.Errorf("%v is no ParseError", err)
			}
			return
		}
		checkInvariants(t, lockfile)
	})
}
