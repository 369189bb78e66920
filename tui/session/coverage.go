package session

import (
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
)

// Coverage is how much is known, in one line; "" while nothing is asked.
func (s *Session) Coverage() string {
	if !s.Checked() || len(s.results) == 0 {
		return ""
	}
	return s.Safe(s.coverage.String())
}

// CoverageInBrief is the same in a few words: "6 of 42 facts unknown". What
// there is nothing to ask of is no fact.
func (s *Session) CoverageInBrief() string {
	of := Count(len(s.results)-s.coverage.NotApplicable, "fact")
	if n := s.coverage.Unknown + s.coverage.NotSupported + s.open; n > 0 {
		return fmt.Sprintf("%d of %s unknown", n, of)
	}
	return of + " asked for, all known"
}

// Offline is the sentence for a review that could not use the network, or "".
func (s *Session) Offline() string {
	n := 0
	for reason, count := range s.coverage.Reasons {
		if strings.HasPrefix(reason, "offline") {
			n += count
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "Offline: OSV, deps.dev and the registries were not asked; 1 fact is unknown."
	}
	return fmt.Sprintf("Offline: OSV, deps.dev and the registries were not asked; %d facts are unknown.", n)
}

// Unchecked is the sentence about topics that nobody looks at yet, or "".
func (s *Session) Unchecked() string {
	var names []string
	for i, t := range analysis.Topics {
		if !s.HasTopic(i) {
			names = append(names, strings.ToLower(t.Title))
		}
	}
	if names == nil {
		return ""
	}
	return "not checked: " + strings.Join(names, ", ")
}

// When is a time as a person says it on the day of the review: "20:31 today",
// else "2026-11-20 20:31"; "" for a time that is not known.
func (s *Session) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	now := s.Review.Now
	t = t.In(now.Location())
	if !now.IsZero() && t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04") + " today"
	}
	return t.Format("2006-01-02 15:04")
}

// Said is who says something and when: "api.osv.example, 20:31 today".
func (s *Session) Said(source string, observed time.Time) string {
	when := s.When(observed)
	if source == "" || when == "" {
		return source + when
	}
	return source + ", " + when
}
