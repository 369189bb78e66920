package exposure

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

func scanned() *Exposure {
	id := func(ecosystem, name string) lockfiles.ID { return lockfiles.ID{Ecosystem: ecosystem, Name: name} }
	x := expose([]lockfiles.Lockfile{{Path: "go.mod", Packages: []lockfiles.Package{
		{ID: id("golang", "example.org/quiet"), Version: "v1.0.0", Direct: true, Line: 3},
		{ID: id("golang", "example.org/loud"), Version: "v1.0.0", Line: 4},
		{ID: id("golang", "example.org/left-out"), Version: "v1.0.0", Line: 5},
	}}, {Path: "requirements.txt", Packages: []lockfiles.Package{{ID: id("pypi", "acme-http"), Version: "1.0.0", Line: 1}}}}, nil)
	for _, path := range []string{"go.mod", "requirements.txt"} {
		x.Lockfiles = append(x.Lockfiles, analysis.Lockfile{File: diff.File{Path: path}})
	}
	return x
}

// TestScanned: what the engine calls unknown, cannot read or leaves out is
// unknown to it, each with its reason; what it found stands where our own
// parsers saw the package.
func TestScanned(t *testing.T) {
	x := scanned()
	x.Scanned(engines.OSVAnswer{ScannerVersion: "v2.3.2", Unread: []string{"requirements.txt: osv-scanner cannot read it"}, Packages: []engines.OSVPackage{
		{Source: "go.mod", Ecosystem: "Go", Name: "example.org/quiet", Version: "1.0.0", Advisories: []engines.OSVAdvisory{
			{IDs: []string{"GO-1"}, Aliases: []string{"CVE-1", "GO-1"}, MaxSeverity: "9.8", Called: engines.NotCalled},
			{IDs: []string{"MAL-1"}, MaxSeverity: "NaN"},
			{IDs: []string{"GO-2"}, MaxSeverity: "7.2", Called: engines.IsCalled},
		}},
		{Source: "go.mod", Ecosystem: "Go", Name: "example.org/loud", Version: "1.0.0", Unknown: "the database is torn"},
		{Source: "other/go.mod", Ecosystem: "Go", Name: "example.org/left-out", Version: "1.0.0"}, // another file's
	}})
	e := x.Engines[0]
	if e.Version != "v2.3.2" || e.Coverage.Done != 1 || e.Coverage.Unknown != 3 || e.Failed != "" {
		t.Errorf("%+v", e)
	}
	for _, reason := range []string{"the database is torn", "osv-scanner cannot read it", "osv-scanner does not list it"} {
		if e.Coverage.Reasons[reason] != 1 {
			t.Errorf("%q is not a reason: %v", reason, e.Coverage.Reasons)
		}
	}
	if !strings.Contains(x.Incomplete(), "osv-scanner does not know of 3 of 4 packages") {
		t.Error(x.Incomplete())
	}
	var got []string
	for _, r := range x.Packages[0].Rows {
		got = append(got, fmt.Sprint(r.IDs, " ", r.Severity.Level, " ", r.Reach, " ", r.FoundBy))
	}
	want := []string{"[MAL-1] critical unknown [osv-scanner]", "[GO-2] high called [osv-scanner]", "[GO-1 CVE-1] critical not_called [osv-scanner]"}
	if !slices.Equal(got, want) || len(x.Packages) != 1 {
		t.Errorf("rows %q of %d packages", got, len(x.Packages))
	}
	if p := x.Packages[0]; !p.Direct || p.Version != "v1.0.0" || len(p.Places) != 1 || p.Places[0].Line != 3 {
		t.Errorf("%+v", p)
	}
}

// TestNotSupported: what the engine does not look at is said, file by file, and
// does not make unknown what depreview itself read there.
func TestNotSupported(t *testing.T) {
	x := scanned()
	x.Scanned(engines.OSVAnswer{
		NotSupported: []engines.OSVGap{{Source: "requirements.txt", Reason: "osv-scanner does not know this kind of file"}, {Source: "libs/zip", Reason: "offline"}},
		Packages: []engines.OSVPackage{
			{Source: "go.mod", Ecosystem: "Go", Name: "example.org/quiet", Version: "1.0.0"},
			{Source: "go.mod", Ecosystem: "Go", Name: "example.org/loud", Version: "1.0.0"},
			{Source: "go.mod", Ecosystem: "Go", Name: "example.org/left-out", Version: "1.0.0"},
		}})
	e := x.Engines[0]
	if e.Coverage.Done != 3 || e.Coverage.NotSupported != 1 || e.Coverage.Unknown != 0 || x.Incomplete() != "" {
		t.Errorf("%+v: %q", e.Coverage, x.Incomplete())
	}
	if len(e.NotSupported) != 2 || e.NotSupported[0].Source != "libs/zip" || e.NotSupported[1].Source != "requirements.txt" {
		t.Errorf("not supported: %+v", e.NotSupported)
	}
}

