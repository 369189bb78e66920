package revision

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// bad is what people get wrong, and what repositories lack; the words they
// read stand in testdata/diff/revision/errors.txt.
var bad = []struct {
	repo string
	make func(lab) string
	args []string
	kind error
	only string // the one backend that refuses
}{
	{"nothing", func(l lab) string { return l.dir }, nil, ErrNotRepository, ""},
	{"history", history, []string{"nope"}, ErrUnknownRevision, ""},
	{"history", history, []string{"HEAD~9"}, ErrUnknownRevision, ""},
	{"history", history, []string{"--all"}, ErrUnknownRevision, ""},
	{"history", history, []string{"a\x1b[31mb"}, ErrUnknownRevision, ""},
	{"history", history, []string{"HEAD^{tree}"}, ErrNotCommit, "git"},
	{"history", history, []string{"HEAD@{1}"}, ErrNeedsGit, "go-git"},
	{"history", history, []string{"a", "b", "c"}, nil, ""},
	{"ambiguous", ambiguous, []string{"0000"}, ErrAmbiguous, ""},
	{"origin", origin, []string{"feature"}, ErrUnknownRevision, ""},
	{"shallow", cloned("--depth=1"), []string{"HEAD~1"}, nil, ""},
	{"unrelated", unrelated, []string{"main...other"}, ErrNoMergeBase, ""},
	{"unborn", unborn, nil, ErrNoCommits, ""},
	{"bare", bare, nil, ErrNoWorkTree, ""},
	{"no default", noDefault, nil, nil, ""},
	{"sparse", sparse, nil, ErrNeedsGit, "go-git"},
	{"partial", cloned("--filter=blob:none"), nil, ErrNeedsGit, "go-git"},
	{"alternates", borrowed, nil, ErrNeedsGit, "go-git"},
	{"sha256", sha256Repo, nil, ErrNeedsGit, "go-git"},
	{"crossed", crossed, []string{"main...other"}, ErrNeedsGit, "go-git"},
}

var ambiguousMessages = []string{"21429\n", "33351\n"}

// ambiguous has two commits whose hashes begin with 0000.
func ambiguous(l lab) string {
	l.init().write("a", "a").commit("first")
	// Found once by counting messages; the dates and names are fixed.
	tree := l.git("rev-parse", "HEAD^{tree}")
	for _, message := range ambiguousMessages {
		if hash := l.gitIn(message, "commit-tree", tree); !strings.HasPrefix(hash, "0000") {
			l.t.Fatalf("the commit %q has the hash %s", message, hash)
		}
	}
	return l.dir
}

func TestErrors(t *testing.T) {
	var golden strings.Builder
	for _, c := range bad {
		dir := build(t, c.repo, c.make)
		for _, name := range []string{"git", "go-git"} {
			if c.only != "" && c.only != name {
				continue
			}
			err := firstError(dir, backends[name], c.args)
			if err == nil {
				t.Errorf("%s %q: %s answered", c.repo, c.args, name)
				continue
			}
			if c.kind != nil && !errors.Is(err, c.kind) {
				t.Errorf("%s %q: %s: %v is not %v", c.repo, c.args, name, err, c.kind)
			}
			text := strings.ReplaceAll(err.Error(), shared, "/tmp")
			text = regexp.MustCompile(`\b[0-9a-f]{40}\b`).ReplaceAllString(text, "<hash>")
			// git's own words change with its version.
			text = regexp.MustCompile(`\(git: [^\n]*\)\n`).ReplaceAllString(text, "(git: ...)\n")
			golden.WriteString("== " + c.repo + ": depreview " + strings.Join(quoted(c.args), " ") + " (" + name + ")\n" + text + "\n\n")
		}
	}
	file := filepath.Join("..", "..", "testdata", "diff", "revision", "errors.txt")
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(golden.String()), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if golden.String() != string(want) {
		t.Errorf("the messages changed; see what -update makes of %s:\n%s", file, &golden)
	}
}

func quoted(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		args[i] = strings.Trim(regexp.MustCompile(`[[:cntrl:]]`).ReplaceAllString(arg, "?"), " ")
	}
	return args
}

func firstError(dir string, backend Backend, args []string) error {
	ctx := context.Background()
	repo, err := Open(ctx, dir, backend)
	if err != nil {
		return err
	}
	defer repo.Close()
	base, head, err := repo.Range(ctx, args)
	if err != nil {
		return err
	}
	_, err = repo.Changed(ctx, base, head)
	return err
}

func TestForeignOwner(t *testing.T) {
	dir := build(t, "history", history)
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	_, err := Open(t.Context(), dir, Git)
	if !errors.Is(err, ErrUnsafeOwner) || !strings.Contains(err.Error(), "\nhint: if you trust it, run `git config --global --add safe.directory "+dir+"`") {
		t.Error(err)
	}
	// go-git starts nothing that a repository names, so it need not ask.
	if _, err := Open(t.Context(), dir, GoGit); err != nil {
		t.Error(err)
	}
}

func TestAutoWithoutGit(t *testing.T) {
	dir := build(t, "history", history)
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(t.Context(), dir, Git); err == nil || !strings.Contains(err.Error(), "hint: install git") {
		t.Error(err)
	}
	repo, err := Open(t.Context(), dir, Auto)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	if _, _, err := repo.Range(t.Context(), []string{"v1..HEAD"}); err != nil {
		t.Error(err)
	}
}

func TestSaid(t *testing.T) {
	for in, want := range map[string]string{
		"fatal: bad\n": "bad",
		"error: short\nhint: The\nfatal: Needed\n": "short; Needed",
		"warning: \x1b[31mr\u0085d\n":              "?[31mr?d",
		"":                                         "",
	} {
		if got := said(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if long := said(strings.Repeat("é", 500)); len(long) > maxSaid+3 {
		t.Error(len(long))
	}
}
