package revision

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Patterns in random order: go-git's side may show a file that git hides, and
// must never hide one that git shows.
func TestIgnoreHidesNothingThatGitShows(t *testing.T) {
	needGit(t)
	patterns := []string{
		"*.lock", "!keep.lock", "a/", "/a", "/a/b/", "a/b/*.lock", "!a/b/keep.lock", "**/b", "a/**", "**/b/keep.lock", "a/**/keep.lock",
		"a/**/c/x.lock", "!**/", "b", "!b", "[ab]", "![ab]", "\\!bang", "!\\#x", "?.lock", "*", "!*/", "!a/b", "c ", "c\\ ", "#x", "/", "//", "!", "a*b", "ä.lock", "*/x.lock", "b/c", "!/a/b/c",
	}
	paths := []string{"x.lock", "keep.lock", "b", "a/x.lock", "a/keep.lock", "a/b/x.lock", "a/b/keep.lock", "a/b/c/x.lock", "a/b/c/keep.lock", "a/c/b/c/x.lock", "d/b/x.lock", "d/a/b/keep.lock", "c/y", "ä.lock", "!bang", "#x", "axb/z"}
	random := rand.New(rand.NewPCG(3, 4))
	hidden, shown := 0, 0
	for range 40 {
		l := lab{t, t.TempDir()}.init()
		for _, path := range paths {
			l.write(path, "")
		}
		for _, file := range []string{".git/info/exclude", ".gitignore", "a/.gitignore"} {
			var lines []string
			for range 1 + random.IntN(4) {
				lines = append(lines, patterns[random.IntN(len(patterns))])
			}
			l.write(file, strings.Join(lines, "\r\n"[random.IntN(2):])+"\n")
		}
		list := func(backend Backend) []string {
			got, err := revisionOf(t, open(t, l.dir, backend), WorkingTree).Paths(t.Context(), everything)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		ours := list(GoGit)
		for _, path := range list(Git) {
			if shown++; !slices.Contains(ours, path) {
				t.Errorf("%q is hidden; info/exclude, .gitignore and a/.gitignore of %s", path, l.dir)
			}
		}
		hidden += len(paths) + 2 - len(ours)
	}
	if hidden < 50 || shown < 50 {
		t.Errorf("%d hidden and %d shown: the test says little", hidden, shown)
	}
}
