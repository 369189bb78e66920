package checks

import (
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

func TestAdvisoriesTellWhoBringsThePackage(t *testing.T) {
	npm := func(name, version string, direct bool, requires ...string) (p lockfiles.Package) {
		p = lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: version, Direct: direct}
		for _, to := range requires {
			p.Requires = append(p.Requires, lockfiles.Edge{Name: to, To: to})
		}
		return p
	}
	before := lockfiles.Lockfile{Path: "package-lock.json", Format: "package-lock.json", Packages: []lockfiles.Package{
		npm("event-flow", "1.0.0", true, "acme-http@1.0.0"), npm("acme-http", "1.0.0", false)}}
	after := lockfiles.Lockfile{Path: "package-lock.json", Format: "package-lock.json", Packages: []lockfiles.Package{
		npm("make-fetch", "2.0.0", true, "range-parse@3.0.0"), npm("range-parse", "3.0.0", false, "acme-http@2.0.0"), npm("acme-http", "2.0.0", false)}}
	d := diff.Between([]lockfiles.Lockfile{before}, []lockfiles.Lockfile{after})
	at := slices.IndexFunc(d.Changes, func(c diff.Change) bool { return c.Package().Name == "acme-http" })
	r, err := advisoryCheck{acme().sources(t, "")}.Run(t.Context(), &d.Changes[at], &analysis.Review{Diff: d})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, a := range r.Evidence[0].Body.(analysis.Advisories) {
		got[a.ID] = strings.Join(a.Path, " > ")
	}
	if got["GHSA-come-aaaa-aaaa"] != "make-fetch > range-parse > acme-http" || got["GHSA-fixd-aaaa-aaaa"] != "event-flow > acme-http" {
		t.Errorf("%v", got)
	}
	if !strings.Contains(r.Findings[0].Detail, "brought by make-fetch > range-parse > acme-http") || r.Findings[0].Fix != "fixed in 2.0.1" {
		t.Errorf("%+v", r.Findings[0])
	}
}
