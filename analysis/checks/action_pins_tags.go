package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
)

// moved judges the tag that base wrote beside its commit. A floating one moves
// with each release; one of a whole version stays where it was put.
func (p *actionPin) moved(ctx context.Context) error {
	if p.base == nil || wholeCommit(p.base.Version) == "" {
		return nil
	}
	tag := p.named(p.base.Label)
	if tag.Name == "" || strings.EqualFold(tag.Commit.SHA, p.base.Version) {
		return nil
	}
	at := p.tagsAt(p.base.Version)
	title := fmt.Sprintf("the tag %s is at %.12s now, and base pins it as %.12s", tag.Name, tag.Commit.SHA, p.base.Version)
	if !fullTag.MatchString(tag.Name) {
		if p.head.Label == p.base.Label || p.head.Version == tag.Name {
			p.add("tag-moved", analysis.Info, title, "A tag of a major or minor version moves with each release.", "")
		}
		return nil
	}
	if len(at) > 0 {
		return nil // base's comment was wrong
	}
	same, err := p.peeled(ctx, p.base.Version, tag.Commit.SHA)
	if !same {
		p.add("tag-moved", analysis.Fail, title, "Honest releases do not move the tag of a whole version; either this one was moved, or the comment at base was wrong.",
			"compare the two commits before any workflow runs it")
	}
	return err
}

// peeled tells whether a hash is that of an annotated tag and not of the commit
// at which the tag is: people copy it from git ls-remote. An error is that
// nobody said; that the two hashes differ is told all the same, and beside it
// that not all is known.
func (p *actionPin) peeled(ctx context.Context, hash, commit string) (bool, error) {
	found, err := p.github.Commit(ctx, p.repo, hash)
	switch {
	case errors.Is(err, clients.ErrAbsent):
		return false, nil
	case err != nil:
		return false, err
	}
	return strings.EqualFold(found.SHA, commit), nil
}

// comment judges the version beside the commit of head: it is what people
// read, and bots keep the two together.
func (p *actionPin) comment(ctx context.Context) error {
	label := p.head.Label
	if label == "" || !fullTag.MatchString(label) && !floatingTag.MatchString(label) {
		return nil
	}
	if p.base != nil && p.base.Version == p.head.Version && p.base.Label == label {
		return nil // neither is new: that the tag moved is said of base
	}
	at, tag := p.tagsAt(p.head.Version), p.named(label)
	for _, name := range at {
		if name == tag.Name || inLine(name, label) {
			return nil
		}
	}
	detail := "No tag is at the pinned commit."
	if len(at) > 0 {
		detail = "The pinned commit is " + strings.Join(at, ", ") + "."
	}
	mismatch := func(outcome analysis.Outcome, title string) {
		p.add("comment-names-another-version", outcome, title, detail, "see which commit is meant, and pin it with its own version")
	}
	if tag.Name != "" && !fullTag.MatchString(tag.Name) && len(at) == 0 {
		return nil // it may have been at this commit
	}
	switch {
	case tag.Name != "":
		same, err := p.peeled(ctx, p.head.Version, tag.Commit.SHA)
		if same {
			return nil
		}
		mismatch(analysis.Fail, fmt.Sprintf("the comment says %s, which is at %.12s and not at the pinned %.12s", label, tag.Commit.SHA, p.head.Version))
		return err
	case len(at) > 0:
		mismatch(analysis.Fail, fmt.Sprintf("the comment says %s, and the pinned commit has other tags", label))
	case p.cut:
		return p.commentUnlisted(ctx, label, mismatch)
	default:
		mismatch(analysis.Warn, fmt.Sprintf("the comment says %s, and %s has no such tag", label, p.repo))
	}
	return nil
}

// commentUnlisted asks for a tag that the list was too short for.
func (p *actionPin) commentUnlisted(ctx context.Context, label string, mismatch func(analysis.Outcome, string)) error {
	commit, err := p.github.Commit(ctx, p.repo, label)
	switch {
	case errors.Is(err, clients.ErrAbsent):
		return errors.New("the repository has more tags than are listed, so what the comment names is not known")
	case err != nil:
		return err
	case !strings.EqualFold(commit.SHA, p.head.Version) && fullTag.MatchString(label):
		mismatch(analysis.Fail, fmt.Sprintf("the comment says %s, which is at %.12s and not at the pinned %.12s", label, commit.SHA, p.head.Version))
	}
	return nil
}

// inLine tells whether a tag is a release of the line that a floating label
// names: v4.1.7 of v4.
func inLine(tag, label string) bool {
	return floatingTag.MatchString(label) && strings.HasPrefix(strings.TrimLeft(tag, "vV"), strings.TrimLeft(label, "vV")+".")
}
