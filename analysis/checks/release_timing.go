package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

const (
	// stillTelling is how long the times around a release are a warning. Nearly
	// all documented attacks were gone within a week; after a month the same
	// times are history, and are told as information.
	stillTelling = 30 * 24 * time.Hour
	silence      = 365 * 24 * time.Hour
	burst        = time.Hour
	yankWindow   = 24 * time.Hour
)

// judgeTiming is about the releases around head's. What was published at an
// unknown time is not judged by it.
func judgeTiming(said *registry.Comparison, now time.Time) []analysis.Finding {
	p, head := said.Package, said.Head
	if head == nil || said.Base != nil && said.Base.Version == head.Version {
		return nil
	}
	timed := !head.Published.IsZero()
	grade := analysis.Info
	if timed && now.Sub(head.Published) <= stillTelling {
		grade = analysis.Warn
	}
	var found []analysis.Finding
	add := func(f *analysis.Finding) {
		if f != nil {
			found = append(found, *f)
		}
	}
	if timed {
		add(judgePredecessor(said, grade))
		add(judgeBurst(p, head, grade))
		add(judgeSilence(p, head, grade))
	}
	add(judgeNumber(p, head, timed, grade))
	return found
}

// judgePredecessor looks for versions that were withdrawn about when head was
// published: whoever wants a release to be taken can make the one before it go
// away. Yank and fix looks the same, so it is a warning at most.
func judgePredecessor(said *registry.Comparison, grade analysis.Outcome) *analysis.Finding {
	p, head := said.Package, said.Head
	word := withdrawnWord(p.ID.Ecosystem)
	for i := range p.Releases {
		r := &p.Releases[i]
		if r.Version == head.Version || r.Withdrawn != lockfiles.Yes || r.WithdrawnAt.IsZero() || !precedes(p, r, head) {
			continue
		}
		if gap := head.Published.Sub(r.WithdrawnAt).Abs(); gap <= yankWindow {
			f := registrySays(p, "predecessor-yanked", grade, fmt.Sprintf("%s was %s within %s of the publication of %s", r.Version, word, inWords(max(gap, time.Minute)), head.Version),
				fmt.Sprintf("%s on %s; %s published on %s; %s", word, atTime(r.WithdrawnAt), head.Version, atTime(head.Published), reasonGiven(r.WithdrawnReason, word)))
			return &f
		}
	}
	line := majorOf(head.Version)
	before := releaseBefore(p, head, func(r *registry.Release) bool { return majorOf(r.Version) == line && !isPrerelease(r.Version) })
	if before == nil || before.Withdrawn != lockfiles.Yes || !before.WithdrawnAt.IsZero() {
		return nil
	}
	f := registrySays(p, "predecessor-yanked", grade, fmt.Sprintf("%s, the release before %s, is %s", before.Version, head.Version, word),
		fmt.Sprintf("%s published on %s, %s on %s; when the first was %s is not stated; %s", before.Version, atTime(before.Published), head.Version, atTime(head.Published), word, reasonGiven(before.WithdrawnReason, word)))
	return &f
}

func precedes(p *registry.Package, r, head *registry.Release) bool {
	if order, ok := diff.Compare(p.ID.Ecosystem, r.Version, head.Version); ok {
		return order < 0
	}
	return !r.Published.IsZero() && r.Published.Before(head.Published)
}

// judgeBurst counts other versions of the package within the hour. Prereleases
// beside a release are what a nightly build makes, and do not count.
func judgeBurst(p *registry.Package, head *registry.Release, grade analysis.Outcome) *analysis.Finding {
	var others []string
	if p.ID.Ecosystem == "githubactions" { // v4, v4.1 and v4.1.7 are names of one release
		return nil
	}
	for i := range p.Releases {
		r := &p.Releases[i]
		if r.Version == head.Version || r.Published.IsZero() || isPrerelease(r.Version) && !isPrerelease(head.Version) {
			continue
		}
		if head.Published.Sub(r.Published).Abs() <= burst {
			others = append(others, r.Version)
		}
	}
	if len(others) < 2 {
		return nil
	}
	f := registrySays(p, "release-burst", grade, fmt.Sprintf("%d other versions were published within an hour of %s", len(others), head.Version),
		fewOf(others)+"; fixes for several release lines come like this too")
	return &f
}

