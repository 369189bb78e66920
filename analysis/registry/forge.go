package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// forge asks GitHub about what is installed from its repositories: actions,
// and packages of Swift. A version is a tag, and a tag has no time unless a
// release was made of it; who pushed it is not told.
type forge struct{ c *clients.Clients }

func (forge) Ecosystems() []string    { return []string{"githubactions", "swift"} }
func (a forge) Address(string) string { return a.c.Endpoints.GitHub }

func (a forge) Package(ctx context.Context, name string, versions []string) (*Package, error) {
	id := lockfiles.ID{Ecosystem: "githubactions", Name: name}
	host, rest, _ := strings.Cut(name, "/")
	if strings.Contains(host, ".") { // an account has no dot in its name
		id.Ecosystem, name = "swift", rest
		if host != "github.com" {
			return nil, analysis.Unsupported(fmt.Sprintf("what %.60s says of its repositories is not read", host))
		}
	}
	repo, ok := forgeRepository(name)
	if !ok {
		return nil, analysis.Unsupported("it is of no repository on GitHub")
	}
	found, err := a.c.GitHub.Repository(ctx, repo)
	if err != nil {
		return nil, err
	}
	p := &Package{ID: id, Source: hostOf(a.c.Endpoints.GitHub), Repository: found.URL}
	switch {
	case found.Archived:
		p.Status = "archived"
	case found.Disabled:
		p.Status = "disabled"
	}
	releases, err := a.c.GitHub.Releases(ctx, repo)
	if err != nil {
		return nil, err
	}
	tags, err := a.c.GitHub.Tags(ctx, repo)
	if err != nil {
		return nil, err
	}
	made := make(map[string]*clients.GitHubRelease)
	for i := range releases {
		if r := &releases[i]; !r.Draft {
			made[r.Tag] = r
		}
	}
	for _, tag := range tags {
		r := Release{Version: tag.Name}
		if release := made[tag.Name]; release != nil {
			r.Published = release.PublishedAt()
		}
		p.Releases = append(p.Releases, r)
	}
	for _, v := range versions {
		if err := a.version(ctx, p, repo, v, tags, made); err != nil {
			return nil, err
		}
	}
	byTime(p.Releases)
	return p, nil
}

// forgeRepository is the owner/name of an action, which may lie in a directory.
func forgeRepository(name string) (string, bool) {
	parts := strings.Split(name, "/")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return "", false
	}
	return parts[0] + "/" + parts[1], true
}

var commitHash = pattern.New(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// version adds the detail of one version, which may be a commit or a branch.
func (a forge) version(ctx context.Context, p *Package, repo, v string, tags []clients.GitHubTag, made map[string]*clients.GitHubRelease) error {
	d := &Detail{Repository: p.Repository, ScriptsLimit: forgeUntold[p.ID.Ecosystem]}
	r := p.Find(v)
	switch {
	case r != nil:
		i := slices.IndexFunc(tags, func(t clients.GitHubTag) bool { return t.Name == r.Version })
		if i >= 0 {
			d.Commit = tags[i].Commit.SHA
		}
		if release := made[r.Version]; release != nil {
			d.Publisher = release.Author.V.Login
		}
	case commitHash.MatchString(strings.ToLower(v)):
		// The earliest release of the commit is when it was first offered.
		pinned := Release{Version: v}
		tagged := false
		for _, t := range tags {
			if !strings.EqualFold(t.Commit.SHA, v) {
				continue
			}
			tagged = true
			if release := made[t.Name]; release != nil {
				if at := release.PublishedAt(); !at.IsZero() && (pinned.Published.IsZero() || at.Before(pinned.Published)) {
					pinned.Published, d.Publisher = at, release.Author.V.Login
				}
			}
		}
		if d.Commit = strings.ToLower(v); !tagged {
			return a.commit(ctx, p, repo, v, d)
		}
		p.Releases = append(p.Releases, pinned)
		r = &p.Releases[len(p.Releases)-1]
	default: // a branch, or a tag beyond those that the lists hold
		return a.commit(ctx, p, repo, v, d)
	}
	r.Detail = d
	return nil
}

// commit adds a version that no tag names. That the forge does not know it is
// said only after it was asked for the commit itself.
func (a forge) commit(ctx context.Context, p *Package, repo, v string, d *Detail) error {
	found, err := a.c.GitHub.Commit(ctx, repo, v)
	if clients.StateOf(err) == clients.Absent {
		return nil
	}
	if err != nil {
		return err
	}
	d.Commit = found.SHA
	p.Releases = append(p.Releases, Release{Version: v, Detail: d})
	return nil
}

var forgeUntold = map[string]string{
	"githubactions": "an action is itself what the workflow runs; what it does is told by its files alone",
	"swift":         "whether its manifest, plugins and macros, which run in the build, do more than they should is told by its files alone",
}

// swiftVersion: SwiftPM takes a tag with and without a v for the version.
func swiftVersion(version string) string { return strings.TrimPrefix(version, "v") }
