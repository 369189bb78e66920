package exposure

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
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
	// Beside are the files that it read and depreview has no parser for; sorted
	// by path. Their packages are no part of Coverage.
	Beside []Beside
	// NotSupported are files and directories that it says nothing of; sorted by
	// path. What depreview itself read there stands.
	NotSupported []engines.OSVGap
	// Nameless counts components of SBOMs without a package URL: nobody can look
	// them up.
	Nameless int
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
// only of a package that it lists as looked up. Beside are the files that it was
// given and that are no lockfiles, with Path and Kind.
func (x *Exposure) Scanned(a engines.OSVAnswer, beside ...Beside) {
	e := Engine{Name: Scanner, Version: a.ScannerVersion, CallsUnknown: engines.OneLine(a.CallsUnknown, 200), Nameless: max(0, a.Nameless)}
	told := make(map[spot]string, len(a.Packages)) // why it is unknown, or ""
	unsupported := make(map[string]string)
	for _, gap := range a.NotSupported {
		unsupported[gap.Source] = gap.Reason
	}
	whole := maps.Clone(unsupported) // files of which nothing else is said
	e.Beside = answered(a, beside, unsupported)
	other := make(map[spot]bool) // another version was looked up in its place
	var found []Found
	for i := range a.Packages {
		p := &a.Packages[i]
		id := lockfiles.ID{Ecosystem: cmp.Or(advisories.PURLType(p.Ecosystem), strings.ToLower(advisories.BaseEcosystem(p.Ecosystem))), Name: p.Name}
		at := spot{p.Source, packageID(id), bareVersion(id.Ecosystem, p.Version)}
		if pinned, ok := x.goRelease(p); ok {
			at.version = pinned
			other[at] = true
			unsupported[p.Source] = fmt.Sprintf("%s looks up the newest patch release of Go %s in its place", Scanner, pinned)
			as := *p
			as.Version, p = pinned, &as
		}
		// Of two entries of one version that which was looked up is enough.
		if before, twice := told[at]; !twice || before != "" {
			told[at] = p.Unknown
		}
		for _, adv := range p.Advisories {
			f := foundBy(id, p, adv)
			if n := slices.IndexFunc(beside, func(b Beside) bool { return b.Path == p.Source }); n >= 0 {
				f.Kind = beside[n].Kind
			}
			found = append(found, f)
		}
	}
	for file, reason := range unsupported {
		e.NotSupported = append(e.NotSupported, engines.OSVGap{Source: file, Reason: engines.OneLine(reason, 200)})
	}
	slices.SortFunc(e.NotSupported, func(a, b engines.OSVGap) int { return strings.Compare(a.Source, b.Source) })
	x.cover(&e, func(p *pin) (analysis.State, string) {
		id := packageID(p.ID)
		if other[spot{p.lockfile, id, p.version}] {
			return analysis.StateNotSupported, unsupported[p.lockfile]
		}
		for _, version := range []string{p.version, p.label} {
			if reason, known := told[spot{p.lockfile, id, bareVersion(p.Ecosystem, version)}]; known && version != "" {
				return analysis.StateUnknown, reason
			}
		}
		if reason, not := whole[p.lockfile]; not {
			return analysis.StateNotSupported, reason
		}
		return analysis.StateUnknown, cmp.Or(unread(a.Unread, p.lockfile), Scanner+" does not list it")
	})
	x.Engines = append(x.Engines, e)
	x.Merge(Scanner, found)
}

// goRelease is the version of Go that a go.mod asks for, where osv-scanner v2.3.2
// looks up another: of "go 1.21" it takes the newest patch release, which it
// calls 1.21.99.
func (x *Exposure) goRelease(p *engines.OSVPackage) (pinned string, ok bool) {
	pinned, ok = strings.CutSuffix(p.Version, ".99")
	if !ok || p.Ecosystem != "Go" || p.Name != "stdlib" {
		return "", false
	}
	return pinned, slices.ContainsFunc(x.pins, func(at pin) bool {
		return at.lockfile == p.Source && at.Name == p.Name && at.version == pinned
	})
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
	x.cover(&e, func(*pin) (analysis.State, string) { return analysis.StateUnknown, e.Failed })
	x.Engines = append(x.Engines, e)
}

// cover counts every pinned package; gap says how and why it is not known, the
// reason "" that it is. What no source has advisories of is no gap of this
// engine.
func (x *Exposure) cover(e *Engine, gap func(*pin) (analysis.State, string)) {
	for i := range x.pins {
		p := &x.pins[i]
		r := analysis.Result{State: analysis.StateDone}
		switch {
		case p.state == analysis.StateNotApplicable || p.state == analysis.StateNotSupported:
			r.State = p.state
		default:
			if state, reason := gap(p); reason != "" {
				r.State, r.Reason = state, engines.OneLine(reason, 200)
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
