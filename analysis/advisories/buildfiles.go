package advisories

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Ecosystems are OSV's names of the ecosystems of which depreview reads
// lockfiles: those worth downloading. Sorted.
func Ecosystems() (names []string) {
	for _, e := range ecosystems {
		if !slices.Contains(withoutLockfiles, e.purl) {
			names = append(names, e.osv)
		}
	}
	slices.Sort(names)
	return names
}

// AllEcosystems are OSV's names of all ecosystems that depreview can match.
func AllEcosystems() (names []string) {
	for _, e := range ecosystems {
		names = append(names, e.osv)
	}
	return names
}

// withoutLockfiles: their packages come from other tools' reports alone.
var withoutLockfiles = []string{"conan", "cran", "hackage", "julia", "bitnami"}

// FindEcosystem is OSV's name of an ecosystem that a person writes as OSV or as
// package-url does, in any case; "" when there is none.
func FindEcosystem(text string) string {
	for _, e := range ecosystems {
		if strings.EqualFold(text, e.osv) || strings.EqualFold(text, e.purl) {
			return e.osv
		}
	}
	return ""
}

// BuildFrom is Build of the given downloads: <ecosystem>/all.zip each, one of
// an ecosystem.
func BuildFrom(ctx context.Context, zips []string, path string) (Info, error) {
	var sources []source
	for _, name := range zips {
		info, err := os.Stat(name)
		if err != nil {
			return Info{}, fmt.Errorf("make the offline advisory database: %w", err)
		}
		sources = append(sources, source{
			path: name, asOf: info.ModTime().UTC().Truncate(time.Second), ecosystem: ecosystemOfDir(filepath.Dir(name)),
		})
	}
	if len(sources) == 0 {
		return Info{}, errors.New("make the offline advisory database: there is no download" + hint)
	}
	return replace(ctx, sources, path)
}

// CheckZip tells whether a download is a whole zip with at least one record: its
// directory stands at its end.
func CheckZip(path string) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer z.Close()
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, ".json") }) {
		return errors.New("it holds no record")
	}
	return nil
}
