package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/untrusted"
)

// AttestedEntry is the entry of a lockfile whose attestations were asked for.
type AttestedEntry struct {
	Lockfiles []string // that pin it in the same way, sorted
	Revision  string   // as a person knows it: "working tree"
	// Source is the host that was asked, Observed when; "" where none was.
	Source   string
	Observed time.Time
	// Attested is the standing of the attestations as a whole, Why its reason.
	Attested attest.Standing
	Why      string
	// Signature is the registry's; of a Go module it is the checksum database's
	// proof, and then there is nothing else that could be verified.
	Signature attest.Proof
	Signed    bool // the Signature suffices: nobody attests this kind otherwise
}

// verdict is why the entry is not verified, or "": its attestations must hold,
// and nothing may be refused.
func (e *AttestedEntry) verdict() string {
	reason := func(what string, s attest.Standing, why string) string {
		if why == "" {
			return what + ": " + s.String()
		}
		return what + ": " + s.String() + ": " + why
	}
	switch s := e.Signature.Standing; {
	case s == attest.Refused:
		return reason("registry signature", s, e.Signature.Reason)
	case e.Signed && s == attest.Verified:
		return ""
	case e.Signed:
		return reason("proof of the checksum database", s, e.Signature.Reason)
	case e.Attested != attest.Verified:
		return reason("attestations", e.Attested, e.Why)
	}
	return ""
}

// all are the proofs, the registry's signature first where there is any word of it.
func (a *Attestation) all() []attest.Proof {
	if a.Entry == nil || a.Entry.Signature.Kind == "" {
		return a.Proofs
	}
	return append([]attest.Proof{a.Entry.Signature}, a.Proofs...)
}

// head is the lines above the proofs of an entry.
func (e *AttestedEntry) head(document string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, pinned by %s (%s)\n", untrusted.Line(document), untrusted.Line(strings.Join(e.Lockfiles, ", ")), untrusted.Line(e.Revision))
	if e.Source != "" {
		fmt.Fprintf(&b, "asked: %s\n", untrusted.Line(e.Source))
	}
	fmt.Fprintf(&b, "attestations: %s\n\n", untrusted.Line(strings.TrimSuffix(e.Attested.String()+": "+e.Why, ": ")))
	return b.String()
}

type jsonEntry struct {
	Lockfiles []string `json:"lockfiles"`
	Revision  string   `json:"revision"`
	Registry  *string  `json:"registry"`
	Observed  *string  `json:"observed"`
	Attested  string   `json:"attested"`
	Why       *string  `json:"why"`
}

func (e *AttestedEntry) json() *jsonEntry {
	if e == nil {
		return nil
	}
	return &jsonEntry{e.Lockfiles, e.Revision, maybe(e.Source), date(e.Observed, time.RFC3339), e.Attested.String(), maybe(e.Why)}
}

// held is the line of an entry that is verified.
func (e *AttestedEntry) held(a *Attestation) string {
	what := "the attestations hold"
	if e.Signed {
		what = "the checksum database has it, by its proof"
	}
	return fmt.Sprintf("verified: %s for %s\n", what, untrusted.Line(cmp.Or(digestsOf(a), "what is pinned")))
}
