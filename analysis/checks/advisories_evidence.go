package checks

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// detailsMost bounds the text of one advisory in bytes; the link has the rest.
const detailsMost = 4000

// plainID is an id that is a part of an address as it is.
var plainID = pattern.New(`^[A-Za-z0-9][A-Za-z0-9._:-]*$`)

// describe adds to a difference what a person reads of it.
func (k *knowledge) describe(s Sources, c *diff.Change, seen *view, d advisories.Difference) analysis.Advisory {
	out := analysis.Advisory{Difference: d, Have: seen.pkg.Version, Path: seen.path(c.Lockfile)}
	for _, r := range d.Records {
		text := *r // the index shares its records
		brief := s.Brief && text.Summary != ""
		if k.indexed[r] && !brief && s.Index.ReadText(&text) != nil {
			text.Details = "" // what it is called is known all the same
		}
		out.Summary = firstOf(out.Summary, line(text.Summary))
		if !brief {
			out.Details = firstOf(out.Details, bounded(text.Details, detailsMost))
		}
		if out.URL == "" && plainID.MatchString(r.ID) {
			out.URL = r.URL()
		}
	}
	if d.Records[0].Unread != "" {
		out.Summary = "the advisory could not be read"
	}
	if out.Summary == "" {
		first, _, _ := strings.Cut(strings.TrimSpace(out.Details), "\n")
		out.Summary = firstOf(line(first), "the advisory has no summary")
	}
	return out
}

func headGraphs(r *analysis.Review) map[string]*diff.Graph {
	if r == nil || r.Diff == nil {
		return nil
	}
	return r.Diff.Head
}

func baseGraphs(r *analysis.Review) map[string]*diff.Graph {
	if r == nil || r.Diff == nil {
		return nil
	}
	return r.Diff.Base
}

// view is the side of a change at which an advisory is looked at.
type view struct {
	pkg    *lockfiles.Package
	graphs map[string]*diff.Graph
	found  bool
	names  []string
}

// path is the names on the shortest way to the package.
func (v *view) path(lockfile string) []string {
	g := v.graphs[lockfile]
	if v.found || g == nil {
		return v.names
	}
	v.found = true
	for _, way := range g.Paths(v.pkg.Key(), 1) {
		for _, key := range way.Steps {
			v.names = append(v.names, g.Package(key).Name)
		}
	}
	return v.names
}

// exploited asks how likely, and whether, what affects either side is
// exploited. Where nobody answers it stays unknown, and fails nothing.
func (a advisoryCheck) exploited(ctx context.Context, list analysis.Advisories) {
	var wait sync.WaitGroup
	for i := range list {
		if list[i].Status != advisories.IsAffected {
			continue
		}
		wait.Go(func() { a.estimate(ctx, &list[i]) })
	}
	wait.Wait()
}

// estimate asks for every CVE of one advisory: the most likely counts, and it
// is not known to be exploited only when that is known of all.
func (a advisoryCheck) estimate(ctx context.Context, d *analysis.Advisory) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	listed, asked, answered := false, 0, 0
	for _, id := range d.IDs {
		if !strings.HasPrefix(id, "CVE-") {
			continue
		}
		asked++
		wait.Go(func() {
			if p, err := a.s.Clients.EPSS.Probability(ctx, id); err == nil {
				mu.Lock()
				defer mu.Unlock()
				if d.EPSS == nil || *d.EPSS < p {
					d.EPSS = &p
				}
			}
		})
		wait.Go(func() {
			if yes, err := a.s.Clients.KEV.Lists(ctx, id); err == nil {
				mu.Lock()
				defer mu.Unlock()
				answered++
				listed = listed || yes
			}
		})
	}
	wait.Wait()
	switch {
	case listed:
		d.KEV = lockfiles.Yes
	case asked > 0 && answered == asked:
		d.KEV = lockfiles.No
	}
}

// asOf is the age of the offline database for these packages.
func (a advisoryCheck) asOf(sides ...*side) (at time.Time) {
	for _, s := range sides {
		if s == nil {
			continue
		}
		for _, c := range a.s.Index.Info().Ecosystems {
			if c.Ecosystem == advisories.OSVEcosystem(s.target.ID.Ecosystem) {
				at = older(at, c.AsOf)
			}
		}
	}
	return at
}
