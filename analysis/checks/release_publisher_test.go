package checks

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

func TestPublisher(t *testing.T) {
	up := releaseMove("npm", "1.0.5", "1.0.6")
	// six releases, the last of which is head's
	line := func(last func(*registry.Release), before ...func(*registry.Release)) *registry.Package {
		var releases []registry.Release
		for i, with := range before {
			releases = append(releases, rel("1.0."+string(rune('0'+6-len(before)+i)), 100*relDay, with))
			releases[i].Published = releases[i].Published.AddDate(0, 0, i)
		}
		return pkg("npm", append(releases, rel("1.0.6", relDay, last))...)
	}
	staged := withDetail(registry.Detail{Publisher: "alice", Approver: "alice"})
	nobody := withDetail(registry.Detail{})
	alice, bob, service := by("alice"), by("bob"), byService("github")
	for _, c := range []struct {
		name     string
		registry *fakeRegistry
		change   *diff.Change
		want     string
	}{
		{"the same", registryAnswers(line(alice, alice)), up, ""},
		{"never seen before", registryAnswers(line(bob, alice, alice, alice)), up, "info publisher-changed: published by bob; 1.0.5 was by alice"},
		{"never seen before, after a year of silence", registryAnswers(pkg("npm", rel("1.0.5", 800*relDay, alice), rel("1.0.6", relDay, bob))), up, "warn publisher-changed: published by bob; 1.0.5 was by alice"},
		{"never seen before, and that is long ago", registryAnswers(pkg("npm", rel("1.0.5", 800*relDay, alice), rel("1.0.6", 60*relDay, bob))), up, "info publisher-changed: published by bob; 1.0.5 was by alice"},
		{"never seen before, and twice the size", registryAnswers(pkg("npm", rel("1.0.5", 40*relDay, withDetail(registry.Detail{Publisher: "alice", Size: 1 << 20})),
			rel("1.0.6", relDay, withDetail(registry.Detail{Publisher: "bob", Size: 3 << 20})))), up, "warn publisher-changed: published by bob; 1.0.5 was by alice"},
		{"seen before", registryAnswers(line(bob, alice, bob, alice)), up, "info publisher-changed: published by bob; 1.0.5 was by alice"},
		{"seen too long ago", registryAnswers(line(bob, bob, alice, alice, alice, alice, alice)), up, "info publisher-changed: published by bob; 1.0.5 was by alice"},
		{"history cannot be asked", &fakeRegistry{Package: line(bob, func(*registry.Release) {}, alice), historyErr: errors.New("offline")}, up,
			"info publisher-changed: published by bob; 1.0.5 was by alice\nerror: who published the releases before is not known: offline"},
		{"base from elsewhere", &fakeRegistry{Package: line(bob, alice), baseUnasked: "its bytes come from git.example"}, up,
			"error: the version at base cannot be compared: its bytes come from git.example"},
		{"the question failed", &fakeRegistry{Package: incomplete(line(nobody, alice))}, up, "error: offline"},
		{"service to person", registryAnswers(line(alice, service, service)), up, "warn publisher-changed: published by alice; 1.0.5 was by trusted publishing (github)"},
		{"service and person take turns", registryAnswers(line(alice, alice, service)), up, "info publisher-changed: published by alice; 1.0.5 was by trusted publishing (github)"},
		{"a staged release names its approver", registryAnswers(line(staged, service, service)), up, "info publisher-changed: published by alice; 1.0.5 was by trusted publishing (github)"},
		{"person to service", registryAnswers(line(service, alice)), up, "pass trusted-publisher-gained: published by trusted publishing (github); 1.0.5 was by alice"},
		{"service as before", registryAnswers(line(service, service)), up, ""},
		{"head left out", registryAnswers(line(nobody, alice)), up, "error: registry.example does not say who published this version"},
		{"head left out after a service", registryAnswers(line(nobody, service)), up, "error: registry.example does not say who published this version"},
		{"base left out", registryAnswers(line(alice, nobody)), up, "error: registry.example does not say who published the version at base"},
		{"no details at all", registryAnswers(pkg("npm", rel("1.0.5", 2*relDay), rel("1.0.6", relDay))), up, "error: registry.example does not say who published this version"},
		{"base not listed", registryAnswers(line(alice)), up, "error: registry.example does not list the version at base"},
		{"never told there", registryAnswers(pkg("pypi", rel("1.0.5", 2*relDay), rel("1.0.6", relDay))), releaseMove("pypi", "1.0.5", "1.0.6"), "error: registry.example does not say who published a release"},
		{"added", registryAnswers(line(alice)), releaseMove("npm", "", "1.0.6"), ""},
		{"times left out", registryAnswers(pkg("npm", rel("1.0.5", -1, alice), rel("1.0.6", -1, bob))), up,
			"info publisher-changed: published by bob; 1.0.5 was by alice\nerror: registry.example does not say when this version was published, so that the releases before it are not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := (&publisherCheck{c.registry}).Run(context.Background(), c.change, releaseReview(nil, nil))
			wantReleases(t, result.Findings, err, c.want)
		})
	}
}

