package advisories

import (
	"slices"

	"github.com/google/osv-scalibr/semantic"
)

// Status is whether a record affects a version. The zero Status is CannotTell:
// silence is never a pass.
type Status int

// The three answers; worse says which of two counts.
const (
	CannotTell Status = iota
	NotAffected
	IsAffected
)

func (s Status) String() string {
	switch s {
	case NotAffected:
		return "not affected"
	case IsAffected:
		return "affected"
	}
	return "cannot tell"
}

// worse is what two statements come to together: affected by one is affected,
// and only two that are sure make a sure one.
func worse(a, b Status) Status {
	switch {
	case a == IsAffected || b == IsAffected:
		return IsAffected
	case a == CannotTell || b == CannotTell:
		return CannotTell
	}
	return NotAffected
}

// Match is what a record says of one version of a package.
type Match struct {
	Status Status
	// Entry is the part of the record that decides: the one that affects the
	// version, else one that cannot tell. Nil when the record does not name
	// the package, or names it and does not affect the version.
	Entry *Affected
	// Why nothing can be told, or "".
	Why string
	// Fixed is the smallest version above the current one that the record
	// calls fixed and does not affect, as the record writes it, or "".
	Fixed string
}

// Match tells whether the record affects the target, by OSV's rules and the
// order of versions of the target's ecosystem.
func (r *Record) Match(t Target) Match {
	m := r.match(t)
	if m.Status == IsAffected {
		m.Fixed = r.fixed(t)
	}
	return m
}

// match is Match without Fixed, which costs more than all else.
func (r *Record) match(t Target) Match {
	if t.eco == nil {
		return Match{Why: "OSV has no advisories for " + t.ID.Ecosystem}
	}
	switch {
	case r.Unread != "" && t.listed[r.ID]:
		return Match{Why: "the advisory could not be read: " + r.Unread}
	case r.Unread != "":
		return Match{Status: NotAffected}
	case t.commit:
		return r.matchCommit(t)
	}
	m := Match{Status: NotAffected}
	for i := range r.Affected {
		a := &r.Affected[i]
		if !t.named(a.Package) {
			continue
		}
		status, why := a.status(t)
		if status == IsAffected {
			return Match{Status: IsAffected, Entry: a}
		}
		if m.Status = worse(m.Status, status); status == CannotTell && m.Entry == nil {
			m.Entry, m.Why = a, why
		}
	}
	if m.Status == NotAffected && t.listed[r.ID] {
		return Match{Why: "the database says that this version is affected, and the versions that the advisory names say not"}
	}
	return m
}

// matchCommit: what the database does not list may be one of the many records
// that name no commits.
func (r *Record) matchCommit(t Target) Match {
	if !t.listed[r.ID] {
		return Match{Why: "it is taken from a commit, and the advisory may name none"}
	}
	m := Match{Status: IsAffected}
	if len(r.Affected) > 0 {
		m.Entry = &r.Affected[0]
	}
	return m
}

// named tells whether p is the target's package, in its ecosystem's spelling.
func (t Target) named(p Package) bool {
	return BaseEcosystem(p.Ecosystem) == t.eco.osv && (p.Name == t.ID.Name || t.eco.normal(p.Name) == t.name)
}

// status tells whether the versions of the entry hold the target.
func (a *Affected) status(t Target) (status Status, why string) {
	status = NotAffected
	decided := false // some range could be held against the version
	for _, r := range a.Ranges {
		if r.Type == "GIT" {
			continue // it takes the repository; see below
		}
		in, reason := r.contains(t)
		if in == IsAffected {
			return IsAffected, ""
		}
		if status = worse(status, in); in == CannotTell {
			why = reason
		}
		decided = true
	}
	// Lists are long, and where a range decides by the order there is no need
	// to look for other spellings in them.
	listed := t.is
	if decided && status != CannotTell {
		listed = t.spelled
	}
	if slices.ContainsFunc(a.Versions, listed) {
		return IsAffected, ""
	}
	switch {
	case status == CannotTell:
		return status, why
	case decided:
		return NotAffected, ""
	case len(a.Versions) == 0 && len(a.Ranges) == 0:
		return CannotTell, "the advisory names no versions"
	case len(a.Versions) == 0:
		return CannotTell, "the advisory names commits only"
	case t.parsed == nil:
		return CannotTell, t.unplaced()
	}
	return NotAffected, "" // the list decides
}

