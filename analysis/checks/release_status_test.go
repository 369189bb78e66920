package checks

import (
	"context"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

type statusCase struct {
	name     string
	registry *fakeRegistry
	change   *diff.Change
	want     string
}

func runStatus(t *testing.T, cases []statusCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			result, err := (&statusCheck{c.registry}).Run(context.Background(), c.change, releaseReview(nil, nil))
			wantReleases(t, result.Findings, err, c.want)
		})
	}
}

func registryAnswers(p *registry.Package) *fakeRegistry { return &fakeRegistry{Package: p} }

func withStatus(p *registry.Package, status, why string) *fakeRegistry {
	p.Status, p.StatusReason = status, why
	return registryAnswers(p)
}

func TestReleaseStatus(t *testing.T) {
	old := rel("1.2.2", 100*relDay)
	untold := func(r *registry.Release) { r.Withdrawn = 0 }
	up := releaseMove("npm", "1.2.2", "1.2.3")
	runStatus(t, []statusCase{
		{"nothing to say", registryAnswers(pkg("npm", old, rel("1.2.3", 50*relDay))), up, ""},
		{"yanked", registryAnswers(pkg("cargo", old, rel("1.2.3", 50*relDay, yanked("broken build", -1)))), releaseMove("cargo", "1.2.2", "1.2.3"), "fail release-withdrawn: 1.2.3 was yanked"},
		{"yanked, with its time", registryAnswers(pkg("cargo", old, rel("1.2.3", 50*relDay, yanked("", 2*relDay)))), releaseMove("cargo", "1.2.2", "1.2.3"), "fail release-withdrawn: 1.2.3 was yanked on 2026-03-08 12:00 UTC"},
		{"unlisted", registryAnswers(pkg("nuget", old, rel("1.2.3", 50*relDay, yanked("", -1)))), releaseMove("nuget", "1.2.2", "1.2.3"), "fail release-withdrawn: 1.2.3 was unlisted"},
		{"both yanked", registryAnswers(pkg("cargo", rel("1.2.2", 100*relDay, yanked("", -1)), rel("1.2.3", 50*relDay, yanked("", -1)))), releaseMove("cargo", "1.2.2", "1.2.3"),
			"fail release-withdrawn: 1.2.3 was yanked\ninfo predecessor-yanked: 1.2.2, the release before 1.2.3, is yanked"},
		{"away from yanked", registryAnswers(pkg("cargo", rel("1.2.2", 100*relDay, yanked("", 90*relDay)), rel("1.2.3", 50*relDay))), releaseMove("cargo", "1.2.2", "1.2.3"),
			"pass withdrawn-left: 1.2.2 was yanked; this change moves away from it"},
		{"away from yanked, to unknown", registryAnswers(pkg("cargo", rel("1.2.2", 100*relDay, yanked("", 90*relDay)), rel("1.2.3", 50*relDay, untold))), releaseMove("cargo", "1.2.2", "1.2.3"), ""},
		{"newly deprecated", registryAnswers(pkg("npm", old, rel("1.2.3", 50*relDay, deprecated("use acme-fetch")))), up, "warn release-deprecated: 1.2.3 is deprecated, 1.2.2 is not"},
		{"deprecated as before", registryAnswers(pkg("npm", rel("1.2.2", 100*relDay, deprecated("x")), rel("1.2.3", 50*relDay, deprecated("x")))), up, "info release-deprecated: 1.2.3 is deprecated"},
		{"deprecated, base not listed", registryAnswers(pkg("npm", rel("1.2.3", 50*relDay, deprecated("x")))), up, "info release-deprecated: 1.2.3 is deprecated"},
		{"away from deprecated", registryAnswers(pkg("npm", rel("1.2.2", 100*relDay, deprecated("x")), rel("1.2.3", 50*relDay))), up, "pass deprecated-left: 1.2.2 is deprecated; this change moves away from it"},
		{"not in the registry", registryAnswers(pkg("npm", old)), up, "fail version-not-in-registry: registry.example knows the package, but lists no version 1.2.3"},
		{"not in the part of the list that could be asked for", &fakeRegistry{Package: incomplete(pkg("nuget", old))}, releaseMove("nuget", "1.2.2", "1.2.3"), "error: offline"},
		{"no version known at all", registryAnswers(pkg("npm")), up, "error: registry.example does not list this version"},
		{"the Go proxy lists tags alone", registryAnswers(pkg("golang", rel("v1.2.2", -1))), releaseMove("golang", "v1.2.2", "v0.0.0-20260301000000-0123456789ab"), "error: registry.example does not list this version"},
		{"a branch is no version", registryAnswers(pkg("composer", old)), releaseMove("composer", "1.2.2", "dev-main"), "error: registry.example does not list this version"},
		{"other spelling is listed", registryAnswers(pkg("pypi", rel("1.2.0", 50*relDay))), releaseMove("pypi", "", "1.2"), ""},
		{"quarantined", withStatus(pkg("pypi"), "quarantined", "malware"), releaseMove("pypi", "1.2.2", "1.2.3"), "fail package-quarantined: the registry holds the package in quarantine\nerror: registry.example does not list this version"},
		{"archived", withStatus(pkg("pypi", rel("1.2.3", 50*relDay)), "archived", ""), releaseMove("pypi", "", "1.2.3"), "info package-archived: the package is archived: no releases are to be expected"},
		{"abandoned", withStatus(pkg("composer", rel("1.2.3", 50*relDay)), "abandoned", "use acme/fetch"), releaseMove("composer", "", "1.2.3"), "info package-abandoned: the package is abandoned"},
		{"active is nothing to say", withStatus(pkg("pypi", rel("1.2.3", 50*relDay)), "active", ""), releaseMove("pypi", "", "1.2.3"), ""},
		{"absent", &fakeRegistry{err: &clients.Error{Reason: clients.ReasonAbsent, Host: "registry.example"}}, up,
			"warn package-not-in-registry: registry.example does not know the package acme-http\nerror: registry.example does not know it"},
		{"404 of a proxy is not absent", &fakeRegistry{err: &clients.Error{Reason: clients.ReasonNotFound, Host: "registry.example", Status: 404}}, up,
			"error: registry.example answered 404\nhint: see whether a proxy or mirror answers in place of the service; --trace FILE writes every request down"},
		{"whether it is withdrawn could not be asked", &fakeRegistry{Package: incomplete(pkg("cargo", old, rel("1.2.3", 50*relDay, untold)))}, releaseMove("cargo", "1.2.2", "1.2.3"), "error: offline"},
		{"a question failed that matters not", &fakeRegistry{Package: incomplete(pkg("cargo", old, rel("1.2.3", 50*relDay)))}, releaseMove("cargo", "1.2.2", "1.2.3"), ""},
		{"removed from npm", registryAnswers(pkg("npm", old, rel("1.2.3", 50*relDay, yanked("removed from the registry", -1)))), up, "fail release-withdrawn: 1.2.3 was removed from the registry"},
		{"removed", registryAnswers(pkg("npm", old)), releaseMove("npm", "1.2.2", ""), "error: the package is removed"},
	})
}

