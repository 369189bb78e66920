package attest

import (
	"net/url"
	"strings"
)

// Part is what of an identity differs.
type Part string

// The parts, in the words of a person.
const (
	PartIssuer     Part = "issuer"
	PartSigner     Part = "signer" // who signed, where that is no workflow
	PartRepository Part = "repository"
	PartRename     Part = "name of the repository" // its number is the same
	PartOwner      Part = "owner of the repository"
	PartWorkflow   Part = "workflow"
	PartReusable   Part = "reusable workflow"
	PartRef        Part = "kind of ref"
	PartCommit     Part = "commit"
	PartBuilder    Part = "builder"
	PartTrigger    Part = "trigger"
	PartRunner     Part = "runner"
)

// Difference is one part of an identity that is another on each side.
type Difference struct {
	Part       Part
	Base, Head string
}

// Compare tells what differs between two identities. What one side does not
// state is no difference. An order of the parts is kept: the heaviest first.
func Compare(base, head Identity) (found []Difference) {
	add := func(part Part, a, b string) {
		if a != "" && b != "" && a != b {
			found = append(found, Difference{part, a, b})
		}
	}
	add(PartIssuer, strings.TrimSuffix(base.Issuer, "/"), strings.TrimSuffix(head.Issuer, "/"))
	if base.Workflow == "" || head.Workflow == "" { // a workflow's address holds its ref, which moves
		add(PartSigner, withoutRef(base.SAN), withoutRef(head.SAN))
	}
	found = append(found, compareRepositories(base, head)...)
	add(PartWorkflow, base.Workflow, head.Workflow)
	if base.Signer != "" || head.Signer != "" {
		add(PartReusable, withoutRef(base.running()), withoutRef(head.running()))
	}
	add(PartRef, RefKind(base.Ref), RefKind(head.Ref))
	add(PartCommit, strings.ToLower(base.Commit), strings.ToLower(head.Commit))
	add(PartBuilder, withoutRef(base.Builder), withoutRef(head.Builder))
	add(PartTrigger, base.Trigger, head.Trigger)
	add(PartRunner, base.Runner, head.Runner)
	return found
}

// running is the workflow that was running: where the certificate names no
// reusable one, the one that it was issued to.
func (id Identity) running() string {
	if id.Signer == "" && id.Workflow != "" {
		return id.SAN
	}
	return id.Signer
}

// compareRepositories goes by the forge's number where both state one: a
// rename keeps it, and a name that somebody else took has another.
func compareRepositories(base, head Identity) []Difference {
	same := SameRepository(base.Repository, head.Repository)
	numbered := base.RepositoryID != "" && head.RepositoryID != "" && sameForge(base.Repository, head.Repository)
	var found []Difference
	switch {
	case base.Repository == "" || head.Repository == "":
		return nil
	case numbered && base.RepositoryID != head.RepositoryID && same:
		return []Difference{{PartRepository, base.Repository + " (number " + base.RepositoryID + ")", head.Repository + " (number " + head.RepositoryID + ")"}}
	case numbered && base.RepositoryID == head.RepositoryID && !same:
		found = append(found, Difference{PartRename, base.Repository, head.Repository})
	case !same:
		return []Difference{{PartRepository, base.Repository, head.Repository}}
	}
	if base.OwnerID != "" && head.OwnerID != "" && base.OwnerID != head.OwnerID && sameForge(base.Repository, head.Repository) {
		found = append(found, Difference{PartOwner, base.OwnerID, head.OwnerID})
	}
	return found
}

// SameRepository tells whether two addresses are one repository. The forges
// do not tell capitals from small letters in names, and .git is no part of them.
func SameRepository(a, b string) bool {
	return plainAddress(a) == plainAddress(b)
}

// plainAddress is for comparing alone. Only ASCII has a small letter here: to
// Unicode the Kelvin sign is a k, and to no forge.
func plainAddress(address string) string {
	address = strings.TrimSuffix(strings.TrimPrefix(address, "git+"), "/")
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, strings.TrimSuffix(address, ".git"))
}

// sameForge: the numbers of two forges have nothing to do with each other.
func sameForge(a, b string) bool {
	x, err := url.Parse(a)
	y, also := url.Parse(b)
	return err == nil && also == nil && strings.EqualFold(x.Host, y.Host)
}

// withoutRef takes the ref off a workflow's address, which is of one version:
// https://github.com/acme/ci/.github/workflows/npm.yml@refs/tags/v3.
// A tag of a monorepo has an at sign of its own: refs/tags/@acme/http@1.2.3.
func withoutRef(address string) string {
	if before, _, ok := strings.Cut(address, "@refs/"); ok && strings.Contains(before, "://") {
		return before
	}
	if before, ref, ok := strings.Cut(address, "@"); ok && strings.Contains(before, "://") && !strings.Contains(ref, "@") {
		return before
	}
	return address
}

// RefKind is tag, branch or pull request; "" for a ref that is not stated, and
// the ref itself for any other.
func RefKind(ref string) string {
	for prefix, kind := range map[string]string{"refs/tags/": "tag", "refs/heads/": "branch", "refs/pull/": "pull request", "refs/merge-requests/": "pull request"} {
		if strings.HasPrefix(ref, prefix) {
			return kind
		}
	}
	return ref
}
