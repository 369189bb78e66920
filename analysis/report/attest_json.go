package report

import (
	"io"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

const attestSchema = "depreview.attest/v1"

type jsonAttestation struct {
	Schema   string      `json:"schema"`
	Document string      `json:"document"`
	Verified bool        `json:"verified"`
	Reason   *string     `json:"reason"`
	Wanted   jsonWanted  `json:"wanted"`
	Root     jsonRoot    `json:"root"`
	Entry    *jsonEntry  `json:"entry"`
	Proofs   []jsonProof `json:"proofs"`
	Notes    []string    `json:"notes"`
}

type jsonRoot struct {
	From    string  `json:"from"`
	Date    *string `json:"date"`
	Problem *string `json:"problem"`
}

type jsonWanted struct {
	Digests   []jsonAttestDigest `json:"digests"`
	Name      *string            `json:"name"`
	SAN       *string            `json:"identity"`
	SANRegexp *string            `json:"identity_regexp"`
	Issuer    *string            `json:"issuer"`
	Key       bool               `json:"key"`
}

type jsonAttestDigest struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
}

type jsonProof struct {
	Kind          string              `json:"kind"`
	Standing      string              `json:"standing"`
	Reason        *string             `json:"reason"`
	PredicateType *string             `json:"predicate_type"`
	Subjects      []jsonAttestSubject `json:"subjects"`
	Signed        *string             `json:"signed"`
	Log           *string             `json:"log"`
	Identity      jsonIdentity        `json:"identity"`
}

type jsonAttestSubject struct {
	Name    *string            `json:"name"`
	Digests []jsonAttestDigest `json:"digests"`
}

type jsonIdentity struct {
	SAN          *string `json:"san"`
	Issuer       *string `json:"issuer"`
	Key          *string `json:"key"`
	Repository   *string `json:"repository"`
	RepositoryID *string `json:"repository_id"`
	OwnerID      *string `json:"owner_id"`
	Workflow     *string `json:"workflow"`
	Signer       *string `json:"signer"`
	Ref          *string `json:"ref"`
	Commit       *string `json:"commit"`
	Trigger      *string `json:"trigger"`
	Runner       *string `json:"runner"`
	Run          *string `json:"run"`
	Builder      *string `json:"builder"`
}

// writeAttestationJSON writes one document, of assets/schema/attest.v1.json.
func writeAttestationJSON(w io.Writer, a *Attestation) error {
	policy := a.Want.Identity
	out := jsonAttestation{
		Schema: attestSchema, Document: a.Document, Verified: a.Why() == "", Reason: maybe(a.Why()), Proofs: []jsonProof{},
		Wanted: jsonWanted{attestDigests(a.Want.Digests), maybe(a.Want.Name), maybe(policy.SAN), maybe(policy.SANRegexp), maybe(policy.Issuer), a.Key},
		Root:   jsonRoot{a.Root.From.String(), date(a.Root.Date, time.DateOnly), maybe(a.Root.Problem)}, Entry: a.Entry.json(),
		Notes: append([]string{}, a.Notes...),
	}
	for _, p := range a.all() {
		id := p.Identity
		proof := jsonProof{
			Kind: string(p.Kind), Standing: p.Standing.String(), Reason: maybe(p.Reason), PredicateType: maybe(p.PredicateType),
			Subjects: []jsonAttestSubject{}, Signed: date(p.Signed, time.RFC3339), Log: maybe(p.Log),
			Identity: jsonIdentity{
				maybe(id.SAN), maybe(id.Issuer), maybe(id.Key), maybe(id.Repository), maybe(id.RepositoryID), maybe(id.OwnerID), maybe(id.Workflow),
				maybe(id.Signer), maybe(id.Ref), maybe(id.Commit), maybe(id.Trigger), maybe(id.Runner), maybe(id.Run), maybe(id.Builder),
			},
		}
		for _, s := range p.Subjects {
			proof.Subjects = append(proof.Subjects, jsonAttestSubject{maybe(s.Name), attestDigests(s.Digest)})
		}
		out.Proofs = append(out.Proofs, proof)
	}
	return writeJSON(w, out)
}

func attestDigests(all []lockfiles.Digest) []jsonAttestDigest {
	out := []jsonAttestDigest{}
	for _, d := range all {
		out = append(out, jsonAttestDigest{d.Algorithm, d.Value})
	}
	return out
}

// date is nil for a time that is not known.
func date(t time.Time, layout string) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(layout)
	return &text
}
