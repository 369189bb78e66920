package update

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/advisories"
)

// Layout is where downloads lie: DIR/<ecosystem>/all.zip.
type Layout struct {
	Write string   // DIR of new ones
	Read  []string // DIRs of all; the newer of two downloads of one ecosystem counts
}

// UserLayout is the layout that osv-scalibr (and osv-scanner from 2.5) uses, and
// to read also the one of osv-scanner before that. The variables are theirs.
func UserLayout(getenv func(string) string, cacheDir func() (string, error)) (Layout, error) {
	current, old := getenv("OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY"), getenv("OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY")
	if current == "" || old == "" {
		user := current + old
		if user == "" {
			var err error
			if user, err = cacheDir(); err != nil {
				return Layout{}, fmt.Errorf("find the cache directory: %w\nhint: set XDG_CACHE_HOME", err)
			}
		}
		current, old = user, user
	}
	write := filepath.Join(current, "osv-scalibr")
	return Layout{Write: write, Read: []string{write, filepath.Join(old, "osv-scanner")}}, nil
}

// download is one that lies there.
type download struct {
	path string
	info os.FileInfo
}

// whole are the newest downloads that are whole, one of each ecosystem, and the outcome of those of which none is.
func (l Layout) whole() (zips []string, broken []Outcome) {
	for _, ecosystem := range advisories.AllEcosystems() {
		var found []download
		for _, dir := range l.Read {
			names := []string{ecosystem}
			if escaped := strings.ReplaceAll(ecosystem, " ", "%20"); escaped != ecosystem {
				names = append(names, escaped)
			}
			for _, name := range names {
				path := filepath.Join(dir, name, "all.zip")
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
					found = append(found, download{path, info})
				}
			}
		}
		slices.SortStableFunc(found, func(a, b download) int { return b.info.ModTime().Compare(a.info.ModTime()) })
		var failed error
		for _, d := range found {
			if err := advisories.CheckZip(d.path); err != nil {
				failed = fmt.Errorf("read %s: %w", d.path, err)
				continue
			}
			zips, failed = append(zips, d.path), nil
			break
		}
		if failed != nil {
			broken = append(broken, Outcome{Ecosystem: ecosystem, Err: failed})
		}
	}
	return zips, broken
}
