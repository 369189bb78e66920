package revision

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// row is one question to both backends. Each must give the wanted answer, or,
// where git or gogit holds words, refuse with a reason that contains them.
type row struct {
	repo string
	make func(lab) string
	args string // separated by spaces; <X> stands for the full hash of X, <X:8> for eight digits
	// base and head are what git itself is asked for the wanted commit; ""
	// is the index or the working tree.
	base, head string
	changed    string            // wanted paths, separated by spaces
	reads      map[string]string // of head: content, or "!" and words of the error
	git, gogit string
}

var commits = []row{
	{args: "v1..HEAD", base: "v1", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock",
		reads: map[string]string{"package-lock.json": "two\n", "renamed.sum": "one\n", "go.sum": "!not exist", "docs": "!directory", "docs/a": "!not exist", "docs/deep/er/Cargo.lock": "five\n", "yarn.lock/x": "!not exist", "../x": "!invalid"}},
	{args: "v2..HEAD", base: "v2^{commit}", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock yarn.lock"},
	{args: "v3..v2", base: "v2^{commit}", head: "v2^{commit}"},
	{args: "HEAD~3..HEAD", base: "HEAD~3", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock"},
	{args: "HEAD^..HEAD", base: "HEAD^", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock"},
	{args: "HEAD HEAD^", base: "HEAD", head: "HEAD^", changed: "docs/a docs/deep/er/Cargo.lock"},
	{args: "HEAD^^2..@", base: "HEAD^^2", head: "@", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{args: "HEAD~1^2~1..@~1^0", base: "HEAD~1^2~1", head: "HEAD~1", changed: "go.sum renamed.sum yarn.lock"},
	{args: "HEAD^0..HEAD~0", base: "HEAD", head: "HEAD"},
	{args: "v2...feature", base: "v1", head: "feature", changed: "yarn.lock"},
	{args: "main...feature", base: "feature", head: "feature"},
	{args: "...feature", base: "feature", head: "feature"},
	{args: "..feature", base: "HEAD", head: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{args: "v1...", base: "v1", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock"},
	{args: "v1...:", base: "v1", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock"},
	{args: "feature", base: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{args: "feature..", base: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{args: ". feature", base: "", head: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{args: "feature :", base: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{args: ": .", changed: ""},
	{args: "", base: "HEAD", changed: ""},
	{args: "<v1>..HEAD^", base: "v1", head: "HEAD^", changed: "go.sum renamed.sum yarn.lock"},
	{args: "<v1:7>..<HEAD^:8>", base: "v1", head: "HEAD^", changed: "go.sum renamed.sum yarn.lock"},
	{args: "<v2:9>..HEAD", base: "v2^{commit}", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock yarn.lock"},
	{args: "refs/heads/feature..heads/feature", base: "feature", head: "feature"},
	{args: "dir/name..tags/v1", base: "v1", head: "v1"},

	// What a commit cannot be had from, or go-git would answer wrongly.
	{args: "HEAD:go.sum", git: "unknown revision", gogit: "needs the git binary"},
	{args: "HEAD:package-lock.json", git: "not a commit: it names a blob", gogit: "needs the git binary"},
	{args: "HEAD^{tree}", git: "not a commit: it names a tree", gogit: "needs the git binary"},
	{args: "treetag", git: "not a commit: it names a tree", gogit: "not a commit: it names a tree"},
	{args: "blobtag..HEAD", git: "not a commit: it names a blob", gogit: "not a commit: it names a blob"},
	{args: "<HEAD^{tree}>", git: "not a commit: it names a tree", gogit: "not a commit: it names a tree"},
	{args: "<HEAD^{tree}:9>", git: "not a commit", gogit: "not a commit"},
	{args: "HEAD^{commit}..", base: "HEAD", gogit: "needs the git binary"},
	{args: "v2^{}..", base: "v2^{commit}", changed: "docs/a docs/deep/er/Cargo.lock yarn.lock", gogit: "needs the git binary"},
	{args: "HEAD@{1}..HEAD", base: "HEAD@{1}", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock", gogit: "needs the git binary"},
	{args: "main@{u}", git: "unknown revision", gogit: "needs the git binary"},
	{args: "@{-1}..", base: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum", gogit: "needs the git binary"},
	{args: ":/second", base: "v1", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock", gogit: "needs the git binary"},
	{args: "HEAD^{/sec..d}..HEAD", base: "v1", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock", gogit: "needs the git binary"},
	{args: "v1-1-g<HEAD:8>..", base: "HEAD", gogit: "needs the git binary"},
	{args: "^HEAD", git: "unknown revision", gogit: "needs the git binary"},
	{args: "HEAD^3", git: "unknown revision", gogit: "has 1 parents"},
	{args: "HEAD~9", git: "unknown revision", gogit: "has 0 parents"},
	{args: "nope", git: "unknown revision", gogit: "unknown revision"},
	{args: "0000000000000000000000000000000000000000", git: "unknown revision", gogit: "unknown revision"},
	{args: "--all", git: "cannot begin with a dash", gogit: "cannot begin with a dash"},
	{args: "HEAD --output=x", git: "cannot begin with a dash", gogit: "cannot begin with a dash"},
	{args: ".", git: "both sides are the same", gogit: "both sides are the same"},
	{args: "a b c", git: "more than two", gogit: "more than two"},
	{args: "a..b c", git: "do not go together", gogit: "do not go together"},
	{args: ":...HEAD", git: "only commits have a merge base", gogit: "only commits have a merge base"},
}

const bigChange = "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum yarn.lock"

var states = []row{
	{repo: "dirty", make: dirty, args: "HEAD", base: "HEAD",
		changed: "added.lock both.lock deleted.lock keep.log linkdir mode.lock modified.lock moved/from.lock moved/to.lock outside.lock staged.lock todir.lock todir.lock/inside.lock tolink.lock untracked/package-lock.json",
		reads: map[string]string{"both.lock": "worktree\n", "deleted.lock": "!not exist", "tolink.lock": "!symbolic link", "link.lock": "!symbolic link",
			"outside.lock": "!symbolic link", "linkdir/x.lock": "!not exist", "dir/x.lock": "in\n", ".git/config": "!not exist", "nested/package-lock.json": "!not exist",
			"nested": "!submodule", "todir.lock": "!directory", "untracked/package-lock.json": "untracked\n", "moved/to.lock": "moved\n", "same.lock/x": "!not exist", "../x": "!invalid", "untracked-again.lock": "kept\n"}},
	{repo: "dirty", make: dirty, args: "HEAD :", base: "HEAD", changed: "added.lock both.lock moved/from.lock moved/to.lock staged.lock untracked-again.lock",
		reads: map[string]string{"both.lock": "staged\n", "deleted.lock": "gone\n", "link.lock": "!symbolic link", "untracked/package-lock.json": "!not exist", "moved": "!directory", "moved/from.lock": "!not exist"}},
	{repo: "dirty", make: dirty, args: ":",
		changed: "both.lock deleted.lock keep.log linkdir mode.lock modified.lock outside.lock todir.lock todir.lock/inside.lock tolink.lock untracked-again.lock untracked/package-lock.json"},
	{repo: "conflict", make: conflict, args: "main~1", base: "main~1", changed: "yarn.lock", reads: map[string]string{"yarn.lock": "main\n"}},
	{repo: "conflict", make: conflict, args: "HEAD", base: "HEAD", changed: ""},
	{repo: "conflict", make: conflict, args: ":", changed: "yarn.lock"},
	{repo: "conflict", make: conflict, args: "HEAD :", base: "HEAD", changed: "yarn.lock", reads: map[string]string{"yarn.lock": "!unmerged", "go.sum": "x\n"}},
	{repo: "linked", make: linked, args: "", base: "feature", changed: "untracked.lock", reads: map[string]string{"yarn.lock": "feature\n", ".git": "!not exist"}},
	{repo: "linked", make: linked, args: "main..feature", base: "main", head: "feature", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{repo: "origin", make: origin, args: "", base: "v2^{commit}", changed: "work.lock"},
	{repo: "origin", make: origin, args: "origin/feature..origin", base: "origin/feature", head: "origin/HEAD", changed: "docs/a docs/deep/er/Cargo.lock go.sum renamed.sum"},
	{repo: "origin", make: origin, args: "feature", git: "write origin/feature", gogit: "unknown revision"},
	{repo: "trunk", make: trunk, args: "", base: "feature", changed: ""},
	{repo: "no default", make: noDefault, args: "", git: "find the default branch", gogit: "find the default branch"},
	{repo: "subdirectory", make: subdirectory, args: "v1", base: "v1", changed: "docs/a docs/deep/er/Cargo.lock docs/deep/untracked.lock go.sum renamed.sum yarn.lock", reads: map[string]string{"docs/deep/untracked.lock": "u\n"}},
	{repo: "shallow", make: cloned("--depth=1"), args: "HEAD", base: "HEAD", changed: "", reads: map[string]string{"package-lock.json": "two\n"}},
	{repo: "shallow", make: cloned("--depth=1"), args: "HEAD~1..", git: "fetch --unshallow", gogit: "fetch --unshallow"},
	{repo: "shallow branches", make: cloned("--depth=1", "--no-single-branch"), args: "origin/feature...HEAD", git: "fetch --unshallow", gogit: "fetch --unshallow"},
	{repo: "partial", make: cloned("--filter=blob:none"), args: "HEAD~3..HEAD", base: "HEAD~3", head: "HEAD", changed: bigChange, reads: map[string]string{"package-lock.json": "two\n"}, gogit: "partial clone"},
	{repo: "partial", make: cloned("--filter=blob:none"), args: "HEAD HEAD~4", base: "HEAD", head: "HEAD~4", changed: "docs/a docs/deep/er/Cargo.lock go.sum package-lock.json renamed.sum yarn.lock", reads: map[string]string{"package-lock.json": "!cat-file -e"}, gogit: "partial clone"},
	{repo: "treeless", make: treeless, args: "HEAD~1..HEAD", base: "HEAD~1", head: "HEAD", git: "cat-file -e", gogit: "partial clone"},
	{repo: "alternates", make: borrowed, args: "HEAD~3..HEAD", base: "HEAD~3", head: "HEAD", changed: bigChange, gogit: "alternates"},
	{repo: "sparse", make: sparse, args: "HEAD", base: "HEAD", changed: "", reads: map[string]string{"lib/package-lock.json": "lib 2\n", "lib": "!directory"}, gogit: "extensions.worktreeconfig"},
	{repo: "sparse index", make: sparseIndex, args: "HEAD~1", base: "HEAD~1", changed: "lib/package-lock.json", reads: map[string]string{"lib/package-lock.json": "lib 2\n"}, gogit: "extensions.worktreeconfig"},
	{repo: "old sparse", make: oldSparse, args: "HEAD~1", base: "HEAD~1", changed: "lib/package-lock.json", reads: map[string]string{"lib/package-lock.json": "lib 2\n"}},
	{repo: "skipped", make: skipped, args: "HEAD~1", base: "HEAD~1", changed: "lib/package-lock.json", reads: map[string]string{"lib/package-lock.json": "lib 2\n"}},
	{repo: "submodule", make: submodule, args: "HEAD", base: "HEAD", changed: "vendor/sub", reads: map[string]string{"vendor/sub/package-lock.json": "!not exist", "vendor/sub": "!submodule", "deep/yarn.lock": "!submodule"}},
	{repo: "submodule", make: submodule, args: "HEAD~2..HEAD", base: "HEAD~2", head: "HEAD", changed: ".gitmodules deep/yarn.lock vendor/sub", reads: map[string]string{"vendor/sub/package-lock.json": "!not exist", "deep/yarn.lock": "!submodule"}},
	{repo: "submodule", make: submodule, args: "HEAD~1 :", base: "HEAD~1", changed: "vendor/sub", reads: map[string]string{"deep/yarn.lock": "!submodule"}},
	{repo: "inside a submodule", make: insideSubmodule, args: "v1", base: "v1", changed: "go.sum renamed.sum", reads: map[string]string{"renamed.sum": "one\n"}},
	{repo: "sha256", make: sha256Repo, args: "HEAD~1", base: "HEAD~1", changed: "a/package-lock.json untracked.lock", reads: map[string]string{"a/package-lock.json": "two\n"}, gogit: "another hash"},
	{repo: "worktree config", make: configured("extensions.worktreeConfig", "true"), args: "v1..HEAD", base: "v1", head: "HEAD", changed: bigChange, gogit: "extensions.worktreeconfig"},
	{repo: "relative worktrees", make: claims("[extensions]\n\trelativeWorktrees = true\n"), args: "v1..HEAD", git: "relativeworktrees", gogit: "extensions.relativeworktrees"},
	{repo: "reftable", make: claims("[extensions]\n\trefStorage = reftable\n"), args: "v1..HEAD", git: "refstorage", gogit: "reftable"},
	{repo: "future", make: claims("[core]\n\trepositoryformatversion = 2\n"), args: "v1..HEAD", git: "Expected git repo version", gogit: "format version 2"},
	{repo: "split index", make: indexForm("--split-index"), args: "HEAD", base: "HEAD", changed: "package-lock.json", gogit: "split or sparse"},
	{repo: "split index", make: indexForm("--split-index"), args: "v1..HEAD", base: "v1", head: "HEAD", changed: bigChange},
	{repo: "index v4", make: indexForm("--index-version=4"), args: "HEAD", base: "HEAD", changed: "package-lock.json"},
	{repo: "untracked cache", make: indexForm("--force-untracked-cache"), args: "HEAD", base: "HEAD", changed: "package-lock.json"},
	{repo: "replaced", make: replaced, args: "v1..HEAD", base: "v1", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock go.sum package-lock.json renamed.sum yarn.lock", gogit: "replace refs"},
	{repo: "grafted", make: grafted, args: "HEAD~2", git: "unknown revision", gogit: "grafts"},
	{repo: "other work tree", make: configured("core.worktree", "../.."), args: "v1..HEAD", base: "v1", head: "HEAD", changed: bigChange, gogit: "core.worktree"},
	{repo: "crossed", make: crossed, args: "main...other", base: "b", head: "other", changed: "c", gogit: "several merge bases"},
	{repo: "unrelated", make: unrelated, args: "main...other", git: "no common ancestor", gogit: "no common ancestor"},
	{repo: "unrelated", make: unrelated, args: "main..other", base: "main", head: "other", changed: "b"},
	{repo: "bare", make: bare, args: "v1..HEAD", base: "v1", head: "HEAD", changed: bigChange, reads: map[string]string{"package-lock.json": "two\n"}},
	{repo: "bare", make: bare, args: "v1", git: "no work tree", gogit: "no work tree"},
	{repo: "bare", make: bare, args: "", git: "no work tree", gogit: "no work tree"},
	{repo: "bare", make: bare, args: "HEAD :", git: "no work tree", gogit: "no work tree"},
	{repo: "unborn", make: unborn, args: "", git: "no commit yet", gogit: "no commit yet"},
	{repo: "unborn", make: unborn, args: "HEAD..", git: "no commit yet", gogit: "no commit yet"},
	{repo: "unborn", make: unborn, args: ":", changed: "package-lock.json", reads: map[string]string{"package-lock.json": "x\n"}},
	{repo: "twice", make: twice, args: "twin..HEAD", base: "refs/tags/twin", head: "HEAD", changed: bigChange},
	{repo: "twice", make: twice, args: "heads/twin..HEAD", base: "HEAD~1", head: "HEAD", changed: "docs/a docs/deep/er/Cargo.lock"},
	{repo: "intended", make: intended, args: "HEAD", base: "HEAD", changed: "new.lock", reads: map[string]string{"new.lock": "new\n"}},
	{repo: "intended", make: intended, args: "HEAD :", base: "HEAD", changed: ""},
	{repo: "intended", make: intended, args: ":", changed: "new.lock"},
	{repo: "nothing", make: func(l lab) string { return l.dir }, args: "", git: "not a git repository", gogit: "not a git repository"},
	{repo: "attributes", make: attributes, args: "HEAD", base: "HEAD", changed: ".gitattributes text.lock",
		reads: map[string]string{"id.lock": "$Id$ $Format:%H$\n", "eol.lock": "a\nb\n", "lfs.lock": "pointer\n", "text.lock": "new\n"}},
	{repo: "attributes", make: attributes, args: ". HEAD", head: "HEAD", changed: ".gitattributes text.lock",
		reads: map[string]string{"id.lock": "$Id$ $Format:%H$\n", "eol.lock": "a\nb\n", "lfs.lock": "pointer\n", "text.lock": "old\n"}},
	{repo: "hooks", make: hooks, args: "v1", base: "v1", changed: bigChange, reads: map[string]string{"yarn.lock": "changed\n"}},
	{repo: "hooks", make: hooks, args: ":", changed: "yarn.lock"},
	{repo: "autocrlf", make: autocrlf, args: "HEAD", base: "HEAD", changed: "binary.lock changed.lock", reads: map[string]string{"crlf.lock": "a\r\nb\r\n"}},
}

func TestConformance(t *testing.T) {
	rows := slices.Clone(states)
	for _, r := range commits {
		r.repo, r.make = "history", history
		rows = append(rows, r)
		r.repo, r.make = "packed", packed
		if !strings.Contains(r.args, "@{") && !strings.HasPrefix(r.args, ":/") {
			rows = append(rows, r)
		}
	}
	for _, r := range rows {
		t.Run(r.repo+"/"+r.args, func(t *testing.T) {
			dir := build(t, r.repo, r.make)
			t.Run("git", func(t *testing.T) { r.check(t, dir, Git, r.git) })
			t.Run("go-git", func(t *testing.T) { r.check(t, dir, GoGit, r.gogit) })
			if ran, err := os.ReadFile(dir + ".ran"); err == nil {
				t.Errorf("a program of the repository was started:\n%s", ran)
			}
		})
	}
}

var hashOfName = regexp.MustCompile(`<([^<>:]+)(?::(\d))?>`)

// arguments fills in hashes.
func (r row) arguments(l lab) []string {
	if r.args == "" {
		return nil
	}
	return strings.Split(hashOfName.ReplaceAllStringFunc(r.args, func(s string) string {
		parts := hashOfName.FindStringSubmatch(s)
		hash := l.git("rev-parse", parts[1])
		if digits, err := strconv.Atoi(parts[2]); err == nil {
			hash = hash[:digits]
		}
		return hash
	}), " ")
}

func (r row) check(t *testing.T, dir string, backend Backend, refusal string) {
	ctx := context.Background()
	err := r.answer(ctx, t, dir, backend)
	switch {
	case refusal == "" && err != nil:
		t.Fatal(err)
	case refusal != "" && err == nil:
		t.Fatalf("answered, and should have refused with %q", refusal)
	case refusal != "" && !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(refusal)):
		t.Fatalf("refused with %q, wanted the words %q", err, refusal)
	case refusal != "" && !strings.Contains(err.Error(), "\nhint: "):
		t.Errorf("no hint: %q", err)
	}
}

// answer is the error of the backend; a wrong answer fails the test.
func (r row) answer(ctx context.Context, t *testing.T, dir string, backend Backend) error {
	l := lab{t, dir}
	repo, err := Open(ctx, dir, backend)
	if err != nil {
		return err
	}
	defer repo.Close()
	base, head, err := repo.Range(ctx, r.arguments(l))
	if err != nil {
		return err
	}
	for _, side := range []struct {
		rev  Revision
		want string
	}{{base, r.base}, {head, r.head}} {
		want := side.want
		if want != "" {
			want = l.git("rev-parse", want)
		}
		if side.rev.Commit() != want {
			t.Errorf("%s is commit %q, want %q (%s)", side.rev.Name(), side.rev.Commit(), want, side.want)
		}
	}
	changed, err := repo.Changed(ctx, base, head)
	if err != nil {
		return err
	}
	if got := strings.Join(changed, " "); got != r.changed {
		t.Errorf("changed:\n got %s\nwant %s", got, r.changed)
	}
	if back, err := repo.Changed(ctx, head, base); err != nil || !slices.Equal(back, changed) {
		t.Errorf("the other way round: %q, %v", back, err)
	}
	for path, want := range r.reads {
		data, err := fs.ReadFile(head, path)
		words, fails := strings.CutPrefix(want, "!")
		switch {
		case fails && (err == nil || !strings.Contains(err.Error(), words)):
			t.Errorf("%s: read %q, %v; want the error %q", path, data, err, words)
		case !fails && (err != nil || string(data) != want):
			t.Errorf("%s: read %q, %v; want %q", path, data, err, want)
		}
	}
	r.checkPaths(ctx, t, l, head)
	return nil
}

// checkPaths compares Paths with what git lists, and opens every one.
func (r row) checkPaths(ctx context.Context, t *testing.T, l lab, head Revision) {
	all := func(string) bool { return true }
	got, err := head.Paths(ctx, all)
	if r.repo == "conflict" && head.Name() == "index" {
		if err == nil || !strings.Contains(err.Error(), `unmerged in the index: "yarn.lock"`) {
			t.Errorf("paths of an unmerged index: %v", err)
		}
		return
	}
	if err != nil {
		if strings.Contains(err.Error(), "split") {
			return
		}
		t.Fatal(err)
	}
	if head.Commit() != "" {
		var want []string
		for line := range strings.SplitSeq(l.git("ls-tree", "-r", "-z", "--full-tree", head.Commit()), "\x00") {
			if about, path, ok := strings.Cut(line, "\t"); ok && strings.HasPrefix(about, "100") {
				want = append(want, path)
			}
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("paths:\n got %q\nwant %q", got, want)
		}
	}
	for _, path := range got {
		_, err := fs.Stat(head, path)
		if err != nil && r.repo != "partial" {
			t.Error(err)
		}
		if head.Name() == "working tree" && filepath.Base(path) == "x" && r.repo == "dirty" {
			t.Error(path)
		}
	}
}
