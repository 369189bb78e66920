package checks

import (
	"context"
	"errors"
	"fmt"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// notes shows what upstream says of every version that an update skips, and
// whether upstream has a tag for what is installed.
type notes struct {
	github   *clients.GitHub
	compare  func(context.Context, *diff.Change) (*registry.Comparison, error)
	attested attestedBy
}

func newNotes(s Sources) *notes {
	return &notes{s.Clients.GitHub, discreet(s), askAttested(s)}
}

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
	src, err := locator{web: n.github.Web(), compare: n.compare, attested: n.attested}.locate(ctx, c)
	if forge := hostOfWeb(n.github.Web()); src.repository.host != "" && src.repository.host != forge {
		return result, analysis.Unsupported(fmt.Sprintf("release notes are read from %s alone, and the repository is said to be at %s", forge, src.repository.host))
	}
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
