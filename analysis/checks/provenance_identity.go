package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/diff"
)

// identityParts are those whose change is an identity-changed: builder and
// trigger alone move too often for a warning. The kind of ref has its own code.
var identityParts = map[attest.Part]analysis.Outcome{
	attest.PartIssuer: analysis.Warn, attest.PartSigner: analysis.Warn, attest.PartReusable: analysis.Warn,
	attest.PartBuilder: analysis.Info, attest.PartTrigger: analysis.Info,
}

// strangersTriggers are the events that who may not write to the repository
// sets off; no release begins with one.
var strangersTriggers = map[string]bool{
	"pull_request": true, "pull_request_target": true, "issues": true, "issue_comment": true, "discussion": true, "discussion_comment": true, "fork": true, "watch": true,
}

// judgeIdentity compares what the certificates of both sides state, and says
// what is odd about head's by itself.
func (m *matter) judgeIdentity() []analysis.Finding {
	head := m.head.Identity()
	base := m.nearestBase(head)
	found := m.differences(base, head)
	if f := m.judgeFiles(); f != nil {
		found = append(found, *f)
	}
	if f := m.judgeRef(base, head); f != nil {
		found = append(found, *f)
	}
	return append(found, m.judgeRunner(base, head)...)
}

// differences compares what two certificates state.
func (m *matter) differences(base, head attest.Identity) []analysis.Finding {
	var found []analysis.Finding
	var parts, details []string
	worst := analysis.Info
	differences := attest.Compare(base, head)
	var transferred *attest.Difference
	for i := range differences {
		if differences[i].Part == attest.PartOwner {
			transferred = &differences[i]
		}
	}
	for _, d := range differences {
		was := fmt.Sprintf("%s was %s", m.base.Version, d.Base)
		switch d.Part {
		case attest.PartRepository:
			found = append(found, m.says("repository-changed", analysis.Warn, fmt.Sprintf("built in %s; %s", d.Head, was), "another repository, by the forge's number or, where none is stated, by its name"))
		case attest.PartRename:
			outcome, detail := analysis.Info, "the forge's number of the repository is the same"
			if transferred != nil {
				outcome, detail = analysis.Warn, "the same repository by its number, and another owner's now"
			}
			found = append(found, m.says("repository-renamed", outcome, fmt.Sprintf("the repository is %s; %s", d.Head, was), detail))
		case attest.PartWorkflow:
			found = append(found, m.says("workflow-changed", analysis.Warn, fmt.Sprintf("built by %s; %s", d.Head, was), "another workflow of the repository asked for the certificate"))
		default:
			if outcome, counts := identityParts[d.Part]; counts {
				if d.Part == attest.PartTrigger && strangersTriggers[d.Head] {
					outcome = analysis.Warn
				}
				worst = max(worst, outcome)
				parts = append(parts, string(d.Part))
				details = append(details, fmt.Sprintf("%s: %s, was %s", d.Part, d.Head, d.Base))
			}
		}
	}
	if transferred != nil && attest.SameRepository(base.Repository, head.Repository) {
		found = append(found, m.says("repository-renamed", analysis.Warn, "the repository has another owner", fmt.Sprintf("the forge's number of the owner is %s, was %s", transferred.Head, transferred.Base)))
	}
	if len(parts) > 0 {
		found = append(found, m.says("identity-changed", worst, "signed by another identity: other "+strings.Join(parts, ", "), strings.Join(details, "; ")))
	}
	return found
}

// nearestBase is the identity of base that head's is held against: where each
// file is signed on its own, the one from which it differs least.
func (m *matter) nearestBase(head attest.Identity) (nearest attest.Identity) {
	if m.base == nil {
		return nearest
	}
	least := -1
	for _, one := range m.base.Identities() {
		if n := len(attest.Compare(one, head)); least < 0 || n < least {
			nearest, least = one, n
		}
	}
	return nearest
}

// fileParts are those in which the files of one release should agree; two
// triggers of one workflow at one commit are usual.
var fileParts = []attest.Part{
	attest.PartIssuer, attest.PartSigner, attest.PartRepository, attest.PartRename, attest.PartWorkflow, attest.PartReusable, attest.PartCommit,
}

