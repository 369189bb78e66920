package exposure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Gatherer is the analysis.Handler of analysis.RunPinned that hands over the
// whole when everything is known.
type Gatherer struct {
	// Told is called once, at the end.
	Told func(*Exposure) error

	review  *analysis.Review
	results [][]analysis.Result // by change, and by check within
}

// Changes takes in what is pinned.
func (g *Gatherer) Changes(r *analysis.Review) error {
	g.review, g.results = r, make([][]analysis.Result, len(r.Diff.Changes))
	for i := range g.results {
		g.results[i] = make([]analysis.Result, len(r.Checks))
	}
	return nil
}

// Progress is for those who draw.
func (g *Gatherer) Progress(int, int, string) error { return nil }

// Result takes in what a check said.
func (g *Gatherer) Result(change, check int, r analysis.Result) error {
	g.results[change][check] = r
	return nil
}

// Done puts it together.
func (g *Gatherer) Done(c analysis.Coverage) error { return g.Told(New(g.review, g.results, c)) }

// identity is what all places of one Package share.
type identity struct {
	lockfiles.ID
	version, label string
}

// New puts together what the checks said of a review of analysis.RunPinned:
// results by change, and by check within. Those of a change that has not ended
// are none, and c does not count it.
func New(r *analysis.Review, results [][]analysis.Result, c analysis.Coverage) *Exposure {
	x := &Exposure{Revision: r.Head, Now: r.Now, Lockfiles: r.Lockfiles, Errors: r.Errors, LeftOut: r.LeftOut, Pinned: len(r.Diff.Changes), Coverage: c}
	at := make(map[identity]int)
	asked := make(map[string]time.Time)
	for i := range r.Diff.Changes {
		change := &r.Diff.Changes[i]
		list, unknown := rowsOf(results[i], asked)
		p := change.Package()
		x.pins = append(x.pins, pin{p.ID, change.Lockfile, p.Version, p.Label, stateOf(results[i]), unknown, len(results[i]) > 0,
			func() Place { return place(r.Diff.Head[change.Lockfile], change) }})
		if len(list) == 0 {
			continue
		}
		id := identity{p.ID, p.Version, p.Label}
		n, known := at[id]
		if !known {
			n = len(x.Packages)
			at[id] = n
			x.Packages = append(x.Packages, Package{ID: p.ID, Version: p.Version, Label: p.Label, PURL: p.PURL()})
		}
		x.Packages[n].add(place(r.Diff.Head[change.Lockfile], change), list, unknown)
	}
	for name, at := range asked {
		s := Source{Name: name}
		if !at.IsZero() {
			s.Observed = at.UTC().Format(time.RFC3339)
		}
		x.Sources = append(x.Sources, s)
	}
	slices.SortFunc(x.Sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	x.settle()
	return x
}

// rowsOf are the advisories of one change, and why there may be more. It notes
// who said so, also of what has none.
func rowsOf(results []analysis.Result, asked map[string]time.Time) (list []analysis.Advisory, unknown string) {
	for _, r := range results {
		if r.State == analysis.StateUnknown {
			unknown = r.Reason
		}
		for _, e := range r.Evidence {
			if then, known := asked[e.Source]; !known || !e.Observed.IsZero() && (then.IsZero() || e.Observed.Before(then)) {
				asked[e.Source] = e.Observed
			}
			body, _ := e.Body.(analysis.Advisories)
			list = append(list, body...)
		}
	}
	return list, unknown
}

// stateOf is how the check of advisories ended, which is the only one.
func stateOf(results []analysis.Result) analysis.State {
	if len(results) == 0 {
		return analysis.StateUnknown
	}
	return results[0].State
}

// place is where a change's package stands, all its copies together.
func place(g *diff.Graph, c *diff.Change) Place {
	head := c.Head
	out := Place{Lockfile: c.Lockfile, Line: head.Line, Dev: true, Optional: true, Copies: max(1, len(c.Instances))}
	entries := []*lockfiles.Package{head}
	for _, instance := range c.Instances {
		if p := g.Package(instance.Head); p != nil && p != head {
			entries = append(entries, p)
		}
	}
	for _, p := range entries {
		out.Direct = out.Direct || p.Direct
		out.Dev, out.Optional = out.Dev && p.Dev, out.Optional && p.Optional
		// The shortest way to any copy is the one to begin with.
		for _, way := range g.Paths(p.Key(), 1) {
			if out.Path == nil || len(way.Steps) < len(out.Path) {
				out.Path = names(g, way)
			}
		}
	}
	return out
}

func names(g *diff.Graph, way diff.Path) (list []string) {
	for _, key := range way.Steps {
		list = append(list, g.Package(key).Name)
	}
	return list
}

// add takes in another place of the package with its advisories, which are the
// same but where one copy comes from elsewhere.
func (p *Package) add(at Place, list []analysis.Advisory, unknown string) {
	p.Places = append(p.Places, at)
	p.Unknown = cmp.Or(p.Unknown, unknown)
	for _, a := range list {
		n := p.row(a.IDs)
		if n < 0 {
			p.Rows = append(p.Rows, Row{Advisory: a, FoundBy: []string{Ours}})
		} else if p.Rows[n].Status != advisories.IsAffected && a.Status == advisories.IsAffected {
			p.Rows[n].Advisory = a
		}
	}
}

// row is the index of the row that is of one of these ids, or -1.
func (p *Package) row(ids []string) int {
	return slices.IndexFunc(p.Rows, func(r Row) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(r.IDs, id) })
	})
}

// settle makes of what was gathered what is shown: flags, order, actions.
func (x *Exposure) settle() {
	for i := range x.Packages {
		p := &x.Packages[i]
		p.Direct, p.Dev, p.Optional = false, len(p.Places) > 0, len(p.Places) > 0
		for _, at := range p.Places {
			p.Direct = p.Direct || at.Direct
			p.Dev, p.Optional = p.Dev && at.Dev, p.Optional && at.Optional
		}
		slices.SortFunc(p.Places, func(a, b Place) int { return cmp.Or(strings.Compare(a.Lockfile, b.Lockfile), a.Line-b.Line) })
		slices.SortStableFunc(p.Rows, compareRows)
		p.Action = p.act()
	}
	slices.SortFunc(x.Packages, comparePackages)
}

func (x *Exposure) incomplete() string {
	var parts []string
	if n := len(x.Errors); n > 0 {
		parts = append(parts, fmt.Sprintf("%s could not be read", plural(n, "lockfile")))
	}
	if x.Coverage.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("whether advisories exist is not known of %d of %s", x.Coverage.Unknown, plural(x.Pinned, "package")))
	}
	if n := x.Count().Unclear; n > 0 {
		parts = append(parts, fmt.Sprintf("of %s it cannot be told whether the pinned version is affected", plural(n, "advisory")))
	}
	for _, e := range x.Engines {
		if e.Failed != "" {
			parts = append(parts, e.Name+" gave no answer")
			continue
		}
		if e.Coverage.Unknown > 0 {
			parts = append(parts, fmt.Sprintf("%s does not know of %d of %s", e.Name, e.Coverage.Unknown, plural(x.Pinned, "package")))
		}
		if gaps := e.besideUnknown(); gaps != "" {
			parts = append(parts, fmt.Sprintf("%s could not look up %s beside the lockfiles", e.Name, gaps))
		}
	}
	return strings.Join(parts, "; ")
}

func plural(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "ry"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(what, "y"))
	}
	return fmt.Sprintf("%d %ss", n, what)
}
