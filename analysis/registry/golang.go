package registry

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// golang asks a Go module proxy. It knows no publishers and no times of
// publication; what it tells of time is the commit's, which its author chose.
type golang struct{ clients *clients.Clients }

func (golang) Ecosystems() []string { return []string{"golang"} }

func (a golang) Address(string) string { return a.clients.Endpoints.GoProxy }

func (a golang) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	listing, seen := clients.Observe(ctx)
	listed, err := a.clients.GoProxy.List(listing, name)
	if err != nil {
		return nil, err
	}
	p := &Package{
		ID: lockfiles.ID{Ecosystem: "golang", Name: name}, Source: hostOf(a.Address(name)), Observed: seen.Oldest(),
		Releases: make([]Release, 0, len(listed)+len(versions)),
	}
	for _, version := range listed {
		p.Releases = append(p.Releases, Release{Version: version})
	}
	known := false
	for _, version := range versions {
		said, err := a.version(ctx, name, version)
		switch {
		case err == nil:
			known = true
			p.Releases = addModule(p.Releases, version, said)
		case !errors.Is(err, clients.ErrAbsent):
			p.Incomplete = err
		}
	}
	if len(listed) == 0 && !known && p.Incomplete == nil {
		// An empty list is what the proxy says of any path.
		if _, err := a.clients.GoProxy.Latest(ctx, name); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(p.Releases, func(x, y Release) int { return semver.Compare(x.Version, y.Version) })
	for i := range p.Releases {
		if d := p.Releases[i].Detail; d != nil && d.Repository != "" {
			p.Repository = d.Repository // of the highest that tells
		}
	}
	if err := a.judge(ctx, p); err != nil && p.Incomplete == nil {
		p.Incomplete = err
	}
	return p, nil
}

// version asks for a version as the lockfile writes it: tags that are too fresh
// for the list, and commits, are found so alone.
func (a golang) version(ctx context.Context, name, version string) (*clients.GoInfo, error) {
	return a.clients.GoProxy.Info(ctx, name, goCanonical(version))
}

// goCanonical has the v that some tools leave out.
func goCanonical(version string) string {
	if semver.IsValid(version) || !semver.IsValid("v"+version) {
		return version
	}
	return "v" + version
}

// addModule puts what is said of one version into its place in the list.
func addModule(releases []Release, version string, said *clients.GoInfo) []Release {
	at := slices.IndexFunc(releases, func(r Release) bool { return goModuleVersion(r.Version) == goModuleVersion(version) })
	if at < 0 {
		at = len(releases)
		releases = append(releases, Release{Version: said.Version})
	}
	r := &releases[at]
	r.Committed = said.Time
	// Nothing of a module runs when it is downloaded or built.
	r.Detail = &Detail{Scripts: map[string]string{}}
	if o := said.Origin; o != nil {
		r.Detail.Repository, r.Detail.Directory, r.Detail.Commit = repository(o.URL), o.Subdir, o.Hash
	}
	return releases
}

// judge reads the go.mod of the highest version, in which the author retracts
// versions and deprecates the module.
func (a golang) judge(ctx context.Context, p *Package) error {
	highest := highestModule(p.Releases)
	if highest == "" {
		return nil
	}
	text, err := a.clients.GoProxy.Mod(ctx, p.ID.Name, highest)
	if err != nil {
		return err
	}
	file, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		return errors.New("the go.mod of its highest version has an error, so that retractions are not known")
	}
	if file.Module != nil && file.Module.Deprecated != "" {
		p.Status, p.StatusReason = "deprecated", file.Module.Deprecated
	}
	for i := range p.Releases {
		r := &p.Releases[i]
		r.Withdrawn = lockfiles.No
		for _, retract := range file.Retract {
			if semver.Compare(retract.Low, r.Version) <= 0 && semver.Compare(r.Version, retract.High) <= 0 {
				r.Withdrawn, r.WithdrawnReason = lockfiles.Yes, retract.Rationale
				break
			}
		}
	}
	return nil
}

// highestModule is the version whose go.mod the go command reads retractions
// from: the highest release, else the highest prerelease, and those without a
// go.mod, or of a bare commit, only when there is nothing else.
func highestModule(releases []Release) (highest string) {
	rank := func(version string) int {
		switch {
		case module.IsPseudoVersion(version):
			return 0
		case semver.Build(version) != "":
			return 1
		case semver.Prerelease(version) != "":
			return 2
		}
		return 3
	}
	for i := range releases {
		version := releases[i].Version
		if highest == "" || rank(version) > rank(highest) || rank(version) == rank(highest) && semver.Compare(version, highest) > 0 {
			highest = version
		}
	}
	return highest
}
