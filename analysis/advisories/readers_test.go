package advisories

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// TestManyReaders: many may read one index at once.
func TestManyReaders(t *testing.T) {
	dir := t.TempDir()
	const packages = 40
	for i := range packages {
		record := fmt.Sprintf(`{"id":"A-%d","summary":"reads too far","details":"details of %d","affected":[{"package":{"ecosystem":"npm","name":"acme-%d"},"versions":["1.0.0"]}]}`, i, i, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("A-%d.json", i)), []byte(record), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x := built(t, dir)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for n := range 1500 {
				i := n % packages
				answer, err := x.Lookup(lockfiles.ID{Ecosystem: "npm", Name: fmt.Sprintf("acme-%d", i)})
				if err != nil || len(answer.Records) != 1 || answer.Records[0].ID != fmt.Sprintf("A-%d", i) {
					t.Errorf("%d: %+v, %v", i, answer.Records, err)
					return
				}
				if r := answer.Records[0]; x.ReadText(r) != nil || r.Details != fmt.Sprintf("details of %d", i) {
					t.Errorf("%d: %q", i, r.Details)
					return
				}
			}
		})
	}
	readers.Wait()
}

// TestAffectedAt: what cannot be placed may be affected.
func TestAffectedAt(t *testing.T) {
	r := about(t, "npm", "alpha", ranges("SEMVER introduced 0 fixed 1.5.0"))
	other := about(t, "npm", "alpha", ranges("SEMVER introduced 1.5.0 fixed 2.0.0"))
	at := target("npm", "alpha", "1.0.0")
	for version, want := range map[string]bool{"1.4.0": true, "1.5.0": false, "main": true, "": true} {
		if got := at.AffectedAt(version, r); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
	if got := at.SmallestFixed(r, other); got != "2.0.0" {
		t.Errorf("fixed in %q", got)
	}
	if got := at.SmallestFixed(r); got != "1.5.0" {
		t.Errorf("fixed in %q", got)
	}
	if nowhere := target("npm", "alpha", "main"); !nowhere.AffectedAt("2.0.0", r) || nowhere.SmallestFixed(r) != "" {
		t.Error("a branch is placed")
	}
}

func TestPackageKey(t *testing.T) {
	key := func(ecosystem, name string) string { return PackageKey(lockfiles.ID{Ecosystem: ecosystem, Name: name}) }
	if key("pypi", "Acme_HTTP") != key("pypi", "acme-http") || key("npm", "Acme") == key("npm", "acme") || key("npm", "a") == key("pypi", "a") || key("terraform", "a") == key("generic", "a") {
		t.Error("keys do not follow the registries")
	}
}