// contains tells whether the target lies in the range.
func (r Range) contains(t Target) (status Status, why string) {
	if r.Type != "SEMVER" && r.Type != "ECOSYSTEM" {
		return CannotTell, "the advisory has a range of an unknown type"
	}
	if len(r.Events) == 0 {
		return CannotTell, "the advisory has a range without events"
	}
	if r.everything() {
		return IsAffected, ""
	}
	if t.parsed == nil {
		return CannotTell, t.unplaced()
	}
	if status, ok := r.simple(t); ok {
		return status, ""
	}
	const unordered = "the advisory has a version that cannot be ordered"
	events, ok := r.sorted(t.eco)
	if !ok {
		return CannotTell, unordered
	}
	affected, limits, below := false, false, false
	for _, e := range events {
		if e.Limit == "*" {
			limits, below = true, true
			continue
		}
		order, ok := t.compare(e.version())
		if !ok {
			return CannotTell, unordered
		}
		switch {
		case e.Limit != "":
			limits, below = true, below || order < 0
		case affected && e.Fixed != "":
			affected = order < 0
		case affected && e.LastAffected != "":
			affected = order <= 0
		case !affected && e.Introduced != "":
			affected = order >= 0
		}
	}
	if affected && (below || !limits) {
		return IsAffected, ""
	}
	return NotAffected, ""
}

// simple decides the range that nearly all records have, from one version to
// another, without sorting it. ok is false where that does not decide.
func (r Range) simple(t Target) (status Status, ok bool) {
	if len(r.Events) != 2 {
		return CannotTell, false
	}
	from, to := r.Events[0], r.Events[1]
	if from.Introduced == "" || to.Fixed == "" && to.LastAffected == "" || to.version() == "0" {
		return CannotTell, false
	}
	end, ok := t.compare(to.version())
	if !ok {
		return CannotTell, false
	}
	above := end > 0 || end == 0 && to.Fixed != ""
	if from.Introduced == "0" {
		if above {
			return NotAffected, true
		}
		return IsAffected, true
	}
	start, ok := t.compare(from.Introduced)
	switch {
	case !ok || above && start >= 0: // the order of the two decides
		return CannotTell, false
	case start < 0:
		return NotAffected, true
	}
	return IsAffected, true
}

// everything tells whether the range holds every version there is, also one
// that no order knows.
func (r Range) everything() bool {
	for _, e := range r.Events {
		if e.Introduced != "0" {
			return false
		}
	}
	return true
}

// unplaced says why a target cannot be held against a range.
func (t Target) unplaced() string {
	switch {
	case t.Version == "":
		return "the lockfile pins no version"
	case t.eco.order == "":
		return "depreview knows no order of " + t.eco.osv + " versions"
	}
	return "the version has no place in the order of releases"
}

// version is the one that the event is about.
func (e Event) version() string {
	switch {
	case e.Introduced != "":
		return e.Introduced
	case e.Fixed != "":
		return e.Fixed
	case e.LastAffected != "":
		return e.LastAffected
	}
	return e.Limit
}

// sorted gives the events along the order of versions: a walk over them
// switches "affected" on and off. Records may state them in any order.
func (r Range) sorted(e *ecosystem) (events []Event, ok bool) {
	type placed struct {
		Event
		at semantic.Version // nil is before all
	}
	all := make([]placed, len(r.Events))
	for i, event := range r.Events {
		all[i].Event = event
		version := event.version()
		if version == "0" || version == "*" {
			continue
		}
		if len(version) > longest {
			return nil, false
		}
		// Maven's records hold versions that begin with no digit.
		at, err := semantic.Parse(e.bare(version), e.order)
		if err != nil || version == "" {
			return nil, false
		}
		all[i].at = at
	}
	ok = true
	slices.SortStableFunc(all, func(a, b placed) int {
		switch {
		case a.at == nil && b.at == nil:
			return 0
		case a.at == nil:
			return -1
		case b.at == nil:
			return 1
		}
		order, err := a.at.CompareStr(e.bare(b.version()))
		ok = ok && err == nil
		return order
	})
	events = make([]Event, len(all))
	for i := range all {
		events[i] = all[i].Event
	}
	return events, ok
}

// fixed is the smallest fixed version above the target's that the record does
// not affect: two ranges may hold one version and be fixed apart.
func (r *Record) fixed(t Target) string { return smallestFixed(t, r) }

// smallestFixed is the same for records of one vulnerability: none of them
// affects the version.
func smallestFixed(t Target, records ...*Record) string {
	if t.parsed == nil || t.commit {
		return ""
	}
	var candidates []string
	for _, r := range records {
		for _, a := range r.Affected {
			if !t.named(a.Package) {
				continue
			}
			for _, ranges := range a.Ranges {
				for _, e := range ranges.Events {
					if order, ok := t.compare(e.Fixed); ranges.Type != "GIT" && ok && order < 0 && !slices.Contains(candidates, e.Fixed) {
						candidates = append(candidates, e.Fixed)
					}
				}
			}
		}
	}
	slices.SortFunc(candidates, func(a, b string) int {
		order, _ := t.at(a).compare(b)
		return order
	})
	for _, candidate := range candidates {
		at := t.at(candidate)
		if at.parsed != nil && !slices.ContainsFunc(records, func(r *Record) bool { return r.affects(at) }) {
			return candidate
		}
	}
	return ""
}

// affects is Match without its details.
func (r *Record) affects(t Target) bool {
	return slices.ContainsFunc(r.Affected, func(a Affected) bool {
		if !t.named(a.Package) {
			return false
		}
		status, _ := a.status(t)
		return status == IsAffected
	})
}
