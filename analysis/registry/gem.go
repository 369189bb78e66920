package registry

import (
	"context"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// gem asks RubyGems. A version for one platform is a release of its own, as in
// a Gemfile.lock: 1.2.3-x86_64-linux.
type gem struct{ clients *clients.Clients }

func (gem) Ecosystems() []string { return []string{"gem"} }

func (a gem) Address(string) string { return a.clients.Endpoints.RubyGems }

func (a gem) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	listing, seen := clients.Observe(ctx)
	listed, err := a.clients.RubyGems.Versions(listing, name)
	if err != nil {
		return nil, err
	}
	p := &Package{
		ID: lockfiles.ID{Ecosystem: "gem", Name: name}, Source: hostOf(a.Address(name)), Observed: seen.Oldest(),
		Releases: make([]Release, 0, len(listed)),
	}
	asked := make(map[string]bool, len(versions))
	for _, version := range versions {
		asked[gemVersion(version)] = true
	}
	for i := range listed {
		v := &listed[i]
		version := v.Number
		if v.Platform != "" && v.Platform != "ruby" {
			version += "-" + v.Platform
		}
		// What is yanked is not in the list; what is not in the list may as well
		// never have been.
		r := Release{Version: version, Published: v.PublishedAt(), Withdrawn: lockfiles.No}
		if asked[gemVersion(version)] {
			r.Detail = gemDetail(v)
		}
		p.Releases = append(p.Releases, r)
		if p.Repository == "" && i == 0 { // the newest
			p.Repository = repository(v.Metadata.V["source_code_uri"])
		}
	}
	byTime(p.Releases)
	owners, err := a.clients.RubyGems.Owners(ctx, name)
	if p.Incomplete = err; err != nil {
		return p, nil
	}
	p.Maintainers = make([]string, 0, len(owners))
	for _, owner := range owners {
		if owner.Handle.V != "" {
			p.Maintainers = append(p.Maintainers, owner.Handle.V)
		}
	}
	return p, nil
}

func gemDetail(v *clients.GemVersion) *Detail {
	d := &Detail{
		License: joinLicenses(v.Licenses.V), Digests: hexDigest("sha256", v.SHA.V),
		Repository:   repository(v.Metadata.V["source_code_uri"]),
		ScriptsLimit: "the registry does not say whether the gem builds an extension or brings a plugin",
	}
	if v.Downloads.V > 0 {
		d.Downloads = &v.Downloads.V
	}
	return d
}
