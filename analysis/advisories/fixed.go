package advisories

import "slices"

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

// SmallestFixed is the smallest version above the target's that one of the
// records calls fixed and that none of them affects, as a record writes it; ""
// when there is none.
func (t Target) SmallestFixed(records ...*Record) string { return smallestFixed(t, records...) }

// AffectedAt tells whether one of the records affects, or may affect, another
// version of the target's package. One that has no place in the order of
// releases may be.
func (t Target) AffectedAt(version string, records ...*Record) bool {
	if t.eco == nil || t.parsed == nil {
		return true
	}
	at := t.at(version)
	return at.parsed == nil || slices.ContainsFunc(records, func(r *Record) bool { return r.match(at).Status != NotAffected })
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
