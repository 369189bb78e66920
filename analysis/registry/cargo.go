package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// cargo asks the crate index, which is the truth, and the API of crates.io,
// which knows who published and answers once a second.
type cargo struct{ clients *clients.Clients }

func (cargo) Ecosystems() []string { return []string{"cargo"} }

func (a cargo) Address(string) string { return a.clients.Endpoints.CratesIndex }

var errNoCratesAPI = errors.New("the configured crate index has no API that is known: publishers, licences and sizes were not asked for\nhint: set the endpoint crates-api too")

func (a cargo) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	indexing, seen := clients.Observe(ctx)
	index, err := a.clients.Crates.Index(indexing, name)
	if err != nil {
		return nil, err
	}
	p := &Package{
		ID: lockfiles.ID{Ecosystem: "cargo", Name: name}, Source: hostOf(a.Address(name)), Observed: seen.Oldest(),
		Releases: make([]Release, 0, len(index)),
	}
	byVersion := make(map[string]*clients.CrateVersion, len(index))
	for i := range index {
		v := &index[i]
		byVersion[v.Version] = v
		p.Releases = append(p.Releases, Release{Version: v.Version, Published: v.PublishedAt(), Withdrawn: yesNo(v.Yanked)})
	}
	byTime(p.Releases)
	var asked []*Release
	for _, version := range versions {
		if r := p.Find(version); r != nil && !slices.Contains(asked, r) {
			r.Detail = crateDetail(byVersion[r.Version])
			asked = append(asked, r)
		}
	}
	if e, public := a.clients.Endpoints, clients.DefaultEndpoints(); e.CratesIndex != public.CratesIndex && e.CratesAPI == public.CratesAPI {
		p.Incomplete = errNoCratesAPI // a private crate's name is none of crates.io's business
		return p, nil
	}
	a.describe(ctx, p, asked)
	return p, nil
}

func crateDetail(v *clients.CrateVersion) *Detail {
	d := &Detail{Digests: hexDigest("sha256", v.Checksum), Requires: []string{}}
	var building []string
	for i := range v.Dependencies {
		dependency := &v.Dependencies[i]
		real := dependency.Name
		if dependency.Package.V != "" {
			real = dependency.Package.V
		}
		switch dependency.Kind.V {
		case "normal", "":
			d.Requires = append(d.Requires, real)
		case "build":
			building = append(building, real)
		}
	}
	slices.Sort(d.Requires)
	d.Requires = slices.Compact(d.Requires)
	slices.Sort(building)
	switch {
	case v.Links != "":
		// Cargo refuses `links` without a build script.
		d.Scripts = map[string]string{"build.rs": "build script, linking " + v.Links}
		d.ScriptsLimit = "the index does not say whether it is a procedural macro, which runs in the compiler"
	default:
		d.ScriptsLimit = "the index does not say whether it has a build script or is a procedural macro"
		if len(building) > 0 {
			d.ScriptsHint = "it has build dependencies: " + strings.Join(slices.Compact(building), ", ")
		}
	}
	return d
}

var errNotInAPI = errors.New("crates.io does not list the version that its index has")

// The API answers one question a second, and a large update has hundreds. What
// the index tells is not to be lost over it, so it is waited for so long; and
// for who may publish today, which says the least, only where few wait.
const (
	apiPatience    = 4 * time.Minute
	ownersPatience = 10 * time.Second
)

// describe adds what only the API knows.
func (a cargo) describe(ctx context.Context, p *Package, asked []*Release) {
	limited, stop := context.WithTimeout(ctx, apiPatience)
	defer stop()
	releases, err := a.clients.Crates.Releases(limited, p.ID.Name)
	if err != nil {
		p.Incomplete = err
	}
	for _, r := range asked {
		at := slices.IndexFunc(releases, func(said clients.CrateRelease) bool { return said.Version == r.Version })
		if at >= 0 {
			describeCrate(r, &releases[at])
		} else if err == nil {
			p.Incomplete = errNotInAPI
		}
	}
	if len(asked) > 0 {
		p.Repository = asked[len(asked)-1].Detail.Repository
	}
	byTime(p.Releases)
	a.own(ctx, p)
}

// own asks who may publish. In a long queue they stay unknown.
func (a cargo) own(ctx context.Context, p *Package) {
	limited, stop := context.WithTimeout(ctx, ownersPatience)
	defer stop()
	owners, err := a.clients.Crates.Owners(limited, p.ID.Name)
	if err != nil {
		if p.Incomplete == nil && limited.Err() == nil {
			p.Incomplete = err
		}
		return
	}
	p.Maintainers = make([]string, 0, len(owners))
	for _, owner := range owners {
		if owner.Login != "" {
			p.Maintainers = append(p.Maintainers, owner.Login)
		}
	}
}

func describeCrate(r *Release, said *clients.CrateRelease) {
	d := r.Detail
	d.License, d.Size, d.Packed = said.License.V, said.Size.V, said.Size.V > 0
	d.Repository = repository(said.Repository.V)
	if said.Downloads.V > 0 {
		d.Downloads = &said.Downloads.V
	}
	if said.PublishedBy != nil {
		d.Publisher = said.PublishedBy.Login
	}
	if said.TrustedBy != nil {
		d.Trusted, d.Commit = said.TrustedBy.Provider, said.TrustedBy.SHA.V
		d.TrustedRepository = trustedRepository(said.TrustedBy)
	}
	if r.Withdrawn == lockfiles.Yes {
		r.WithdrawnReason = said.YankMessage.V
		for _, action := range said.AuditActions {
			if at := moment(action.Time); action.Action == "yank" && at.After(r.WithdrawnAt) {
				r.WithdrawnAt = at
			}
		}
	}
	if r.Published.IsZero() {
		r.Published = moment(said.CreatedAt.V)
	}
}

// trustedRepository is the address of what crates.io names by the forge's own
// path alone.
func trustedRepository(by *clients.CrateTrust) string {
	switch {
	case by.Provider == "github" && by.Repository.V != "":
		return "github:" + by.Repository.V
	case by.Provider == "gitlab" && by.Project.V != "":
		return "gitlab:" + by.Project.V
	}
	return ""
}