// Most updates are published as ever, and then nothing more is asked.
func TestPublisherAsksForHistoryOnlyWhenItMoved(t *testing.T) {
	same := registryAnswers(pkg("npm", rel("1.0.5", 2*relDay, by("alice")), rel("1.0.6", relDay, by("alice"))))
	other := registryAnswers(pkg("npm", rel("1.0.4", 3*relDay), rel("1.0.5", 2*relDay, by("alice")), rel("1.0.6", relDay, by("bob")), rel("1.0.7", 0)))
	for _, f := range []*fakeRegistry{same, other} {
		if _, err := (&publisherCheck{f}).Run(context.Background(), releaseMove("npm", "1.0.5", "1.0.6"), releaseReview(nil, nil)); err != nil {
			t.Fatal(err)
		}
	}
	if len(same.asked) != 0 {
		t.Errorf("asked for %v", same.asked)
	}
	if len(other.asked) != 1 || !slices.Equal(other.asked[0], []string{"1.0.5", "1.0.4"}) {
		t.Errorf("asked for %v", other.asked)
	}
}

func TestMaintainers(t *testing.T) {
	who := func(names ...string) func(*registry.Release) {
		return withDetail(registry.Detail{Publisher: "alice", Maintainers: names})
	}
	const changed = "info maintainers-changed: the maintainers changed between the two releases"
	for _, c := range []struct {
		name, want, detail string
		base, head         func(*registry.Release)
	}{
		{"the same, in another order", "", "", who("alice", "bob"), who("bob", "alice")},
		{"joined", changed, "joined: carol", who("alice"), who("alice", "carol")},
		{"handed over", changed, "joined: carol; left: alice", who("alice"), who("carol")},
		{"head left out", "", "", who("alice"), by("alice")},
		{"base left out", "", "", by("alice"), who("alice")},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := registryAnswers(pkg("npm", rel("1.0.5", 2*relDay, c.base), rel("1.0.6", relDay, c.head)))
			result, err := (&publisherCheck{f}).Run(context.Background(), releaseMove("npm", "1.0.5", "1.0.6"), releaseReview(nil, nil))
			wantReleases(t, result.Findings, err, c.want)
			if c.detail != "" && result.Findings[0].Detail != c.detail {
				t.Errorf("detail %q, want %q", result.Findings[0].Detail, c.detail)
			}
		})
	}
}

// That somebody could publish all along makes a new name less odd, and is said.
func TestPublisherWasAMaintainer(t *testing.T) {
	base := withDetail(registry.Detail{Publisher: "alice", Maintainers: []string{"alice", "bob"}})
	f := registryAnswers(pkg("npm", rel("1.0.5", 2*relDay, base), rel("1.0.6", relDay, by("bob"))))
	result, err := (&publisherCheck{f}).Run(context.Background(), releaseMove("npm", "1.0.5", "1.0.6"), releaseReview(nil, nil))
	wantReleases(t, result.Findings, err, "info publisher-changed: published by bob; 1.0.5 was by alice")
	if want := "already a maintainer when 1.0.5 was published; the releases before: 1.0.5 by alice"; result.Findings[0].Detail != want {
		t.Errorf("detail %q, want %q", result.Findings[0].Detail, want)
	}
}
