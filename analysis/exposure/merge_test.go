package exposure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// TestMerge: what two found is one row that names both; what one found stands
// for itself; the order heeds what an engine saw of the code.
func TestMerge(t *testing.T) {
	files := []lockfiles.Lockfile{{Path: "go.mod", Packages: []lockfiles.Package{
		{ID: lockfiles.ID{Ecosystem: "golang", Name: "example.org/quiet"}, Version: "v1.0.0", Direct: true},
		{ID: lockfiles.ID{Ecosystem: "golang", Name: "example.org/loud"}, Version: "v1.0.0"},
	}}, {Path: "requirements.txt", Packages: []lockfiles.Package{{ID: lockfiles.ID{Ecosystem: "pypi", Name: "acme-http"}, Version: "1.0.0"}}}}
	record := func(id, ecosystem, name, alias string) *advisories.Record {
		r := ranged(id, name, "0", "2.0.0", fmt.Sprintf(`,"aliases":[%q]`, alias))
		r.Affected[0].Package.Ecosystem = ecosystem
		return r
	}
	x := expose(files, nil, record("GO-1", "Go", "example.org/quiet", "CVE-1"), record("GO-2", "Go", "example.org/loud", "CVE-2"), record("PYSEC-1", "PyPI", "acme-http", "CVE-3"))
	id := func(ecosystem, name string) lockfiles.ID { return lockfiles.ID{Ecosystem: ecosystem, Name: name} }
	x.Merge("osv-scanner", []Found{
		{ID: id("golang", "example.org/quiet"), Version: "1.0.0", Lockfile: "go.mod", IDs: []string{"GHSA-1", "CVE-1"}, Reach: NotCalled},
		{ID: id("golang", "example.org/loud"), Version: "v1.0.0", Lockfile: "go.mod", IDs: []string{"GO-2"}, Reach: NotCalled},
		{ID: id("golang", "example.org/loud"), Version: "v1.0.0", Lockfile: "cmd/go.mod", Line: 7, IDs: []string{"GO-2"}, Reach: Called},
		{ID: id("pypi", "Acme_HTTP"), Version: "1.0.0", IDs: []string{"CVE-3"}}, // another spelling
		{ID: id("pypi", "acme-http"), Version: "1.0.0", IDs: []string{"CVE-9", "PYSEC-9", "CVE-9"}, Fixed: "1.1", Severity: advisories.Severity{Level: advisories.High}},
		{ID: id("generic", "copied-code"), IDs: []string{"OSV-1"}, Summary: "copied"},
		{ID: id("pypi", "acme-http"), Version: "1.0.0"}, // of nothing
	})
	x.Merge("other", []Found{{ID: id("generic", "copied-code"), IDs: []string{"OSV-1"}}})
	var got []string
	for _, p := range x.Packages {
		for _, r := range p.Rows {
			got = append(got, fmt.Sprintf("%s %s by %s %s of %d places, fixed %s", p.Name, strings.Join(r.IDs, "="), strings.Join(r.FoundBy, "+"), r.Reach, len(p.Places), r.Fixed))
		}
	}
	same(t, got, []string{
		"example.org/loud GO-2=CVE-2 by depreview+osv-scanner called of 2 places, fixed 2.0.0",
		"acme-http CVE-9=PYSEC-9 by osv-scanner unknown of 1 places, fixed 1.1",
		"acme-http PYSEC-1=CVE-3 by depreview+osv-scanner unknown of 1 places, fixed 2.0.0",
		"copied-code OSV-1 by osv-scanner+other unknown of 0 places, fixed ",
		"example.org/quiet GO-1=CVE-1 by depreview+osv-scanner not_called of 1 places, fixed 2.0.0",
	})
	if p := x.Packages[2]; p.Dev || p.Optional || p.Direct || p.Action.Kind != Replace {
		t.Errorf("%+v", p)
	}
}
