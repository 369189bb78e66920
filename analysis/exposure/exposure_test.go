package exposure

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

func npm(name, version string, change ...func(*lockfiles.Package)) lockfiles.Package {
	p := lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: version}
	for _, c := range change {
		c(&p)
	}
	return p
}

func direct(p *lockfiles.Package) { p.Direct = true }
func dev(p *lockfiles.Package)    { p.Dev = true }

func requires(to string) func(*lockfiles.Package) {
	return func(p *lockfiles.Package) {
		p.Requires = append(p.Requires, lockfiles.Edge{Name: strings.Split(to, "@")[0], To: to})
	}
}

// ranged is a record of a package from introduced up to fixed, or without end.
func ranged(id, name, introduced, fixed, more string) *advisories.Record {
	events := fmt.Sprintf(`{"introduced":%q}`, introduced)
	if fixed != "" {
		events += fmt.Sprintf(`,{"fixed":%q}`, fixed)
	}
	r, err := advisories.Parse(fmt.Appendf(nil, `{"id":%q%s,"affected":[{"package":{"ecosystem":"npm","name":%q},"ranges":[{"type":"SEMVER","events":[%s]}]}]}`, id, more, name, events))
	if err != nil {
		panic(err)
	}
	return r
}

const severe = `,"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]`

// expose holds the records against what the lockfiles pin, as the check does.
func expose(files []lockfiles.Lockfile, unknown map[string]string, records ...*advisories.Record) *Exposure {
	r := &analysis.Review{Head: analysis.Revision{Name: "HEAD"}, Diff: diff.Between(nil, files)}
	results := make([][]analysis.Result, len(r.Diff.Changes))
	var coverage analysis.Coverage
	for i := range r.Diff.Changes {
		p := r.Diff.Changes[i].Head
		target := advisories.NewTarget(p.ID, p.Version)
		result := analysis.Result{State: analysis.StateDone}
		if why := unknown[p.Name]; why != "" {
			result.State, result.Reason = analysis.StateUnknown, why
		}
		var list analysis.Advisories
		for _, d := range advisories.Between(nil, &target, records, advisories.Options{}) {
			list = append(list, analysis.Advisory{Difference: d, Have: p.Version, Seen: target})
		}
		if len(list) > 0 || result.State == analysis.StateDone {
			e := analysis.Evidence{Source: "osv.invalid"}
			if len(list) > 0 {
				e.Body = list
			}
			result.Evidence = []analysis.Evidence{e}
		}
		results[i] = []analysis.Result{result}
		coverage.Add(&result)
	}
	return New(r, results, coverage)
}

