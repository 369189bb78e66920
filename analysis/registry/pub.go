package registry

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// pub asks the registry of Dart and Flutter. It tells the verified publisher
// of a package, but not the account behind a release.
type pub struct{ c *clients.Clients }

func (pub) Ecosystems() []string    { return []string{"pub"} }
func (a pub) Address(string) string { return a.c.Endpoints.Pub }

func (a pub) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	found, err := a.c.Pub.Package(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &Package{ID: lockfiles.ID{Ecosystem: "pub", Name: name}, Source: hostOf(a.c.Endpoints.Pub)}
	if found.Discontinued {
		p.Status = "discontinued"
		if found.ReplacedBy.V != "" {
			p.StatusReason = "use " + found.ReplacedBy.V + " instead"
		}
	}
	for i := range found.Versions {
		v := &found.Versions[i]
		// The registry writes retracted only where it is so.
		r := Release{Version: v.Version, Published: v.PublishedAt(), Withdrawn: lockfiles.No}
		if v.Retracted {
			r.Withdrawn, r.WithdrawnReason = lockfiles.Yes, "retracted"
		}
		if slices.Contains(versions, v.Version) {
			r.Detail = pubDetail(v)
			score, err := a.c.Pub.Score(ctx, name, v.Version)
			if p.leftOut(err); err == nil {
				r.Detail.License = pubLicense(score.Tags.V)
			}
			p.Repository = r.Detail.Repository
		}
		p.Releases = append(p.Releases, r)
	}
	byTime(p.Releases)
	publisher, err := a.c.Pub.Publisher(ctx, name)
	if p.leftOut(err); publisher != "" {
		p.Maintainers = []string{publisher}
	}
	return p, nil
}

func pubDetail(v *clients.PubVersion) *Detail {
	d := &Detail{
		Repository: repository(cmp.Or(v.Pubspec.V.Repository.V, v.Pubspec.V.Homepage.V)),
		Digests:    hexDigest("sha256", strings.ToLower(v.SHA256.V)),
		// The pubspec is the whole one: what it does not name is not needed.
		Requires:     slices.AppendSeq([]string{}, maps.Keys(v.Pubspec.V.Dependencies.V)),
		Scripts:      map[string]string{},
		ScriptsLimit: "whether it holds a build hook (hook/build.dart) or native code, which run in the build, is told by its files alone",
	}
	slices.Sort(d.Requires)
	return d
}

// pubLicense reads the licences that pub.dev's analysis found, in small
// letters. Beside them stand what they are approved by, and that none was found.
func pubLicense(tags []string) string {
	var found []string
	for _, tag := range tags {
		id, ok := strings.CutPrefix(tag, "license:")
		switch {
		case !ok, id == "fsf-libre", id == "osi-approved", id == "unknown":
			continue
		}
		found = append(found, id)
	}
	return joinLicenses(found)
}
