package registry

import (
	"cmp"
	"context"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// composer asks Packagist: the files that Composer reads for the versions, and
// the site for who maintains the package.
//
// The time of a version is that of the tagged commit, or what the author wrote
// into composer.json: it is never Published. There is no publisher either: a
// version is a tag, pushed by whoever may push to the repository.
type composer struct{ c *clients.Clients }

func (composer) Ecosystems() []string    { return []string{"composer"} }
func (a composer) Address(string) string { return a.c.Endpoints.PackagistP2 }

func (a composer) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	found, err := a.c.Packagist.Versions(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &Package{ID: lockfiles.ID{Ecosystem: "composer", Name: name}, Source: hostOf(a.c.Endpoints.PackagistP2)}
	for i := len(found) - 1; i >= 0; i-- { // the newest is first there
		p.Releases = append(p.Releases, composerRelease(&found[i]))
	}
	var branches []clients.ComposerVersion
	for _, v := range versions {
		// Branches are in a file of their own, which is large and rarely asked for.
		if !composerBranch(v) || p.Find(v) != nil {
			continue
		}
		if branches == nil {
			if branches, err = a.c.Packagist.Branches(ctx, name); err != nil && clients.StateOf(err) != clients.Absent {
				return nil, err // else the branch would seem not to be there
			}
		}
		for i := range branches {
			if branches[i].Version == v {
				found = append(found, branches[i])
				p.Releases = append(p.Releases, composerRelease(&branches[i]))
			}
		}
	}
	for _, v := range versions {
		r := p.Find(v)
		if r == nil {
			continue
		}
		for i := range found {
			if found[i].Version == r.Version {
				r.Detail = composerDetail(&found[i])
			}
		}
	}
	if len(found) > 0 {
		newest := &found[0]
		p.Repository = repository(newest.SourceURL)
		p.abandon(newest.Abandoned, newest.Replacement)
	}
	info, err := a.c.Packagist.Info(ctx, name)
	if err != nil {
		p.leftOut(err)
		return p, nil
	}
	p.Maintainers = info.Maintainers
	p.Repository = cmp.Or(repository(info.Repository), p.Repository)
	p.abandon(info.Abandoned, info.Replacement)
	return p, nil
}

func (p *Package) abandon(is bool, replacement string) {
	if !is {
		return
	}
	p.Status = "abandoned"
	if replacement != "" {
		p.StatusReason = "use " + replacement + " instead"
	}
}

func composerBranch(version string) bool {
	return strings.HasPrefix(version, "dev-") || strings.HasSuffix(version, "-dev")
}

func composerRelease(v *clients.ComposerVersion) Release {
	return Release{Version: v.Version, Committed: v.Published}
}

func composerDetail(v *clients.ComposerVersion) *Detail {
	d := &Detail{
		// Several are a choice, as the schema of composer.json has it.
		License: anyOf(v.Licenses), Repository: repository(v.SourceURL), Commit: v.DistReference,
		Digests: hexDigest("sha1", v.DistShasum), Scripts: map[string]string{},
	}
	if v.Type == "composer-plugin" || v.Type == "composer-installer" {
		// The class is in the archive's composer.json; that it runs is told here.
		d.Scripts["composer-plugin"] = v.Type
	}
	if len(v.AutoloadFiles) > 0 {
		d.Scripts["autoload.files"] = strings.Join(v.AutoloadFiles, " ")
	}
	if v.Requires != nil {
		d.Requires = []string{}
		for _, name := range v.Requires {
			if strings.Contains(name, "/") { // else the platform: php, ext-json
				d.Requires = append(d.Requires, name)
			}
		}
	}
	return d
}

// anyOf writes licences of which one may be chosen as one expression.
func anyOf(licenses []string) string {
	if len(licenses) < 2 {
		return strings.Join(licenses, "")
	}
	parts := make([]string, len(licenses))
	for i, one := range licenses {
		if parts[i] = one; strings.ContainsAny(one, " ") && !strings.HasPrefix(one, "(") {
			parts[i] = "(" + one + ")"
		}
	}
	return strings.Join(parts, " OR ")
}

// composerVersion leaves out the v before a version and the zeros that
// Composer adds behind it: v1.2 is 1.2.0.0.
func composerVersion(version string) string {
	version = strings.ToLower(version)
	if composerBranch(version) {
		return version
	}
	number, rest := strings.TrimPrefix(version, "v"), ""
	if i := strings.IndexAny(number, "-+_"); i >= 0 {
		number, rest = number[:i], number[i:]
	}
	rest, _, _ = strings.Cut(rest, "+")
	for strings.HasSuffix(number, ".0") {
		number = strings.TrimSuffix(number, ".0")
	}
	return number + rest
}
