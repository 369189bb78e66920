// Package attest says who built the bytes of a release, and proves it where it
// can: Sigstore bundles, the signatures of registries, attestations of npm, PyPI
// and GitHub. It asks nobody: what it needs comes in as bytes, and the roots of
// trust are embedded. It stands above lockfiles and below analysis/checks.
//
// Presence says little. What counts is the identity, and whether it is still the
// one of the release before: see Compare.
package attest

import (
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// Standing is how well something is known. The zero Standing is unknown. Each
// has one word, the same in every output, and none of them is another.
type Standing int

// The standings.
const (
	Unknown  Standing = iota // nobody could be asked, or the answer leaves it open
	Verified                 // the cryptography holds, and it is about these bytes
	Claimed                  // somebody says so, and nothing proves it
	Absent                   // it is not there, although it was before or elsewhere
	NeverHad                 // it is not there, and no earlier release had it
	Refused                  // it is there, and does not hold
)

var standingWords = [...]string{"unknown", "verified", "unverified claim", "absent", "never had", "refused"}

// String is the word for it.
func (s Standing) String() string {
	if s < 0 || int(s) >= len(standingWords) {
		return standingWords[0]
	}
	return standingWords[s]
}

// Kind is what sort of proof it is.
type Kind string

// The kinds.
const (
	RegistrySignature Kind = "registry signature"  // npm's ECDSA over name@version:integrity
	Publish           Kind = "publish attestation" // npm's publish v0.1, PyPI's publish v1
	Provenance        Kind = "provenance"          // SLSA v0.2 and v1
	Signature         Kind = "signature"           // over a digest, without a statement
	Statement         Kind = "attestation"         // a statement of another type
)

// Identity is who signed, as the certificate states it. "" is not stated. A
// field comes from the certificate, which the authority wrote, and never from
// the predicate, which the workflow wrote; the exception says so.
type Identity struct {
	SAN        string // subject alternative name: a workflow's address, an email
	Issuer     string // of the identity token: https://token.actions.githubusercontent.com
	Repository string // address, without .git: https://github.com/acme/http
	// RepositoryID and OwnerID are the forge's numbers, which a rename leaves.
	RepositoryID, OwnerID string
	Workflow              string // path inside the repository: .github/workflows/release.yml
	// Signer is the workflow that was running, where it is not Workflow: a
	// reusable one, with its repository and its ref.
	Signer  string
	Ref     string // refs/tags/v1.2.3
	Commit  string // hexadecimal
	Trigger string // push, release, workflow_dispatch
	Runner  string // github-hosted, self-hosted
	Run     string // address of the run
	// Builder is the predicate's builder.id: the workflow's word, under the
	// certificate's signature.
	Builder string
	// Key is the name of the key that signed, where there is no certificate.
	Key string
}

// Proof is one signature or attestation, and how it stands.
type Proof struct {
	Kind     Kind
	Standing Standing // Verified, Refused, Claimed or Unknown
	Reason   string   // why it is not verified; one line
	Identity Identity // of a Proof that is not Verified it is empty
	// PredicateType is the type of the statement: https://slsa.dev/provenance/v1.
	PredicateType string
	Subjects      []Subject
	// Signed is when a log or an authority witnessed the signature; zero when
	// none did. Log names it: rekor.sigstore.dev.
	Signed time.Time
	Log    string
}

// Subject is what a statement is about.
type Subject struct {
	Name   string
	Digest []lockfiles.Digest
}

// Release is what is known of who made one release.
type Release struct {
	ID      lockfiles.ID
	Version string
	// Pinned are the hashes of the lockfile: what the proofs must be about.
	Pinned []lockfiles.Digest
	// Source is the host that gave the proofs, Observed when.
	Source   string
	Observed time.Time
	// Published is when the registry published it; zero is not known.
	Published time.Time

	// Signature is the registry's; its Standing says whether there is one.
	Signature Proof
	// Attested is the Standing of the attestations as a whole: Verified when all
	// hold and there is one, Refused when one does not.
	Attested Standing
	// Why is the reason of Attested where it is Unknown or Refused.
	Why string
	// Unheard is why somebody else who may hold attestations of it did not answer:
	// Attested is the registry's word alone then, and "never had" is not known.
	Unheard string
	Proofs  []Proof

	// Publisher is the account that published; Service the one that did so by
	// trusted publishing (github, gitlab), by the registry's statement;
	// Approver the person who approved a staged release. "" is not stated.
	Publisher, Service, Approver string
	// PublisherKnown tells whether the registry states publishers at all: behind
	// a mirror that strips them, "" says nothing.
	PublisherKnown bool
	// Repository and Commit are what the registry's metadata claims.
	Repository, Commit string
}

// Identity is of the strongest proof: provenance first, then a publish
// attestation; the zero Identity when none is verified.
func (r *Release) Identity() Identity {
	if all := r.Identities(); len(all) > 0 {
		return all[0]
	}
	return Identity{}
}

// Identities are those of all proofs of the kind that Identity is of: a release
// may have several files, and each is signed on its own. Those that differ in
// nothing but the run are one.
func (r *Release) Identities() (all []Identity) {
	for _, kind := range []Kind{Provenance, Publish, Statement, Signature} {
		seen := make(map[Identity]bool)
		for i := range r.Proofs {
			p := &r.Proofs[i]
			if p.Kind != kind || p.Standing != Verified || p.Identity.Issuer == "" {
				continue
			}
			key := p.Identity
			key.Run = ""
			if !seen[key] {
				seen[key] = true
				all = append(all, p.Identity)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}
