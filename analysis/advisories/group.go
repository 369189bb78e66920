package advisories

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Advisory is one vulnerability or one piece of malware, from all the records
// that are aliases of each other.
type Advisory struct {
	ID  string   // of the record that stands for all
	IDs []string // every id and alias, ID first, then sorted
	// Records that count, the one of ID first; never empty.
	Records  []*Record
	Malware  bool
	Severity Severity // the worst of the records
	// Informational is RustSec's word when the advisory is of no
	// vulnerability: unmaintained, unsound, notice; else "".
	Informational string
	// Withdrawn: every record of it was taken back. Such advisories are only
	// there on request.
	Withdrawn bool
	Status    Status // IsAffected or CannotTell
	Why       string // why nothing can be told, or ""
	// Fixed is the smallest version above the current one that no record
	// affects, as a record writes it, or "".
	Fixed string
}

// Options of Affecting and Between.
type Options struct {
	Withdrawn bool // keep advisories whose records were all taken back
}

// Affecting gives the advisories that affect the target, or of which that
// cannot be told: malware first, then the worst. Records of other packages are
// left out.
func Affecting(t Target, records []*Record, o Options) []Advisory {
	var list []Advisory
	for _, g := range groups(records, o, &t) {
		list = append(list, g.advisory(&t, 0, g.status(0)))
	}
	slices.SortFunc(list, Advisory.compare)
	return list
}

// Effect is what a change does about an advisory. The zero Effect is not known.
type Effect int

// The effects.
const (
	EffectUnknown Effect = iota
	Introduced           // the head is affected, and the base is not or is absent
	Fixed                // the base is affected, and the head is not or is absent
	Remains              // both are affected
)

func (e Effect) String() string {
	return [...]string{"unknown", "introduced", "fixed", "remains"}[e]
}

// Difference is an advisory that matters to a change.
type Difference struct {
	Advisory        // seen from the head where that is affected, else from the base
	Base     Status // NotAffected where there is no base
	Head     Status
	Effect   Effect
}

// Between tells what a change from base to head does: nil is a package that was
// not there, or is gone. Malware comes first, then what is introduced, unknown,
// remains and is fixed, each with the worst first. records are those of both
// packages.
func Between(base, head *Target, records []*Record, o Options) []Difference {
	var list []Difference
	for _, g := range groups(records, o, base, head) {
		d := Difference{Base: g.status(0), Head: g.status(1)}
		seen, at := head, 1
		if d.Head == NotAffected || d.Head == CannotTell && d.Base == IsAffected {
			seen, at = base, 0
		}
		d.Advisory = g.advisory(seen, at, worse(d.Base, d.Head))
		switch {
		case d.Base == IsAffected && d.Head == IsAffected:
			d.Effect = Remains
		case d.Base == NotAffected && d.Head == IsAffected:
			d.Effect = Introduced
		case d.Base == IsAffected && d.Head == NotAffected:
			d.Effect = Fixed
		}
		list = append(list, d)
	}
	rank := map[Effect]int{Introduced: 0, EffectUnknown: 1, Remains: 2, Fixed: 3}
	slices.SortFunc(list, func(a, b Difference) int {
		return cmp.Or(First(a.Malware, b.Malware), cmp.Compare(rank[a.Effect], rank[b.Effect]), a.Advisory.compare(b.Advisory))
	})
	return list
}

// compare puts malware first, then what is sure, then the worst.
func (a Advisory) compare(b Advisory) int {
	return cmp.Or(First(a.Malware, b.Malware), First(a.Status == IsAffected, b.Status == IsAffected),
		First(!a.Withdrawn, !b.Withdrawn), cmp.Compare(b.Severity.Level, a.Severity.Level), cmp.Compare(a.ID, b.ID))
}

