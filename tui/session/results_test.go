package session

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/theme"
)

// checked is a session of n patches with two checks of one topic, one of
// another, and one of a topic that this version does not show.
func checked(n int) *Session {
	r := &analysis.Review{Diff: &diff.Diff{}, Checks: []analysis.CheckInfo{
		{Name: "age", Topic: "release"}, {Name: "publisher", Topic: "release"}, {Name: "advisories", Topic: "advisories"}, {Name: "later", Topic: "of-a-later-version"},
	}}
	for i := range n {
		name := fmt.Sprintf("p%d", i)
		r.Diff.Changes = append(r.Diff.Changes, diff.Change{Kind: diff.Upgraded, Class: diff.Patch, Base: npm(name, "1"), Head: npm(name, "2"), Cause: diff.Cause{State: diff.Direct}})
	}
	s := &Session{Theme: theme.New(theme.Wishes{})}
	s.Know(r)
	return s
}

const release, provenance = 2, 3 // in analysis.Topics

func found(o analysis.Outcome) analysis.Result {
	return analysis.Result{State: analysis.StateDone, Findings: []analysis.Finding{{Code: "a", Outcome: o}}}
}

func TestMarks(t *testing.T) {
	done, na := analysis.Result{State: analysis.StateDone}, analysis.Result{State: analysis.StateNotApplicable}
	unsupported, silent := analysis.Result{State: analysis.StateNotSupported}, analysis.Result{}
	half := analysis.Result{Findings: []analysis.Finding{{Outcome: analysis.Warn}}} // it went wrong half way
	for _, c := range []struct {
		name      string
		age, publ *analysis.Result // nil has not ended
		want      Mark
	}{
		{"none has ended", nil, nil, Waiting},
		{"good so far is not good", &done, nil, Waiting},
		{"bad so far is bad", ptr(found(analysis.Fail)), nil, Failed},
		{"all good", &done, ptr(found(analysis.Pass)), Good},
		{"information is no warning", &done, ptr(found(analysis.Info)), Good},
		{"a warning beside an unknown", ptr(found(analysis.Warn)), &silent, Warned},
		{"good beside an unknown is unknown", &done, &silent, Unknown},
		{"good beside not supported is unknown", &done, &unsupported, Unknown},
		{"a warning before it went wrong", &half, &done, Warned},
		{"nothing to ask beside good", &na, &done, Good},
		{"nothing to ask at all", &na, &na, NotApplicable},
		{"nothing to ask beside an unknown", &na, &silent, Unknown},
	} {
		s := checked(1)
		for check, r := range []*analysis.Result{c.age, c.publ} {
			if r != nil {
				s.Learn(0, check, *r)
			}
		}
		if got := s.Marks(0)[release]; got != c.want {
			t.Errorf("%s: mark %d, want %d", c.name, got, c.want)
		}
		if s.Marks(0)[provenance] != NotChecked {
			t.Errorf("%s: a topic without a check is not unchecked", c.name)
		}
	}
}