// judgeSilence looks for a package, or a major line of it, that comes back
// after more than a year. Fixes for an old line come like this too.
func judgeSilence(p *registry.Package, head *registry.Release, grade analysis.Outcome) *analysis.Finding {
	what := "the package"
	before := releaseBefore(p, head, nil)
	if before != nil && head.Published.Sub(before.Published) <= silence {
		line := majorOf(head.Version)
		if line == "" {
			return nil
		}
		what = "the line of " + line + ".x"
		before = releaseBefore(p, head, func(r *registry.Release) bool { return majorOf(r.Version) == line })
	}
	if before == nil || head.Published.Sub(before.Published) <= silence {
		return nil
	}
	f := registrySays(p, "release-after-silence", grade, fmt.Sprintf("%s is the first release of %s in %s", head.Version, what, inWords(head.Published.Sub(before.Published))),
		fmt.Sprintf("%s was published on %s, %s on %s", before.Version, atTime(before.Published), head.Version, atTime(head.Published)))
	return &f
}

// judgeNumber looks for a major number that skips others in a package that has
// not skipped any before, and for an old line that goes on beside a newer one.
func judgeNumber(p *registry.Package, head *registry.Release, timed bool, grade analysis.Outcome) *analysis.Finding {
	own, ok := majorNumber(head.Version)
	if !ok || isPrerelease(head.Version) {
		return nil
	}
	var majors []int
	var newer *registry.Release // of a later line, and published before
	for i := range p.Releases {
		r := &p.Releases[i]
		major, ok := majorNumber(r.Version)
		if !ok || isPrerelease(r.Version) || r.Version == head.Version {
			continue
		}
		if precedes(p, r, head) {
			majors = append(majors, major)
		}
		if timed && major > own && !r.Published.IsZero() && r.Published.Before(head.Published) && (newer == nil || r.Published.After(newer.Published)) {
			newer = r
		}
	}
	slices.Sort(majors)
	majors = slices.Compact(majors)
	if n := len(majors); n > 0 && own > majors[n-1]+1 && majors[n-1]-majors[0] == n-1 && own < 1000 {
		f := registrySays(p, "version-odd", grade, fmt.Sprintf("%s skips from %d.x to %d.x", head.Version, majors[n-1], own),
			"the package has not skipped a major number before")
		return &f
	}
	if newer != nil {
		f := registrySays(p, "version-odd", analysis.Info, fmt.Sprintf("%s goes on with an older line: %s was published before it", head.Version, newer.Version),
			"fixes for an old line come like this")
		return &f
	}
	return nil
}

var (
	releaseNumber = regexp.MustCompile(`^[vV]?((?:\d+!)?\d+)`)
	// prerelease finds what ecosystems write behind the numbers of a version
	// that is not a release yet.
	prerelease = regexp.MustCompile(`(?i)\d[-._]?(a|b|c|alpha|beta|rc|cr|m|pre|preview|dev|canary|next|nightly|snapshot|insiders?|experimental|unstable)([-._]?\d|[-._]|$)|-\d`)
)

// majorOf names the line of a version: its first number, with Python's epoch;
// "" when it has none.
func majorOf(version string) string {
	m := releaseNumber.FindStringSubmatch(version)
	if m == nil || hashInText.MatchString(version) {
		return ""
	}
	return m[1]
}

func majorNumber(version string) (int, bool) {
	n, err := strconv.Atoi(majorOf(version))
	return n, err == nil
}

func isPrerelease(version string) bool {
	version, _, _ = strings.Cut(version, "+")
	return prerelease.MatchString(version)
}

// fewOf names the first of a list.
func fewOf(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
