package exposure

import (
	"github.com/depreview/depreview/analysis/advisories"
)

// ActionKind is what to do about a package. The zero kind is to look: nothing
// is sure.
type ActionKind int

// The kinds, what is most urgent last.
const (
	Look     ActionKind = iota // it cannot be told whether it is affected
	Note                       // notices alone: unmaintained, unsound, taken back
	Replace                    // no version is known that fixes it
	Upgrade                    // to a version that fixes some or all
	RemoveIt                   // it was made or changed to do harm
)

// String is the word in JSON.
func (k ActionKind) String() string {
	return [...]string{"look", "note", "no_fix_known", "upgrade", "remove"}[k]
}

// Action is what to do about a package.
type Action struct {
	Kind ActionKind
	// To is the smallest version above the pinned one that no advisory which
	// it fixes affects, as a record writes it; "" where none is known.
	To string
	// Fixes and Leaves count the advisories that affect the package and that To
	// fixes, or does not.
	Fixes, Leaves int
}

// act decides by the rows, which are in order.
func (p *Package) act() (a Action) {
	var fixable []*Row
	affecting, notices := 0, 0
	for i := range p.Rows {
		switch r := &p.Rows[i]; {
		case r.Affects():
			affecting++
			if r.Malware {
				a.Kind = RemoveIt
			}
			if r.Fixed != "" {
				fixable = append(fixable, r)
			}
		case r.Status == advisories.IsAffected:
			notices++
		}
	}
	a.To, a.Fixes = upgrade(fixable)
	a.Leaves = affecting - a.Fixes
	switch {
	case a.Kind == RemoveIt:
	case a.To != "":
		a.Kind = Upgrade
	case affecting > 0:
		a.Kind = Replace
	case notices > 0:
		a.Kind = Note
	}
	return a
}

// upgrade is the smallest version that fixes all that can be fixed. Where no
// one version does, it is that of the most urgent advisory, with all the
// others that it fixes too.
func upgrade(rows []*Row) (to string, fixes int) {
	if len(rows) == 0 {
		return "", 0
	}
	var records []*advisories.Record
	for _, r := range rows {
		records = append(records, r.Records...)
	}
	target := rows[0].Seen
	if to = target.SmallestFixed(records...); to != "" {
		return to, len(rows)
	}
	to = rows[0].Fixed
	for _, r := range rows {
		if r.Fixed == to || !target.AffectedAt(to, r.Records...) {
			fixes++
		}
	}
	return to, fixes
}
