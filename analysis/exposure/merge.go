package exposure

import (
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// Found is an advisory of a package that another engine found at a revision.
// Its texts are a stranger's.
type Found struct {
	lockfiles.ID
	Version  string
	Lockfile string // path from the root of the revision; "" where it is of no lockfile, as vendored code is
	Kind     string // as Place.Kind
	Line     int    // 1-based; 0 when not known
	// IDs are the advisory's id and its aliases, the one to show first; without
	// any the finding is left out.
	IDs      []string
	Summary  string // one line
	Severity advisories.Severity
	Malware  bool
	Fixed    string // as in advisories.Advisory, or ""
	Reach    Reach
}

// Merge takes in what an engine found: where a row of the same package shares
// an id or alias, the engine is named beside who else found it, and its word on
// reach is kept; what it alone found is a row of its own. The order is made
// anew. Engine is its name as people know it: "osv-scanner".
func (x *Exposure) Merge(engine string, found []Found) {
	for _, f := range found {
		if len(f.IDs) == 0 {
			continue
		}
		p := x.exposed(f)
		if f.Lockfile != "" && !slices.ContainsFunc(p.Places, func(at Place) bool { return at.Lockfile == f.Lockfile }) {
			p.Places = append(p.Places, Place{Lockfile: f.Lockfile, Kind: f.Kind, Line: f.Line, Copies: 1})
		}
		n := p.row(f.IDs)
		if n < 0 {
			p.Rows = append(p.Rows, f.row())
			n = len(p.Rows) - 1
		}
		p.Rows[n].by(engine, f.Reach)
	}
	x.settle()
}

// exposed is the package that a finding is of, which is put on the list where
// nobody else had anything of it.
func (x *Exposure) exposed(f Found) *Package {
	id := packageID(f.ID)
	for i := range x.Packages {
		if p := &x.Packages[i]; packageID(p.ID) == id && sameVersion(p, f.Version) {
			return p
		}
	}
	p := Package{ID: f.ID, Version: f.Version, PURL: lockfiles.Package{ID: f.ID, Version: f.Version}.PURL()}
	for _, pin := range x.pins {
		of := Package{ID: pin.ID, Version: pin.version, Label: pin.label}
		if packageID(pin.ID) == id && sameVersion(&of, f.Version) {
			// As the lockfile spells it, in every place.
			p.ID, p.Version, p.Label = pin.ID, pin.version, pin.label
			p.PURL = lockfiles.Package{ID: p.ID, Version: p.Version}.PURL()
			p.Places = append(p.Places, pin.at())
		}
	}
	x.Packages = append(x.Packages, p)
	return &x.Packages[len(x.Packages)-1]
}

// packageID names a package in its ecosystem's spelling.
func packageID(id lockfiles.ID) string { return advisories.PackageKey(id) }

// sameVersion holds a version against the package's and its human name.
func sameVersion(p *Package, version string) bool {
	return bareVersion(p.Ecosystem, p.Version) == bareVersion(p.Ecosystem, version) || p.Label != "" && p.Label == version
}

func (f Found) row() Row {
	ids := append([]string{f.IDs[0]}, slices.DeleteFunc(slices.Sorted(slices.Values(f.IDs)), func(id string) bool { return id == f.IDs[0] })...)
	a := analysis.Advisory{Have: f.Version, Summary: f.Summary, Seen: advisories.NewTarget(f.ID, f.Version)}
	a.Advisory = advisories.Advisory{ID: f.IDs[0], IDs: slices.Compact(ids), Status: advisories.IsAffected,
		Severity: f.Severity, Malware: f.Malware, Fixed: f.Fixed}
	a.Head, a.Base, a.Effect = advisories.IsAffected, advisories.NotAffected, advisories.Introduced
	return Row{Advisory: a}
}

// by notes that an engine found the row too. That one saw a way to the
// vulnerable code counts more than that another saw none.
func (r *Row) by(engine string, reach Reach) {
	if !slices.Contains(r.FoundBy, engine) {
		r.FoundBy = append(r.FoundBy, engine)
		slices.Sort(r.FoundBy)
	}
	if r.Reach == ReachUnknown || reach == Called {
		r.Reach = reach
	}
}
