package lockfiles

import "testing"

func FuzzComposerlock(f *testing.F) { fuzzFormat(f, composerlock{}, "composer.lock") }

func TestComposerSameRepository(t *testing.T) {
	for _, c := range []struct {
		repository, archive string
		want                bool
	}{
		{"https://git.example/loom/weft.git", "https://api.git.example/repos/loom/weft/zipball/ab", true},
		{"https://git.example/Loom/Weft.git", "https://codeload.git.example/loom/weft/legacy.zip/ab", true},
		{"https://git.example/loom/weft", "https://git.example/api/v4/projects/loom%2Fweft/repository/archive.zip?sha=ab", true},
		{"git@git.example:loom/weft.git", "https://git.example/loom/weft/get/ab.zip", true},
		{"https://git.example/loom/weft.git", "https://api.git.example/repos/loom/weft-fork/zipball/ab", false},
		{"https://git.example/loom/weft.git", "https://elsewhere.example/repos/loom/weft/zipball/ab", false},
		{"https://git.example/", "https://git.example/a.zip", false},
		{"../weft", "https://git.example/loom/weft.zip", false},
	} {
		if got := composerSameRepository(c.repository, c.archive); got != c.want {
			t.Errorf("%s and %s: %v, want %v", c.repository, c.archive, got, c.want)
		}
	}
}
