package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// hex asks the registry of Elixir and Erlang.
type hex struct{ c *clients.Clients }

func (hex) Ecosystems() []string    { return []string{"hex"} }
func (a hex) Address(string) string { return a.c.Endpoints.Hex }

func (a hex) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	found, err := a.c.Hex.Package(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &Package{
		ID: lockfiles.ID{Ecosystem: "hex", Name: name}, Source: hostOf(a.c.Endpoints.Hex),
		Weekly: found.Downloads.V.Week, Repository: hexRepository(found.Meta.Links.V),
	}
	for _, owner := range found.Owners.V {
		p.Maintainers = append(p.Maintainers, owner.Username)
	}
	newest := -1
	for i := len(found.Releases) - 1; i >= 0; i-- { // the newest is first there
		r := Release{Version: found.Releases[i].Version, Published: found.PublishedAt(i)}
		if why, ok := found.Retirements.V[r.Version]; ok {
			r.retire(&why)
		} else if found.Retirements.V != nil {
			r.Withdrawn = lockfiles.No
		}
		p.Releases = append(p.Releases, r)
		if !r.Published.IsZero() && (newest < 0 || r.Published.After(found.PublishedAt(newest))) {
			newest = i
		}
	}
	byTime(p.Releases)
	for _, v := range versions {
		r := p.Find(v)
		if r == nil {
			continue
		}
		release, err := a.c.Hex.Release(ctx, name, v)
		if p.leftOut(err); err != nil {
			continue
		}
		r.Detail = hexDetail(release)
		r.Detail.Repository = p.Repository
		// The registry keeps the licence of the package, which each release
		// overwrites: it is the newest one's, and of older ones nothing is known.
		if newest >= 0 && found.Releases[newest].Version == v {
			r.Detail.License = joinLicenses(found.Meta.Licenses.V)
		}
		if release.Retirement.V != nil {
			r.retire(release.Retirement.V)
		}
	}
	return p, nil
}

func (r *Release) retire(why *clients.HexRetirement) {
	r.Withdrawn, r.WithdrawnReason = lockfiles.Yes, "retired"
	if why.Reason != "" {
		r.WithdrawnReason += " (" + why.Reason + ")"
	}
	if why.Message.V != "" {
		r.WithdrawnReason += ": " + why.Message.V
	}
}

func hexDetail(from *clients.HexRelease) *Detail {
	d := &Detail{Publisher: from.Publisher.V.Username, Downloads: from.Downloads.V, Digests: hexDigest("sha256", strings.ToLower(from.Checksum.V))}
	if tools := from.Meta.V.BuildTools.V; tools != nil {
		// Each evaluates a file of the package when that is compiled.
		d.Scripts = map[string]string{}
		for _, tool := range tools {
			d.Scripts["build tool "+tool] = tool
		}
		d.ScriptsLimit = "what its build files and macros do when it is compiled is told by its files alone"
	}
	if from.Requirements.V != nil {
		d.Requires = []string{}
		for name, requirement := range from.Requirements.V {
			if !requirement.Optional {
				d.Requires = append(d.Requires, name)
			}
		}
		slices.Sort(d.Requires)
	}
	return d
}

// hexRepository is the link that the maintainers called so.
func hexRepository(links map[string]string) string {
	for _, wanted := range []string{"github", "gitlab", "codeberg", "sourcehut", "repository", "source"} {
		for label, address := range links {
			if strings.ToLower(label) == wanted {
				return repository(address)
			}
		}
	}
	return ""
}
