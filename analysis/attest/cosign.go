package attest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/depreview/depreview/lockfiles"
)

// What cosign attaches to an image, by the media type of the layer that holds
// it. Source: github.com/sigstore/cosign, specs/SIGNATURE_SPEC.md,
// ATTESTATION_SPEC.md and BUNDLE_SPEC.md.
const (
	simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json"
	dsseEnvelope  = "application/vnd.dsse.envelope.v1+json"
	bundlePrefix  = "application/vnd.dev.sigstore.bundle"
)

// Attached is one layer of what lies beside an image in its registry. Nobody
// has verified any of it.
type Attached struct {
	MediaType   string
	Annotations map[string]string
	Body        []byte
}

// Image verifies what is attached to a container image, one Proof each in their
// order. want.Digests is the digest that is pinned; simple signing, DSSE
// envelopes and bundles must all be about it. What a key signed is Claimed,
// unless Options name the key: a key that nobody named proves nothing, and is
// nothing wrong either. An error is for roots that cannot be read.
func (v *Verifier) Image(attached []Attached, want Want) ([]Proof, error) {
	expression, err := want.Identity.compile()
	if err != nil {
		return nil, err
	}
	trust, err := v.load()
	if err != nil {
		return nil, err
	}
	if len(attached) > mostAttestations {
		return nil, documentError{fmt.Errorf("%d attachments are too many", len(attached))}
	}
	proofs := make([]Proof, len(attached))
	for i, a := range attached {
		p := trust.attached(a, want)
		if p.Standing == Verified && !want.Identity.none() {
			if p.Identity.Issuer == "" {
				p = refused(p, "it was signed by a key, which names nobody")
			} else if reason := want.Identity.refuses(p.Identity, expression); reason != "" {
				p = refused(p, "%s", reason)
			}
		}
		proofs[i] = p
	}
	return proofs, nil
}

func (t *trust) attached(a Attached, want Want) (p Proof) {
	p.Kind = Statement
	defer func() { // as in verify: what the library cannot stand is refused
		if r := recover(); r != nil {
			p = refused(p, "the signature made the library fail: %v", r)
		}
	}()
	want.Identity = IdentityPolicy{} // who it was is compared afterwards
	if a.MediaType == simpleSigning {
		p.Kind = Signature
	}
	if err := bounded(a.Body); err != nil {
		return refused(p, "%v", err)
	}
	switch {
	case a.MediaType == simpleSigning:
		return t.simplySigned(p, a, want)
	case a.MediaType == dsseEnvelope:
		return t.enveloped(p, a, want)
	case strings.HasPrefix(a.MediaType, bundlePrefix):
		return t.keyedOrNot(item{bundle: a.Body}, want)
	}
	return refused(p, "it is of the type %s, which is none of cosign's", quoted(a.MediaType))
}

// simplySigned: the payload names the digest of the image, and the signature is
// over the payload.
func (t *trust) simplySigned(p Proof, a Attached, want Want) Proof {
	digest, err := signedDigest(a.Body)
	if err != nil {
		return refused(p, "%v", err)
	}
	p.Subjects = []Subject{{Digest: []lockfiles.Digest{digest}}}
	if reason := agree(want.Digests, map[string]string{digest.Algorithm: digest.Value}); reason != "" {
		return refused(p, "%s", reason)
	}
	sum := sha256.Sum256(a.Body)
	document, keyed, err := cosignBundle(a, map[string]any{"messageSignature": map[string]any{
		"messageDigest": map[string]any{"algorithm": "SHA2_256", "digest": sum[:]},
		"signature":     a.Annotations["dev.cosignproject.cosign/signature"],
	}})
	if err != nil {
		return refused(p, "%v", err)
	}
	if keyed && t.own == nil {
		return claimedByKey(p)
	}
	b := new(bundle.Bundle)
	if err := b.UnmarshalJSON(document); err != nil {
		return refused(p, "reading the signature: %v", err)
	}
	if reason := tooMany(b); reason != "" {
		return refused(p, "%s", reason)
	}
	return t.signed(p, item{}, b, nil, verify.WithArtifactDigest("sha256", sum[:]), want, nil)
}

