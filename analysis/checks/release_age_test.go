package checks

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

func TestReleaseAge(t *testing.T) {
	npmrc := func(text string) map[string]string { return map[string]string{".npmrc": text} }
	week := npmrc("min-release-age=7\n")
	young := pkg("npm", rel("1.2.2", 100*relDay), rel("1.2.3", 5*time.Hour))
	const fresh = "info release-age: published 5 hours ago"
	const tooYoung = "warn release-too-young: published 5 hours ago, younger than the project's own cooldown of 7 days"
	for _, c := range []struct {
		name       string
		base, head map[string]string
		registry   *fakeRegistry
		change     *diff.Change
		want       string
	}{
		{"no cooldown", nil, nil, &fakeRegistry{Package: young}, releaseMove("npm", "1.2.2", "1.2.3"), fresh},
		{"old enough", week, week, &fakeRegistry{Package: pkg("npm", rel("1.2.3", 8*relDay))}, releaseMove("npm", "", "1.2.3"), ""},
		{"too young", week, week, &fakeRegistry{Package: young}, releaseMove("npm", "1.2.2", "1.2.3"), tooYoung + "\n" + fresh},
		{"too young but not fresh", week, week, &fakeRegistry{Package: pkg("npm", rel("1.2.3", 4*relDay))}, releaseMove("npm", "", "1.2.3"),
			"warn release-too-young: published 4 days ago, younger than the project's own cooldown of 7 days"},
		{"exempt", npmrc("min-release-age=7\nmin-release-age-exclude[]=acme-*\n"), npmrc("min-release-age=7\nmin-release-age-exclude[]=acme-*\n"),
			&fakeRegistry{Package: young}, releaseMove("npm", "1.2.2", "1.2.3"), fresh},
		{"head may not exempt", week, npmrc("min-release-age=7\nmin-release-age-exclude[]=acme-http\n"), &fakeRegistry{Package: young}, releaseMove("npm", "1.2.2", "1.2.3"),
			"warn cooldown-weakened: this change weakens the project's cooldown for npm: 7 days before, none for this package now\n" + tooYoung + "\n" + fresh},
		{"head asks for less", week, npmrc("min-release-age=1\n"), &fakeRegistry{Package: pkg("npm", rel("1.2.3", 8*relDay))}, releaseMove("npm", "", "1.2.3"),
			"warn cooldown-weakened: this change weakens the project's cooldown for npm: 7 days before, 24 hours now (.npmrc:1)"},
		{"head drops it", week, nil, &fakeRegistry{Package: pkg("npm", rel("1.2.3", 8*relDay))}, releaseMove("npm", "", "1.2.3"),
			"warn cooldown-weakened: this change weakens the project's cooldown for npm: 7 days before, none for this package now"},
		{"head asks for more", week, npmrc("min-release-age=14\n"), &fakeRegistry{Package: pkg("npm", rel("1.2.3", 8*relDay))}, releaseMove("npm", "", "1.2.3"), ""},
		{"head cannot be read", week, npmrc("min-release-age=x\n"), &fakeRegistry{Package: pkg("npm", rel("1.2.3", 8*relDay))}, releaseMove("npm", "", "1.2.3"), ""},
		{"a day that moves on", npmrc("before=2026-01-01\n"), npmrc("before=2026-03-01\n"), &fakeRegistry{Package: pkg("npm", rel("1.2.3", 80*relDay))}, releaseMove("npm", "", "1.2.3"), ""},
		{"a day that lies ahead", npmrc("before=2026-01-01\n"), npmrc("before=2027-03-01\n"), &fakeRegistry{Package: pkg("npm", rel("1.2.3", 80*relDay))}, releaseMove("npm", "", "1.2.3"),
			"warn cooldown-weakened: this change weakens the project's cooldown for npm: the day that it names lies ahead"},
		{"after the day", npmrc("before=2026-01-01\n"), npmrc("before=2026-01-01\n"), &fakeRegistry{Package: pkg("npm", rel("1.2.3", 8*relDay))}, releaseMove("npm", "", "1.2.3"),
			"warn release-too-young: published 8 days ago, younger than the project's own cooldown of nothing after 2026-01-01 00:00 UTC"},
		{"base cannot be read", npmrc("min-release-age=x\n"), nil, &fakeRegistry{Package: young}, releaseMove("npm", "1.2.2", "1.2.3"),
			fresh + "\nerror: the cooldown is not known: .npmrc:1: min-release-age is \"x\", which is no span of time"},
		{"no time", week, week, &fakeRegistry{Package: pkg("npm", rel("1.2.3", -1))}, releaseMove("npm", "", "1.2.3"),
			"error: registry.example does not say when this version was published"},
		{"no time, because a question failed", week, week, &fakeRegistry{Package: incomplete(pkg("npm", rel("1.2.3", -1)))}, releaseMove("npm", "", "1.2.3"), "error: offline"},
		{"not listed", week, week, &fakeRegistry{Package: pkg("npm", rel("1.2.2", relDay))}, releaseMove("npm", "", "1.2.3"), "error: registry.example does not list this version"},
		{"offline keeps what files say", week, nil, &fakeRegistry{err: errors.New("offline")}, releaseMove("npm", "", "1.2.3"),
			"warn cooldown-weakened: this change weakens the project's cooldown for npm: 7 days before, none for this package now\nerror: offline"},
		{"after the review", nil, nil, &fakeRegistry{Package: pkg("npm", relAfter("1.2.3", 3*time.Hour))}, releaseMove("npm", "", "1.2.3"),
			"info release-age: published 3 hours after the time of this review"},
		{"a time that cannot be true", week, week, &fakeRegistry{Package: pkg("npm", relAfter("1.2.3", 90*relDay))}, releaseMove("npm", "", "1.2.3"),
			"error: registry.example says that this version was published after the time of this review"},
		{"a commit's time is no publication", nil, nil, &fakeRegistry{Package: pkg("golang", committed("v1.2.3", 5*time.Hour))}, releaseMove("golang", "", "v1.2.3"),
			"error: registry.example tells when a commit was made, which its author chose, not when a version was published"},
		{"removed", nil, nil, &fakeRegistry{Package: young}, releaseMove("npm", "1.2.3", ""), "error: the package is removed"},
		{"other spelling", nil, nil, &fakeRegistry{Package: pkg("pypi", rel("1.2.0", 5*time.Hour))}, releaseMove("pypi", "", "1.2"), fresh},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := &ageCheck{registry: c.registry}
			result, err := check.Run(context.Background(), c.change, releaseReview(c.base, c.head))
			wantReleases(t, result.Findings, err, c.want)
		})
	}
}

