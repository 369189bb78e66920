package registry

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

const eventFlow = `{"name":"event-flow","dist-tags":{"latest":"2.0.0"},"maintainers":[{"name":"ada"},"bob <bob@example.invalid>"],
"time":{"created":"2025-01-01T00:00:00Z","modified":"2026-11-20T00:00:00Z","1.0.0":"2025-01-01T00:00:00Z","1.1.0":"2025-02-01T00:00:00Z","1.0.1":"2025-03-01T00:00:00Z","2.0.0":"2026-11-20T08:00:00Z"},
"versions":{
"1.0.0":{"name":"event-flow","version":"1.0.0","_npmUser":{"name":"ada"},"maintainers":[{"name":"ada"}],"deprecated":"use 2","license":{"type":"MIT"},"dist":{"shasum":"0a"}},
"1.0.1":{"name":"event-flow","version":"1.0.1","scripts":{"test":"x","postinstall":"node a.js"},"deprecated":false,"licenses":[{"type":"MIT"}],"_npmUser":{"name":"ada"},"_npmVersion":"11.0.0"},
"2.0.0":{"name":"event-flow","version":"2.0.0","gypfile":true,"scripts":{"preinstall":"","postinstall":"node b.js"},"license":"MIT","gitHead":"c0ffee",
 "repository":{"url":"git+https://git.example/acme/event-flow.git","directory":"packages/flow"},
 "_npmUser":{"name":"CI","trustedPublisher":{"id":"github"},"approver":{"name":"bob"}},"maintainers":[{"name":"ada"},{"name":"bob"}],
 "dependencies":{"left-padz":"1"},"optionalDependencies":{"flat-stream":"1","left-padz":"1"},
 "dist":{"shasum":"0b","integrity":"sha512-AAAA","fileCount":7,"unpackedSize":1234,"signatures":[{"keyid":"k","sig":"s"}],"attestations":{"url":"https://npm.invalid/a","provenance":{"predicateType":"p"}}}}}}`

func TestNPM(t *testing.T) {
	c, s := serving(t, map[string]string{
		"npm.invalid/event-flow":                              eventFlow,
		"counts.invalid/downloads/point/last-week/event-flow": `{"downloads":42,"package":"event-flow"}`,
	})
	p, err := npm{c}.Package(t.Context(), "event-flow", []string{"1.0.1", "2.0.0+build"})
	if err != nil {
		t.Fatal(err)
	}
	wantBrief(t, p, "1.0.0 2025-01-01 (use 2) *; 1.1.0 2025-02-01 withdrawn:yes (removed from the registry); 1.0.1 2025-03-01 *; 2.0.0 2026-11-20 *")
	if p.Source != "npm.invalid" || !p.Observed.Equal(today) || p.Weekly == nil || *p.Weekly != 42 || p.Repository != "https://git.example/acme/event-flow" ||
		!reflect.DeepEqual(p.Maintainers, []string{"ada", "bob"}) || p.Status != "" || p.Incomplete != nil {
		t.Errorf("%+v", p)
	}
	want := &Detail{
		Publisher: "CI", Trusted: "github", Approver: "bob", Maintainers: []string{"ada", "bob"}, License: "MIT", Size: 1234, Files: 7,
		Repository: "https://git.example/acme/event-flow", Directory: "packages/flow", Commit: "c0ffee",
		Digests:  []lockfiles.Digest{{Algorithm: "sha512", Value: "AAAA"}, {Algorithm: "sha1", Value: "0b"}},
		Attested: lockfiles.Yes, AttestedAs: "p", Signatures: []Signature{{"k", "s"}}, Scripts: map[string]string{"install": "node-gyp rebuild", "postinstall": "node b.js"},
		Requires: []string{"flat-stream", "left-padz"},
	}
	if got := p.Find("2.0.0").Detail; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := p.Find("1.0.1").Detail; got.Attested != lockfiles.Unclaimed || got.Size != 0 || got.Scripts["postinstall"] != "node a.js" || len(got.Scripts) != 1 || got.ScriptsLimit != "" {
		t.Errorf("%+v", got)
	}
	if got := p.Find("1.0.0").Detail; got.Scripts == nil || len(got.Scripts) != 0 || got.ScriptsLimit == "" || got.Publisher != "ada" {
		t.Errorf("a version before those compared: %+v", got)
	}
	if p.Find("1.1.0").Detail != nil || p.Find("9.0.0") != nil {
		t.Error("what is not there has no detail")
	}
	if s.count("npm.invalid/event-flow") != 1 {
		t.Error("asked more than once")
	}
}

