package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// relNow is the time of all reviews in these tests.
var relNow = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

const relDay = 24 * time.Hour

// rel is a release that was published before the review by an age; a negative
// age leaves the time out.
func rel(version string, age time.Duration, with ...func(*registry.Release)) registry.Release {
	r := registry.Release{Version: version, Withdrawn: lockfiles.No}
	if age >= 0 {
		r.Published = relNow.Add(-age)
	}
	for _, w := range with {
		w(&r)
	}
	return r
}

func yanked(why string, ago time.Duration) func(*registry.Release) {
	return func(r *registry.Release) {
		r.Withdrawn, r.WithdrawnReason = lockfiles.Yes, why
		if ago >= 0 {
			r.WithdrawnAt = relNow.Add(-ago)
		}
	}
}

func deprecated(message string) func(*registry.Release) {
	return func(r *registry.Release) { r.Deprecated = message }
}

func withDetail(d registry.Detail) func(*registry.Release) {
	return func(r *registry.Release) { r.Detail = &d }
}

func by(publisher string) func(*registry.Release) {
	return withDetail(registry.Detail{Publisher: publisher})
}

func byService(service string) func(*registry.Release) {
	return withDetail(registry.Detail{Publisher: "GitHub Actions", Trusted: service})
}

// pkg is a package of a registry.
func pkg(ecosystem string, releases ...registry.Release) *registry.Package {
	return &registry.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: "acme-http"}, Source: "registry.example", Observed: relNow, Releases: releases}
}

// incomplete is what is known of a package when a further question failed.
func incomplete(p *registry.Package) *registry.Package {
	p.Incomplete = errors.New("offline")
	return p
}

// fakeRegistry answers with one package; what is asked for beyond it is an error.
type fakeRegistry struct {
	*registry.Package
	err, historyErr error
	baseUnasked     string
	asked           [][]string
}

func (f *fakeRegistry) Compare(_ context.Context, c *diff.Change) (*registry.Comparison, error) {
	if f.err != nil {
		return nil, f.err
	}
	said := &registry.Comparison{Package: f.Package, Base: f.Find(c.From()), Head: f.Find(c.To()), BaseUnasked: f.baseUnasked}
	if f.baseUnasked != "" {
		said.Base = nil
	}
	return said, nil
}

func (f *fakeRegistry) Releases(_ context.Context, _ *diff.Change, versions []string) (*registry.Package, error) {
	f.asked = append(f.asked, versions)
	return f.Package, f.historyErr
}

// releaseMove is a change of acme-http; "" is the side that there is not.
func releaseMove(ecosystem, from, to string) *diff.Change {
	c := &diff.Change{Lockfile: "package-lock.json", Kind: diff.Upgraded, Class: diff.Classify(ecosystem, from, to)}
	entry := func(version string) *lockfiles.Package {
		if version == "" {
			return nil
		}
		return &lockfiles.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: "acme-http"}, Version: version}
	}
	c.Base, c.Head = entry(from), entry(to)
	switch {
	case from == "":
		c.Kind = diff.Added
	case to == "":
		c.Kind = diff.Removed
	case from == to:
		c.Kind = diff.Repinned
	}
	return c
}

func releaseReview(base, head map[string]string) *analysis.Review {
	tree := func(files map[string]string) fstest.MapFS {
		m := fstest.MapFS{}
		for name, data := range files {
			m[name] = &fstest.MapFile{Data: []byte(data)}
		}
		return m
	}
	return &analysis.Review{Now: relNow, BaseFiles: tree(base), HeadFiles: tree(head), Diff: &diff.Diff{}}
}

// releaseOutcome is what a check said, in lines: "warn release-too-young: title", and
// the error last.
func releaseOutcome(findings []analysis.Finding, err error) string {
	var lines []string
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s %s: %s", f.Outcome, f.Code, f.Title))
	}
	if err != nil {
		lines = append(lines, "error: "+err.Error())
	}
	return strings.Join(lines, "\n")
}

func wantReleases(t *testing.T, findings []analysis.Finding, err error, want string) {
	t.Helper()
	if got := releaseOutcome(findings, err); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	for _, f := range findings {
		if f.Source == "" || f.Title == "" || strings.ContainsAny(f.Title+f.Detail, "\n") {
			t.Errorf("finding %+v", f)
		}
	}
}

// releaseFacts are the rows of the evidence, as "Name: base | head".
func releaseFacts(r analysis.Result) string {
	var lines []string
	for _, e := range r.Evidence {
		for _, f := range e.Body.(analysis.Facts) {
			lines = append(lines, fmt.Sprintf("%s: %s | %s", f.Name, f.Base, f.Head))
		}
	}
	return strings.Join(lines, "\n")
}
