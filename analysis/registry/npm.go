package registry

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/semver"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// npm asks the npm registry, or the one configured for the package's scope.
type npm struct{ clients *clients.Clients }

func (npm) Ecosystems() []string { return []string{"npm"} }

func (a npm) Address(name string) string { return a.clients.NPM.Registry(name) }

// predecessors is how many releases before the compared ones get a Detail too:
// who published the last few is what tells a new publisher from a usual one.
const predecessors = 10

// countPatience is how long the downloads are waited for when the rest is known.
const countPatience = 20 * time.Second

func (a npm) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	var weekly *int64
	var wait sync.WaitGroup
	var counting context.CancelFunc
	if a.counted(name) {
		// Beside the larger question.
		beside, stop := context.WithCancel(ctx)
		counting = stop
		defer wait.Wait()
		defer stop()
		wait.Go(func() {
			if n, err := a.clients.NPM.LastWeek(beside, name); err == nil {
				weekly = &n
			}
		})
	}
	said, err := a.clients.NPM.Outline(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &Package{
		ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Source: hostOf(a.Address(name)), Observed: said.At,
		Releases: npmReleases(said), Maintainers: said.Maintainers,
	}
	npmStatus(p, said)
	for _, version := range versions {
		r := p.Find(version)
		if r == nil {
			continue
		}
		at := slices.IndexFunc(p.Releases, func(o Release) bool { return o.Version == r.Version })
		for i := max(0, at-predecessors); i <= at; i++ {
			if p.Releases[i].Detail != nil {
				continue
			}
			if v := said.Whole(p.Releases[i].Version); v != nil {
				p.Releases[i].Detail = npmDetail(v)
			}
		}
	}
	if counting != nil {
		// Without an answer it stays unknown, and holds nothing up.
		defer time.AfterFunc(countPatience, counting).Stop()
	}
	wait.Wait()
	p.Weekly = weekly
	return p, nil
}

// counted tells whether the public download counts may be asked for a package:
// not of a private registry's, whose names are nobody else's business.
func (a npm) counted(name string) bool {
	e, public := a.clients.Endpoints, clients.DefaultEndpoints()
	return a.Address(name) == e.NPM && (e.NPM == public.NPM || e.NPMDownloads != public.NPMDownloads)
}

func npmReleases(said *clients.NPMOutline) []Release {
	releases := make([]Release, 0, len(said.Times))
	for version := range said.Listed() {
		releases = append(releases, Release{
			Version: version, Published: said.Times[version], Withdrawn: lockfiles.No, Deprecated: said.Deprecated(version),
		})
	}
	for version, at := range said.Times {
		if said.Removed(version) {
			releases = append(releases, Release{
				Version: version, Published: at, Withdrawn: lockfiles.Yes, WithdrawnReason: "removed from the registry",
			})
		}
	}
	// The document has them in no order.
	slices.SortFunc(releases, func(a, b Release) int {
		return cmp.Or(semver.Compare("v"+a.Version, "v"+b.Version), strings.Compare(a.Version, b.Version))
	})
	byTime(releases)
	return releases
}

// npmStatus reads what is said of the package as a whole.
func npmStatus(p *Package, said *clients.NPMOutline) {
	latest := said.Whole(said.DistTags["latest"])
	switch {
	case !said.Unpublished.IsZero() && said.Len() == 0:
		p.Status, p.StatusReason = "removed", "its maintainers unpublished it on "+said.Unpublished.Format("2006-01-02")
	case latest != nil && strings.HasSuffix(latest.Version, "-security") && strings.HasSuffix(repository(latest.Repository), "npm/security-holder"):
		p.Status, p.StatusReason = "quarantined", "the registry removed it for security, and holds its name"
	}
	if latest != nil {
		p.Repository = repository(latest.Repository)
	}
}

func npmDetail(v *clients.NPMVersion) *Detail {
	d := &Detail{
		Maintainers: v.Maintainers, License: v.License, Size: v.Dist.UnpackedSize, Files: v.Dist.FileCount,
		Repository: repository(v.Repository), Directory: v.Directory, Commit: v.GitHead,
		Digests:  append(lockfiles.ParseSRI(v.Dist.Integrity), hexDigest("sha1", v.Dist.Shasum)...),
		Requires: npmRequires(v),
	}
	if v.Publisher != nil {
		d.Publisher, d.Trusted, d.Approver = v.Publisher.Name, v.Publisher.TrustedPublisher, v.Publisher.Approver
	}
	switch {
	case v.Dist.AttestationsURL != "":
		d.Attested, d.AttestedAs = lockfiles.Yes, v.Dist.ProvenanceType
	case len(v.Dist.Signatures) > 0:
		// The registry writes both into one place; a mirror that left out the one
		// would have left out the other.
		d.Attested = lockfiles.No
	}
	for _, sig := range v.Dist.Signatures {
		d.Signatures = append(d.Signatures, Signature(sig))
	}
	d.Scripts, d.ScriptsLimit = npmScripts(v)
	return d
}

// npmScripts is what npm runs when it installs the package from a registry.
func npmScripts(v *clients.NPMVersion) (scripts map[string]string, limit string) {
	if !v.Full {
		if v.HasInstallScript != nil && *v.HasInstallScript {
			return nil, "the registry says that it has an install script, and not which"
		}
		return nil, "the registry leaves the scripts out"
	}
	scripts = make(map[string]string)
	for _, hook := range []string{"preinstall", "install", "postinstall"} {
		if command, ok := v.Scripts[hook]; ok && command != "" {
			scripts[hook] = command
		}
	}
	built := scripts["install"] != "" || scripts["preinstall"] != ""
	switch {
	case built || v.GypFile != nil && !*v.GypFile:
	case v.GypFile != nil:
		scripts["install"] = "node-gyp rebuild" // npm's own rule
	case v.NPM == "":
		// npm says so when it publishes; other clients leave it to who installs.
		limit = "a binding.gyp in the archive would be built; the registry does not say whether there is one"
	}
	return scripts, limit
}

// npmRequires is never nil: a document without dependencies says that there
// are none.
func npmRequires(v *clients.NPMVersion) []string {
	names := make(map[string]bool)
	for _, some := range []map[string]string{v.Dependencies, v.Optional} {
		for name := range some {
			names[name] = true
		}
	}
	return append([]string{}, slices.Sorted(maps.Keys(names))...)
}
