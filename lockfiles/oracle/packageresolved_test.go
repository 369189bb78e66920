package oracle

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/swift/packageresolved"

	"github.com/depreview/depreview/lockfiles"
)

// TestPackageResolved: the extractor finds no packages in version 1, whose
// pins stand inside "object"; those files are held against encoding/json.
func TestPackageResolved(t *testing.T) {
	c := comparison{
		format:    "Package.resolved",
		extractor: packageresolved.NewDefault(),
		// The extractor names a package by its identity, the last part of the
		// path in lower case, and knows no version for a branch's commit.
		ours: func(p lockfiles.Package) (entry, bool) {
			e := entry{strings.ToLower(path.Base(p.Name)), p.Version}
			if p.Version == p.Integrity[0].Value {
				e.version = ""
			}
			return e, true
		},
	}
	eachFile(t, c.format, func(t *testing.T, tree fs.FS, path string) {
		lockfile, err := lockfiles.Read(t.Context(), tree, path)
		if err != nil {
			t.Fatal(err)
		}
		if lockfile.Schema != "1" {
			for _, difference := range c.compare(t, tree, path) {
				t.Error(difference)
			}
			return
		}
		data, err := fs.ReadFile(tree, path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Object struct {
				Pins []struct {
					RepositoryURL string
					State         struct{ Branch, Revision, Version string }
				}
			}
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, p := range lockfile.Packages {
			got = append(got, strings.Join([]string{p.Name, p.Version, p.Label, p.Origin, p.Integrity[0].String()}, " "))
		}
		for _, pin := range file.Object.Pins {
			version := pin.State.Version
			if version == "" {
				version = pin.State.Revision
			}
			name := strings.TrimSuffix(strings.TrimPrefix(pin.RepositoryURL, "https://"), ".git")
			want = append(want, strings.Join([]string{name, version, pin.State.Branch, pin.RepositoryURL + "#" + pin.State.Revision, "git:" + pin.State.Revision}, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