func committed(version string, ago time.Duration) registry.Release {
	return registry.Release{Version: version, Committed: relNow.Add(-ago)}
}

func relAfter(version string, in time.Duration) registry.Release {
	return registry.Release{Version: version, Published: relNow.Add(in)}
}

func TestTooYoungSaysWhereAndUntilWhen(t *testing.T) {
	check := &ageCheck{registry: &fakeRegistry{Package: pkg("npm", rel("1.2.2", 100*relDay), rel("1.2.3", 5*time.Hour))}}
	files := map[string]string{".npmrc": "\nmin-release-age=7\n"}
	result, err := check.Run(context.Background(), releaseMove("npm", "1.2.2", "1.2.3"), releaseReview(files, files))
	if err != nil {
		t.Fatal(err)
	}
	f := result.Findings[0]
	if want := ".npmrc:2 says min-release-age 7; it will be old enough on 2026-03-17 07:00 UTC"; f.Detail != want {
		t.Errorf("detail %q, want %q", f.Detail, want)
	}
	if want := "wait until 2026-03-17 07:00 UTC, or take an earlier release"; f.Fix != want {
		t.Errorf("fix %q, want %q", f.Fix, want)
	}
	want := `Published: 2025-11-30 12:00 UTC | 2026-03-10 07:00 UTC
Age: 3 months | 5 hours
Release before:  | 1.2.2, 3 months earlier
Cooldown: 7 days (.npmrc:2) | 7 days (.npmrc:2)`
	if got := releaseFacts(result); got != want {
		t.Errorf("facts:\n%s\nwant:\n%s", got, want)
	}
}

// A lockfile that moved was governed by the settings of its old directory.
func TestCooldownOfAMovedLockfile(t *testing.T) {
	review := releaseReview(map[string]string{"old/.npmrc": "min-release-age=7\n"}, nil)
	c := releaseMove("npm", "1.2.2", "1.2.3")
	c.Lockfile = "new/package-lock.json"
	review.Diff.Files = []diff.File{{Path: "new/package-lock.json", BasePath: "old/package-lock.json"}}
	var settings cooldownSettings
	base, head := settings.of(c, review)
	if len(base.demands) != 1 || len(head.demands) != 0 {
		t.Errorf("base %v, head %v", base.demands, head.demands)
	}
}
