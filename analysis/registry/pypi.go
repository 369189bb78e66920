package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// pypi asks a Python index: its simple page for all releases and their files,
// and its JSON for the compared ones.
type pypi struct{ clients *clients.Clients }

func (pypi) Ecosystems() []string { return []string{"pypi"} }

func (a pypi) Address(string) string { return a.clients.Endpoints.PyPI }

func (a pypi) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	listing, seen := clients.Observe(ctx)
	project, err := a.clients.PyPI.Project(listing, name)
	if errors.Is(err, clients.ErrAbsent) {
		return nil, err
	}
	p := &Package{ID: lockfiles.ID{Ecosystem: "pypi", Name: name}, Source: hostOf(a.Address(name)), Observed: seen.Oldest(), Incomplete: err}
	var books []pypiBook
	if project != nil {
		if project.Status != "active" {
			p.Status, p.StatusReason = project.Status, project.StatusReason
		}
		books = pypiBooks(name, project)
	}
	details := a.details(ctx, p, books, versions)
	if err != nil && len(details) == 0 {
		return nil, err // neither has an answer
	}
	for _, one := range details {
		i := slices.IndexFunc(books, func(b pypiBook) bool { return pypiVersion(b.version) == pypiVersion(one.Version) })
		if i < 0 {
			books = append(books, pypiBook{version: one.Version, files: one.Files})
		}
	}
	attests := slices.ContainsFunc(books, func(b pypiBook) bool { return b.attested() })
	for _, b := range books {
		p.Releases = append(p.Releases, b.release())
	}
	byTime(p.Releases)
	var compared []*Detail
	var archives [][]clients.PyPIFile
	for _, version := range versions {
		r := p.Find(version)
		if r == nil || r.Detail != nil {
			continue
		}
		b := books[slices.IndexFunc(books, func(b pypiBook) bool { return b.version == r.Version })]
		r.Detail = b.detail(attests)
		compared, archives = append(compared, r.Detail), append(archives, b.files)
		for _, said := range details {
			if pypiVersion(said.Version) == pypiVersion(r.Version) {
				describePyPI(p, r, said)
			}
		}
	}
	attestedBefore(p, versions, books, attests)
	measure(compared, archives)
	return p, nil
}

// attestedBefore tells of the releases before the compared ones, of the same
// major version, whether the index says that they are attested: of a project's
// page that is known anyway.
func attestedBefore(p *Package, versions []string, books []pypiBook, attests bool) {
	major := func(version string) string { m, _, _ := strings.Cut(version, "."); return m }
	for _, version := range versions {
		r := p.Find(version)
		if r == nil {
			continue
		}
		at := slices.IndexFunc(p.Releases, func(o Release) bool { return o.Version == r.Version })
		for i, left := at-1, predecessors; i >= 0 && left > 0; i-- {
			before := &p.Releases[i]
			if major(before.Version) != major(r.Version) {
				continue
			}
			left--
			if before.Detail == nil {
				b := books[slices.IndexFunc(books, func(b pypiBook) bool { return b.version == before.Version })]
				before.Detail = &Detail{Attested: b.says(attests)}
			}
		}
	}
}

// details asks for the compared releases. Why one is missing is in Incomplete.
func (a pypi) details(ctx context.Context, p *Package, books []pypiBook, versions []string) []*clients.PyPIRelease {
	said := make([]*clients.PyPIRelease, len(versions))
	errs := make([]error, len(versions))
	var wait sync.WaitGroup
	for i, version := range versions {
		at := slices.IndexFunc(books, func(b pypiBook) bool { return pypiVersion(b.version) == pypiVersion(version) })
		if at >= 0 {
			version = books[at].version
		} else if p.Incomplete == nil {
			continue // the page of the project has all versions
		}
		wait.Go(func() { said[i], errs[i] = a.clients.PyPI.Release(ctx, p.ID.Name, version) })
	}
	wait.Wait()
	for i, err := range errs {
		// A release in quarantine has no document, and a page without a list of
		// versions no other way to be told of one.
		if err != nil && p.Incomplete == nil {
			p.Incomplete = err
		}
		if said[i] != nil && pypiVersion(said[i].Version) != pypiVersion(versions[i]) {
			said[i] = nil
		}
	}
	return slices.DeleteFunc(said, func(r *clients.PyPIRelease) bool { return r == nil })
}

// measure gives the sizes of archives that can be compared: of the kind that
// every compared release has, first of all the wheel for every platform.
func measure(details []*Detail, archives [][]clients.PyPIFile) {
	for _, kind := range []func(string) bool{isUniversalWheel, isSdist} {
		sizes := make([]int64, len(archives))
		for i, files := range archives {
			for _, f := range files {
				if kind(f.Filename) {
					sizes[i] = max(sizes[i], f.Size)
				}
			}
		}
		if slices.Contains(sizes, 0) {
			continue
		}
		for i, d := range details {
			d.Size, d.Packed = sizes[i], true
		}
		return
	}
}
