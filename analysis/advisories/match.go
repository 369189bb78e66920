package advisories

import "slices"

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
	case t.commit:
		return r.matchCommit(t)
	case r.Unread != "": // listed for the other version, and not for this one
		return Match{Status: NotAffected}
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
