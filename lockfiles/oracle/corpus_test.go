package oracle

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// eachFile calls check for every file of a format in the corpus, for formats
// whose oracle is no extractor of osv-scalibr.
func eachFile(t *testing.T, format string, check func(t *testing.T, tree fs.FS, path string)) {
	dirs, err := filepath.Glob(filepath.Join(corpus(t), "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		tree := os.DirFS(dir)
		paths, err := lockfiles.Find(tree, true)
		if err != nil {
			t.Error(err)
		}
		for _, path := range paths {
			if lockfiles.FormatIn(tree, path).Name() != format {
				continue
			}
			files++
			side, pair := filepath.Base(dir), filepath.Base(filepath.Dir(dir))
			t.Run(pair+"/"+side+"/"+path, func(t *testing.T) { check(t, tree, path) })
		}
	}
	t.Logf("%s: %d files compared", format, files)
	if files == 0 {
		t.Errorf("the corpus holds no %s", format)
	}
}
