package revision

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

var backends = map[string]Backend{"git": Git, "go-git": GoGit}

func each(t *testing.T, test func(t *testing.T, backend Backend)) {
	for _, name := range []string{"git", "go-git"} {
		t.Run(name, func(t *testing.T) { test(t, backends[name]) })
	}
}

func everything(string) bool { return true }

func revisionOf(t testing.TB, repo Repository, expr string) Revision {
	t.Helper()
	rev, err := repo.Revision(context.Background(), expr)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func TestOddNames(t *testing.T) {
	dir := build(t, "odd", odd)
	want := slices.Clone(oddNames)
	slices.Sort(want)
	each(t, func(t *testing.T, backend Backend) {
		repo := open(t, dir, backend)
		for _, expr := range []string{"main", Index, WorkingTree} {
			rev := revisionOf(t, repo, expr)
			got, err := rev.Paths(t.Context(), everything)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s:\n got %q, %v\nwant %q", expr, got, err, want)
			}
			for _, name := range want {
				if data, err := rev.ReadFile(name); err != nil || string(data) != "content of "+name {
					t.Errorf("%s: %q: %q, %v", expr, name, data, err)
				}
			}
			changed, err := repo.Changed(t.Context(), revisionOf(t, repo, "main~1"), rev)
			if err != nil || !slices.Equal(changed, want) {
				t.Errorf("changed in %s:\n got %q, %v\nwant %q", expr, changed, err, want)
			}
		}
		for _, name := range []string{"a\x00b", "", "/etc/passwd", "dir/", "./dir", "dir/../HEAD"} {
			for _, expr := range []string{"main", Index, WorkingTree} {
				if _, err := revisionOf(t, repo, expr).Open(name); !errors.Is(err, fs.ErrInvalid) {
					t.Errorf("%s: open %q: %v", expr, name, err)
				}
			}
		}
	})
}

func TestFileSystem(t *testing.T) {
	dir := build(t, "history", history)
	each(t, func(t *testing.T, backend Backend) {
		repo := open(t, dir, backend)
		for _, expr := range []string{"HEAD", Index, WorkingTree} {
			if err := fstest.TestFS(revisionOf(t, repo, expr), "package-lock.json", "docs/deep/er/Cargo.lock", "yarn.lock"); err != nil {
				t.Errorf("%s: %v", expr, err)
			}
		}
	})
}

func TestSparseDirectoriesAreListed(t *testing.T) {
	dir := build(t, "sparse", sparse)
	rev := revisionOf(t, open(t, dir, Git), WorkingTree)
	var found []string
	err := fs.WalkDir(rev, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if want := "app/package-lock.json lib/package-lock.json lib/src/x package-lock.json"; err != nil || strings.Join(found, " ") != want {
		t.Errorf("got %q, %v, want %s", found, err, want)
	}
}

func TestPathsOfTheWorkingTree(t *testing.T) {
	dir := build(t, "dirty", dirty)
	want := ".gitignore added.lock both.lock dir/x.lock keep.log mode.lock modified.lock moved/to.lock same.lock staged.lock todir.lock/inside.lock touched.lock untracked-again.lock untracked/package-lock.json"
	each(t, func(t *testing.T, backend Backend) {
		got, err := revisionOf(t, open(t, dir, backend), WorkingTree).Paths(t.Context(), everything)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("got %q, %v\nwant %s", got, err, want)
		}
	})
}

// Nothing is written, not even the file times that the index caches.
func TestIndexIsNotWritten(t *testing.T) {
	for name, make := range map[string]func(lab) string{"dirty": dirty, "hooks": hooks} {
		dir := build(t, name, make)
		index := filepath.Join(dir, ".git", "index")
		before, err := os.Stat(index)
		if err != nil {
			t.Fatal(err)
		}
		each(t, func(t *testing.T, backend Backend) {
			repo := open(t, dir, backend)
			for _, base := range []string{"HEAD", Index} {
				head := revisionOf(t, repo, WorkingTree)
				if _, err := repo.Changed(t.Context(), revisionOf(t, repo, base), head); err != nil {
					t.Fatal(err)
				}
				if _, err := head.Paths(t.Context(), everything); err != nil {
					t.Fatal(err)
				}
			}
			after, err := os.Stat(index)
			if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
				t.Errorf("the index was written: %v", err)
			}
		})
	}
}

