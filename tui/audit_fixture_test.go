package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// strange is what a stranger may write into any field.
const strange = "evil\x1b[2J\u202egnp.exe\r\n\u200bname\x07"

// pinned is a review of everything that a revision pins, and what was said of
// it; results of nil were not told yet.
type pinnedReview struct {
	review  *analysis.Review
	results [][]analysis.Result
}

func (p *pinnedReview) exposure() *exposure.Exposure {
	var c analysis.Coverage
	for _, list := range p.results {
		for i := range list {
			c.Add(&list[i])
		}
	}
	return exposure.New(p.review, p.results, c)
}

// pins makes the review of lockfiles; say tells what is known of a package.
func pins(read []lockfiles.Lockfile, say func(p *lockfiles.Package) []analysis.Result) *pinnedReview {
	r := &analysis.Review{Head: analysis.Revision{Name: "HEAD", Commit: strings.Repeat("a1", 20)}, Now: reviewed, Diff: diff.Between(nil, read),
		Checks: []analysis.CheckInfo{{Name: "advisories", Topic: "advisories"}}}
	for _, f := range r.Diff.Files {
		r.Lockfiles = append(r.Lockfiles, analysis.Lockfile{File: f})
	}
	p := &pinnedReview{r, make([][]analysis.Result, len(r.Diff.Changes))}
	for i := range r.Diff.Changes {
		p.results[i] = say(r.Diff.Changes[i].Package())
	}
	return p
}

func exposing(id string, level advisories.Level, change func(*analysis.Advisory)) analysis.Advisory {
	a := analysis.Advisory{Summary: id + " reads too far", Details: "# What\n\nIt reads\ttoo far.", URL: "https://osv.example/" + id}
	a.Advisory = advisories.Advisory{ID: id, IDs: []string{id}, Status: advisories.IsAffected, Severity: advisories.Severity{Level: level}}
	if change != nil {
		change(&a)
	}
	return a
}

// heard is a result of a check that ended well, from a source of that time.
func heard(source string, at time.Time, list ...analysis.Advisory) []analysis.Result {
	return []analysis.Result{{State: analysis.StateDone, Evidence: []analysis.Evidence{{Source: source, Observed: at, Body: analysis.Advisories(list)}}}}
}

func npmPackage(name, version string, line int, requires ...string) lockfiles.Package {
	p := lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: version, Line: line}
	for _, to := range requires {
		p.Requires = append(p.Requires, lockfiles.Edge{Name: strings.Split(to, "@")[0], To: to})
	}
	return p
}

// exposed has every kind of row: what is not known, malware, what is exploited,
// what cannot be told, a notice, and strange text.
func exposed() *pinnedReview {
	direct := npmPackage("event-flow", "3.3.5", 10, "acme-http@1.7.2")
	direct.Direct = true
	bad := npmPackage("left-padz", "1.0.1", 30)
	bad.Dev = true
	dev := npmPackage("acme-http", "1.7.2", 5)
	dev.Dev = true
	web := lockfiles.Lockfile{Path: "web/package-lock.json", Format: "package-lock.json", Packages: []lockfiles.Package{direct, npmPackage("acme-http", "1.7.2", 20), bad,
		npmPackage("old-time", "2.0.0", 40), npmPackage("unloved", "1.0.0", 60), npmPackage("silent", "1.0.0", 70), npmPackage("fine", "1.0.0", 80)}}
	api := lockfiles.Lockfile{Path: "api/package-lock.json", Format: "package-lock.json", Packages: []lockfiles.Package{dev}}
	likely := 0.25
	old := reviewed.Add(-20 * 24 * time.Hour)
	p := pins([]lockfiles.Lockfile{api, web}, func(p *lockfiles.Package) []analysis.Result {
		switch p.Name {
		case "acme-http":
			return heard("osv.example", reviewed, exposing("GHSA-aaaa-aaaa-aaaa", advisories.Critical, func(a *analysis.Advisory) {
				a.Fixed, a.IDs, a.KEV, a.EPSS = "1.7.4", []string{a.ID, "CVE-2026-0001"}, lockfiles.Yes, &likely
			}), exposing("GHSA-bbbb-bbbb-bbbb", advisories.Low, nil))
		case "left-padz":
			return heard("offline advisories of 2026-11-02", old, exposing("MAL-2026-1", advisories.Critical, func(a *analysis.Advisory) { a.Malware, a.URL = true, "" }))
		case "old-time":
			return heard("osv.example", reviewed, exposing("GHSA-cccc-cccc-cccc", advisories.High, func(a *analysis.Advisory) {
				a.Status, a.Why = advisories.CannotTell, "the record's range cannot be read"
			}))
		case "unloved":
			return heard("osv.example", reviewed, exposing("RUSTSEC-2026-1", advisories.Unknown, func(a *analysis.Advisory) { a.Informational = "unmaintained" }))
		case "silent":
			return []analysis.Result{{State: analysis.StateUnknown, Reason: "offline, and there is no offline advisory database"}}
		}
		return heard("osv.example", reviewed)
	})
	p.review.Errors = []analysis.Error{{Lockfile: "broken/yarn.lock", Line: 3, Message: "read the lockfile: it ends in the middle", Hint: "write it anew"}}
	p.review.Lockfiles = append(p.review.Lockfiles, analysis.Lockfile{File: diff.File{Path: "broken/yarn.lock", Packages: -1}, Error: &p.review.Errors[0]})
	p.review.LeftOut = []string{"vendor/go.mod"}
	return p
}

