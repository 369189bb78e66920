package checks

import (
	"cmp"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
)

// rowCodes are the findings that a row of the table is marked for.
var rowCodes = map[string][]string{
	"registry signature": {"signature-lost"},
	"attestation":        {"provenance-lost", "attestation-refused"},
	"repository":         {"repository-changed", "repository-renamed"},
	"workflow":           {"workflow-changed", "identity-changed", "files-differ"},
	"ref, commit":        {"not-from-a-tag"},
	"commit lies":        {"commit-not-on-branch"},
	"follows":            {"commit-not-after"},
	"built on":           {"self-hosted-runner"},
	"published by":       {"publisher-person-instead-of-workflow", "trusted-publisher-lost", "staged-approval-lost"},
	"subject = lockfile": {"subject-mismatch"},
}

// evidence is base beside head. Every cell says how well it is known, in the
// words of attest.Standing; an empty one is not stated.
func (m *matter) evidence(findings []analysis.Finding) []analysis.Evidence {
	looks := make(map[string]analysis.Outcome)
	for _, f := range findings {
		looks[f.Code] = max(looks[f.Code], f.Outcome)
	}
	var facts analysis.Facts
	row := func(name, base, head string) {
		if base == "" && head == "" {
			return
		}
		fact := analysis.Fact{Name: name, Base: releaseLine(base), Head: releaseLine(head)}
		for _, code := range rowCodes[name] {
			fact.Look = max(fact.Look, looks[code])
		}
		facts = append(facts, fact)
	}
	both := func(name string, of func(*attest.Release) string) {
		base := ""
		if m.base != nil {
			base = of(m.base)
		}
		row(name, base, of(m.head))
	}
	baseWhy := ""
	if m.baseErr != nil {
		baseWhy = inWordsOf(attest.Unknown, analysis.Why(m.baseErr))
	}
	if m.base != nil || baseWhy == "" {
		both("registry signature", signatureCell)
		both("attestation", attestationCell)
	} else {
		row("registry signature", baseWhy, signatureCell(m.head))
		row("attestation", baseWhy, attestationCell(m.head))
	}
	both("repository", repositoryCell)
	both("issuer", func(r *attest.Release) string { return r.Identity().Issuer })
	both("workflow", workflowCell)
	both("ref, commit", refCell)
	lies := m.forge.lies
	if m.forge.doubt != "" {
		lies = strings.TrimPrefix(lies+"; "+m.forge.doubt, "; ")
	}
	row("commit lies", "", lies)
	row("follows", "", m.forge.follows)
	both("trigger", func(r *attest.Release) string { return r.Identity().Trigger })
	both("built on", builtOnCell)
	both("published by", publishedCell)
	both("subject = lockfile", subjectCell)
	row("verified by", "", m.rootCell())
	both("trust", func(r *attest.Release) string { return r.Rung().String() })
	claim := "who made the two releases"
	if m.base == nil && baseWhy == "" {
		claim = "who made the release"
	}
	return []analysis.Evidence{{Claim: claim, Source: m.head.Source, Observed: m.head.Observed, Body: facts}}
}

// proved tells whether anything of a release was held against the root of trust
// or the keys beside it. Go's checksum database has a key of its own.
func proved(r *attest.Release) bool {
	proofs := r.Proofs
	if r.ID.Ecosystem != "golang" {
		proofs = append([]attest.Proof{r.Signature}, proofs...)
	}
	for _, p := range proofs {
		if p.Standing == attest.Verified || p.Standing == attest.Refused {
			return true
		}
	}
	return false
}

// rootCell: an old root may not know the key that signed.
func (m *matter) rootCell() string {
	if m.root == (attest.Root{}) {
		return ""
	}
	cell := m.root.String()
	if m.root.Old(m.head.Observed) {
		cell += ", older than a year"
	}
	return strings.TrimSuffix(cell+"; "+m.root.Problem, "; ")
}

// inWordsOf is a standing with what there is to say about it.
func inWordsOf(s attest.Standing, about string) string {
	switch {
	case about == "":
		return s.String()
	case s == attest.Unknown || s == attest.Refused || s == attest.Absent:
		return s.String() + ": " + about
	}
	return s.String() + ", " + about
}

func signatureCell(r *attest.Release) string {
	p := r.Signature
	if p.Standing == attest.Verified {
		key := p.Identity.Key
		if key != "" {
			key = "key " + key
		}
		return inWordsOf(p.Standing, key)
	}
	return inWordsOf(p.Standing, p.Reason)
}

func attestationCell(r *attest.Release) string {
	if r.Attested != attest.Verified {
		return inWordsOf(r.Attested, r.Why)
	}
	for _, p := range r.Proofs {
		if p.Standing == attest.Verified && !p.Signed.IsZero() {
			return inWordsOf(r.Attested, strings.TrimSpace(p.Log+" "+atTime(p.Signed)))
		}
	}
	return r.Attested.String()
}

func repositoryCell(r *attest.Release) string {
	if address := r.Identity().Repository; address != "" {
		return address
	}
	return asClaim(r.Repository)
}

// asClaim marks what nobody proved.
func asClaim(text string) string {
	if text == "" {
		return ""
	}
	return text + " (" + attest.Claimed.String() + ")"
}

func workflowCell(r *attest.Release) string {
	id := r.Identity()
	switch {
	case id.Workflow != "" && id.Signer != "":
		return id.Workflow + ", by " + id.Signer
	case id.Workflow != "":
		return id.Workflow
	}
	return id.SAN
}

func refCell(r *attest.Release) string {
	if id := r.Identity(); id.Ref != "" || id.Commit != "" {
		return strings.TrimSpace(id.Ref + " " + shortHashes(id.Commit))
	}
	return asClaim(shortHashes(r.Commit))
}

func builtOnCell(r *attest.Release) string {
	id := r.Identity()
	return cmp.Or(id.Runner, id.Builder)
}

func publishedCell(r *attest.Release) string {
	by := r.Publisher
	if r.Service != "" {
		by = "trusted publishing (" + r.Service + ")"
	}
	switch {
	case r.Approver != "":
		return strings.TrimPrefix(by+", approved by "+r.Approver, ", ")
	case by != "":
		return by
	case !r.PublisherKnown:
		return inWordsOf(attest.Unknown, r.Source+" does not tell")
	}
	return ""
}

// subjectCell: a verified attestation is about the lockfile's hash, or it would
// have been refused.
func subjectCell(r *attest.Release) string {
	for i := range r.Proofs {
		if r.AboutOthers(&r.Proofs[i]) {
			return inWordsOf(attest.Refused, "it is about other bytes")
		}
	}
	switch {
	case len(r.Pinned) == 0 && !r.Without():
		return inWordsOf(attest.Unknown, "the lockfile pins no hash")
	case r.Attested == attest.Verified:
		return attest.Verified.String()
	case r.Attests():
		return inWordsOf(attest.Unknown, r.Doubt())
	}
	return ""
}