// The fixtures of the hostile rows must be able to fail: git left to itself
// starts what they name.
func TestSentinelsWork(t *testing.T) {
	for name, make := range map[string]func(lab) string{"attributes alone": attributes, "hooks alone": hooks} {
		dir := build(t, name, make)
		cmd := exec.Command("git", "diff", "HEAD")
		cmd.Dir = dir
		cmd.Run()
		if _, err := os.Stat(dir + ".ran"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEnvironmentNamesTheRepository(t *testing.T) {
	dir := build(t, "history", history)
	elsewhere := t.TempDir()
	t.Setenv("GIT_DIR", filepath.Join(dir, ".git"))
	t.Setenv("GIT_WORK_TREE", dir)
	t.Setenv("GIT_LITERAL_PATHSPECS", "1")
	t.Setenv("GIT_EXTERNAL_DIFF", "false")
	repo := open(t, elsewhere, Git)
	base, head, err := repo.Range(t.Context(), []string{"v1"})
	if err != nil || repo.Root() != dir {
		t.Fatal(repo.Root(), err)
	}
	if changed, err := repo.Changed(t.Context(), base, head); err != nil || strings.Join(changed, " ") != bigChange {
		t.Error(changed, err)
	}
	if _, err := Open(t.Context(), elsewhere, GoGit); !errors.Is(err, ErrNeedsGit) || !strings.Contains(err.Error(), "GIT_DIR is set") {
		t.Error(err)
	}
}

// The command that the error names must mend it.
func TestHintFetchesTheMissingBlob(t *testing.T) {
	dir := build(t, "partial alone", cloned("--filter=blob:none"))
	rev := revisionOf(t, open(t, dir, Git), "HEAD~4")
	_, err := rev.ReadFile("package-lock.json")
	if !errors.Is(err, ErrMissingObject) {
		t.Fatal(err)
	}
	_, command, _ := strings.Cut(err.Error(), "`git ")
	command, _, _ = strings.Cut(command, "`")
	lab{t, dir}.git(strings.Fields(command)...)
	if data, err := rev.ReadFile("package-lock.json"); err != nil || string(data) != "one lock\n" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestManyReaders(t *testing.T) {
	dir := build(t, "history", history)
	each(t, func(t *testing.T, backend Backend) {
		repo := open(t, dir, backend)
		var wait sync.WaitGroup
		for i := range 16 {
			wait.Go(func() {
				base, head, err := repo.Range(t.Context(), []string{[]string{"v1..HEAD", "HEAD~3", "v1..:"}[i%3]})
				if err != nil {
					t.Error(err)
					return
				}
				if changed, err := repo.Changed(t.Context(), base, head); err != nil || strings.Join(changed, " ") != bigChange {
					t.Error(changed, err)
				}
				for range 20 {
					if data, err := head.ReadFile("docs/deep/er/Cargo.lock"); err != nil || string(data) != "five\n" {
						t.Errorf("%q, %v", data, err)
					}
				}
			})
		}
		wait.Wait()
	})
}

// A caller that gives up ends its own question alone.
func TestCancel(t *testing.T) {
	dir := build(t, "history", history)
	each(t, func(t *testing.T, backend Backend) {
		repo := open(t, dir, backend)
		base, head := revisionOf(t, repo, "v1"), revisionOf(t, repo, "HEAD")
		for i := range 30 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*50*time.Microsecond)
			if _, err := repo.Changed(ctx, base, head); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			if _, err := repo.Changed(ctx, base, revisionOf(t, repo, WorkingTree)); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			cancel()
		}
		if changed, err := repo.Changed(t.Context(), base, head); err != nil || strings.Join(changed, " ") != bigChange {
			t.Error(changed, err)
		}
	})
}

func TestClosed(t *testing.T) {
	dir := build(t, "history", history)
	repo := open(t, dir, Git)
	rev := revisionOf(t, repo, "HEAD")
	if err := repo.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := rev.ReadFile("yarn.lock"); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	other, err := Open(ctx, dir, Git)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	cancel()
	if _, err := other.Revision(ctx, "HEAD"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A few small trees that stand for a billion files are refused, not walked.
func TestTreeBomb(t *testing.T) {
	needGit(t)
	defer func(was int) { maxWalk = was }(maxWalk)
	maxWalk = 20_000
	l := lab{t, t.TempDir()}.init()
	tree := l.gitIn(fmt.Sprintf("100644 blob %s\tf\n", l.gitIn("x", "hash-object", "-w", "--stdin")), "mktree")
	for range 9 {
		var lines strings.Builder
		for i := range 10 {
			fmt.Fprintf(&lines, "040000 tree %s\t%d\n", tree, i)
		}
		tree = l.gitIn(lines.String(), "mktree")
	}
	l.git("update-ref", "refs/heads/main", l.git("commit-tree", "-m", "bomb", tree))
	each(t, func(t *testing.T, backend Backend) {
		rev := revisionOf(t, open(t, l.dir, backend), "main")
		if _, err := rev.Paths(t.Context(), everything); !errors.Is(err, errTooMany) {
			t.Error(err)
		}
	})
}

func TestDamagedTrees(t *testing.T) {
	id := strings.Repeat("i", 20)
	for _, raw := range []string{
		"100644 a", "100644 a\x00short", "x a\x00" + id, "0 a\x00" + id, "100644 \x00" + id, "100644 ..\x00" + id,
		"100644 a/b\x00" + id, " a\x00" + id, "100644 a\x00" + id + "40000 a\x00" + id,
	} {
		if entries, err := parseTree([]byte(raw), 20); err == nil {
			t.Errorf("%q was read as %v", raw, entries)
		}
	}
	// git sorts the directory "a" after the file "a.b"; here it comes first.
	entries, err := parseTree([]byte("100644 a.b\x00"+id+"40000 a\x00"+id), 20)
	if err != nil || entries[0].name != "a" {
		t.Error(entries, err)
	}
}
