package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
)

// actionCompares bounds how many branches and tags one commit is held against.
// Nearly every pinned commit has a tag and costs no question; of the others
// nearly all lie on the default branch.
const actionCompares = 24

// reachable looks for a branch or a tag from which the commit of head is
// reached. What is reached from none was pushed to a fork, or is left over.
func (p *actionPin) reachable(ctx context.Context) error {
	if len(p.tagsAt(p.head.Version)) > 0 {
		return nil
	}
	repository, err := p.github.Repository(ctx, p.repo)
	if err != nil {
		return err
	}
	if repository.DefaultBranch == "" {
		return errors.New("the forge does not name the default branch")
	}
	commit, err := p.github.Commit(ctx, p.repo, p.head.Version)
	switch {
	case errors.Is(err, clients.ErrAbsent):
		p.add("commit-not-in-repository", analysis.Fail, fmt.Sprintf("%s has no commit %.12s", p.repo, p.head.Version),
			"Neither the repository nor a fork of it has such a commit: the workflow cannot run it, or it was taken away.", "pin the commit of a release")
		return nil
	case err != nil:
		return err
	case !strings.EqualFold(commit.SHA, p.head.Version) && len(p.tagsAt(commit.SHA)) > 0:
		return nil // the hash of an annotated tag
	}
	on, err := p.holds(ctx, repository.DefaultBranch)
	if err != nil || on {
		return p.on(repository.DefaultBranch, err)
	}
	branches, err := p.github.Branches(ctx, p.repo)
	if err != nil {
		return err
	}
	refs, whole := p.refs(branches, repository.DefaultBranch)
	for _, ref := range refs {
		if on, err = p.holds(ctx, ref); err != nil || on {
			return p.on(ref, err)
		}
	}
	p.orphan(1+len(refs), whole)
	return nil
}

func (p *actionPin) on(ref string, err error) error {
	if err == nil {
		p.facts = append(p.facts, analysis.Fact{Name: "reached from", Head: ref})
	}
	return err
}

// holds tells whether the commit is reached from a ref. Without history in
// common it is not.
func (p *actionPin) holds(ctx context.Context, ref string) (bool, error) {
	compared, err := p.github.Compare(ctx, p.repo, ref, p.head.Version)
	if errors.Is(err, clients.ErrAbsent) {
		return false, nil
	}
	return err == nil && (compared.Status == "behind" || compared.Status == "identical"), err
}

// refs are the branches and tags to look at, the likeliest first: branches that
// are at the commit, those named for the version, the other ones, then tags
// of the same line. whole tells whether every branch is among them.
func (p *actionPin) refs(branches []clients.GitHubBranch, but string) (refs []string, whole bool) {
	major, _, _ := strings.Cut(strings.TrimLeft(p.head.Label, "vV"), ".")
	likely := func(b clients.GitHubBranch) int {
		switch {
		case strings.EqualFold(b.Commit.SHA, p.head.Version):
			return 0
		case major != "" && strings.Contains(b.Name, major):
			return 1
		case strings.HasPrefix(b.Name, "dependabot/") || strings.HasPrefix(b.Name, "renovate/"):
			return 3
		}
		return 2
	}
	sorted := slices.Clone(branches)
	slices.SortStableFunc(sorted, func(a, b clients.GitHubBranch) int { return cmp.Compare(likely(a), likely(b)) })
	for _, b := range sorted {
		if b.Name != but && b.Name != "" {
			refs = append(refs, b.Name)
		}
	}
	whole = len(refs) <= actionCompares && len(branches) < clients.GitHubMost
	if !whole {
		refs = refs[:min(len(refs), actionCompares-actionCompares/4)]
	}
	for _, t := range p.tags {
		if len(refs) < actionCompares && t.Name != "" && strings.HasPrefix(strings.TrimLeft(t.Name, "vV"), major) {
			refs = append(refs, t.Name)
		}
	}
	return refs, whole
}

// orphan says that no ref reaches the commit.
func (p *actionPin) orphan(looked int, whole bool) {
	outcome, among := analysis.Fail, fmt.Sprintf("no branch of %s", p.repo)
	if !whole {
		outcome, among = analysis.Warn, fmt.Sprintf("none of the %d likeliest branches and tags of %s", looked, p.repo)
	}
	p.add("commit-not-on-branch", outcome, fmt.Sprintf("%s reaches the pinned commit %.12s", among, p.head.Version),
		"The forge serves commits of forks under the repository's name, so anyone may have made it.", "pin the commit of a release, and ask who proposed this one")
}