// told is an exposure in a few words: package, rows, action.
func told(x *Exposure) (list []string) {
	for _, p := range x.Packages {
		text := p.Name + " " + p.Version + ":"
		for _, r := range p.Rows {
			text += " " + r.ID
		}
		list = append(list, fmt.Sprintf("%s; %s %s %d %d", text, p.Action.Kind, p.Action.To, p.Action.Fixes, p.Action.Leaves))
	}
	return list
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestOrder(t *testing.T) {
	lock := lockfiles.Lockfile{Path: "package-lock.json", Packages: []lockfiles.Package{
		npm("a-dev-direct", "1.0.0", direct, dev), npm("a-transitive", "1.0.0"), npm("a-transitive-severe", "1.0.0"),
		npm("b-direct", "1.0.0", direct), npm("c-notice", "1.0.0", direct), npm("d-deep-malware", "1.0.0", dev), npm("e-commit", "main", direct),
	}}
	x := expose([]lockfiles.Lockfile{lock}, nil,
		ranged("G-1", "a-dev-direct", "0", "2.0.0", severe), ranged("G-2", "a-transitive", "0", "1.0.1", ""), ranged("G-3", "a-transitive-severe", "0", "", severe),
		ranged("G-4", "b-direct", "0", "1.2.0", ""), ranged("G-5", "b-direct", "0", "1.1.0", severe+`,"aliases":["CVE-2026-5"]`), ranged("CVE-2026-5", "b-direct", "0", "1.1.0", ""),
		notice("G-6", "c-notice"),
		ranged("MAL-2026-1", "d-deep-malware", "0", "", ""), ranged("G-7", "e-commit", "0.5.0", "2.0.0", severe))
	same(t, told(x), []string{
		"d-deep-malware 1.0.0: MAL-2026-1; remove  0 1",
		"b-direct 1.0.0: G-5 G-4; upgrade 1.2.0 2 0",
		"a-dev-direct 1.0.0: G-1; upgrade 2.0.0 1 0",
		"a-transitive-severe 1.0.0: G-3; no_fix_known  0 1",
		"a-transitive 1.0.0: G-2; upgrade 1.0.1 1 0",
		"e-commit main: G-7; look  0 0",
		"c-notice 1.0.0: G-6; note  0 0",
	})
	c := x.Count()
	if c.Malware != 1 || c.Levels[advisories.Critical] != 3 || c.Levels[advisories.Unknown] != 2 || c.Unclear != 1 || c.Informational != 1 {
		t.Errorf("%+v", c)
	}
	if got := x.Incomplete(); got != "of 1 advisory it cannot be told whether the pinned version is affected" {
		t.Error(got)
	}
}

// TestExploitedFirst: what is being exploited goes before what is merely worse.
func TestExploitedFirst(t *testing.T) {
	lock := lockfiles.Lockfile{Path: "p", Packages: []lockfiles.Package{npm("acme-http", "1.0.0", direct), npm("event-flow", "1.0.0", dev)}}
	r := &analysis.Review{Diff: diff.Between(nil, []lockfiles.Lockfile{lock})}
	say := func(id string, level advisories.Level, kev lockfiles.Tri) []analysis.Result {
		a := analysis.Advisory{KEV: kev}
		a.Advisory = advisories.Advisory{ID: id, IDs: []string{id}, Status: advisories.IsAffected, Severity: advisories.Severity{Level: level}}
		return []analysis.Result{{State: analysis.StateDone, Evidence: []analysis.Evidence{{Body: analysis.Advisories{a}}}}}
	}
	x := New(r, [][]analysis.Result{say("G-1", advisories.Critical, lockfiles.No), say("G-2", advisories.Low, lockfiles.Yes)}, analysis.Coverage{Done: 2})
	if x.Packages[0].Name != "event-flow" || !x.Reaches(advisories.Critical) || x.Count().Exploited != 1 {
		t.Errorf("%+v", x.Packages)
	}
}

// TestUpgrade: the smallest version that fixes all; where none does, the most
// urgent one's, and what it leaves is counted.
func TestUpgrade(t *testing.T) {
	for _, c := range []struct {
		name    string
		records []*advisories.Record
		want    string
	}{
		{"the larger of two", []*advisories.Record{ranged("G-1", "acme-http", "0", "1.7.3", ""), ranged("G-2", "acme-http", "0", "1.7.4", "")}, "upgrade 1.7.4 2 0"},
		{"one comes with the fix of another", []*advisories.Record{ranged("G-1", "acme-http", "0", "1.7.3", ""), ranged("G-2", "acme-http", "1.7.0", "2.0.0", "")}, "upgrade 2.0.0 2 0"},
		{"one has no fix", []*advisories.Record{ranged("G-1", "acme-http", "0", "1.7.3", ""), ranged("G-2", "acme-http", "0", "", severe)}, "upgrade 1.7.3 1 1"},
		{"no fix", []*advisories.Record{ranged("G-1", "acme-http", "0", "", "")}, "no_fix_known  0 1"},
		{"no one version fixes both", []*advisories.Record{
			ranged("G-1", "acme-http", "0", "1.8.0", severe), both("G-2", "acme-http", "0", "1.7.9", "1.7.99")}, "upgrade 1.8.0 1 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := expose([]lockfiles.Lockfile{{Path: "p", Packages: []lockfiles.Package{npm("acme-http", "1.7.2")}}}, nil, c.records...)
			a := x.Packages[0].Action
			if got := fmt.Sprintf("%s %s %d %d", a.Kind, a.To, a.Fixes, a.Leaves); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func notice(id, name string) *advisories.Record {
	r := ranged(id, name, "0", "", "")
	r.Affected[0].Database.Informational = "unmaintained"
	return r
}

// both is a record that was fixed and came back for good.
func both(id, name, introduced, fixed, again string) *advisories.Record {
	r := ranged(id, name, introduced, fixed, "")
	r.Affected[0].Ranges[0].Events = append(r.Affected[0].Ranges[0].Events, advisories.Event{Introduced: again})
	return r
}

// TestPlaces: one package for all places, with the way to each.
func TestPlaces(t *testing.T) {
	files := []lockfiles.Lockfile{
		{Path: "web/package-lock.json", Packages: []lockfiles.Package{
			npm("event-flow", "1.0.0", direct, requires("acme-http@1.0.0")),
			npm("acme-http", "1.0.0", func(p *lockfiles.Package) { p.Line = 9 }),
			npm("acme-http", "1.0.0", dev, func(p *lockfiles.Package) { p.Path, p.Line = "node_modules/x/node_modules/acme-http", 4 })}},
		{Path: "api/package-lock.json", Packages: []lockfiles.Package{npm("acme-http", "1.0.0", direct, dev), npm("acme-http", "2.0.0")}},
	}
	x := expose(files, map[string]string{"acme-http": "half of it"}, ranged("G-1", "acme-http", "0", "1.5.0", ""))
	if len(x.Packages) != 1 || x.Pinned != len(diff.Between(nil, files).Changes) {
		t.Fatalf("%+v", x)
	}
	p := x.Packages[0]
	if !p.Direct || p.Dev || p.Unknown != "half of it" || len(p.Rows) != 1 || !slices.Equal(p.Rows[0].FoundBy, []string{Ours}) {
		t.Errorf("%+v", p)
	}
	var got []string
	for _, at := range p.Places {
		got = append(got, fmt.Sprintf("%s:%d %v %v %d %s", at.Lockfile, at.Line, at.Direct, at.Dev, at.Copies, strings.Join(at.Path, " > ")))
	}
	same(t, got, []string{
		"api/package-lock.json:0 true true 1 acme-http",
		"web/package-lock.json:9 false false 2 event-flow > acme-http",
	})
	if got := x.Incomplete(); !strings.HasPrefix(got, "whether advisories exist is not known of 3 of 4 packages") {
		t.Error(got)
	}
}

// TestNothingSaid: no row is no clean bill.
func TestNothingSaid(t *testing.T) {
	x := expose([]lockfiles.Lockfile{{Path: "p", Packages: []lockfiles.Package{npm("acme-http", "1.0.0")}}}, map[string]string{"acme-http": "offline"})
	if len(x.Packages) != 0 || x.Incomplete() != "whether advisories exist is not known of 1 of 1 package" || len(x.Sources) != 0 {
		t.Errorf("%+v", x)
	}
}

func TestReaches(t *testing.T) {
	levels := []advisories.Level{advisories.Unknown, advisories.Low, advisories.Medium, advisories.High, advisories.Critical}
	for _, c := range []struct {
		name string
		row  Row
		want int // how many of the levels, from the least
	}{
		{"medium", rowOf(advisories.Medium, nil), 3},
		{"unknown severity", rowOf(advisories.Unknown, nil), 5},
		{"malware", rowOf(advisories.Unknown, func(r *Row) { r.Malware = true }), 5},
		{"exploited", rowOf(advisories.Low, func(r *Row) { r.KEV = lockfiles.Yes }), 5},
		{"a notice", rowOf(advisories.Unknown, func(r *Row) { r.Informational = "unsound" }), 0},
		{"taken back", rowOf(advisories.High, func(r *Row) { r.Withdrawn = true }), 0},
		{"unclear", rowOf(advisories.High, func(r *Row) { r.Status = advisories.CannotTell }), 0},
	} {
		x := &Exposure{Packages: []Package{{Rows: []Row{c.row}}}}
		for i, l := range levels {
			if x.Reaches(l) != (i < c.want) {
				t.Errorf("%s at %s", c.name, l)
			}
		}
	}
}

func rowOf(level advisories.Level, change func(*Row)) (r Row) {
	r.Status, r.Severity.Level = advisories.IsAffected, level
	if change != nil {
		change(&r)
	}
	return r
}
