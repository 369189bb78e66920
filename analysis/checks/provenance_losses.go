package checks

import (
	"cmp"
	"fmt"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
)

// judgeRefusals tells of what is there and does not hold: worse than nothing.
func (m *matter) judgeRefusals() []analysis.Finding {
	var mismatched, refused []attest.Proof
	proofs := m.head.Proofs
	if m.head.Signature.Standing == attest.Refused {
		proofs = append([]attest.Proof{m.head.Signature}, proofs...)
	}
	for _, p := range proofs {
		switch {
		case p.Standing != attest.Refused:
		case m.head.AboutOthers(&p):
			mismatched = append(mismatched, p)
		default:
			refused = append(refused, p)
		}
	}
	if m.head.Attested == attest.Refused && len(mismatched)+len(refused) == 0 {
		refused = append(refused, attest.Proof{Kind: attest.Statement, Reason: m.head.Why})
	}
	var found []analysis.Finding
	if len(mismatched) > 0 {
		p := mismatched[0]
		f := m.says("subject-mismatch", analysis.Fail, fmt.Sprintf("the %s is about other bytes than the lockfile pins", p.Kind), moreOf(p.Reason, len(mismatched)))
		f.Fix = "do not install it; compare the lockfile's hash with the registry's, and tell the registry"
		found = append(found, f)
	}
	if len(refused) > 0 {
		p := refused[0]
		f := m.says("attestation-refused", analysis.Fail, fmt.Sprintf("the %s does not hold: %s", p.Kind, cmp.Or(p.Reason, "the reason is not told")), moreOf("", len(refused)))
		f.Fix = "treat the release as not attested; ask upstream why"
		found = append(found, f)
	}
	return found
}

func moreOf(text string, n int) string {
	if n < 2 {
		return text
	}
	return fmt.Sprintf("%s (%d of them)", text, n)
}

// judgeLosses compares with the releases before (signal S06): red is only what
// each of the last three releases of the line had.
func (m *matter) judgeLosses() []analysis.Finding {
	var found []analysis.Finding
	add := func(code string, l attest.Loss, strict, plain analysis.Outcome, title string) {
		outcome := plain
		if l.Strict {
			outcome = strict
		}
		found = append(found, m.says(code, outcome, title, m.steadiness(l)))
	}
	// crates.io attests nothing: there the service below is all that can be lost.
	provenance := m.loss(attest.RungProvenance, func(r *attest.Release) bool { return r.Attests() && r.ID.Ecosystem != "cargo" })
	lost := m.head.Without() && provenance.Lost
	if lost {
		add("provenance-lost", provenance, analysis.Fail, analysis.Warn, fmt.Sprintf("the attestation is absent; %s had one", provenance.Last))
	}
	signed := m.loss(attest.RungSigned, func(r *attest.Release) bool {
		return r.Signature.Standing == attest.Verified || r.Signature.Standing == attest.Claimed
	})
	signed.Strict = signed.Had == attest.Steady // a publisher stands on the same rung
	if s := m.head.Signature.Standing; (s == attest.Absent || s == attest.NeverHad) && signed.Lost {
		add("signature-lost", signed, analysis.Fail, analysis.Warn, fmt.Sprintf("the registry signed no such release; %s was signed", signed.Last))
	}
	service := m.loss(attest.RungTrusted, func(r *attest.Release) bool { return r.Service != "" })
	approved := m.loss(attest.RungApproved, func(r *attest.Release) bool { return r.Approver != "" })
	switch {
	case !m.head.PublisherKnown || m.head.Approver != "":
		// A mirror leaves publishers out; npm names who approved a staged release
		// and no longer the service that built it.
	case m.head.Service == "" && service.Lost && m.head.Publisher != "" && !m.head.Attests():
		strict := analysis.Fail
		if lost {
			strict = analysis.Warn // said above already
		}
		add("publisher-person-instead-of-workflow", service, strict, analysis.Warn,
			fmt.Sprintf("published by the account %s; %s was by trusted publishing", m.head.Publisher, service.Last))
	case m.head.Service == "" && service.Lost:
		add("trusted-publisher-lost", service, analysis.Warn, analysis.Warn,
			fmt.Sprintf("published with a token; %s was by trusted publishing, without one", service.Last))
	case approved.Lost:
		add("staged-approval-lost", approved, analysis.Warn, analysis.Info,
			fmt.Sprintf("nobody approved it before it was published; %s was approved", approved.Last))
	}
	return found
}

// loss looks at the line, and at base, which may be older than what gave it up.
func (m *matter) loss(rung attest.Rung, had func(*attest.Release) bool) attest.Loss {
	l := attest.LossOf(m.line, rung, had)
	if !l.Lost && m.sameLine() && had(m.base) {
		l.Lost, l.Strict, l.Last = true, false, m.base.Version
	}
	return l
}

func (m *matter) steadiness(l attest.Loss) string {
	switch {
	case m.lineErr != nil:
		return "how the releases before it were made is not known: " + analysis.Why(m.lineErr)
	case l.Looked == 0:
		return "the releases before it are not known"
	}
	return fmt.Sprintf("%d of the last %d releases of this line had it", l.Had, l.Looked)
}

// standing says what is so where nothing is wrong. It is never a pass: valid
// provenance tells where a release was built, not that it is good.
func (m *matter) standing(found []analysis.Finding) []analysis.Finding {
	one := func(code, title, detail string) []analysis.Finding {
		return []analysis.Finding{m.says(code, analysis.Info, title, detail)}
	}
	switch id := m.head.Identity(); {
	case m.head.Attested == attest.Verified && id.Workflow != "":
		return one("provenance-verified", fmt.Sprintf("built by %s of %s", id.Workflow, id.Repository), "verified; it says where the release was built, not that it is good")
	case m.head.Attested == attest.Verified:
		return one("provenance-verified", "attested by "+cmp.Or(id.SAN, id.Key, "a key of the registry"), "verified; it says who made the release, not that it is good")
	case m.head.Attested == attest.Claimed:
		return one("provenance-unverified", attest.Claimed.String()+": "+m.head.Source+" says that it is attested, and "+m.head.Doubt(), m.head.Why)
	case m.head.Without() && !hasFinding(found, "provenance-lost"):
		return one("no-provenance", "no attestation says who built it: "+m.head.Attested.String(), m.head.Why)
	}
	return nil
}

func hasFinding(found []analysis.Finding, code string) bool {
	for _, f := range found {
		if f.Code == code {
			return true
		}
	}
	return false
}
