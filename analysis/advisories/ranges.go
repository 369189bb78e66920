package advisories

import (
	"slices"

	"github.com/google/osv-scalibr/semantic"
)

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
