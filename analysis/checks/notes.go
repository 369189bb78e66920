package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/mod/module"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// notes shows what upstream says of every version that an update skips, and
// whether upstream has a tag for what is installed.
type notes struct {
	github  *clients.GitHub
	compare func(context.Context, *diff.Change) (*registry.Comparison, error)
}

func newNotes(s Sources) *notes { return &notes{s.Clients.GitHub, discreet(s)} }

// discreet asks the registry, unless what it says is not to be told to the
// forge: the repository of a private npm package is as private as its name.
func discreet(s Sources) func(context.Context, *diff.Change) (*registry.Comparison, error) {
	return func(ctx context.Context, c *diff.Change) (*registry.Comparison, error) {
		if err := s.Clients.Private(c.Package().ID); err != nil {
			return nil, err
		}
		return s.Registry.Compare(ctx, c)
	}
}

func (*notes) Name() string  { return "notes" }
func (*notes) Topic() string { return "release" }

// Run asks the forge for the releases and, where those do not name both
// versions, for the tags: without a token it answers sixty questions an hour.
func (n *notes) Run(ctx context.Context, c *diff.Change, _ *analysis.Review) (result analysis.Result, err error) {
	switch c.Kind {
	case diff.Removed:
		return result, analysis.DoesNotApply("nothing is installed any more")
	case diff.Edited, diff.Repinned:
		return result, analysis.DoesNotApply("it stays the same version")
	}
	src, err := n.locate(ctx, c)
	if err != nil {
		return result, err
	}
	u := newUpstream(c, src)
	ctx, seen := clients.Observe(ctx)
	releases, err := n.github.Releases(ctx, src.name)
	if err != nil {
		return result, plainly(err)
	}
	u.addReleases(releases)
	var tagsErr error
	if !u.bothTagged() {
		var tags []clients.GitHubTag
		if tags, tagsErr = n.github.Tags(ctx, src.name); tagsErr == nil {
			u.addTags(tags)
		}
	}
	u.observed = seen.Oldest()
	found, look := u.findings()
	result.Evidence = append(u.evidence(look), u.notes()...)
	if tagsErr != nil {
		return result, plainly(tagsErr)
	}
	result.Findings = found
	if u.newTag == "" && u.cut {
		return result, errors.New("the repository has more tags than are listed, so whether this version has one is not known")
	}
	return result, nil
}

// source is the repository of a change, and who says that it is.
type source struct {
	repository
	web       string // the forge's address for people
	claimedBy string
	known     *registry.Comparison // nil where no registry was asked or answered
}

// locate finds the repository: an action and a Go module at the forge say it
// by their name, of all others the registry states what the publisher wrote.
func (n *notes) locate(ctx context.Context, c *diff.Change) (source, error) {
	web := n.github.Web()
	s := source{web: web, claimedBy: "its name"}
	host := s.host()
	p := c.Package()
	if p.Ecosystem == "githubactions" {
		owner, rest, _ := strings.Cut(p.Name, "/")
		name, _, _ := strings.Cut(rest, "/") // an action below the root is released with its repository
		var ok bool
		if s.repository, ok = newRepository("", owner+"/"+name); !ok {
			return s, analysis.DoesNotApply("it is no repository of the forge")
		}
		return s, nil
	}
	known, err := n.compare(ctx, c)
	if err == nil {
		s.known = known
	}
	if path, ok := strings.CutPrefix(p.Name, host+"/"); ok && p.Ecosystem == "golang" {
		if s.repository, ok = newRepository("", path); ok {
			s.dir = moduleDir(p.Name)
			return s, nil
		}
	}
	if err != nil {
		return s, err
	}
	s.claimedBy = cmp.Or(known.Package.Source, "the registry")
	for _, claim := range repositoryClaims(known) {
		r, ok := parseRepository(claim.repository)
		if r.host != "" && r.host != host {
			return s, analysis.Unsupported(fmt.Sprintf("release notes are read from %s alone, and the repository is said to be at %s", host, r.host))
		}
		if ok {
			s.repository = r
			s.dir = cmp.Or(claim.directory, r.dir)
			return s, nil
		}
	}
	return s, errors.New("no repository of it is known")
}

type repositoryClaim struct{ repository, directory string }

func repositoryClaims(known *registry.Comparison) (all []repositoryClaim) {
	for _, r := range []*registry.Release{known.Head, known.Base} {
		if r != nil && r.Detail != nil && r.Detail.Repository != "" {
			all = append(all, repositoryClaim{r.Detail.Repository, r.Detail.Directory})
		}
	}
	if known.Package.Repository != "" {
		all = append(all, repositoryClaim{repository: known.Package.Repository})
	}
	return all
}

// moduleDir is where a module lies in its repository: github.com/o/r/sub/v2
// is the directory sub, whose tags are sub/v2.0.0.
func moduleDir(path string) string {
	prefix, _, ok := module.SplitPathVersion(path)
	if !ok {
		prefix = path
	}
	segments := strings.Split(prefix, "/")
	return strings.Join(segments[min(3, len(segments)):], "/")
}

// tagVersionOf is a version as tags have it: of an action that is pinned to a
// commit, what the comment beside the pin says.
func tagVersionOf(p *lockfiles.Package) string {
	switch {
	case p == nil:
		return ""
	case p.Ecosystem == "githubactions" && len(p.Version) >= 40:
		return p.Label
	case p.Ecosystem == "gem":
		number, _ := lockfiles.SplitGemVersion(p.Version)
		return number
	}
	return p.Version
}

// plainly names the next step where the forge wants no more questions.
func plainly(err error) error {
	var e *clients.Error
	if !errors.As(err, &e) || e.Reason != clients.ReasonRateLimited {
		return err
	}
	return limited{e}
}

// limited is the error of a forge that was asked too often.
type limited struct{ err *clients.Error }

func (l limited) Error() string { return l.err.Error() }
func (l limited) Unwrap() error { return l.err }

// Short is the reason as a person can act on it.
func (l limited) Short() string {
	return l.err.Host + " answers no more questions for now; set GITHUB_TOKEN or run gh auth login"
}

// host is the forge.
func (s source) host() string {
	_, host, _ := strings.Cut(s.web, "://")
	return host
}

// link is the address of a page of the repository.
func (s source) link(page string, tags ...string) string {
	for i, tag := range tags {
		parts := strings.Split(tag, "/")
		for j := range parts {
			parts[j] = url.PathEscape(parts[j])
		}
		tags[i] = strings.Join(parts, "/")
	}
	return s.web + "/" + s.name + page + strings.Join(tags, "...")
}
