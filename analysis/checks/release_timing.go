package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

const (
	silence    = 365 * 24 * time.Hour
	burst      = time.Hour
	yankWindow = 24 * time.Hour
)

// judgeTiming is about the releases around head's. What was published at an
// unknown time is not judged by it.
func judgeTiming(said *registry.Comparison, now time.Time) []analysis.Finding {
	p, head := said.Package, said.Head
	if head == nil || said.Base != nil && said.Base.Version == head.Version {
		return nil
	}
	timed := dated(head, now)
	grade := gradeOf(said, now)
	s := lookAround(p, head, now)
	var found []analysis.Finding
	add := func(f *analysis.Finding) {
		if f != nil {
			found = append(found, *f)
		}
	}
	if timed {
		add(judgePredecessor(said, s, grade))
		add(judgeBurst(said, s, now))
		add(judgeSilence(said, s, grade))
	}
	add(judgeNumber(said, s, now, grade))
	return found
}

// surroundings are the releases around head's, found in one walk: some packages
// have thousands, and a review has hundreds of packages.
type surroundings struct {
	line  string // of head
	final bool   // head is no prerelease

	last, lastOfLine *registry.Release // published last before head
	lastFinal        *registry.Release // of head's line, and no prerelease
	beside           []string          // published within an hour of head
	newer            *registry.Release // of a later line, and published last before head
	withdrawn        *registry.Release // of an earlier version, and within a day of head's publication
	below            map[int]bool      // the major numbers below head's
	own              int
	numbered         bool // own is known
}

func lookAround(p *registry.Package, head *registry.Release, now time.Time) *surroundings {
	s := &surroundings{line: majorOf(head.Version), final: !isPrerelease(head.Version), below: make(map[int]bool)}
	s.own, s.numbered = majorNumber(head.Version)
	timed := dated(head, now)
	for i := range p.Releases {
		r := &p.Releases[i]
		if r.Version == head.Version || r.Published.After(now) {
			continue // what was published after the time of the review is not there yet
		}
		line, final := majorOf(r.Version), !isPrerelease(r.Version)
		s.count(r, head, line, final, timed)
		if timed && !r.WithdrawnAt.IsZero() {
			s.lookWithdrawn(p, r, head)
		}
		if !timed || r.Published.IsZero() {
			continue
		}
		// Prereleases beside a release are what a nightly build makes.
		if (final || !s.final) && head.Published.Sub(r.Published).Abs() <= burst {
			s.beside = append(s.beside, r.Version)
		}
		if !r.Published.Before(head.Published) {
			continue
		}
		s.last = laterOf(s.last, r)
		if line == s.line {
			s.lastOfLine = laterOf(s.lastOfLine, r)
			if final {
				s.lastFinal = laterOf(s.lastFinal, r)
			}
		}
	}
	return s
}

// count takes the major number of a release into account.
func (s *surroundings) count(r, head *registry.Release, line string, final, timed bool) {
	if !s.numbered || !s.final || !final || line == s.line {
		return
	}
	major, ok := majorNumber(line)
	switch {
	case !ok:
	case major < s.own:
		s.below[major] = true
	case major > s.own && timed && !r.Published.IsZero() && r.Published.Before(head.Published):
		s.newer = laterOf(s.newer, r)
	}
}

func (s *surroundings) lookWithdrawn(p *registry.Package, r, head *registry.Release) {
	if s.withdrawn == nil && r.Withdrawn == lockfiles.Yes && head.Published.Sub(r.WithdrawnAt).Abs() <= yankWindow && precedes(p, r, head) {
		s.withdrawn = r
	}
}

// laterOf is what was published later; of equals the first.
func laterOf(last, r *registry.Release) *registry.Release {
	if last == nil || r.Published.After(last.Published) {
		return r
	}
	return last
}

// judgePredecessor looks for versions that were withdrawn about when head was
// published: whoever wants a release to be taken can make the one before it go
// away. Yank and fix looks the same, so it is a warning at most.
func judgePredecessor(said *registry.Comparison, s *surroundings, grade analysis.Outcome) *analysis.Finding {
	p, head := said.Package, said.Head
	word := withdrawnWord(p.ID.Ecosystem)
	if r := s.withdrawn; r != nil {
		gap := head.Published.Sub(r.WithdrawnAt).Abs()
		f := registrySays(p, "predecessor-yanked", grade, fmt.Sprintf("%s was %s within %s of the publication of %s", r.Version, word, inWords(max(gap, time.Minute)), head.Version),
			fmt.Sprintf("%s on %s; %s published on %s; %s", word, atTime(r.WithdrawnAt), head.Version, atTime(head.Published), reasonGiven(r.WithdrawnReason, word)))
		return &f
	}
	before := s.lastFinal
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

// judgeBurst counts other versions of the package within the hour. One release
// in nine of real updates has them, so that they warn only beside something
// of another kind, and are not worth a word when they are history.
func judgeBurst(said *registry.Comparison, s *surroundings, now time.Time) *analysis.Finding {
	p, head := said.Package, said.Head
	if len(s.beside) < 2 || now.Sub(head.Published) > stillTelling || p.ID.Ecosystem == "githubactions" { // v4, v4.1 and v4.1.7 are names of one release
		return nil
	}
	outcome, detail := analysis.Info, fewOf(s.beside)+"; fixes for several release lines come like this too"
	if other := otherFamily(said); other != "" {
		outcome, detail = analysis.Warn, detail+"; and "+other
	}
	f := registrySays(p, "release-burst", outcome, fmt.Sprintf("%d other versions were published within an hour of %s", len(s.beside), head.Version), detail)
	return &f
}

// judgeSilence looks for a package, or a major line of it, that comes back
// after more than a year. Fixes for an old line come like this too.
func judgeSilence(said *registry.Comparison, s *surroundings, grade analysis.Outcome) *analysis.Finding {
	head, what, before := said.Head, "the package", s.last
	if before != nil && head.Published.Sub(before.Published) <= silence {
		if s.line == "" {
			return nil
		}
		what, before = "the line of "+s.line+".x", s.lastOfLine
	}
	if before == nil || head.Published.Sub(before.Published) <= silence {
		return nil
	}
	f := registrySays(said.Package, "release-after-silence", grade, fmt.Sprintf("%s is the first release of %s in %s", head.Version, what, inWords(head.Published.Sub(before.Published))),
		fmt.Sprintf("%s was published on %s, %s on %s", before.Version, atTime(before.Published), head.Version, atTime(head.Published)))
	return &f
}

// judgeNumber looks for a major number that skips others in a package that has
// not skipped any before, and for an old line that goes on beside a newer one.
func judgeNumber(said *registry.Comparison, s *surroundings, now time.Time, grade analysis.Outcome) *analysis.Finding {
	p, head := said.Package, said.Head
	if !s.numbered || !s.final {
		return nil
	}
	if highest, skips := s.skips(); skips && !anyOfLine(p, head, s.line) {
		f := registrySays(p, "version-odd", grade, fmt.Sprintf("%s skips from %d.x to %d.x", head.Version, highest, s.own),
			"the package has not skipped a major number before")
		return &f
	}
	// Of what is added it would be said for every second package of a tree that
	// is a few years old.
	if s.newer != nil && now.Sub(head.Published) <= stillTelling && said.Base != nil && majorOf(said.Base.Version) == s.line {
		f := registrySays(p, "version-odd", analysis.Info, fmt.Sprintf("%s goes on with an older line: %s was published before it", head.Version, s.newer.Version),
			"fixes for an old line come like this")
		return &f
	}
	return nil
}

// skips tells that head's number is not the next after those below it, of
// which none is missing.
func (s *surroundings) skips() (highest int, skips bool) {
	const calendar = 1000 // from here on a number is a year
	lowest := -1
	for major := range s.below {
		highest = max(highest, major)
		if lowest < 0 || major < lowest {
			lowest = major
		}
	}
	n := len(s.below)
	return highest, n > 0 && s.own > highest+1 && highest-lowest == n-1 && s.own < calendar
}

// anyOfLine tells whether the line has an earlier release.
func anyOfLine(p *registry.Package, head *registry.Release, line string) bool {
	return slices.ContainsFunc(p.Releases, func(r registry.Release) bool {
		return r.Version != head.Version && majorOf(r.Version) == line && !isPrerelease(r.Version) && precedes(p, &r, head)
	})
}

// fewOf names the first of a list.
func fewOf(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
