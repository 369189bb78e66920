package attest

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

// ErrDocument is in the error of Verify that is the document's own fault.
var ErrDocument = errors.New("no document that can be verified")

// Verify verifies every bundle of a document: one bundle, JSON lines of them, an
// array (RubyGems), npm's and GitHub's answers, PyPI's provenance object or one
// PEP 740 attestation. It gives a Proof for each, in their order; one that does
// not hold is Refused, with the reason. None at all (an empty list) verifies
// nothing. An error is for a document of no known shape or over the limits, for
// roots that cannot be read and for an expression that is none.
//
// A registry's key names nobody: where want.Identity is set, what such a key
// signed is Refused unless a certificate in the same document has the identity.
func (v *Verifier) Verify(document []byte, want Want) ([]Proof, error) {
	expression, err := want.Identity.compile()
	if err != nil {
		return nil, err
	}
	trust, err := v.load()
	if err != nil {
		return nil, err
	}
	items, err := split(document)
	if err != nil {
		return nil, documentError{err}
	}
	proofs := make([]Proof, 0, len(items))
	identified := false
	for _, it := range items {
		p := trust.verify(it, want, expression)
		identified = identified || p.Standing == Verified && p.Identity.Issuer != ""
		proofs = append(proofs, p)
	}
	if !want.Identity.none() && !identified {
		byKeys(proofs)
	}
	return proofs, nil
}

type documentError struct{ error }

func (documentError) Is(target error) bool { return target == ErrDocument }
func (e documentError) Unwrap() error      { return e.error }

// verify never panics: what the library cannot stand is refused.
func (t *trust) verify(it item, want Want, expression *regexp.Regexp) (p Proof) {
	p.Kind = Statement
	defer func() {
		if r := recover(); r != nil {
			p = refused(p, "the bundle made the library fail: %v", r)
		}
	}()
	if it.reason != "" {
		return refused(p, "%s", it.reason)
	}
	b := new(bundle.Bundle)
	if err := b.UnmarshalJSON(it.bundle); err != nil {
		return refused(p, "reading the bundle: %v", err)
	}
	if reason := tooMany(b); reason != "" {
		return refused(p, "%s", reason)
	}
	if len(want.Digests) == 0 {
		return refused(p, "no digest was given that it should be about")
	}
	artifact := verify.WithoutArtifactUnsafe() // its subject is compared below
	var s *statement
	if envelope := b.GetDsseEnvelope(); envelope != nil {
		if envelope.PayloadType != payloadType {
			return refused(p, "the envelope holds %s, not a statement", quoted(envelope.PayloadType))
		}
		var err error
		if s, err = parseStatement(envelope.Payload); err != nil {
			return refused(p, "%v", err)
		}
		p.Kind, p.PredicateType, p.Subjects = s.kind(), s.PredicateType, s.subjects()
	} else {
		p.Kind = Signature
		var reason string
		if artifact, p.Subjects, reason = message(b, want); reason != "" {
			return refused(p, "%s", reason)
		}
	}
	return t.signed(p, it, b, s, artifact, want, expression)
}

// signed is the cryptography, and then what it is about and who it was.
func (t *trust) signed(p Proof, it item, b *bundle.Bundle, s *statement, artifact verify.ArtifactPolicyOption, want Want, expression *regexp.Regexp) Proof {
	result, in, failed := t.cryptography(p, b, artifact)
	if failed != nil {
		if failed.Standing == Unknown && oneInstance(want, it) {
			failed.Standing = Refused // whoever signed wrote the authority's name there
		}
		return *failed
	}
	if s != nil {
		if reason := s.about(want, it.python); reason != "" {
			return refused(p, "%s", reason)
		}
	}
	if c := result.Signature.Certificate; c != nil {
		id := identityOf(*c)
		if reason := want.Identity.refuses(id, expression); reason != "" {
			return refused(p, "%s", reason)
		}
		if it.publisher != nil {
			if reason, known := it.publisher.differs(*c); reason != "" {
				p = refused(p, "%s", reason)
				if !known {
					p.Standing = Unknown
				}
				return p
			}
		}
		p.Identity = id
	} else {
		if it.publisher != nil {
			return refused(p, "it was signed by a key, which names nobody")
		}
		// The bundle's own name for the key is the registry's, where it is one of
		// its keys; anything else was written by whoever made the bundle.
		if p.Identity.Key = string(*result.Signature.PublicKeyID); t.own != nil {
			p.Identity.Key = fingerprint(t.own)
		}
	}
	if s != nil {
		p.Identity.Builder = oneLine(s.builder())
	}
	for _, witness := range result.VerifiedTimestamps {
		if p.Signed.IsZero() || witness.Timestamp.Before(p.Signed) {
			p.Signed = witness.Timestamp.UTC()
		}
	}
	p.Log = in.log(b)
	p.Standing = Verified
	return p
}

// oneInstance tells that the registry takes what the public-good instance
// signed, and nothing of GitHub's own: npm and PyPI.
func oneInstance(want Want, it item) bool {
	return it.python || strings.HasPrefix(want.Name, "pkg:npm/")
}

// log names the log of the first entry that the instance knows, else "".
func (in instance) log(b *bundle.Bundle) string {
	logs := in.material.RekorLogs()
	for _, entry := range b.VerificationMaterial.GetTlogEntries() {
		known, ok := logs[fmt.Sprintf("%x", entry.GetLogId().GetKeyId())]
		if !ok {
			continue
		}
		if address, err := url.Parse(known.BaseURL); err == nil && address.Host != "" {
			return address.Host
		}
		return known.BaseURL
	}
	return ""
}
