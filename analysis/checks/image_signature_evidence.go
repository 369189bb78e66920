package checks

import (
	"cmp"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
)

// imageRowCodes are the findings that a row is marked for.
var imageRowCodes = map[string][]string{
	"signature":       {"signature-lost", "attestation-refused", "subject-mismatch", "image-unsigned-by-policy", "image-signature-unknown"},
	"signed by":       {"identity-changed"},
	"provenance":      {"provenance-lost"},
	"repository":      {"repository-changed", "repository-renamed"},
	"workflow":        {"workflow-changed"},
	"the policy asks": {"image-unsigned-by-policy", "image-signature-unknown"},
}

// evidence is base beside head, in the words of attest.Standing.
func (m *imageMatter) evidence(findings []analysis.Finding) []analysis.Evidence {
	looks := make(map[string]analysis.Outcome)
	for _, f := range findings {
		looks[f.Code] = max(looks[f.Code], f.Outcome)
	}
	var facts analysis.Facts
	add := func(f analysis.Fact) {
		if f.Base == "" && f.Head == "" {
			return
		}
		f.Base, f.Head = releaseLine(f.Base), releaseLine(f.Head)
		for _, code := range imageRowCodes[f.Name] {
			f.Look = max(f.Look, looks[code])
		}
		facts = append(facts, f)
	}
	row := func(name string, of func(*imageSide) string) {
		base := ""
		if m.base != nil {
			base = of(m.base)
		}
		add(analysis.Fact{Name: name, Base: base, Head: of(m.head)})
	}
	identity := func(kind attest.Kind, of func(attest.Identity) string) func(*imageSide) string {
		return func(s *imageSide) string { return of(s.strongest(kind).Identity) }
	}
	either := func(of func(attest.Identity) string) func(*imageSide) string {
		return func(s *imageSide) string {
			return cmp.Or(of(s.strongest(attest.Provenance).Identity), of(s.Signature.Identity))
		}
	}
	row("signature", func(s *imageSide) string { return proofCell(s.Signature) })
	row("signed by", identity(attest.Signature, func(id attest.Identity) string { return cmp.Or(id.SAN, id.Key) }))
	row("provenance", func(s *imageSide) string { return proofCell(s.strongest(attest.Provenance)) })
	row("attested by", identity(attest.Provenance, func(id attest.Identity) string { return cmp.Or(id.SAN, id.Key) }))
	row("issuer", either(func(id attest.Identity) string { return id.Issuer }))
	row("repository", either(func(id attest.Identity) string { return id.Repository }))
	row("workflow", either(func(id attest.Identity) string { return id.Workflow }))
	row("ref, commit", either(func(id attest.Identity) string { return strings.TrimSpace(id.Ref + " " + shortHashes(id.Commit)) }))
	row("built on", either(func(id attest.Identity) string { return cmp.Or(id.Runner, id.Builder) }))
	row("also attached", func(s *imageSide) string { return strings.Join(s.others, ", ") })
	var asks []string
	for i := range m.rules {
		for _, kind := range m.rules[i].Require {
			asks = append(asks, string(kind)+" ("+ruleAt(&m.rules[i])+")")
		}
	}
	add(analysis.Fact{Name: "the policy asks", Head: strings.Join(asks, ", "), Shared: true})
	return []analysis.Evidence{{Claim: "who signed and built the two images", Source: m.head.Source, Observed: m.head.Observed, Body: facts}}
}

func proofCell(p attest.Proof) string {
	if p.Standing == attest.Verified {
		return inWordsOf(p.Standing, strings.TrimSpace(p.Log+" "+atTime(p.Signed)))
	}
	return inWordsOf(p.Standing, p.Reason)
}
