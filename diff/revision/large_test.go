package revision

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// large is 100,000 files in 2,000 directories, with a lockfile in each of
// 1,000 packages; main is 250 commits ahead of old. Nothing is checked out.
func large(l lab) string {
	l.init()
	var b strings.Builder
	commit := func(n int) {
		fmt.Fprintf(&b, "commit refs/heads/main\ncommitter C <c@example.com> %d +0000\ndata 1\nc\n", 1700000000+n)
	}
	blob := func(path, text string) {
		fmt.Fprintf(&b, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
	}
	b.WriteString("blob\nmark :1\ndata 2\nx\n\n")
	commit(0)
	for p := range 1000 {
		blob(fmt.Sprintf("packages/p%03d/package-lock.json", p), fmt.Sprintf("{\"p\": %d}\n", p))
		for f := range 99 {
			fmt.Fprintf(&b, "M 100644 :1 packages/p%03d/src/file%02d.js\n", p, f)
		}
	}
	b.WriteString("reset refs/heads/old\nfrom refs/heads/main\n\n")
	for n := range 250 {
		commit(n + 1)
		blob(fmt.Sprintf("packages/p%03d/src/file00.js", n), fmt.Sprintf("changed %d\n", n))
		if n%10 == 0 {
			blob(fmt.Sprintf("packages/p%03d/package-lock.json", n), fmt.Sprintf("{\"p\": %d, \"n\": 2}\n", n))
		}
	}
	b.WriteString("done\n")
	l.gitIn(b.String(), "fast-import", "--quiet", "--done")
	l.git("read-tree", "main")
	return l.dir
}

// largeChecked is large with its files on disk.
func largeChecked(l lab) string {
	large(l)
	l.git("reset", "-q", "--hard")
	return l.write("packages/p500/package-lock.json", "{}\n").write("packages/p501/new/yarn.lock", "\n").dir
}

func isLockfile(path string) bool { return filepath.Base(path) == "package-lock.json" }

func TestLarge(t *testing.T) {
	dir := build(t, "large", large)
	each(t, func(t *testing.T, backend Backend) {
		repo := open(t, dir, backend)
		base, head := revisionOf(t, repo, "old"), revisionOf(t, repo, "main")
		for _, side := range []Revision{head, revisionOf(t, repo, Index)} {
			changed, err := repo.Changed(t.Context(), base, side)
			if err != nil || len(changed) != 275 {
				t.Errorf("%s: %d paths changed, %v, want 275", side.Name(), len(changed), err)
			}
			paths, err := side.Paths(t.Context(), isLockfile)
			if err != nil || len(paths) != 1000 {
				t.Errorf("%s: %d lockfiles, %v, want 1000", side.Name(), len(paths), err)
			}
			if data, err := side.ReadFile("packages/p010/package-lock.json"); err != nil || string(data) != "{\"p\": 10, \"n\": 2}\n" {
				t.Errorf("%q, %v", data, err)
			}
		}
	})
}

func benchmarkEach(b *testing.B, run func(b *testing.B, backend Backend)) {
	for _, name := range []string{"git", "go-git"} {
		b.Run(name, func(b *testing.B) { run(b, backends[name]) })
	}
}

// BenchmarkChanged100k opens, resolves and compares, as every run does.
func BenchmarkChanged100k(b *testing.B) {
	dir := build(b, "large", large)
	benchmarkRange(b, dir, "old..main", 275)
}

func BenchmarkChangedOnDisk100k(b *testing.B) {
	dir := build(b, "large checked", largeChecked)
	benchmarkRange(b, dir, "old", 277)
}

func BenchmarkChangedSmall(b *testing.B) {
	benchmarkRange(b, build(b, "history", history), "v1..HEAD", 5)
}

func BenchmarkChangedOnDiskSmall(b *testing.B) {
	benchmarkRange(b, build(b, "history", history), "", 0)
}

func benchmarkRange(b *testing.B, dir, typed string, want int) {
	benchmarkEach(b, func(b *testing.B, backend Backend) {
		for b.Loop() {
			repo, err := Open(b.Context(), dir, backend)
			if err != nil {
				b.Fatal(err)
			}
			base, head, err := repo.Range(b.Context(), []string{typed})
			if err != nil {
				b.Fatal(err)
			}
			changed, err := repo.Changed(b.Context(), base, head)
			if err != nil || len(changed) != want {
				b.Fatal(len(changed), err)
			}
			repo.Close()
		}
	})
}

func BenchmarkPaths100k(b *testing.B) {
	dir := build(b, "large", large)
	benchmarkEach(b, func(b *testing.B, backend Backend) {
		rev := revisionOf(b, open(b, dir, backend), "main")
		for b.Loop() {
			if _, err := rev.Paths(b.Context(), isLockfile); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReadBlobs reads 1,000 lockfiles of one commit.
func BenchmarkReadBlobs(b *testing.B) {
	dir := build(b, "large", large)
	benchmarkEach(b, func(b *testing.B, backend Backend) {
		rev := revisionOf(b, open(b, dir, backend), "main")
		for b.Loop() {
			for p := range 1000 {
				if _, err := rev.ReadFile(fmt.Sprintf("packages/p%03d/package-lock.json", p)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
