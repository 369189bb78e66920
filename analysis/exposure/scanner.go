package exposure

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/lockfiles"
)

// Scanner is osv-scanner's name where it found a row.
const Scanner = "osv-scanner"

// Engine is another engine that was asked about what the revision pins.
type Engine struct {
	Name    string
	Version string // of its library: "v2.3.2"; "" is not known
	// Failed says why it gave no answer at all, or "".
	Failed string
	// Hint is the next step where it failed, or "".
	Hint string
	// Coverage counts the pinned packages, as Exposure.Coverage does, by what
	// this engine knew of them.
	Coverage analysis.Coverage
	// CallsUnknown says why it was asked which code is called and does not know,
	// or "". The advisories stand without that.
	CallsUnknown string
}

// pin is one pinned package, as it was asked about.
type pin struct {
	lockfiles.ID
	lockfile, version, label string
	state                    analysis.State // of our own check, once it has ended
	why                      string         // the state is unknown
	ended                    bool
	at                       func() Place // where it stands, which takes a search
}

// Scanned takes in what osv-scanner answered. What is pinned and it does not
// tell of is unknown to it: no advisory in its answer means that there is none
// only of a package that it lists as looked up.
func (x *Exposure) Scanned(a engines.OSVAnswer) {
	e := Engine{Name: Scanner, Version: a.ScannerVersion, CallsUnknown: engines.OneLine(a.CallsUnknown, 200)}
	told := make(map[spot]string, len(a.Packages)) // why it is unknown, or ""
	var found []Found
	for i := range a.Packages {
		p := &a.Packages[i]
		id := lockfiles.ID{Ecosystem: cmp.Or(advisories.PURLType(p.Ecosystem), strings.ToLower(advisories.BaseEcosystem(p.Ecosystem))), Name: p.Name}
		at := spot{p.Source, packageID(id), bareVersion(id.Ecosystem, p.Version)}
		// Of two entries of one version that which was looked up is enough.
		if before, twice := told[at]; !twice || before != "" {
			told[at] = p.Unknown
		}
		for _, adv := range p.Advisories {
			found = append(found, foundBy(id, p, adv))
		}
	}
	unread := make(map[string]string)
	for _, text := range a.Unread {
		for i := range x.Lockfiles {
			if path := x.Lockfiles[i].Path; strings.HasPrefix(text, path+": ") {
				unread[path] = strings.TrimPrefix(text, path+": ")
			}
		}
	}
	x.cover(&e, func(p *pin) string {
		id := packageID(p.ID)
		for _, version := range []string{p.version, p.label} {
			if reason, known := told[spot{p.lockfile, id, bareVersion(p.Ecosystem, version)}]; known && version != "" {
				return reason
			}
		}
		return cmp.Or(unread[p.lockfile], Scanner+" does not list it")
	})
	x.Engines = append(x.Engines, e)
	x.Merge(Scanner, found)
}

// Unscanned notes that osv-scanner gave no answer: everything is unknown to it.
func (x *Exposure) Unscanned(err error) {
	reason, _, _ := strings.Cut(err.Error(), "\n")
	if e, ok := errors.AsType[*engines.Error](err); ok {
		reason = e.Reason
	}
	e := Engine{Name: Scanner, Failed: cmp.Or(engines.OneLine(reason, 200), "without a reason")}
	if _, hint, ok := strings.Cut(err.Error(), "\nhint: "); ok {
		e.Hint = engines.OneLine(hint, 300)
	}
	x.cover(&e, func(*pin) string { return e.Failed })
	x.Engines = append(x.Engines, e)
}

// cover counts every pinned package; unknown says why it is, or "". What no
// source has advisories of is no gap of this engine.
func (x *Exposure) cover(e *Engine, unknown func(*pin) string) {
	for i := range x.pins {
		p := &x.pins[i]
		r := analysis.Result{State: analysis.StateDone}
		switch {
		case p.state == analysis.StateNotApplicable || p.state == analysis.StateNotSupported:
			r.State = p.state
		default:
			if r.Reason = engines.OneLine(unknown(p), 200); r.Reason != "" {
				r.State = analysis.StateUnknown
			}
		}
		e.Coverage.Add(&r)
	}
}

// spot is one version of a package in one file.
type spot struct{ file, id, version string }

// bareVersion: Go's versions are written with and without their prefix.
func bareVersion(ecosystem, version string) string {
	if ecosystem == "golang" {
		return strings.TrimPrefix(version, "v")
	}
	return version
}

// foundBy is one group of records as a finding. Osv-scanner gives the highest
// score without its vector, so that no rating is known, only the level.
func foundBy(id lockfiles.ID, p *engines.OSVPackage, adv engines.OSVAdvisory) Found {
	ids := slices.Clone(adv.IDs)
	for _, alias := range adv.Aliases {
		if !slices.Contains(ids, alias) {
			ids = append(ids, alias)
		}
	}
	f := Found{ID: id, Version: p.Version, Lockfile: p.Source, IDs: ids,
		Malware: slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, "MAL-") })}
	if score, err := strconv.ParseFloat(adv.MaxSeverity, 64); err == nil && score >= 0 && score <= 10 {
		f.Severity.Level = advisories.LevelOf(score)
	}
	if f.Malware {
		f.Severity.Level = advisories.Critical
	}
	switch adv.Called {
	case engines.IsCalled:
		f.Reach = Called
	case engines.NotCalled:
		f.Reach = NotCalled
	}
	return f
}
