package exposure

import (
	"cmp"
	"strings"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// compareRows puts malware first, then what is exploited, what is sure, what
// the project's code reaches, and the worst.
func compareRows(a, b Row) int {
	return cmp.Or(cmp.Compare(urgency(&a), urgency(&b)), reachRank[a.Reach]-reachRank[b.Reach],
		cmp.Compare(b.Severity.Level, a.Severity.Level), strings.Compare(a.ID, b.ID))
}

// reachRank: where nobody looked the way may be there.
var reachRank = map[Reach]int{Called: 0, ReachUnknown: 1, NotCalled: 2}

// urgency is what of a row counts before how the package is reached.
func urgency(r *Row) int {
	switch {
	case r.Affects() && r.Malware:
		return 0
	case r.Affects() && r.KEV == lockfiles.Yes:
		return 1
	case r.Affects():
		return 2
	case r.Status != advisories.IsAffected:
		return 3
	}
	return 4
}

// comparePackages puts malware and what is exploited first, then what the
// project's code reaches, what it names itself, what production needs, and the
// worst.
func comparePackages(a, b Package) int {
	x, y := &a.Rows[0], &b.Rows[0]
	return cmp.Or(cmp.Compare(urgency(x), urgency(y)), reachRank[x.Reach]-reachRank[y.Reach],
		advisories.First(a.Direct, b.Direct), advisories.First(!a.Dev, !b.Dev), cmp.Compare(worst(&b), worst(&a)),
		strings.Compare(a.Ecosystem, b.Ecosystem), strings.Compare(a.Name, b.Name),
		strings.Compare(a.Version, b.Version), strings.Compare(a.Label, b.Label))
}

// worst is the highest severity of what affects the package.
func worst(p *Package) (level advisories.Level) {
	for i := range p.Rows {
		if r := &p.Rows[i]; r.Affects() {
			level = max(level, r.Severity.Level)
		}
	}
	return level
}
