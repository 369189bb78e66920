package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// audited is an audit with every kind of action, row and place, another
// engine's findings, errors, and hostile text in every field.
func audited() *exposure.Exposure {
	likely := 0.25
	row := func(id string, level advisories.Level, change func(*analysis.Advisory)) analysis.Advisory {
		a := analysis.Advisory{Summary: id + " reads too far", URL: "https://osv.dev/vulnerability/" + id}
		a.Advisory = advisories.Advisory{ID: id, IDs: []string{id}, Status: advisories.IsAffected, Severity: advisories.Severity{Level: level}}
		if change != nil {
			change(&a)
		}
		return a
	}
	pins := func(p lockfiles.Package) lockfiles.Package {
		if p.Ecosystem == "" {
			p.Ecosystem = "npm"
		}
		return p
	}
	web := lockfiles.Lockfile{Path: "web/package-lock.json", Format: "package-lock.json", Schema: "3", Packages: []lockfiles.Package{
		pins(lockfiles.Package{ID: id("event-flow"), Version: "3.3.5", Direct: true, Line: 10, Requires: []lockfiles.Edge{{Name: "acme-http", To: "acme-http@1.7.2"}}}),
		pins(lockfiles.Package{ID: id("acme-http"), Version: "1.7.2", Line: 20}),
		pins(lockfiles.Package{ID: id("left-padz"), Version: "1.0.1", Dev: true, Optional: true, Line: 30}),
		pins(lockfiles.Package{ID: id("old-time"), Version: "2.0.0", Line: 40}),
		pins(lockfiles.Package{ID: id("unpinned"), Label: "^1", Line: 50}),
		pins(lockfiles.Package{ID: id("unloved"), Version: "1.0.0", Line: 60}),
		pins(lockfiles.Package{ID: id(hostile), Version: "1.0.0\x1b[31m", Line: 70}),
	}}
	api := lockfiles.Lockfile{Path: "api/package-lock.json", Format: "package-lock.json", Schema: "3", Packages: []lockfiles.Package{
		pins(lockfiles.Package{ID: id("acme-http"), Version: "1.7.2", Dev: true, Line: 5}),
	}}
	said := map[string][]analysis.Advisory{
		"acme-http": {
			row("GHSA-aaaa-aaaa-aaaa", advisories.Critical, func(a *analysis.Advisory) {
				a.Fixed, a.IDs, a.KEV, a.EPSS = "1.7.4", []string{a.ID, "CVE-2026-1"}, lockfiles.Yes, &likely
				a.Severity.Ratings = []advisories.Rating{{Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: 9.8}}
			}),
			row("GHSA-bbbb-bbbb-bbbb", advisories.Low, nil),
		},
		"left-padz": {row("MAL-2026-1", advisories.Critical, func(a *analysis.Advisory) { a.Malware = true })},
		"old-time":  {row("GHSA-cccc-cccc-cccc", advisories.Unknown, nil)},
		"unpinned": {row("GHSA-dddd-dddd-dddd", advisories.High, func(a *analysis.Advisory) {
			a.Status, a.Why = advisories.CannotTell, "the lockfile pins no version"
		})},
		"unloved": {row("RUSTSEC-2026-1", advisories.Unknown, func(a *analysis.Advisory) { a.Informational = "unmaintained" })},
		hostile:   {row(hostile, advisories.Medium, func(a *analysis.Advisory) { a.Fixed, a.Summary = "\x1b[2J", hostile })},
	}
	review := &analysis.Review{Head: analysis.Revision{Name: "HEAD", Commit: strings.Repeat("86f7e437", 5)}, Diff: diff.Between(nil, []lockfiles.Lockfile{api, web}),
		LeftOut: []string{"vendor/go.mod"},
		Errors:  []analysis.Error{{Lockfile: "broken/yarn.lock", Revision: "HEAD", Line: 3, Message: "read it: " + hostile, Hint: "write it anew"}}}
	for _, f := range review.Diff.Files {
		review.Lockfiles = append(review.Lockfiles, analysis.Lockfile{File: f})
	}
	review.Lockfiles = append(review.Lockfiles, analysis.Lockfile{File: diff.File{Path: "broken/yarn.lock", Format: "yarn.lock", Packages: -1}, Error: &review.Errors[0]})
	var coverage analysis.Coverage
	results := make([][]analysis.Result, len(review.Diff.Changes))
	for i := range results {
		p := review.Diff.Changes[i].Package()
		r := analysis.Result{State: analysis.StateDone}
		if p.Version == "" {
			r.State, r.Reason = analysis.StateUnknown, "the lockfile pins no version"
		}
		if list := said[p.Name]; list != nil {
			r.Evidence = []analysis.Evidence{{Source: "osv.invalid", Observed: time.Date(2026, 11, 20, 19, 31, 0, 0, time.UTC), Body: analysis.Advisories(list)}}
		}
		coverage.Add(&r)
		results[i] = []analysis.Result{r}
	}
	x := exposure.New(review, results, coverage)
	x.Unscanned(errors.New("the engine is " + hostile + "\nhint: none"))
	x.Scanned(engines.OSVAnswer{ScannerVersion: "v2.3.2", CallsUnknown: "the module cache lacks " + hostile,
		Packages: []engines.OSVPackage{{Source: web.Path, Ecosystem: "npm", Name: "event-flow", Version: "3.3.5"},
			{Source: "bom.json", Ecosystem: "npm", Name: "listed", Version: "1.0.0", Advisories: []engines.OSVAdvisory{{IDs: []string{"CVE-2026-12"}, MaxSeverity: "7.5"}}},
			{Source: "bom.json", Name: "nameless", Unknown: "its ecosystem is " + hostile}},
		Unread: []string{api.Path + ": osv-scanner cannot read it", "torn.spdx: it is " + hostile}, Nameless: 2,
		NotSupported: []engines.OSVGap{{Source: "ci.yml", Reason: "it is not known"}, {Source: "a/" + hostile, Reason: "it is not known"},
			{Source: "x.yml", Reason: "it is not known"}, {Source: "y.yml", Reason: "it is not known"}, {Source: "libs/zip", Reason: hostile}}},
		exposure.Beside{Path: "bom.json", Kind: exposure.BesideSBOM}, exposure.Beside{Path: "torn.spdx", Kind: exposure.BesideSBOM},
		exposure.Beside{Path: "libs/empty.jar", Kind: exposure.BesideVendored})
	x.Merge("osv-scanner", []exposure.Found{
		{ID: lockfiles.ID{Ecosystem: "npm", Name: "acme-http"}, Version: "1.7.2", Lockfile: web.Path, IDs: []string{"CVE-2026-1"}, Reach: exposure.Called},
		{ID: lockfiles.ID{Ecosystem: "npm", Name: "vendored-thing"}, Version: "0.1.0", IDs: []string{"CVE-2026-9"}, Summary: "found in code", Reach: exposure.NotCalled},
	})
	return x
}

