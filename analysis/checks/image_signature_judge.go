package checks

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/diff"
)

// imageMatter is what is known of who made the two images of a change.
type imageMatter struct {
	change     *diff.Change
	base, head *imageSide // base is nil where there is none, or it has no digest
	rules      []policy.ImageRule
}

func (m *imageMatter) says(code string, outcome analysis.Outcome, title, detail string) analysis.Finding {
	return provenanceFinding(m.head.Source, m.head.Observed, code, outcome, title, detail)
}

// judge is what is to be said without a policy: never that it is good.
func (m *imageMatter) judge() []analysis.Finding {
	found := m.refusals()
	found = append(found, m.losses()...)
	found = append(found, m.identities()...)
	return append(found, m.standing()...)
}

// refusals: what lies beside the image and does not hold. Beside one of the same
// kind that holds it is odd, and the image is signed all the same.
func (m *imageMatter) refusals() (found []analysis.Finding) {
	for _, p := range m.head.Proofs {
		if p.Standing != attest.Refused {
			continue
		}
		outcome := analysis.Fail
		if m.head.strongest(p.Kind).Standing == attest.Verified {
			outcome = analysis.Warn
		}
		f := m.says("attestation-refused", outcome, fmt.Sprintf("the %s does not hold: %s", p.Kind, cmp.Or(p.Reason, "the reason is not told")), "")
		if m.head.AboutOthers(&p) {
			f = m.says("subject-mismatch", outcome, fmt.Sprintf("the %s is about another image than the digest that is pinned", p.Kind), p.Reason)
		}
		if !slices.ContainsFunc(found, func(other analysis.Finding) bool { return other.Code == f.Code && other.Outcome >= f.Outcome }) {
			found = append(found, f)
		}
	}
	return found
}

// losses: what base had and head has not. One version before is no line, so that
// this alone is never red; a policy is.
func (m *imageMatter) losses() (found []analysis.Finding) {
	if m.base == nil {
		return nil
	}
	for _, kind := range []attest.Kind{attest.Signature, attest.Provenance} {
		code := map[attest.Kind]string{attest.Signature: "signature-lost", attest.Provenance: "provenance-lost"}[kind]
		before, now := m.base.strongest(kind), m.head.strongest(kind)
		switch had := before.Standing == attest.Verified || before.Standing == attest.Claimed; {
		case had && now.Standing == attest.Absent:
			found = append(found, m.says(code, analysis.Warn, fmt.Sprintf("no %s of cosign's is attached; %s had one", kind, m.base.Version), byWhom(before)))
		case before.Standing == attest.Verified && now.Standing == attest.Claimed:
			found = append(found, m.says("identity-changed", analysis.Warn, fmt.Sprintf("the %s is by a key that nobody named; %s had one by an identity", kind, m.base.Version), byWhom(before)))
		}
	}
	return found
}

// byWhom names who signed, or what is known of it.
func byWhom(p attest.Proof) string {
	if who := cmp.Or(p.Identity.SAN, p.Identity.Key); who != "" && p.Standing == attest.Verified {
		return "by " + who
	}
	return inWordsOf(p.Standing, p.Reason)
}

// identities compares who signed: of several on a side, the two that differ least.
func (m *imageMatter) identities() (found []analysis.Finding) {
	if m.base == nil {
		return nil
	}
	told := &matter{change: m.change, base: &m.base.Release, head: &m.head.Release}
	for _, kind := range []attest.Kind{attest.Signature, attest.Provenance} {
		base, head, ok := closest(verifiedOf(m.base.Proofs, kind), verifiedOf(m.head.Proofs, kind))
		if !ok {
			continue
		}
		for _, f := range told.differences(base, head) {
			if !slices.ContainsFunc(found, func(other analysis.Finding) bool { return other.Code == f.Code && other.Title == f.Title }) {
				found = append(found, f)
			}
		}
	}
	return found
}

func verifiedOf(proofs []attest.Proof, kind attest.Kind) (ids []attest.Identity) {
	for _, p := range proofs {
		if p.Kind == kind && p.Standing == attest.Verified && p.Identity.Issuer != "" {
			ids = append(ids, p.Identity)
		}
	}
	return ids
}

func closest(bases, heads []attest.Identity) (base, head attest.Identity, ok bool) {
	least := 0
	for _, b := range bases {
		for _, h := range heads {
			n := 0
			for _, d := range attest.Compare(b, h) {
				if d.Part != attest.PartCommit { // which moves with each
					n++
				}
			}
			if !ok || n < least {
				base, head, least, ok = b, h, n, true
			}
		}
	}
	return base, head, ok
}

// standing says what is attached to head, as information.
func (m *imageMatter) standing() (found []analysis.Finding) {
	info := func(code, title, detail string) {
		found = append(found, m.says(code, analysis.Info, title, detail))
	}
	const notGood = "verified; anybody can sign, so that it says who did, and not that it is good"
	switch p := m.head.Signature; p.Standing {
	case attest.Verified:
		info("signature-verified", "signed "+byWhom(p), notGood)
	case attest.Claimed:
		info("signature-unverified", "a signature is attached, and nothing was verified", p.Reason)
	case attest.Absent:
		if !m.lost(attest.Signature) {
			info("no-signature", "no signature of cosign's is attached", "")
		}
	}
	switch p := m.head.strongest(attest.Provenance); p.Standing {
	case attest.Verified:
		where := byWhom(p)
		if id := p.Identity; id.Workflow != "" {
			where = fmt.Sprintf("by %s of %s", id.Workflow, id.Repository)
		}
		info("provenance-verified", "built "+where, "verified; it says where the image was built, not that it is good")
	case attest.Claimed:
		info("provenance-unverified", "provenance is attached, and nothing was verified", p.Reason)
	case attest.Absent:
		if !m.lost(attest.Provenance) {
			info("no-provenance", "no attestation says who built it", "")
		}
	}
	return found
}

// lost tells whether losses has said already that there is none.
func (m *imageMatter) lost(kind attest.Kind) bool {
	if m.base == nil {
		return false
	}
	s := m.base.strongest(kind).Standing
	return s == attest.Verified || s == attest.Claimed
}