// First orders what is so before what is not, for cmp.Or.
func First(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// group is the records that are aliases of each other.
type group []judged

// judged is a record with what it says of each target, by its place among them.
type judged struct {
	*Record
	matches [2]Match
}

// groups folds the records that matter to one of the targets.
func groups(records []*Record, o Options, targets ...*Target) []group {
	// Every id and alias points on to another of its vulnerability, or to
	// itself: a forest in which one tree is one vulnerability.
	parent := make(map[string]string)
	var root func(id string) string
	root = func(id string) string {
		up, ok := parent[id]
		if !ok || up == id {
			parent[id] = id
			return id
		}
		up = root(up)
		parent[id] = up
		return up
	}
	seen := make(map[string]bool)
	var matter []judged
	for _, r := range records {
		if seen[r.ID] || r.IsWithdrawn() && !o.Withdrawn {
			continue
		}
		j, matters := r.judge(targets)
		if !matters {
			continue
		}
		seen[r.ID] = true
		matter = append(matter, j)
		for _, alias := range r.Aliases {
			parent[root(alias)] = root(r.ID)
		}
	}
	byRoot := make(map[string]group)
	for _, r := range matter {
		byRoot[root(r.ID)] = append(byRoot[root(r.ID)], r)
	}
	list := slices.Collect(maps.Values(byRoot))
	for i, g := range list {
		// A record that was taken back says nothing beside one that was not.
		if standing := slices.DeleteFunc(slices.Clone(g), func(j judged) bool { return j.IsWithdrawn() }); len(standing) > 0 {
			g = standing
		}
		slices.SortFunc(g, func(a, b judged) int {
			return cmp.Or(cmp.Compare(idRank(a.ID), idRank(b.ID)), strings.Compare(a.ID, b.ID))
		})
		list[i] = g
	}
	return list
}

// judge holds the record against each target, and tells whether it may affect
// one of them.
func (r *Record) judge(targets []*Target) (j judged, matters bool) {
	j.Record = r
	for i, t := range targets {
		j.matches[i] = Match{Status: NotAffected} // a package that is not there
		if t != nil {
			j.matches[i] = r.match(*t)
			matters = matters || t.Supported() && j.matches[i].Status != NotAffected
		}
	}
	return j, matters
}

// idRank says which database's record stands for the others.
func idRank(id string) int {
	switch prefix, _, _ := strings.Cut(id, "-"); prefix {
	case "MAL":
		return 0
	case "GHSA":
		return 1
	case "CVE": // made of NVD's text by a program
		return 3
	}
	return 2
}

func (g group) status(target int) Status {
	status := NotAffected
	for _, r := range g {
		status = worse(status, r.matches[target].Status)
	}
	return status
}

// advisory is the group as seen from t, the target at that place.
func (g group) advisory(t *Target, at int, status Status) Advisory {
	a := Advisory{ID: g[0].ID, Status: status, Withdrawn: true}
	ids := make(map[string]bool)
	for _, r := range g {
		a.Records = append(a.Records, r.Record)
		ids[r.ID] = true
		for _, alias := range r.Aliases {
			ids[alias] = true
		}
		a.Malware = a.Malware || r.Malware()
		a.Withdrawn = a.Withdrawn && r.IsWithdrawn()
		m := r.matches[at]
		a.Severity.add(r.SeverityOf(m.Entry))
		if m.Entry != nil {
			a.Informational = cmp.Or(a.Informational, m.Entry.Database.Informational)
		}
		if status == CannotTell {
			a.Why = cmp.Or(a.Why, m.Why)
		}
	}
	delete(ids, a.ID)
	a.IDs = append([]string{a.ID}, slices.Sorted(maps.Keys(ids))...)
	if status == IsAffected {
		a.Fixed = smallestFixed(*t, a.Records...)
	}
	return a
}

// add takes in what another record says of the same vulnerability.
func (s *Severity) add(other Severity) {
	s.Word = cmp.Or(s.Word, other.Word)
	for _, rating := range other.Ratings {
		if !slices.Contains(s.Ratings, rating) {
			s.Ratings = append(s.Ratings, rating)
		}
	}
	level := max(s.Level, other.Level) // malware's is no rating's
	s.settle()
	s.Level = max(s.Level, level)
}