// TestAudit holds both reports of an audit to what they were, to their schema,
// and to losing nothing.
func TestAudit(t *testing.T) {
	x := audited()
	for _, f := range Audits {
		var out bytes.Buffer
		if err := f.Write(&out, x); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("..", "..", "testdata", "analysis", "report", "audit."+f.Name)
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s differs; go test ./analysis/report -update rewrites it. It is now:\n%s", golden, out.String())
		}
		for i, r := range out.String() {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: %U at byte %d reaches the terminal", f.Name, r, i)
			}
		}
		for _, p := range x.Packages {
			for _, r := range p.Rows {
				if r.ID != hostile && !strings.Contains(out.String(), r.ID) {
					t.Errorf("%s leaves out %s", f.Name, r.ID)
				}
			}
		}
	}
}

func TestAuditSchema(t *testing.T) {
	var out bytes.Buffer
	if err := writeJSONAudit(&out, audited()); err != nil {
		t.Fatal(err)
	}
	schema := compile(t, "audit.v1.json")
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Fatal(err)
	}
	m := &mutation{t: t, schema: schema, root: value, seen: map[string]bool{}}
	m.walk("", value)
	if len(m.seen) < 12 {
		t.Errorf("only %d kinds of object were tried: %v", len(m.seen), m.seen)
	}
}

// TestAuditSentence: nothing that was not answered is called free of anything.
func TestAuditSentence(t *testing.T) {
	lock := []analysis.Lockfile{{File: diff.File{Path: "go.mod"}}}
	broken := []analysis.Lockfile{{File: diff.File{Path: "go.mod"}, Error: &analysis.Error{}}}
	for _, c := range []struct {
		x    exposure.Exposure
		want string
	}{
		{exposure.Exposure{}, "No lockfile was found at HEAD."},
		{exposure.Exposure{Lockfiles: broken, Errors: make([]analysis.Error, 1)}, "No lockfile at HEAD could be read: nothing is known."},
		{exposure.Exposure{Lockfiles: lock}, "No package is pinned in 1 lockfile at HEAD."},
		{exposure.Exposure{Lockfiles: lock, Pinned: 2, Coverage: analysis.Coverage{Unknown: 2}}, "2 packages in 1 lockfile at HEAD: whether advisories exist is not known of any."},
		{exposure.Exposure{Lockfiles: lock, Pinned: 2, Coverage: analysis.Coverage{NotSupported: 2}}, "2 packages in 1 lockfile at HEAD: no source has advisories of such packages."},
		{exposure.Exposure{Lockfiles: lock, Pinned: 3, Coverage: analysis.Coverage{NotSupported: 1, Done: 2}}, "3 packages in 1 lockfile at HEAD: no advisory is known of 2; the others were not answered."},
		{exposure.Exposure{Lockfiles: lock, Pinned: 2, Coverage: analysis.Coverage{Done: 2}}, "2 packages in 1 lockfile at HEAD: no advisory is known of any; all were asked."},
	} {
		c.x.Revision.Name = "HEAD"
		if got := auditSentence(&c.x); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