// TestGoRelease: osv-scanner looks up another release of Go than the go.mod
// names; what it finds is of the one that is pinned, and its silence says
// nothing of that one.
func TestGoRelease(t *testing.T) {
	x := expose([]lockfiles.Lockfile{{Path: "go.mod", Packages: []lockfiles.Package{
		{ID: lockfiles.ID{Ecosystem: "golang", Name: "stdlib"}, Version: "1.21", Direct: true, Line: 3},
	}}}, nil)
	x.Scanned(engines.OSVAnswer{Packages: []engines.OSVPackage{
		{Source: "go.mod", Ecosystem: "Go", Name: "stdlib", Version: "1.21.99", Advisories: []engines.OSVAdvisory{{IDs: []string{"GO-1"}}}},
	}})
	e := x.Engines[0]
	if e.Coverage.NotSupported != 1 || e.Coverage.Total() != 1 || x.Incomplete() != "" {
		t.Errorf("%+v: %q", e.Coverage, x.Incomplete())
	}
	if len(e.NotSupported) != 1 || !strings.Contains(e.NotSupported[0].Reason, "newest patch release of Go 1.21 ") {
		t.Errorf("not supported: %+v", e.NotSupported)
	}
	if len(x.Packages) != 1 || x.Packages[0].Version != "1.21" || len(x.Packages[0].Places) != 1 {
		t.Errorf("packages: %+v", x.Packages)
	}
}

// TestBeside: what stands in an SBOM alone is a package of the audit that says
// so; what could not be looked up there makes the audit incomplete, and a file
// that tells of nothing is no clean one.
func TestBeside(t *testing.T) {
	x := scanned()
	x.Scanned(engines.OSVAnswer{Unread: []string{"torn.spdx: osv-scanner cannot read it"}, Nameless: 1,
		NotSupported: []engines.OSVGap{{Source: "requirements.txt", Reason: "not known"}},
		Packages: []engines.OSVPackage{
			{Source: "go.mod", Ecosystem: "Go", Name: "example.org/quiet", Version: "1.0.0"},
			{Source: "go.mod", Ecosystem: "Go", Name: "example.org/loud", Version: "1.0.0"},
			{Source: "go.mod", Ecosystem: "Go", Name: "example.org/left-out", Version: "1.0.0"},
			{Source: "bom.json", Ecosystem: "npm", Name: "listed", Version: "1.0.0", Advisories: []engines.OSVAdvisory{{IDs: []string{"CVE-2"}, MaxSeverity: "7.5"}}},
			{Source: "bom.json", Ecosystem: "Go", Name: "example.org/quiet", Version: "v1.0.0", Advisories: []engines.OSVAdvisory{{IDs: []string{"CVE-3"}}}},
			{Source: "bom.json", Name: "a thing", Unknown: "its ecosystem is not known"},
		}},
		Beside{Path: "torn.spdx", Kind: BesideSBOM}, Beside{Path: "bom.json", Kind: BesideSBOM}, Beside{Path: "empty.jar", Kind: BesideVendored})
	e := x.Engines[0]
	want := []Beside{{"bom.json", BesideSBOM, 3, 1, "its ecosystem is not known"}, {"torn.spdx", BesideSBOM, 0, 0, "osv-scanner cannot read it"}}
	if !slices.Equal(e.Beside, want) || e.Nameless != 1 {
		t.Errorf("beside %+v, nameless %d", e.Beside, e.Nameless)
	}
	if len(e.NotSupported) != 2 || e.NotSupported[0] != (engines.OSVGap{Source: "empty.jar", Reason: "osv-scanner finds no package in it"}) {
		t.Errorf("not supported: %+v", e.NotSupported)
	}
	if got := x.Incomplete(); got != "osv-scanner could not look up 1 package and 1 whole file beside the lockfiles" {
		t.Error(got)
	}
	var got []string
	for _, p := range x.Packages {
		for _, at := range p.Places {
			got = append(got, p.Name+" "+at.Lockfile+" "+at.Kind)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"example.org/quiet bom.json sbom", "example.org/quiet go.mod ", "listed bom.json sbom"}) {
		t.Errorf("places %q", got)
	}
}

// TestScannedNothing: an answer that tells of no package is not a clean one.
func TestScannedNothing(t *testing.T) {
	for _, take := range []func(*Exposure){
		func(x *Exposure) { x.Scanned(engines.OSVAnswer{}) },
		func(x *Exposure) {
			x.Unscanned(fmt.Errorf("asked: %w", &engines.Error{Kind: engines.Timeout, Reason: "it was too slow"}))
		},
		func(x *Exposure) { x.Unscanned(errors.New("")) },
	} {
		x := scanned()
		take(x)
		if c := x.Engines[0].Coverage; c.Done != 0 || c.Unknown != 4 || c.Reasons[""] != 0 || !strings.Contains(x.Incomplete(), Scanner) {
			t.Errorf("%+v: %q", c, x.Incomplete())
		}
	}
}
