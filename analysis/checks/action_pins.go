package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// actionPins holds the `uses` of a workflow against the repository of the
// action: where its tag is now, whether the comment beside a commit names that
// commit's version, and whether the commit is of that repository at all. The
// forge serves commits of forks under the name of the repository, so that an
// impostor's looks like its own (signal S24).
type actionPins struct{ github *clients.GitHub }

func (*actionPins) Name() string  { return "action-pins" }
func (*actionPins) Topic() string { return "provenance" }

// Run asks for the tags, and only for a commit that no tag is at for more.
func (k *actionPins) Run(ctx context.Context, c *diff.Change, _ *analysis.Review) (analysis.Result, error) {
	switch {
	case c.Package().Ecosystem != "githubactions":
		return analysis.Result{}, analysis.DoesNotApply("it is no action of a workflow")
	case c.Head == nil:
		return analysis.Result{}, analysis.DoesNotApply("the action is removed")
	}
	owner, rest, _ := strings.Cut(c.Head.Name, "/")
	name, _, _ := strings.Cut(rest, "/")
	repo, ok := newRepository("", owner+"/"+name)
	if !ok {
		return analysis.Result{}, analysis.DoesNotApply("it is no repository of the forge")
	}
	ctx, seen := clients.Observe(ctx)
	p := &actionPin{github: k.github, repo: repo.name, host: hostOfWeb(k.github.Web()), base: c.Base, head: c.Head}
	p.mutable()
	err := p.ask(ctx)
	for i := range p.found {
		if f := &p.found[i]; f.Code != codeMutable { // which the lockfile says by itself
			f.Source, f.Observed = p.host, seen.Oldest()
		}
	}
	result := analysis.Result{Findings: p.found}
	if len(p.facts) > 0 {
		result.Evidence = []analysis.Evidence{{Claim: "what the workflow pins, and what " + p.repo + " has now", Source: p.host, Observed: seen.Oldest(), Body: p.facts}}
	}
	return result, plainly(err)
}

const codeMutable = "unpinned-or-mutable-ref"

// actionPin is what is learnt of one change.
type actionPin struct {
	github     *clients.GitHub
	repo, host string
	base, head *lockfiles.Package // base is nil for an action that is new
	tags       []clients.GitHubTag
	cut        bool // there may be more tags
	facts      analysis.Facts
	found      []analysis.Finding
}

func (p *actionPin) add(code string, outcome analysis.Outcome, title, detail, fix string) {
	p.found = append(p.found, analysis.Finding{Code: code, Outcome: outcome, Title: releaseLine(title), Detail: releaseLine(detail), Fix: releaseLine(fix)})
}

var (
	fullTag     = pattern.New(`^(?:.*[-/@])?[vV]?\d+\.\d+\.\d+(?:[-+.].*)?$`)
	floatingTag = pattern.New(`^(?:.*[-/@])?[vV]?\d+(?:\.\d+)?$`)
)

// mutable judges a ref that its owner can move.
func (p *actionPin) mutable() {
	if wholeCommit(p.head.Version) != "" {
		return
	}
	what := "a branch or a tag"
	if fullTag.MatchString(p.head.Version) || floatingTag.MatchString(p.head.Version) {
		what = "a tag, as it looks"
	}
	if p.base != nil && wholeCommit(p.base.Version) != "" {
		p.add(codeMutable, analysis.Warn, fmt.Sprintf("it was pinned to a commit, and now follows %s (%s)", p.head.Version, what),
			"Who can push to the action's repository decides what runs.", "pin the commit that "+p.head.Version+" is at, with the version in a comment")
		return
	}
	p.add(codeMutable, analysis.Info, fmt.Sprintf("it follows %s (%s), which its owner can move", p.head.Version, what), "", "pin a commit, with the version in a comment")
}

func (p *actionPin) ask(ctx context.Context) error {
	tags, err := p.github.Tags(ctx, p.repo)
	if err != nil {
		return err
	}
	p.tags, p.cut = tags, len(tags) >= clients.GitHubMost
	p.fact("pinned to", func(one *lockfiles.Package) string { return one.Version })
	p.fact("its comment", func(one *lockfiles.Package) string {
		if wholeCommit(one.Version) == "" {
			return ""
		}
		return one.Label
	})
	p.fact("tags at that commit", func(one *lockfiles.Package) string { return strings.Join(p.tagsAt(one.Version), ", ") })
	p.fact("that tag is now at", func(one *lockfiles.Package) string {
		if wholeCommit(one.Version) == "" {
			return p.named(one.Version).Commit.SHA
		}
		return p.named(one.Label).Commit.SHA
	})
	err = p.moved(ctx)
	if wholeCommit(p.head.Version) == "" {
		return errors.Join(err, p.resolve(ctx))
	}
	return errors.Join(err, p.comment(ctx), p.reachable(ctx))
}

// fact is one property of both sides, left out where neither has it.
func (p *actionPin) fact(name string, of func(*lockfiles.Package) string) {
	f := analysis.Fact{Name: name, Head: releaseLine(of(p.head))}
	if p.base != nil {
		f.Base = releaseLine(of(p.base))
	}
	if f.Base != "" || f.Head != "" {
		p.facts = append(p.facts, f)
	}
}

// resolve tells where a branch is, or a tag that was not listed.
func (p *actionPin) resolve(ctx context.Context) error {
	if p.named(p.head.Version).Name == p.head.Version {
		return nil
	}
	commit, err := p.github.Commit(ctx, p.repo, p.head.Version)
	if errors.Is(err, clients.ErrAbsent) {
		return errors.New("the repository has no branch or tag of that name")
	}
	if err == nil {
		p.facts = append(p.facts, analysis.Fact{Name: "it is now at", Head: releaseLine(commit.SHA)})
	}
	return err
}

// named is the tag that a comment or a ref names, with or without a v; the zero
// tag where there is none.
func (p *actionPin) named(label string) clients.GitHubTag {
	bare := strings.TrimLeft(label, "vV")
	for _, name := range []string{label, "v" + bare, bare} {
		for _, t := range p.tags {
			if name != "" && t.Name == name {
				return t
			}
		}
	}
	return clients.GitHubTag{}
}

// tagsAt are the names of the tags at a commit.
func (p *actionPin) tagsAt(commit string) (names []string) {
	for _, t := range p.tags {
		if strings.EqualFold(t.Commit.SHA, commit) {
			names = append(names, t.Name)
		}
	}
	return names
}
