package registry

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// nuget asks the registration of a package, the catalog for the versions that
// are compared, and the search for owners and downloads.
//
// The catalog's hash is left out: it is of the archive before the registry
// signed it, and lockfiles pin yet another one, of the content without any
// signature, so that no two of them ever agree.
type nuget struct{ c *clients.Clients }

func (nuget) Ecosystems() []string    { return []string{"nuget"} }
func (a nuget) Address(string) string { return a.c.Endpoints.NuGet }

func (a nuget) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	found, err := a.c.NuGet.Versions(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &Package{ID: lockfiles.ID{Ecosystem: "nuget", Name: name}, Source: hostOf(a.c.Endpoints.NuGet)}
	for i := range found {
		p.Releases = append(p.Releases, nugetRelease(&found[i]))
	}
	search, err := a.c.NuGet.Find(ctx, name)
	if p.leftOut(err); err == nil {
		p.Maintainers = search.Owners
	}
	for _, v := range versions {
		r := p.Find(v)
		i := slices.IndexFunc(found, func(one clients.NuGetVersion) bool { return r != nil && one.Version == r.Version })
		if i < 0 {
			continue
		}
		r.Detail = &Detail{License: nugetLicense(&found[i]), Requires: found[i].Requires, ScriptsLimit: nugetUntold}
		detail, err := a.c.NuGet.Detail(ctx, found[i])
		if p.leftOut(err); err == nil {
			nugetCatalog(r.Detail, detail)
		}
		if search != nil {
			for version, n := range search.ByVersion {
				if nugetVersion(version) == nugetVersion(found[i].Version) {
					r.Detail.Downloads = &n
				}
			}
		}
		p.Repository = cmp.Or(r.Detail.Repository, p.Repository, found[i].ProjectURL)
	}
	byTime(p.Releases)
	return p, nil
}

func nugetRelease(v *clients.NuGetVersion) Release {
	r := Release{Version: v.Version, Published: v.Published}
	if v.Listed != nil {
		r.Withdrawn = lockfiles.No
		if !*v.Listed {
			r.Withdrawn, r.WithdrawnReason = lockfiles.Yes, "unlisted"
		}
	}
	if len(v.Deprecated) > 0 || v.DeprecatedMessage != "" || v.Alternative != "" {
		r.Deprecated = cmp.Or(v.DeprecatedMessage, strings.Join(v.Deprecated, ", "))
		if v.Alternative != "" {
			r.Deprecated = strings.TrimPrefix(r.Deprecated+"; ", "; ") + "use " + v.Alternative + " instead"
		}
	}
	return r
}

// nugetUntold is what the registration alone does not say.
const nugetUntold = "whether it holds MSBuild targets, analyzers or PowerShell scripts, which run in the build, is told by its files alone"

func nugetCatalog(d *Detail, from *clients.NuGetDetail) {
	d.Size, d.Packed = from.Size, from.Size > 0
	d.Repository, d.Commit = repository(from.Repository), from.Commit
	if from.Files == nil {
		return
	}
	d.Files, d.ScriptsLimit, d.Scripts = int64(len(from.Files)), "", map[string]string{}
	for _, file := range from.Files {
		if hook := nugetHook(file); hook != "" {
			d.Scripts[hook] = strings.TrimPrefix(d.Scripts[hook]+" "+file, " ")
		}
	}
}

// nugetHook names what runs a file of a package when a project is restored or
// built, or "" when nothing does.
func nugetHook(file string) string {
	lower := strings.ToLower(file)
	top, _, _ := strings.Cut(lower, "/")
	switch ext := path.Ext(lower); {
	case (ext == ".targets" || ext == ".props") && (top == "build" || top == "buildtransitive" || top == "buildmultitargeting" || top == "buildcrosstargeting"):
		return "msbuild"
	case ext == ".ps1" && top == "tools":
		return "powershell"
	case ext == ".dll" && top == "analyzers":
		return "analyzer"
	}
	return ""
}

// nugetLicense is the expression, also where it is written as an address.
func nugetLicense(v *clients.NuGetVersion) string { return cmp.Or(v.License, v.LicenseURL) }

// nugetVersion is the normalised form: three or four numbers without zeros
// before them, a fourth of 0 left out, no build metadata, letters small.
func nugetVersion(version string) string {
	version, _, _ = strings.Cut(strings.ToLower(version), "+")
	numbers, pre, isPre := strings.Cut(version, "-")
	parts := strings.Split(numbers, ".")
	for i, part := range parts {
		if parts[i] = strings.TrimLeft(part, "0"); parts[i] == "" && part != "" {
			parts[i] = "0"
		}
	}
	for len(parts) < 3 {
		parts = append(parts, "0")
	}
	if len(parts) == 4 && parts[3] == "0" {
		parts = parts[:3]
	}
	version = strings.Join(parts, ".")
	if isPre {
		version += "-" + pre
	}
	return version
}
