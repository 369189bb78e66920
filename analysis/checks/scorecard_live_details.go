package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
)

// liveMostPlaces bounds the places drawn of one check; the engine gives fifty a
// side.
const liveMostPlaces = 12

// warned is one thing that a check warns of. It is the same at base and head
// where path and text are: lines move with every edit.
type warned struct {
	seen string // head, both or base: in this order
	engines.ScorecardDetail
}

var seenOrder = []string{"head", "both", "base"}

// places are what the checks warn of, an evidence a check, in the order of the
// checks' table.
func (l *live) places(shown analysis.Evidence, order analysis.Table) (list []analysis.Evidence) {
	for _, row := range order.Rows {
		found := warnings(l.base, l.head, row[0])
		if len(found) == 0 {
			continue
		}
		t := analysis.Table{Heads: []string{"seen at", "where", "what"}}
		for _, p := range found[:min(len(found), liveMostPlaces)] {
			where := "the whole repository"
			if p.Path != "" {
				where = scorecardLine(p.Path)
			}
			if p.Path != "" && p.Line > 0 {
				where += fmt.Sprintf(":%d", p.Line)
			}
			t.Rows = append(t.Rows, []string{p.seen, where, scorecardLine(p.Text)})
		}
		shown.Claim = row[0] + ", live: what it warns of"
		if more := len(found) - liveMostPlaces; more > 0 {
			shown.Claim += fmt.Sprintf(", the first %d of %d", liveMostPlaces, len(found))
		}
		shown.Body = t
		list = append(list, shown)
	}
	return list
}

// warnings are the warnings of the check of this name, as it is drawn; what is
// seen at head alone comes first.
func warnings(base, head *engines.ScorecardResult, name string) (list []warned) {
	of := func(r *engines.ScorecardResult) (list []engines.ScorecardDetail) {
		if r == nil {
			return nil
		}
		for _, c := range r.Checks {
			if scorecardLine(c.Name) == name {
				list = append(list, c.Details...)
			}
		}
		seen := map[engines.ScorecardDetail]bool{} // three probes of a check may say the same
		return slices.DeleteFunc(list, func(d engines.ScorecardDetail) bool {
			again := seen[d]
			seen[d] = true
			return !d.Warning || again
		})
	}
	left := of(base)
	for _, d := range of(head) {
		p := warned{"head", d}
		if at := slices.IndexFunc(left, func(x engines.ScorecardDetail) bool { return x.Path == d.Path && x.Text == d.Text }); at >= 0 {
			p.seen, left = "both", slices.Delete(left, at, at+1)
		}
		list = append(list, p)
	}
	for _, d := range left {
		list = append(list, warned{"base", d})
	}
	slices.SortStableFunc(list, func(a, b warned) int {
		return cmp.Or(slices.Index(seenOrder, a.seen)-slices.Index(seenOrder, b.seen), strings.Compare(a.Path, b.Path), a.Line-b.Line)
	})
	return list
}
