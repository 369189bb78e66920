package checks

import (
	"context"
	"testing"

	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

func sized(size, files int64) func(*registry.Release) {
	return withDetail(registry.Detail{Size: size, Files: files})
}

func packed(size int64) func(*registry.Release) {
	return withDetail(registry.Detail{Size: size, Packed: true})
}

func TestSize(t *testing.T) {
	const kib = 1 << 10
	none := withDetail(registry.Detail{})
	for _, c := range []struct {
		name       string
		base, head func(*registry.Release)
		want       string
	}{
		{"the same", sized(200*kib, 10), sized(200*kib, 10), ""},
		{"grew", sized(200*kib, 10), sized(400*kib, 12), "warn size-jump: it grew 2.0 times, from 200.0 KiB to 400.0 KiB"},
		{"grew by half", sized(400*kib, 10), sized(600*kib, 12), ""},
		{"grew, but is small", sized(2*kib, 1), sized(90*kib, 3), ""},
		{"a first bundle in a small package", sized(20*kib, 1), sized(2<<20, 3), "warn size-jump: it grew 102.4 times, from 20.0 KiB to 2.0 MiB"},
		{"emptied", sized(900*kib, 80), sized(4*kib, 2), "warn size-collapse: it shrank to 0%, from 900.0 KiB to 4.0 KiB"},
		{"a tiny package shrank", sized(9*kib, 2), sized(1*kib, 1), ""},
		{"to a third is not below it", sized(300*kib, 2), sized(100*kib, 1), ""},
		{"head left out", sized(200*kib, 10), none, "error: registry.example does not say how large this version is"},
		{"base left out", none, sized(200*kib, 10), "error: registry.example does not say how large the version at base is"},
		{"packed and unpacked", packed(100 * kib), sized(400*kib, 10), "error: registry.example states the packed size of one release and the unpacked size of the other"},
		{"packed both", packed(100 * kib), packed(400 * kib), "warn size-jump: it grew 4.0 times, from 100.0 KiB to 400.0 KiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := registryAnswers(pkg("npm", rel("1.0.5", 200*relDay, c.base), rel("1.0.6", 100*relDay, c.head)))
			result, err := (&sizeCheck{f}).Run(context.Background(), releaseMove("npm", "1.0.5", "1.0.6"), releaseReview(nil, nil))
			wantReleases(t, result.Findings, err, c.want)
		})
	}
	elsewhere := &fakeRegistry{Package: pkg("npm", rel("1.0.5", relDay, sized(200*kib, 1)), rel("1.0.6", relDay, sized(900*kib, 1))), baseUnasked: "its bytes come from git.example"}
	result, err := (&sizeCheck{elsewhere}).Run(context.Background(), releaseMove("npm", "1.0.5", "1.0.6"), releaseReview(nil, nil))
	wantReleases(t, result.Findings, err, "error: the version at base cannot be compared: its bytes come from git.example")
	f := registryAnswers(pkg("gem", rel("1.0.5", relDay), rel("1.0.6", relDay)))
	_, err = (&sizeCheck{f}).Run(context.Background(), releaseMove("gem", "1.0.5", "1.0.6"), releaseReview(nil, nil))
	wantReleases(t, nil, err, "error: registry.example does not say how large a release is")
}

func TestReputation(t *testing.T) {
	weekly := func(n int64, p *registry.Package) *registry.Package {
		p.Weekly = &n
		return p
	}
	old, young := rel("0.9.0", 900*relDay), rel("1.0.0", 10*relDay)
	added, update := releaseMove("npm", "", "1.0.0"), releaseMove("npm", "0.9.0", "1.0.0")
	for _, c := range []struct {
		name   string
		p      *registry.Package
		change *diff.Change
		want   string
	}{
		{"established", weekly(50000, pkg("npm", old, young)), added, ""},
		{"first release, dated after the review", pkg("npm", relAfter("1.0.6", 90*relDay)), added, ""},
		{"first release", pkg("npm", young), added, "warn low-reputation: a little-known package is added: its first release was 10 days ago"},
		{"hardly used", weekly(7, pkg("npm", old, young)), added, "warn low-reputation: a little-known package is added: it had 7 downloads in the last week"},
		{"unused", weekly(0, pkg("npm", old, young)), added, "warn low-reputation: a little-known package is added: it had 0 downloads in the last week"},
		{"downloads not known", pkg("npm", old, young), added, ""},
		{"a release without a time may be older", pkg("npm", rel("0.9.0", -1), young), added, ""},
		{"no releases with a time", pkg("npm", rel("1.0.0", -1)), added, ""},
		{"a question failed", incomplete(pkg("npm", young)), added, ""},
		{"an update is none of its business", weekly(7, pkg("npm", young)), update, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantReleases(t, judgeReputation(c.p, c.change, relNow), nil, c.want)
		})
	}
}

func TestSizeFactsSideBySide(t *testing.T) {
	n, weekly := int64(1234), int64(99)
	p := pkg("cargo", rel("1.0.5", 20*relDay, packed(2048)), rel("1.0.6", relDay, withDetail(registry.Detail{Size: 4096, Files: 3, Packed: true, Downloads: &n})))
	p.Weekly = &weekly
	result, err := (&sizeCheck{registryAnswers(p)}).Run(context.Background(), releaseMove("cargo", "1.0.5", "1.0.6"), releaseReview(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := `Size: 2.0 KiB packed | 4.0 KiB packed
Files:  | 3
Downloads of the release:  | 1234
Downloads in the last week:  | 99
First release:  | 2026-02-18 12:00 UTC`
	if got := releaseFacts(result); got != want {
		t.Errorf("facts:\n%s\nwant:\n%s", got, want)
	}
}