// TestNPMUnknown: what a mirror leaves out is not known, and never "none".
func TestNPMUnknown(t *testing.T) {
	c, s := serving(t, map[string]string{
		"npm.invalid/event-flow":                              `{"name":"event-flow","versions":{"1.10.0":{"hasInstallScript":true},"1.9.0":{"dist":7,"license":3,"maintainers":"x","scripts":{"install":5}},"1.2.0":{}}}`,
		"npm.acme.invalid/@acme%2fhttp":                       `{"name":"@acme/http","versions":{"1.0.0":{"maintainers":[]}}}`,
		"npm.invalid/flat-stream":                             `{"name":"flat-stream","time":{"unpublished":{"time":"2026-11-21T00:00:00Z"},"1.0.0":"2026-11-20T00:00:00Z"}}`,
		"npm.invalid/held":                                    `{"name":"held","dist-tags":{"latest":"0.0.1-security"},"versions":{"0.0.1-security":{"repository":"npm/security-holder"}}}`,
		"npm.invalid/odd":                                     `[]`,
		"counts.invalid/downloads/point/last-week/event-flow": `500 {}`,
	})
	ask := func(name string, versions ...string) (*Package, error) {
		return npm{c}.Package(t.Context(), name, versions)
	}
	p, err := ask("event-flow", "1.10.0", "1.9.0")
	if err != nil {
		t.Fatal(err)
	}
	wantBrief(t, p, "1.2.0 *; 1.9.0 *; 1.10.0 *")
	if p.Weekly != nil || p.Maintainers != nil {
		t.Errorf("%+v", p)
	}
	mirrored := p.Find("1.10.0").Detail
	if mirrored.Scripts != nil || !strings.Contains(mirrored.ScriptsLimit, "has an install script") {
		t.Errorf("%+v", mirrored)
	}
	if d := p.Find("1.2.0").Detail; d.Scripts != nil || d.ScriptsLimit == "" || d.Publisher != "" || d.Attested != lockfiles.Unclaimed {
		t.Errorf("%+v", d)
	}
	if _, err := ask("@acme/http", "1.0.0"); err != nil || s.count("counts.invalid/downloads/point/last-week/@acme/http") != 0 {
		t.Errorf("%v; the name of a private package was told to others: %v", err, s.asked)
	}
	if p, err := ask("flat-stream", "1.0.0"); err != nil || p.Status != "removed" || brief(p) != "1.0.0 2026-11-20 withdrawn:yes (removed from the registry)" {
		t.Errorf("%+v %v", p, err)
	}
	if p, err := ask("held", "0.0.1-security"); err != nil || p.Status != "quarantined" {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := ask("nothing", "1.0.0"); !errors.Is(err, clients.ErrAbsent) {
		t.Error(err)
	}
	if _, err := ask("odd", "1.0.0"); clients.StateOf(err) != clients.Unknown {
		t.Error(err)
	}
}

// TestNPMDoesNotWaitForCounts: the service of the downloads is not the registry.
func TestNPMDoesNotWaitForCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := serving(t, flowBodies(), func(o *clients.Options) { o.Attempt, o.Whole = time.Hour, time.Hour })
		s.silent = "counts.invalid"
		began := time.Now()
		p, err := npm{c}.Package(t.Context(), "event-flow", []string{"2.0.0"})
		if err != nil || p.Weekly != nil || p.Find("2.0.0").Detail == nil || time.Since(began) != countPatience {
			t.Errorf("after %v: %+v %v", time.Since(began), p, err)
		}
	})
}

func TestNPMPredecessors(t *testing.T) {
	var times, versions []string
	for i := range 30 {
		times = append(times, fmt.Sprintf(`"1.%d.0":"2026-01-%02dT00:00:00Z"`, i, i+1))
		versions = append(versions, fmt.Sprintf(`"1.%d.0":{"_npmUser":{"name":"p%d"}}`, i, i))
	}
	c, _ := serving(t, map[string]string{
		"npm.invalid/acme": `{"name":"acme","time":{` + strings.Join(times, ",") + `},"versions":{` + strings.Join(versions, ",") + `}}`,
	})
	p, err := npm{c}.Package(t.Context(), "acme", []string{"1.25.0"})
	if err != nil {
		t.Fatal(err)
	}
	var with []string
	for _, r := range p.Releases {
		if r.Detail != nil {
			with = append(with, r.Detail.Publisher)
		}
	}
	if got := strings.Join(with, " "); got != "p15 p16 p17 p18 p19 p20 p21 p22 p23 p24 p25" {
		t.Error(got)
	}
}
