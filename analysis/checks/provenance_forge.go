package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
)

// forgeSays is what the forge knows of the commits that two releases were built
// from. The zero value: it was not asked.
type forgeSays struct {
	host     string
	observed time.Time
	doubt    string // why it was not asked, or had no answer; "" where there was nothing to ask
	lies     string // where head's commit lies: "on main"
	follows  string // how it stands to base's: "3 commits after it"
	findings []analysis.Finding
}

// built is a commit of a repository on the forge, from which a release was
// built: as a certificate states it, or as Go's proxy fetched it.
type built struct {
	repository
	commit, ref string
}

// builtFrom is empty where neither is so: what a publisher writes into the
// metadata names anything, and is not worth a question.
func (k *provenance) builtFrom(r *attest.Release) (b built, elsewhere string) {
	if r == nil {
		return b, ""
	}
	id := r.Identity()
	address, commit := id.Repository, id.Commit
	if address == "" && r.ID.Ecosystem == "golang" {
		address, commit = r.Repository, r.Commit
	}
	where, ok := parseRepository(address)
	switch {
	case address == "" || !ok && where.host == "":
		return b, ""
	case where.host != "" && where.host != hostOfWeb(k.forge.Web()):
		return b, where.host
	case !ok || wholeCommit(commit) == "":
		return b, ""
	}
	return built{repository: where, commit: wholeCommit(commit), ref: id.Ref}, ""
}

// askForge asks at most five questions: where head's commit lies, and how it
// stands to base's.
func (k *provenance) askForge(ctx context.Context, m *matter) (says forgeSays, err error) {
	head, elsewhere := k.builtFrom(m.head)
	switch {
	case elsewhere != "":
		return forgeSays{doubt: inWordsOf(attest.Unknown, "commits are not looked up on "+elsewhere)}, nil
	case head.commit == "":
		return says, nil
	}
	if err := k.private(m.change); err != nil {
		return forgeSays{doubt: inWordsOf(attest.Unknown, "the forge was not asked: "+analysis.Why(err))}, nil
	}
	says.host = hostOfWeb(k.forge.Web())
	ctx, seen := clients.Observe(ctx)
	defer func() {
		says.observed = seen.Oldest()
		for i := range says.findings {
			says.findings[i].Observed = says.observed
		}
	}()
	exists, err := k.placeOf(ctx, head, &says)
	if err != nil || !exists {
		return says, err
	}
	base, _ := k.builtFrom(m.base)
	if base.commit == "" || !strings.EqualFold(base.name, head.name) || m.change.From() == m.change.To() {
		return says, nil
	}
	return says, k.order(ctx, m, base, head, &says)
}

// placeOf looks for the commit on the branch that the certificate names, else
// on the default branch, then under a tag. A commit that lies on none of them
// may be of a fork, which the forge shows as if it were of the repository.
func (k *provenance) placeOf(ctx context.Context, head built, says *forgeSays) (exists bool, err error) {
	branch, named := strings.CutPrefix(head.ref, "refs/heads/")
	if !named {
		r, err := k.forge.Repository(ctx, head.name)
		if err != nil {
			return false, err
		}
		if branch = r.DefaultBranch; branch == "" {
			return false, fmt.Errorf("%s does not name the default branch", says.host)
		}
	}
	found, err := k.forge.Compare(ctx, head.name, branch, head.commit)
	switch {
	case err == nil && (found.Status == "behind" || found.Status == "identical"):
		says.lies = "on " + branch
		return true, nil
	case err == nil:
		return true, k.underTag(ctx, head, branch, says)
	case clients.StateOf(err) != clients.Absent:
		return false, err
	}
	// One of the two is not there, or they have no history in common.
	if _, err = k.forge.Commit(ctx, head.name, head.commit); err == nil {
		return true, k.underTag(ctx, head, branch, says)
	}
	if clients.StateOf(err) != clients.Absent {
		return false, err
	}
	if _, err = k.forge.Repository(ctx, head.name); err != nil {
		return false, err // gone or private: nothing is known of its commits
	}
	says.lies = "not in " + head.name
	says.found("commit-not-on-branch", analysis.Warn, fmt.Sprintf("the commit %s is not in %s", head.commit, head.name),
		"it was there when the release was built, if the attestation holds: history was rewritten since, or the commit taken away")
	return false, nil
}

func (k *provenance) underTag(ctx context.Context, head built, branch string, says *forgeSays) error {
	says.lies = "not on " + branch
	tags, err := k.forge.Tags(ctx, head.name)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		if strings.EqualFold(tag.Commit.SHA, head.commit) {
			says.lies = "under the tag " + tag.Name + ", not on " + branch
			says.found("commit-not-on-branch", analysis.Info, fmt.Sprintf("the commit %s is under the tag %s and not on %s", head.commit, tag.Name, branch),
				"projects that commit the version on the tag alone, or release from another branch, do so")
			return nil
		}
	}
	if len(tags) >= clients.GitHubMost {
		return errors.New("the repository has more tags than are listed, so whether one holds the commit is not known")
	}
	says.found("commit-not-on-branch", analysis.Warn, fmt.Sprintf("the commit %s is neither on %s nor under a tag of %s", head.commit, branch, head.name),
		"it may lie on another branch, or come from a fork, which the forge shows under the same address")
	return nil
}

// order tells whether head's commit comes after base's. Of a downgrade the
// opposite is expected.
func (k *provenance) order(ctx context.Context, m *matter, base, head built, says *forgeSays) error {
	found, err := k.forge.Compare(ctx, head.name, base.commit, head.commit)
	if clients.StateOf(err) == clients.Absent {
		says.follows = "no history in common with base's, or base's is not there"
		says.found("commit-not-after", analysis.Info, "the commits of the two releases have no history in common", "or the earlier commit is not in the repository any more")
		return nil
	}
	if err != nil {
		return err
	}
	outcome, title := analysis.Unknown, ""
	switch found.Status {
	case "ahead":
		says.follows = countOf(found.AheadBy, "commit") + " after base's"
	case "identical":
		says.follows = "the same commit as base's"
		outcome, title = analysis.Info, "both releases were built from the same commit"
	case "behind":
		says.follows = countOf(found.BehindBy, "commit") + " before base's"
		outcome, title = analysis.Warn, fmt.Sprintf("built from a commit that is %s older than that of %s", countOf(found.BehindBy, "commit"), m.base.Version)
	case "diverged":
		// Two lines of releases, or versions that are committed on their tags alone.
		says.follows = fmt.Sprintf("beside base's: %s of that are not in it", countOf(found.BehindBy, "commit"))
		outcome, title = analysis.Info, fmt.Sprintf("%s of %s are not in the history of this release", countOf(found.BehindBy, "commit"), m.base.Version)
	default:
		return fmt.Errorf("%s compares two commits in words that are not known", says.host)
	}
	if outcome != analysis.Unknown && m.change.Kind != diff.Downgraded {
		says.found("commit-not-after", outcome, title, "")
	}
	return nil
}

func (f *forgeSays) found(code string, outcome analysis.Outcome, title, detail string) {
	f.findings = append(f.findings, provenanceFinding(cmp.Or(f.host, "the forge"), f.observed, code, outcome, title, detail))
}