const pin = "900150983cd24fb0d6963f7d28e17f72ffffffff"

func TestReleaseTiming(t *testing.T) {
	npm := func(releases ...registry.Release) *fakeRegistry { return registryAnswers(pkg("npm", releases...)) }
	hour := time.Hour
	runStatus(t, []statusCase{
		{"yanked within the day", registryAnswers(pkg("cargo", rel("1.2.1", 90*relDay, yanked("", 26*hour)), rel("1.2.2", 80*relDay, yanked("", 5*hour)), rel("1.2.3", 3*hour))), releaseMove("cargo", "1.2.0", "1.2.3"),
			"warn predecessor-yanked: 1.2.1 was yanked within 23 hours of the publication of 1.2.3"},
		{"yanked long before", registryAnswers(pkg("cargo", rel("1.2.2", 80*relDay, yanked("", 60*relDay)), rel("1.2.3", 3*hour))), releaseMove("cargo", "1.2.0", "1.2.3"), ""},
		{"yanked, time not told", registryAnswers(pkg("pypi", rel("1.2.2", 80*relDay, yanked("bad", -1)), rel("1.2.3", 3*hour))), releaseMove("pypi", "1.2.0", "1.2.3"),
			"warn predecessor-yanked: 1.2.2, the release before 1.2.3, is yanked"},
		{"an earlier one yanked, time not told", registryAnswers(pkg("pypi", rel("1.2.1", 90*relDay, yanked("bad", -1)), rel("1.2.2", 80*relDay), rel("1.2.3", 3*hour))), releaseMove("pypi", "1.2.0", "1.2.3"), ""},
		{"history is information", registryAnswers(pkg("pypi", rel("1.2.2", 80*relDay, yanked("bad", -1)), rel("1.2.3", 79*relDay))), releaseMove("pypi", "1.2.0", "1.2.3"),
			"info predecessor-yanked: 1.2.2, the release before 1.2.3, is yanked"},
		{"burst", npm(rel("1.2.1", 2*hour), rel("1.2.2", 2*hour+20*time.Minute), rel("1.2.3", hour+40*time.Minute)), releaseMove("npm", "1.2.0", "1.2.3"),
			"info release-burst: 2 other versions were published within an hour of 1.2.3"},
		{"a burst by somebody new", npm(rel("1.2.0", 50*relDay, by("alice")), rel("1.2.1", 2*hour, by("bob")), rel("1.2.2", 2*hour, by("alice")), rel("1.2.3", 2*hour, by("mallory"))), releaseMove("npm", "1.2.0", "1.2.3"),
			"warn release-burst: 2 other versions were published within an hour of 1.2.3"},
		{"a burst by who published before", npm(rel("1.1.0", 90*relDay, by("bob")), rel("1.2.0", 50*relDay, by("alice")), rel("1.2.1", 2*hour), rel("1.2.2", 2*hour), rel("1.2.3", 2*hour, by("bob"))), releaseMove("npm", "1.2.0", "1.2.3"),
			"info release-burst: 2 other versions were published within an hour of 1.2.3"},
		{"silence, a week ago", npm(rel("1.2.2", 800*relDay), rel("1.2.3", 7*relDay)), releaseMove("npm", "1.2.2", "1.2.3"),
			"info release-after-silence: 1.2.3 is the first release of the package in 2 years"},
		{"silence, a week ago, and somebody new", npm(rel("1.2.2", 800*relDay, by("alice")), rel("1.2.3", 7*relDay, by("mallory"))), releaseMove("npm", "1.2.2", "1.2.3"),
			"warn release-after-silence: 1.2.3 is the first release of the package in 2 years"},
		{"what comes after the review is not there yet", npm(rel("1.2.2", 50*relDay), rel("1.2.3", hour), relAfter("1.2.4", 10*time.Minute), relAfter("1.2.5", 20*time.Minute)), releaseMove("npm", "1.2.2", "1.2.3"), ""},
		{"a time that cannot be true", npm(rel("1.2.2", 800*relDay), relAfter("1.2.3", 90*relDay)), releaseMove("npm", "1.2.2", "1.2.3"), ""},
		{"an added package of an old line", npm(rel("1.2.2", 40*relDay), rel("2.0.0", 30*relDay), rel("1.2.3", hour)), releaseMove("npm", "", "1.2.3"), ""},
		{"two are no burst", npm(rel("1.2.0", 50*relDay), rel("1.2.2", 2*hour), rel("1.2.3", hour)), releaseMove("npm", "1.2.0", "1.2.3"), ""},
		{"nightly builds are no burst", npm(rel("1.2.0", 50*relDay), rel("2.0.0-dev.1", 2*hour), rel("2.0.0-dev.2", 2*hour), rel("1.2.3", 2*hour)), releaseMove("npm", "1.2.0", "1.2.3"), ""},
		{"an old burst is history", npm(rel("1.2.1", 90*relDay), rel("1.2.2", 90*relDay), rel("1.2.3", 90*relDay)), releaseMove("npm", "1.2.0", "1.2.3"), ""},
		{"an old back-port is history", npm(rel("1.2.2", 90*relDay), rel("2.0.0", 80*relDay), rel("1.2.3", 70*relDay)), releaseMove("npm", "1.2.2", "1.2.3"), ""},
		{"silence", npm(rel("1.2.2", 800*relDay), rel("1.2.3", hour)), releaseMove("npm", "1.2.2", "1.2.3"),
			"warn release-after-silence: 1.2.3 is the first release of the package in 2 years"},
		{"silence of a line", npm(rel("1.2.2", 400*relDay), rel("2.0.0", 300*relDay), rel("1.2.3", hour)), releaseMove("npm", "1.2.2", "1.2.3"),
			"warn release-after-silence: 1.2.3 is the first release of the line of 1.x in 13 months\ninfo version-odd: 1.2.3 goes on with an older line: 2.0.0 was published before it"},
		{"back-port to a living line", npm(rel("1.2.2", 40*relDay), rel("2.0.0", 30*relDay), rel("1.2.3", hour)), releaseMove("npm", "1.2.2", "1.2.3"),
			"info version-odd: 1.2.3 goes on with an older line: 2.0.0 was published before it"},
		{"first of a line is no silence", npm(rel("1.9.0", 40*relDay), rel("2.0.0", hour)), releaseMove("npm", "1.9.0", "2.0.0"), ""},
		{"skipped major", npm(rel("1.0.0", 90*relDay), rel("2.0.0", 40*relDay), rel("9.0.0", hour)), releaseMove("npm", "2.0.0", "9.0.0"),
			"warn version-odd: 9.0.0 skips from 2.x to 9.x"},
		{"skips as it always did", npm(rel("1.0.0", 90*relDay), rel("3.0.0", 40*relDay), rel("5.0.0", hour)), releaseMove("npm", "3.0.0", "5.0.0"), ""},
		{"a calendar is no skip", npm(rel("2023.1.0", 300*relDay), rel("2026.1.0", hour)), releaseMove("npm", "2023.1.0", "2026.1.0"), ""},
		{"floating tags are one release", registryAnswers(pkg("githubactions", rel("v4", hour), rel("v4.1", hour), rel("v4.1.7", hour))), releaseMove("githubactions", "v4.1.6", "v4.1.7"), ""},
		{"a commit has no line", registryAnswers(pkg("githubactions", rel("v1.0.0", 800*relDay), rel(pin, hour))), releaseMove("githubactions", "v1.0.0", pin),
			"warn release-after-silence: 900150983cd2 is the first release of the package in 2 years"},
		{"no times, nothing to judge", npm(rel("1.2.1", -1), rel("1.2.2", -1), rel("1.2.3", -1)), releaseMove("npm", "1.2.0", "1.2.3"), ""},
		{"commit times judge nothing", registryAnswers(pkg("golang", committed("v1.2.2", 800*relDay), committed("v1.2.3", hour))), releaseMove("golang", "v1.2.2", "v1.2.3"), ""},
		{"the same version", npm(rel("1.2.2", 800*relDay), rel("1.2.3", hour)), releaseMove("npm", "1.2.3", "1.2.3"), ""},
	})
}

func TestIsPrerelease(t *testing.T) {
	for version, want := range map[string]bool{
		"1.0.0": false, "v1.0.0": false, "1.0.0-rc.1": true, "1.0a1": true, "2.0.0b2": true, "1.0.dev3": true, "1.0.post1": false,
		"31.0-jre": false, "5.0.0.RELEASE": false, "5.0.0.Final": false, "5.0.0.CR1": true, "1.0.0-beta": true, "1.0.0-0.20260101": true,
		"1.0.0+build.a": false, "31.0-android": false, "1.0.0-canary.7": true,
	} {
		if got := isPrerelease(version); got != want {
			t.Errorf("isPrerelease(%q) = %v", version, got)
		}
	}
}

func TestInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 minutes", time.Minute: "1 minute", 59 * time.Minute: "59 minutes", time.Hour: "1 hour", 47 * time.Hour: "47 hours",
		48 * time.Hour: "2 days", 59 * relDay: "59 days", 60 * relDay: "2 months", 729 * relDay: "24 months", 730 * relDay: "2 years", -time.Hour: "0 minutes",
	} {
		if got := inWords(d); got != want {
			t.Errorf("inWords(%s) = %q, want %q", d, got, want)
		}
	}
}
