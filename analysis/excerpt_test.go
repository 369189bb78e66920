package analysis

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/lockfiles"
)

const npmLock = `{
  "packages": {
    "node_modules/a": {
      "version": "1.0.0",
      "requires": {
        "b": "1"
      }
    },
    "node_modules/b": {
      "version": "2.0.0"
    }
  },
  "dependencies": {}
}
`

const cargoLock = "[[package]]\nname = \"a\"\nversion = \"1\"\n\n[[package]]\nname = \"b\"\nversion = \"2\"\n\n[metadata]\nx = 1\n"

func TestReadExcerpt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		lines      []int // of all packages
		line       int
		want       string
	}{
		{"npm", npmLock, []int{3, 9}, 3, "    \"node_modules/a\": {\n      \"version\": \"1.0.0\",\n      \"requires\": {\n        \"b\": \"1\"\n      }\n    },"},
		{"npm last", npmLock, []int{3, 9}, 9, "    \"node_modules/b\": {\n      \"version\": \"2.0.0\"\n    }"},
		{"cargo by name", cargoLock, []int{2, 6}, 2, "name = \"a\"\nversion = \"1\""},
		{"cargo by table", cargoLock, []int{1, 5}, 1, "[[package]]\nname = \"a\"\nversion = \"1\""},
		{"cargo last", cargoLock, []int{1, 5}, 5, "[[package]]\nname = \"b\"\nversion = \"2\""},
		{"yaml", "packages:\n  a@1:\n    x: 1\n\n  b@2:\n    x: 2\nsnapshots:\n  a@1: {}\n", []int{2, 5}, 5, "  b@2:\n    x: 2"},
		{"one line each", "a v1 h1:x\nb v2 h1:y\n", []int{1, 2}, 1, "a v1 h1:x"},
		{"no line end, CRLF", "a\r\nb\r\nc", []int{1, 2, 3}, 3, "c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &lockfiles.Lockfile{Path: "lock"}
			for _, n := range c.lines {
				l.Packages = append(l.Packages, lockfiles.Package{Line: n})
			}
			e, err := ReadExcerpt(fstest.MapFS{"lock": {Data: []byte(c.text)}}, l, &lockfiles.Package{Line: c.line})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(e.Lines, "\n"); got != c.want || e.First != c.line || e.Cut {
				t.Errorf("got %q from %d, cut %v; want %q", got, e.First, e.Cut, c.want)
			}
		})
	}
}

func TestReadExcerptIsBounded(t *testing.T) {
	l := &lockfiles.Lockfile{Path: "lock"}
	files := fstest.MapFS{"lock": {Data: []byte(strings.Repeat("  x\n", 500))}, "wide": {Data: []byte(strings.Repeat("x", 300_000))}}
	e, err := ReadExcerpt(files, &lockfiles.Lockfile{Path: "lock", Packages: []lockfiles.Package{{Line: 400}}}, &lockfiles.Package{Line: 2})
	if err != nil || len(e.Lines) != excerptLines || !e.Cut {
		t.Errorf("%d lines, cut %v, %v", len(e.Lines), e.Cut, err)
	}
	l.Path = "wide"
	e, err = ReadExcerpt(files, l, &lockfiles.Package{Line: 1})
	if err != nil || len(e.Lines) != 1 || len(e.Lines[0]) > excerptWidth+40 || !strings.HasSuffix(e.Lines[0], "298000 more bytes") {
		t.Errorf("%d lines, %v", len(e.Lines), err)
	}
}

func TestReadExcerptSaysWhatIsMissing(t *testing.T) {
	files := fstest.MapFS{"lock": {Data: []byte("a\n")}}
	for want, call := range map[string]func() error{
		"tells no line": func() error {
			_, err := ReadExcerpt(files, &lockfiles.Lockfile{Path: "lock"}, &lockfiles.Package{})
			return err
		},
		"no line 7": func() error {
			_, err := ReadExcerpt(files, &lockfiles.Lockfile{Path: "lock"}, &lockfiles.Package{Line: 7})
			return err
		},
		"not at hand": func() error {
			_, err := ReadExcerpt(nil, &lockfiles.Lockfile{Path: "lock"}, &lockfiles.Package{Line: 7})
			return err
		},
		"gone": func() error {
			_, err := ReadExcerpt(files, &lockfiles.Lockfile{Path: "gone"}, &lockfiles.Package{Line: 7})
			return err
		},
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestCompareExcerpts(t *testing.T) {
	base := Excerpt{First: 10, Lines: []string{"a {", "v 1", "same", "}"}}
	head := Excerpt{First: 20, Lines: []string{"a {", "v 2", "same", "new", "}"}}
	var got strings.Builder
	for _, l := range CompareExcerpts(base, head) {
		fmt.Fprintf(&got, "%d/%d %s\n", l.Base, l.Head, l.Text)
	}
	want := "10/20 a {\n11/0 v 1\n0/21 v 2\n12/22 same\n0/23 new\n13/24 }\n"
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	if n := len(CompareExcerpts(Excerpt{}, head)); n != 5 {
		t.Errorf("%d lines of an added entry", n)
	}
}