// judgeFiles tells of a release whose files were not made by one: a file that
// is added to it later stands beside those that are known.
func (m *matter) judgeFiles() *analysis.Finding {
	parts := amongFiles(m.head)
	if len(parts) == 0 {
		return nil
	}
	outcome, detail := analysis.Warn, "what the files of the release before were is not known"
	if m.base != nil && len(m.base.Identities()) > 0 {
		before := amongFiles(m.base)
		detail = "those of " + m.base.Version + " were of one"
		if len(before) > 0 {
			detail = "so were those of " + m.base.Version
			if !slices.ContainsFunc(parts, func(d attest.Difference) bool { return !hasPart(before, d.Part) }) {
				outcome = analysis.Info
			}
		}
	}
	var names, values []string
	for _, d := range parts {
		names = append(names, string(d.Part))
		values = append(values, fmt.Sprintf("%s: %s, and %s", d.Part, d.Base, d.Head))
	}
	f := m.says("files-differ", outcome, "not all files of it were made by one: other "+strings.Join(names, ", "), strings.Join(values, "; ")+"; "+detail)
	return &f
}

// amongFiles is in what the identities of one release differ, each part once.
func amongFiles(r *attest.Release) (parts []attest.Difference) {
	all := r.Identities()
	for i := 1; i < len(all); i++ {
		for _, d := range attest.Compare(all[0], all[i]) {
			if slices.Contains(fileParts, d.Part) && !hasPart(parts, d.Part) {
				parts = append(parts, d)
			}
		}
	}
	return parts
}

func hasPart(all []attest.Difference, part attest.Part) bool {
	return slices.ContainsFunc(all, func(d attest.Difference) bool { return d.Part == part })
}

// refStands is how well a ref fits a version; higher is better.
type refStands int

const (
	refUnstated refStands = iota
	refProposed           // a pull request, which a stranger may have made
	refBranch
	refOtherTag // a tag that does not name the version
	refNames
)

func (m *matter) refStands(ref string, c *diff.Change, version string) refStands {
	switch attest.RefKind(ref) {
	case "":
		return refUnstated
	case "tag":
		p := c.Package()
		tag := strings.TrimPrefix(ref, "refs/tags/")
		scheme := newTagScheme(p.Ecosystem, p.Name, "", []string{tag})
		if v, ok := scheme.version(tag); ok && version != "" && scheme.same(v, version) {
			return refNames
		}
		// A tag of a monorepo may begin with a name that is nobody's package.
		if strings.HasSuffix(tag, version) && version != "" && !endsInDigit(strings.TrimSuffix(tag, version)) {
			return refNames
		}
		return refOtherTag
	case "pull request":
		return refProposed
	}
	return refBranch
}

func endsInDigit(text string) bool {
	return text != "" && (isDigit(text[len(text)-1]) || text[len(text)-1] == '.')
}

// judgeRef tells of a release that was not built from the tag that names it.
// Many projects release from a branch, so only a change of that is a warning.
func (m *matter) judgeRef(base, head attest.Identity) *analysis.Finding {
	now := m.refStands(head.Ref, m.change, tagVersionOf(m.change.Head))
	if now == refUnstated || now == refNames {
		return nil
	}
	before := refUnstated
	if m.change.Base != nil {
		before = m.refStands(base.Ref, m.change, tagVersionOf(m.change.Base))
	}
	title := fmt.Sprintf("built from %s, which is no tag", head.Ref)
	if now == refOtherTag {
		title = fmt.Sprintf("built from %s, which does not name %s", head.Ref, m.change.To())
	}
	outcome, detail := analysis.Info, "what the release before was built from is not known"
	if before != refUnstated {
		detail = fmt.Sprintf("%s was built from %s", m.base.Version, base.Ref)
	}
	if before > now || now == refProposed {
		outcome = analysis.Warn
	}
	f := m.says("not-from-a-tag", outcome, title, detail)
	return &f
}

// judgeRunner: what ran on a machine of its own was built by whoever has it.
func (m *matter) judgeRunner(base, head attest.Identity) []analysis.Finding {
	if head.Runner != "self-hosted" {
		return nil
	}
	outcome, detail := analysis.Info, "what the release before was built on is not known"
	if base.Runner != "" {
		detail = fmt.Sprintf("%s was built on a %s runner", m.base.Version, base.Runner)
	}
	if base.Runner != "" && base.Runner != "self-hosted" {
		outcome = analysis.Warn
	}
	return []analysis.Finding{m.says("self-hosted-runner", outcome, "built on a self-hosted runner", detail)}
}