// TestContextIsNeverGood: where a release was built says nothing of how good it
// is, so that its topic has no mark that looks like a pass.
func TestContextIsNeverGood(t *testing.T) {
	s := checked(1)
	s.topicOf[0] = provenance
	for outcome, want := range map[analysis.Outcome]Mark{analysis.Pass: Told, analysis.Info: Told, analysis.Warn: Warned, analysis.Fail: Failed} {
		s.Learn(0, 0, found(outcome))
		if got := s.Marks(0)[provenance]; got != want {
			t.Errorf("%s: mark %d, want %d", outcome, got, want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestWorstCountsTopicsOfLaterVersions(t *testing.T) {
	s := checked(1)
	s.Learn(0, 3, found(analysis.Fail))
	if s.Worst(0) != Failed || s.Unsorted() != 1 || !s.Items[0].Eyes {
		t.Error("a failure of a topic without a column is lost")
	}
}

func TestOnlySortSorts(t *testing.T) {
	s := checked(4)
	s.Learn(2, 0, found(analysis.Warn))
	s.Learn(3, 0, found(analysis.Fail))
	s.Learn(1, 0, found(analysis.Info))
	if want := []int{0, 1, 2, 3}; !slices.Equal(s.Order, want) || s.Unsorted() != 2 {
		t.Errorf("order %v with %d unsorted", s.Order, s.Unsorted())
	}
	s.Sort()
	if want := []int{3, 2, 0, 1}; !slices.Equal(s.Order, want) || s.Unsorted() != 0 {
		t.Errorf("sorted: order %v with %d unsorted", s.Order, s.Unsorted())
	}
	s.Learn(3, 0, found(analysis.Pass)) // asked again
	if s.Unsorted() != 1 {
		t.Errorf("%d unsorted after one became better", s.Unsorted())
	}
	s.Learn(3, 0, found(analysis.Fail))
	if fail, warn := s.Tally(); s.Unsorted() != 0 || fail != 1 || warn != 1 {
		t.Errorf("%d unsorted, %d failed, %d warned", s.Unsorted(), fail, warn)
	}
	nodes := []analysis.Node{{Change: 0}, {Change: 1, Below: []analysis.Node{{Change: 2}, {Change: 3}}}}
	s.SortNodes(nodes)
	if nodes[0].Change != 1 || nodes[0].Below[0].Change != 3 {
		t.Errorf("what has the worst below it is not in front: %+v", nodes)
	}
}

func TestCoverageFollowsWhatIsAskedAgain(t *testing.T) {
	s := checked(2)
	for i := range 2 {
		for check := range 4 {
			s.Learn(i, check, analysis.Result{Reason: "offline, and not in the cache"})
		}
	}
	s.Gathered()
	if got, want := s.Offline(), "Offline: OSV, deps.dev and the registries were not asked; 8 facts are unknown."; got != want {
		t.Error(got)
	}
	s.Asking(1, true)
	if s.Ended(1) || s.Marks(1)[release] != Running {
		t.Error("that it is asked again does not show")
	}
	for check := range 3 {
		s.Learn(1, check, analysis.Result{State: analysis.StateDone})
	}
	if s.Ended(1) {
		t.Error("one of four has not answered")
	}
	s.Asking(1, false) // the fourth never did
	if ended, of, c := s.Covered(); !s.Ended(1) || ended != 8 || of != 8 || c.Done != 3 || c.Unknown != 5 {
		t.Errorf("%d of %d ended: %+v", ended, of, c)
	}
	if got, want := s.CoverageInBrief(), "5 of 8 facts unknown"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := s.Coverage(), "checked 3 of 8; 5 unknown: 5 offline, and not in the cache"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestUnansweredAboutAdvisories(t *testing.T) {
	s := checked(5)
	s.Learn(0, 2, analysis.Result{State: analysis.StateDone})
	s.Learn(1, 2, analysis.Result{State: analysis.StateNotApplicable})
	s.Learn(2, 2, analysis.Result{Findings: []analysis.Finding{{Outcome: analysis.Fail}}}) // and then it went wrong
	s.Learn(3, 2, found(analysis.Fail))
	if got := s.Unanswered(0); got != 2 { // the third, and the one that waits
		t.Errorf("%d unanswered, want 2", got)
	}
}

func TestAdvisoriesAreInOrderAndCounted(t *testing.T) {
	s := checked(3)
	of := func(list ...analysis.Advisory) analysis.Result {
		return analysis.Result{State: analysis.StateDone, Evidence: []analysis.Evidence{{Source: "a\x1b", Body: analysis.Advisories(list)}}}
	}
	a := func(id string, e advisories.Effect, l advisories.Level) analysis.Advisory {
		return analysis.Advisory{Difference: advisories.Difference{Effect: e, Advisory: advisories.Advisory{ID: id, Severity: advisories.Severity{Level: l}}}}
	}
	mal := a("MAL-1", advisories.Remains, advisories.Critical)
	mal.Malware = true
	s.Learn(0, 2, of(a("F", advisories.Fixed, advisories.Critical), a("R", advisories.Remains, advisories.High)))
	s.Learn(1, 2, of(a("B-low", advisories.Introduced, advisories.Low), a("B-high", advisories.Introduced, advisories.High), a("U", advisories.EffectUnknown, advisories.Unknown)))
	s.Learn(2, 2, of(mal))
	s.Version++
	var got []string
	for _, l := range s.Advisories() {
		got = append(got, l.Name)
		if l.Source != "a<ESC>" {
			t.Errorf("source %q", l.Source)
		}
	}
	if want := []string{"MAL-1", "B-high", "B-low", "U", "R", "F"}; !slices.Equal(got, want) || s.AdvisoryCount() != len(want) {
		t.Errorf("got %v (%d), want %v", got, s.AdvisoryCount(), want)
	}
	s.Learn(1, 2, of()) // asked again
	s.Version++
	if s.AdvisoryCount() != 3 || len(s.Advisories()) != 3 {
		t.Errorf("%d counted, %d listed after an answer with none", s.AdvisoryCount(), len(s.Advisories()))
	}
}

func TestWhen(t *testing.T) {
	s := checked(0)
	s.Review.Now = time.Date(2026, 11, 21, 21, 0, 0, 0, time.FixedZone("", 3600))
	for want, at := range map[string]time.Time{
		"":                 {},
		"20:31 today":      time.Date(2026, 11, 21, 19, 31, 0, 0, time.UTC),
		"2026-11-20 20:31": time.Date(2026, 11, 20, 19, 31, 0, 0, time.UTC),
	} {
		if got := s.When(at); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStrangersTextIsMadeSafeOnce(t *testing.T) {
	s := checked(1)
	given := []analysis.Finding{{Code: "a", Title: "x\x1b[2J", Detail: "y\u202e", Fix: "z\x07", Source: "s\n"}}
	s.Learn(0, 0, analysis.Result{Findings: given, Reason: "r\x00"})
	c := s.Checks(0)[0]
	if f := c.Findings[0]; f.Title != "x<ESC>[2J" || f.Detail != "y<U+202E>" || f.Fix != "z<BEL>" || f.Source != "s<LF>" || c.Reason != "r<NUL>" {
		t.Errorf("%+v", c.Result)
	}
	if given[0].Title != "x\x1b[2J" {
		t.Error("the check's own findings were changed")
	}
}
