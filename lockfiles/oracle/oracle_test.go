// Package oracle compares the parsers with osv-scalibr's extractors on every
// file of the corpus: the same set of (name, version) for each lockfile. It is
// a package of its own so that the extractors are linked into one test alone.
package oracle

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem"

	"github.com/depreview/depreview/lockfiles"
)

// corpus is the unpacked corpus; the test is skipped without it.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("DEPREVIEW_CORPUS")
	if dir == "" {
		t.Skip("DEPREVIEW_CORPUS is not set: unpack the corpus with shared/tools/corpus and name its directory to run this test")
	}
	return filepath.Join(dir, "lockpairs")
}

// entry makes a (name, version) comparable between us and the extractor.
type entry struct{ name, version string }

// comparison is how one format is held against its extractor.
type comparison struct {
	format    string // Format.Name
	extractor filesystem.Extractor
	// ours and theirs translate one entry to common ground; nil leaves it, and
	// ok = false leaves it out of the comparison. The reason stands where the
	// function is written.
	ours   func(p lockfiles.Package) (entry, bool)
	theirs func(name, version string) (entry, bool)
	// known explains the differences that remain, by corpus path
	// ("pair/before/lockfile") and "+name version" (ours alone) or
	// "-name version" (theirs alone). One that no longer occurs is an error.
	known map[string]map[string]string
}

func (c comparison) run(t *testing.T) {
	root := corpus(t)
	files := 0
	used := make(map[string]bool)
	pairs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range pairs {
		for _, side := range []string{"before", "after"} {
			dir := filepath.Join(root, pair.Name(), side)
			if _, err := os.Stat(dir); err != nil {
				continue
			}
			tree := os.DirFS(dir)
			paths, err := lockfiles.Find(tree, true)
			if err != nil {
				t.Error(err)
			}
			for _, path := range paths {
				if lockfiles.FormatIn(tree, path).Name() != c.format {
					continue
				}
				files++
				name := pair.Name() + "/" + side + "/" + path
				for _, difference := range c.compare(t, tree, path) {
					if c.known[name][difference] == "" {
						t.Errorf("%s: %s", name, difference)
					}
					used[name+"\x00"+difference] = true
				}
			}
		}
	}
	for name, differences := range c.known {
		for difference := range differences {
			if !used[name+"\x00"+difference] {
				t.Errorf("%s: the known difference %q no longer occurs", name, difference)
			}
		}
	}
	t.Logf("%s: %d files compared", c.format, files)
	if files == 0 {
		t.Errorf("the corpus holds no %s", c.format)
	}
}

func (c comparison) compare(t *testing.T, tree fs.FS, path string) (differences []string) {
	ours := make(map[entry]bool)
	lockfile, err := lockfiles.Read(t.Context(), tree, path)
	if err != nil { // the corpus holds files that package managers refuse too
		return []string{"refused: " + err.Error()}
	}
	for _, p := range lockfile.Packages {
		e, ok := entry{p.Name, p.Version}, true
		if c.ours != nil {
			e, ok = c.ours(p)
		}
		if ok {
			ours[e] = true
		}
	}
	data, err := fs.ReadFile(tree, path)
	if err != nil {
		t.Fatal(err)
	}
	inventory, err := c.extractor.Extract(t.Context(), &filesystem.ScanInput{FS: scanFS{tree}, Path: path, Reader: bytes.NewReader(data)})
	if err != nil {
		return []string{"extractor failed: " + err.Error()}
	}
	theirs := make(map[entry]bool)
	for _, p := range inventory.Packages {
		e, ok := entry{p.Name, p.Version}, true
		if c.theirs != nil {
			e, ok = c.theirs(p.Name, p.Version)
		}
		if ok {
			theirs[e] = true
		}
	}
	for e := range ours {
		if !theirs[e] {
			differences = append(differences, "+"+e.name+" "+e.version)
		}
	}
	for e := range theirs {
		if !ours[e] {
			differences = append(differences, "-"+e.name+" "+e.version)
		}
	}
	slices.Sort(differences)
	return differences
}

// scanFS gives an fs.FS the methods that the extractors' interface asks for.
type scanFS struct{ fs.FS }

func (f scanFS) Open(name string) (fs.File, error) { return f.FS.Open(strings.TrimPrefix(name, "./")) }
func (f scanFS) ReadDir(name string) ([]fs.DirEntry, error) {
	return fs.ReadDir(f.FS, name)
}
func (f scanFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }
