package checks

import (
	"fmt"
	"slices"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
)

const (
	// stillTelling is how long what is odd about a release may be a warning.
	// Nearly all documented attacks were gone within a week; after a month the
	// same facts are history, and are told as information.
	stillTelling = 30 * 24 * time.Hour
	// clocksDiffer is how far this computer's clock may be behind a registry's.
	clocksDiffer = 24 * time.Hour
)

// dated tells whether the time of a release is known, and can be true: what
// is pinned now was not published later. A mirror that writes down when it
// fetched a release says so of old ones.
func dated(r *registry.Release, now time.Time) bool {
	return r != nil && !r.Published.IsZero() && !r.Published.After(now.Add(clocksDiffer))
}

// gradeOf is how much a signal counts that one in a hundred ordinary updates
// shows, or fewer: a warning while the release is fresh, for a month if a
// signal of another kind is there, and information afterwards.
func gradeOf(said *registry.Comparison, now time.Time) analysis.Outcome {
	if !dated(said.Head, now) {
		return analysis.Info
	}
	age := now.Sub(said.Head.Published)
	if age < freshFor || age <= stillTelling && otherFamily(said) != "" {
		return analysis.Warn
	}
	return analysis.Info
}

// otherFamily is what else is new about head, that has nothing to do with
// times: who published it, or how large it is. "" is nothing that is known.
func otherFamily(said *registry.Comparison) string {
	if newPublisher(said) {
		return fmt.Sprintf("%s has published none of the releases before it that are known", publisherOf(said.Head))
	}
	if found := judgeSize(said); len(found) > 0 {
		return found[0].Title
	}
	return ""
}

// besideIdentity is what else is odd about head, that has nothing to do with
// who published it: its size, or the times and numbers around it. "" is nothing
// that is known.
func besideIdentity(said *registry.Comparison, now time.Time) string {
	if found := judgeSize(said); len(found) > 0 {
		return found[0].Title
	}
	if !dated(said.Head, now) || now.Sub(said.Head.Published) > stillTelling {
		return ""
	}
	s := lookAround(said.Package, said.Head, now)
	for _, f := range []*analysis.Finding{judgePredecessor(said, s, analysis.Info), judgeSilence(said, s, analysis.Info)} {
		if f != nil {
			return f.Title
		}
	}
	if f := judgeNumber(said, s, now, analysis.Warn); f != nil && f.Outcome == analysis.Warn {
		return f.Title
	}
	return ""
}

// newPublisher tells that head was published by somebody who published none of
// the releases of which the details came along. A service in the place of a
// person is no such news.
func newPublisher(said *registry.Comparison) bool {
	if !publisherMoved(said) || said.Head.Detail.Trusted != "" {
		return false
	}
	who := publisherOf(said.Head)
	return !slices.ContainsFunc(said.Package.Releases, func(r registry.Release) bool {
		return r.Version != said.Head.Version && publisherOf(&r) == who
	})
}
