//go:build engines

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// offline fails a test whose engine asks anyone.
func offline(t *testing.T) {
	t.Helper()
	old := network.inner
	t.Cleanup(func() { network.inner = old; network.allow(nil) })
	network.inner = roundTrip(func(r *http.Request) (*http.Response, error) {
		t.Errorf("asks %s", r.URL)
		return nil, errors.New("no network")
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		writeFile(t, dir, name, text)
	}
}

func writeFile(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commitAll commits what lies in a repository's directory.
func commitAll(t testing.TB, repo *git.Repository) string {
	t.Helper()
	tree, err := repo.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.AddGlob("."); err != nil {
		t.Fatal(err)
	}
	at := &object.Signature{Name: "A", Email: "a@acme.example", When: time.Unix(1e9, 0)}
	hash, err := tree.Commit("x", &git.CommitOptions{Author: at, Committer: at})
	if err != nil {
		t.Fatal(err)
	}
	return hash.String()
}

const loose = `on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: echo ${{ github.event.pull_request.title }}
`

const tight = `on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@8e5e7e5ab8b370d6c329ec480221332ada57f0ab
`

const mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files"

// upstream is a repository with two commits: loose, then tight.
func upstream(t *testing.T) (dir, base, head string) {
	t.Helper()
	dir = t.TempDir()
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	commit := func(files map[string]string) string {
		write(t, dir, files)
		return commitAll(t, repo)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "SECURITY.md")); err != nil {
		t.Skip(err)
	}
	base = commit(map[string]string{
		".github/workflows/ci.yml": loose, "main.go": "package main\n", "Dockerfile": "FROM forge.example/acme:1\nFROM node:20\n",
	})
	head = commit(map[string]string{
		".github/workflows/ci.yml": tight, "LICENSE": mit,
		"Dockerfile": "FROM forge.example/acme@sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
		"model.bin":  lfsMarker + "v1\noid sha256:00\nsize 5\n", ".github/dependabot.yml": "version: 2\n",
	})
	return dir, base, head
}

func score(t *testing.T, r *engines.ScorecardResult, name string) engines.ScorecardCheck {
	t.Helper()
	if r == nil {
		t.Fatal("no result")
	}
	for _, c := range r.Checks {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no check %s in %+v", name, r.Checks)
	return engines.ScorecardCheck{}
}

func TestScorecardOfTwoCommits(t *testing.T) {
	dir, base, head := upstream(t)
	a, err := find(t).Scorecard(t.Context(), engines.ScorecardRequest{Repository: dir, Base: base, Head: head})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		base, head int
	}{
		{"Dangerous-Workflow", 0, 10}, {"Token-Permissions", 0, 10}, {"Pinned-Dependencies", 0, 10},
		{"License", 0, 9}, {"Dependency-Update-Tool", 0, 10}, {"Binary-Artifacts", 10, 10}, {"Security-Policy", 0, 0},
	} {
		if b, h := score(t, a.Base, c.name), score(t, a.Head, c.name); b.Score != c.base || h.Score != c.head {
			t.Errorf("%s is %d (%s), then %d (%s); want %d, %d", c.name, b.Score, b.Reason, h.Score, h.Reason, c.base, c.head)
		}
	}
	if len(a.Base.Checks) != len(fileChecks) || a.Base.Commit != base || a.Base.Scope != engines.FileChecks || a.Base.Score >= a.Head.Score {
		t.Errorf("base is %+v", a.Base)
	}
	d := score(t, a.Base, "Dangerous-Workflow").Details
	if len(d) != 2 || !d[0].Warning || d[0].Path != ".github/workflows/ci.yml" || d[0].Line != 6 {
		t.Errorf("details are %+v", d)
	}
	if sast := score(t, a.Base, "SAST"); sast.Score != 0 || len(sast.Details) != 0 {
		t.Errorf("of files alone SAST speaks of pull requests: %+v", sast)
	}
	notes := strings.Join(a.Head.Notes, "\n")
	if !strings.Contains(notes, "1 link is not followed") || !strings.Contains(notes, "1 file is in LFS") || !strings.Contains(notes, "files alone") {
		t.Errorf("notes are %q", notes)
	}
	if a.ScorecardVersion == "unknown" || a.ScorecardVersion == "" {
		t.Errorf("the library's version is %q", a.ScorecardVersion)
	}
}

func TestScorecardOneSide(t *testing.T) {
	offline(t)
	dir, base, head := upstream(t)
	missing := strings.Repeat("1", 40)
	a, err := runScorecard(t.Context(), engines.ScorecardRequest{Repository: dir, Base: missing, Head: head})
	if err != nil || a.Base != nil || !strings.Contains(a.BaseUnknown, "has no commit 1111") || a.Head == nil {
		t.Errorf("got %+v, %v", a, err)
	}
	if a, err = runScorecard(t.Context(), engines.ScorecardRequest{Repository: dir, Head: base}); err != nil || a.Base != nil || a.BaseUnknown != "" || a.Head == nil {
		t.Errorf("an added package: got %+v, %v", a, err)
	}
	if a, err = runScorecard(t.Context(), engines.ScorecardRequest{Repository: dir, Base: base, Head: base}); err != nil || a.Base == nil || a.Head == nil {
		t.Errorf("the same commit: got %+v, %v", a, err)
	}
	if a, err = runScorecard(t.Context(), engines.ScorecardRequest{Repository: dir, Head: head, MaxFiles: 3}); err != nil || a.Head != nil || !strings.Contains(a.HeadUnknown, "too many files") {
		t.Errorf("too many files: got %+v, %v", a, err)
	}
}

func TestScorecardOfADirectory(t *testing.T) {
	offline(t)
	dir, _, _ := upstream(t)
	a, err := runScorecard(t.Context(), engines.ScorecardRequest{Directory: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s := score(t, a.Head, "License"); s.Score < 9 || a.Head.Commit != "" {
		t.Errorf("got %+v", a.Head)
	}
	if s := score(t, a.Head, "Security-Policy"); s.Score != 0 {
		t.Errorf("a link was followed: %+v", s)
	}
}

func TestScorecardRefuses(t *testing.T) {
	offline(t)
	hash := strings.Repeat("a", 40)
	for reason, r := range map[string]engines.ScorecardRequest{
		"no commit":                 {Repository: "https://forge.example/a/b"},
		"full SHA-1":                {Repository: "https://forge.example/a/b", Head: "main"},
		"--upload":                  {Repository: "https://forge.example/a/b", Head: "--upload-pack=touch /tmp/x"},
		"over https alone":          {Repository: "ssh://git@forge.example/a/b", Head: hash},
		"not \"file\"":              {Repository: "file:///etc", Head: hash},
		"not \"ext\"":               {Repository: "ext::sh -c x", Head: hash},
		"credentials":               {Repository: "https://u:p@forge.example/a/b", Head: hash},
		"host \"127.0.0.1\"":        {Repository: "https://127.0.0.1/a/b", Head: hash},
		"host \"[::1]\"":            {Repository: "https://[::1]/a/b", Head: hash},
		"host \"localhost\"":        {Repository: "https://localhost/a/b", Head: hash},
		"host \"forge.example:22\"": {Repository: "https://forge.example:22/a/b", Head: hash},
		"names no repository":       {Repository: "https://forge.example/", Head: hash},
		"github.com alone":          {Repository: "https://forge.example/a/b", Head: hash, WithToken: true},
		"without a token":           {Repository: "/srv/repo", Head: hash, WithToken: true},
		"as it stands":              {Directory: "/srv", Head: hash},
		"not absolute":              {Directory: "srv"},
	} {
		if reason == "--upload" {
			reason = "full SHA-1"
		}
		_, err := runScorecard(t.Context(), r)
		if e, ok := errors.AsType[*engines.Error](err); !ok || e.Kind != engines.Request || !strings.Contains(e.Reason, reason) {
			t.Errorf("%+v: got %v, want %q", r, err, reason)
		}
	}
}

// A tree that holds itself many times over is small on the wire and endless to
// walk.
func TestTreeBomb(t *testing.T) {
	repo, err := git.Init(memoryStore(), nil)
	if err != nil {
		t.Fatal(err)
	}
	put := func(o interface {
		Encode(plumbing.EncodedObject) error
	}) plumbing.Hash {
		enc := repo.Storer.NewEncodedObject()
		if err := o.Encode(enc); err != nil {
			t.Fatal(err)
		}
		hash, err := repo.Storer.SetEncodedObject(enc)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	commit := func(tree plumbing.Hash) plumbing.Hash {
		return put(&object.Commit{TreeHash: tree, Author: object.Signature{Name: "A"}, Committer: object.Signature{Name: "A"}})
	}
	wide := put(&object.Tree{})
	for range 12 {
		var entries []object.TreeEntry
		for i := range 10 {
			entries = append(entries, object.TreeEntry{Name: fmt.Sprint(i), Mode: filemode.Dir, Hash: wide})
		}
		wide = put(&object.Tree{Entries: entries})
	}
	deep := put(&object.Tree{})
	for range maxDepth + 2 {
		deep = put(&object.Tree{Entries: []object.TreeEntry{{Name: "d", Mode: filemode.Dir, Hash: deep}}})
	}
	for name, tree := range map[string]plumbing.Hash{"too many files": wide, "nested too deep": deep} {
		if _, err := commitSource(t.Context(), repo.Storer, commit(tree), maxFiles); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, name := range []string{"..", ".", "a/b"} {
		bad := put(&rawTree{name: name})
		if _, err := commitSource(t.Context(), repo.Storer, commit(bad), maxFiles); err == nil {
			t.Errorf("the name %q is taken", name)
		}
	}
	done, stop := context.WithCancel(t.Context())
	stop()
	if _, err := commitSource(done, repo.Storer, commit(deep), maxFiles); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// rawTree is a tree with one entry of any name, which go-git would not write.
type rawTree struct{ name string }

func (r *rawTree) Encode(o plumbing.EncodedObject) error {
	o.SetType(plumbing.TreeObject)
	w, err := o.Writer()
	if err != nil {
		return err
	}
	defer w.Close()
	_, err = fmt.Fprintf(w, "100644 %s\x00%s", r.name, strings.Repeat("\x01", 20))
	return err
}

var _ storer.EncodedObjectStorer = memoryStore()
