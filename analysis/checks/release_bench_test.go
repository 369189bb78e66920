package checks

import (
	"fmt"
	"testing"

	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

// benchmarkRegistry has a package of 500 releases in five lines, one in ten of
// them a prerelease, and one removed.
func benchmarkRegistry(ecosystem string) (*fakeRegistry, *diff.Change) {
	var releases []registry.Release
	for i := range 500 {
		version := fmt.Sprintf("%d.%d.%d", i/100+1, i/10%10, i%10)
		if i%10 == 5 {
			version += "-rc.1"
		}
		r := rel(version, 0)
		r.Published = relNow.AddDate(0, 0, -7*(500-i))
		if i == 250 {
			yanked("broken", 0)(&r)
			r.WithdrawnAt = r.Published
		}
		releases = append(releases, r)
	}
	return registryAnswers(pkg(ecosystem, releases...)), releaseMove(ecosystem, "5.9.7", "5.9.9")
}

// BenchmarkReleaseStatus is one package of 500 releases: 0.2 ms at most.
func BenchmarkReleaseStatus(b *testing.B) {
	for _, ecosystem := range []string{"npm", "cargo", "pypi"} {
		b.Run(ecosystem, func(b *testing.B) {
			said, change := benchmarkRegistry(ecosystem)
			check, review := &statusCheck{said}, releaseReview(nil, nil)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := check.Run(b.Context(), change, review); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReleaseAge is the same package for the check of its age.
func BenchmarkReleaseAge(b *testing.B) {
	said, change := benchmarkRegistry("npm")
	check, review := &ageCheck{registry: said}, releaseReview(nil, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := check.Run(b.Context(), change, review); err != nil {
			b.Fatal(err)
		}
	}
}
