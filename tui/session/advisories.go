package session

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
)

// Listed is an advisory that matters to a change. Its texts have passed the
// gate but those of the embedded one.
type Listed struct {
	analysis.Advisory
	Item     int
	Source   string
	Observed time.Time

	Name, Was, Now string // ID, the affected version, the version that fixes it or ""
	Headline       string // the summary, on one line
	Others         string // the aliases
	Way            []string
}

func countAdvisories(r *analysis.Result) (n int) {
	for _, e := range r.Evidence {
		if list, ok := e.Body.(analysis.Advisories); ok {
			n += len(list)
		}
	}
	return n
}

// AdvisoryCount is how many advisories matter to the changes, as far as known.
func (s *Session) AdvisoryCount() int { return s.listed }

// Advisories is each of them: malware first, then what is brought, what may
// be, what remains and what is fixed, each with the worst first. It is made
// anew only after something has been learnt.
func (s *Session) Advisories() []Listed {
	if s.advisory != nil && s.listedAt == s.Version || s.listed == 0 {
		if s.listed == 0 {
			s.advisory = nil
		}
		return s.advisory
	}
	kept := make([]Listed, 0, s.listed)
	for i := range s.Items {
		kept = append(kept, s.AdvisoriesOf(i)...)
	}
	slices.SortStableFunc(kept, compareListed)
	s.advisory, s.listedAt = kept, s.Version
	return kept
}

// AdvisoriesOf is those of one change, in the order of the check.
func (s *Session) AdvisoriesOf(item int) (list []Listed) {
	for _, c := range s.Checks(item) {
		for _, e := range c.Evidence {
			for _, a := range advisoriesIn(e) {
				list = append(list, s.List(item, e, a))
			}
		}
	}
	return list
}

func advisoriesIn(e analysis.Evidence) analysis.Advisories {
	list, _ := e.Body.(analysis.Advisories)
	return list
}

// List makes the texts of an advisory safe.
func (s *Session) List(item int, e analysis.Evidence, a analysis.Advisory) Listed {
	l := Listed{Advisory: a, Item: item, Source: s.Safe(e.Source), Observed: e.Observed,
		Name: s.Safe(a.ID), Was: s.Safe(a.Have), Now: s.Safe(a.Fixed), Headline: s.Safe(strings.TrimSpace(a.Summary))}
	var others []string
	for _, id := range a.IDs {
		if id != a.ID {
			others = append(others, s.Safe(id))
		}
	}
	l.Others = strings.Join(others, ", ")
	for _, step := range a.Path {
		l.Way = append(l.Way, s.Safe(step))
	}
	return l
}

var effectRank = map[advisories.Effect]int{advisories.Introduced: 0, advisories.EffectUnknown: 1, advisories.Remains: 2, advisories.Fixed: 3}

func compareListed(a, b Listed) int {
	malware := func(l Listed) int {
		if l.Malware {
			return 0
		}
		return 1
	}
	return cmp.Or(malware(a)-malware(b), effectRank[a.Effect]-effectRank[b.Effect],
		cmp.Compare(b.Severity.Level, a.Severity.Level), cmp.Compare(a.Name, b.Name), a.Item-b.Item)
}

// EffectWord says what the change does about an advisory.
func EffectWord(e advisories.Effect) string {
	switch e {
	case advisories.Introduced:
		return "BRINGS"
	case advisories.Fixed:
		return "FIXES"
	case advisories.Remains:
		return "REMAINS"
	}
	return "UNKNOWN"
}

// SeverityWord is how bad it is in one word.
func SeverityWord(a *analysis.Advisory) string {
	switch {
	case a.Malware:
		return "malware"
	case a.Severity.Level == advisories.Unknown && a.Informational != "":
		return "notice" // unmaintained, unsound: RustSec's word stands in the details
	}
	return a.Severity.Level.String()
}