// enveloped: the envelope holds a statement whose subject is the image.
func (t *trust) enveloped(p Proof, a Attached, want Want) Proof {
	if logKind(a.Annotations[logAnnotation]) == "intoto/0.0.1" {
		return oldEntry(p, a, want)
	}
	document, _, err := cosignBundle(a, map[string]any{"dsseEnvelope": jsontext.Value(a.Body)})
	if err != nil {
		return refused(p, "%v", err)
	}
	return t.keyedOrNot(item{bundle: document}, want)
}

// oldEntry: cosign wrote log entries of this kind until 2023, and the library
// holds none against its envelope. That says nothing of the signature, so that
// what is about the image is neither verified nor refused.
func oldEntry(p Proof, a Attached, want Want) Proof {
	var envelope struct {
		Payload []byte `json:"payload"`
	}
	if err := json.Unmarshal(a.Body, &envelope); err != nil {
		return refused(p, "reading the envelope: %v", err)
	}
	s, err := parseStatement(envelope.Payload)
	if err != nil {
		return refused(p, "%v", err)
	}
	p.Kind, p.PredicateType, p.Subjects = s.kind(), s.PredicateType, s.subjects()
	if reason := s.about(want, false); reason != "" {
		return refused(p, "%s", reason)
	}
	p.Standing, p.Reason = Unknown, "its log entry is of an old kind (intoto 0.0.1) that cannot be verified"
	return p
}

// keyedOrNot verifies a bundle that may be signed by a key nobody named.
func (t *trust) keyedOrNot(it item, want Want) Proof {
	var shape struct {
		Material struct {
			PublicKey jsontext.Value `json:"publicKey"`
		} `json:"verificationMaterial"`
	}
	p := t.verify(it, want, nil)
	if p.Standing != Refused || t.own != nil || json.Unmarshal(it.bundle, &shape) != nil || shape.Material.PublicKey == nil || t.about(it, want) != "" {
		return p
	}
	return claimedByKey(p)
}

// about says why an unverified bundle would be about something else, or "".
func (t *trust) about(it item, want Want) string {
	b := new(bundle.Bundle)
	if err := b.UnmarshalJSON(it.bundle); err != nil {
		return err.Error()
	}
	if envelope := b.GetDsseEnvelope(); envelope != nil {
		s, err := parseStatement(envelope.Payload)
		if err != nil {
			return err.Error()
		}
		return s.about(want, it.python)
	}
	_, _, reason := message(b, want)
	return reason
}

func claimedByKey(p Proof) Proof {
	p.Standing, p.Reason, p.Identity = Claimed, "it is signed by a key that nobody named", Identity{}
	return p
}

// signedDigest reads the payload of a simple signature; what its reference
// names is ignored, as the specification has it.
func signedDigest(payload []byte) (lockfiles.Digest, error) {
	var simple struct {
		Critical struct {
			Type  string            `json:"type"`
			Image map[string]string `json:"image"`
		} `json:"critical"`
	}
	if err := json.Unmarshal(payload, &simple); err != nil {
		return lockfiles.Digest{}, fmt.Errorf("reading what was signed: %w", err)
	}
	if simple.Critical.Type != "cosign container image signature" {
		return lockfiles.Digest{}, fmt.Errorf("what was signed is of the type %s", quoted(simple.Critical.Type))
	}
	// The specification's example writes it with a capital; cosign does not.
	for _, name := range slices.Sorted(maps.Keys(simple.Critical.Image)) {
		if !strings.EqualFold(name, "docker-manifest-digest") {
			continue
		}
		algorithm, value, _ := strings.Cut(simple.Critical.Image[name], ":")
		if _, err := hex.DecodeString(value); err == nil && value != "" {
			return lockfiles.Digest{Algorithm: algorithm, Value: value}, nil
		}
	}
	return lockfiles.Digest{}, fmt.Errorf("what was signed names no image")
}
