package oracle

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/enricher/vulnmatch/osvlocal"
	"github.com/google/osv-scalibr/extractor"
	"github.com/ossf/osv-schema/bindings/go/osvschema"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// pair is one record as both sides read it.
type pair struct {
	ours   *advisories.Record
	theirs *osvschema.Vulnerability
}

// TestAgreesWithOSVScalibr asks both sides of every record whether it affects
// every version that the record itself or a lockfile of the corpus names.
func TestAgreesWithOSVScalibr(t *testing.T) {
	root := os.Getenv("DEPREVIEW_CORPUS")
	if root == "" {
		t.Skip("DEPREVIEW_CORPUS is not set: unpack the corpus with shared/tools/corpus and name its directory to run this test")
	}
	pinned := lockfileVersions(t, root)
	records := readRecords(t, root)
	questions, known := 0, make(map[string]int)
	for _, id := range slices.Sorted(maps.Keys(records)) {
		p := records[id]
		for name, listed := range recordVersions(p.ours) {
			versions := slices.Clone(pinned[name])
			for v := range listed {
				versions = append(versions, v)
			}
			slices.Sort(versions)
			for _, version := range slices.Compact(versions) {
				questions++
				ask(t, p, name, version, known)
			}
		}
	}
	t.Logf("%d records, %d questions", len(records), questions)
	for reason, n := range known {
		t.Logf("%7d differences: %s", n, reason)
	}
	for _, d := range differences {
		if known[d.reason] == 0 {
			t.Errorf("this difference no longer occurs: %s", d.reason)
		}
	}
	if questions < 100_000 {
		t.Errorf("only %d questions: is the corpus complete?", questions)
	}
}

func ask(t *testing.T, p pair, id lockfiles.ID, version string, known map[string]int) {
	ours := advisories.NotAffected // osvlocal leaves withdrawn records out
	if !p.ours.IsWithdrawn() {
		ours = p.ours.Match(advisories.NewTarget(id, version)).Status
	}
	theirs := "not affected"
	if hit, failed := osvScalibr(p.theirs, id, version); failed != "" {
		theirs = "panics: " + failed
	} else if hit {
		theirs = "affected"
	}
	if ours.String() == theirs {
		return
	}
	for _, d := range differences {
		if d.explains(p.ours, id, version, ours, theirs) {
			known[d.reason]++
			return
		}
	}
	t.Errorf("%s %s %q: ours %v, theirs %s", p.ours.ID, id, version, ours, theirs)
}

func osvScalibr(v *osvschema.Vulnerability, id lockfiles.ID, version string) (hit bool, failed string) {
	defer func() {
		if r := recover(); r != nil {
			failed = fmt.Sprint(r)
		}
	}()
	found := osvlocal.VulnerabilitiesAffectingPackage([]*osvschema.Vulnerability{v},
		&extractor.Package{Name: id.Name, Version: version, PURLType: id.Ecosystem})
	return len(found) > 0, ""
}

// recordVersions are the versions that a record names, for each package.
func recordVersions(r *advisories.Record) map[lockfiles.ID]map[string]bool {
	named := make(map[lockfiles.ID]map[string]bool)
	for _, a := range r.Affected {
		purl := advisories.PURLType(a.Package.Ecosystem)
		if purl == "" { // no lockfile pins such packages
			continue
		}
		id := lockfiles.ID{Ecosystem: purl, Name: a.Package.Name}
		if named[id] == nil {
			named[id] = map[string]bool{"": true, "0": true, "99999.0.0": true}
		}
		for _, v := range a.Versions {
			named[id][v] = true
		}
		for _, ranges := range a.Ranges {
			for _, e := range ranges.Events {
				for _, v := range []string{e.Introduced, e.Fixed, e.LastAffected, e.Limit} {
					named[id][v] = true
				}
			}
		}
	}
	return named
}

// lockfileVersions are the versions that the lockfiles of the corpus pin.
func lockfileVersions(t *testing.T, root string) map[lockfiles.ID][]string {
	dirs, err := filepath.Glob(filepath.Join(root, "lockpairs", "*", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("the corpus holds no lockfiles (%v)", err)
	}
	pinned := make(map[lockfiles.ID][]string)
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
			lockfile, err := lockfiles.Read(t.Context(), tree, path)
			if err != nil {
				continue // the corpus holds files that package managers refuse too
			}
			for _, p := range lockfile.Packages {
				if !slices.Contains(pinned[p.ID], p.Version) {
					pinned[p.ID] = append(pinned[p.ID], p.Version)
				}
			}
		}
	}
	return pinned
}

func readRecords(t *testing.T, root string) map[string]pair {
	zips, err := filepath.Glob(filepath.Join(root, "osv", "*", "all.zip"))
	if err != nil || len(zips) == 0 {
		t.Fatalf("the corpus holds no records (%v)", err)
	}
	records := make(map[string]pair)
	for _, path := range zips {
		z, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			if !strings.HasSuffix(f.Name, ".json") {
				continue
			}
			file, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(file)
			file.Close()
			if err != nil {
				t.Fatal(err)
			}
			p := pair{theirs: &osvschema.Vulnerability{}}
			if p.ours, err = advisories.Parse(data); err != nil {
				t.Errorf("%s %s: %v", path, f.Name, err)
				continue
			}
			if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(data, p.theirs); err != nil {
				t.Errorf("%s %s: %v", path, f.Name, err)
				continue
			}
			records[p.ours.ID] = p
		}
		z.Close()
	}
	return records
}