// strangers is an audit of which every text is a stranger's.
func strangers() *exposure.Exposure {
	odd := npmPackage(strange, strange, 1, strange+"@1")
	odd.Direct = true
	p := pins([]lockfiles.Lockfile{{Path: strange, Format: strange, Packages: []lockfiles.Package{odd, npmPackage("quiet", "1", 2)}}}, func(p *lockfiles.Package) []analysis.Result {
		if p.Name == "quiet" {
			return []analysis.Result{{State: analysis.StateUnknown, Reason: strange}}
		}
		return heard(strange, reviewed, exposing(strange, advisories.High, func(a *analysis.Advisory) {
			a.Summary, a.Details, a.URL, a.Fixed, a.IDs, a.Informational = strange, strings.Repeat(strange+"\n", 50), "https://"+strange, strange, []string{strange, strange + "2"}, strange
			a.Severity.Ratings = []advisories.Rating{{Version: strange, Vector: strange}}
		}))
	})
	p.review.Errors = []analysis.Error{{Lockfile: strange, Message: strange, Hint: strange}}
	x := p.exposure()
	x.Unscanned(errors.New(strange + "\nhint: " + strange))
	return x
}

// exposedMany is 3,000 packages, one after the other by the one before, and
// 2,000 advisories of them.
func exposedMany() *pinnedReview {
	const packages, known = 3_000, 2_000
	file := lockfiles.Lockfile{Path: "package-lock.json", Format: "package-lock.json"}
	for i := range packages {
		p := npmPackage(fmt.Sprintf("lib-%d", i), "1.0.0", i+1)
		if p.Direct = i%10 == 0; !p.Direct {
			above := &file.Packages[i-1]
			above.Requires = append(above.Requires, lockfiles.Edge{Name: p.Name, To: p.Name + "@1.0.0"})
		}
		file.Packages = append(file.Packages, p)
	}
	n := 0
	return pins([]lockfiles.Lockfile{file}, func(p *lockfiles.Package) []analysis.Result {
		var list []analysis.Advisory
		for range 4 {
			if n < known && len(p.Name)%2 == 0 {
				list = append(list, exposing(fmt.Sprintf("GHSA-%04d", n), advisories.Level(1+n%5), func(a *analysis.Advisory) { a.Fixed = "2.0.0" }))
				n++
			}
		}
		return heard("osv.example", reviewed, list...)
	})
}

// openAudit is a driver of an audit's screen; x of nil is not known yet.
func openAudit(t testing.TB, x *exposure.Exposure, w theme.Wishes, width, height int) *driver {
	d := newDriver(t, w, width, height)
	k, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	after := d.r.after
	d.r = newAuditRoot(theme.New(w), k, func() session.Progress { return session.Progress{} }, outside{})
	d.r.after = after
	d.send(sized(width, height))
	if x != nil {
		d.send(auditMsg{x, ""})
	}
	return d
}
