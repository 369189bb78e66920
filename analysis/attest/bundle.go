package attest

import (
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/depreview/depreview/lockfiles"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

// versionless hides the version of a bundle from the library, which otherwise
// tries weaker hashes for P-384 keys of old clients, and tells the terminal.
type versionless struct{ *bundle.Bundle }

func (versionless) Version() (string, error) { return "", nil }

// tooMany counts before a certificate is parsed or a signature verified.
func tooMany(b *bundle.Bundle) string {
	m := b.VerificationMaterial
	switch {
	case len(b.GetDsseEnvelope().GetSignatures()) > mostSignatures:
		return fmt.Sprintf("%d signatures are too many", len(b.GetDsseEnvelope().GetSignatures()))
	case len(m.GetX509CertificateChain().GetCertificates()) > mostCertificates:
		return fmt.Sprintf("a chain of %d certificates is too long", len(m.GetX509CertificateChain().GetCertificates()))
	case len(m.GetTlogEntries()) > mostSignatures:
		return fmt.Sprintf("%d log entries are too many", len(m.GetTlogEntries()))
	case len(m.GetTimestampVerificationData().GetRfc3161Timestamps()) > mostSignatures:
		return fmt.Sprintf("%d timestamps are too many", len(m.GetTimestampVerificationData().GetRfc3161Timestamps()))
	}
	return ""
}

// hashNames are by the names of Sigstore's enumeration.
var hashNames = map[string]string{"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}

// message is what a signature without a statement must be about: the wanted
// digest itself, of the algorithm that the bundle names.
func message(b *bundle.Bundle, want Want) (verify.ArtifactPolicyOption, []Subject, string) {
	digest := b.GetMessageSignature().GetMessageDigest()
	algorithm := hashNames[digest.GetAlgorithm().String()]
	if algorithm == "" {
		return nil, nil, "the signature names no digest"
	}
	value := hex.EncodeToString(digest.GetDigest())
	about := []Subject{{Digest: []lockfiles.Digest{{Algorithm: algorithm, Value: value}}}}
	if want.Name != "" {
		return nil, about, "the signature names no file, and " + want.Name + " was asked for"
	}
	if reason := agree(want.Digests, map[string]string{algorithm: value}); reason != "" {
		return nil, about, reason
	}
	return verify.WithArtifactDigest(algorithm, slices.Clone(digest.GetDigest())), about, ""
}

// cryptography asks the library, for each instance that could have signed it.
// The failure is a Proof, because not all of them are refusals.
func (t *trust) cryptography(p Proof, b *bundle.Bundle, artifact verify.ArtifactPolicyOption) (*verify.VerificationResult, instance, *Proof) {
	fail := func(reason string, args ...any) (*verify.VerificationResult, instance, *Proof) {
		failed := refused(p, reason, args...)
		return nil, instance{}, &failed
	}
	content, err := b.VerificationContent()
	if err != nil {
		return fail("reading the bundle: %v", err)
	}
	var verifierOf func(instance) (*verify.Verifier, error)
	options := []verify.PolicyOption{verify.WithoutIdentitiesUnsafe()} // who it was is compared afterwards
	leaf, key := content.Certificate(), content.PublicKey()
	instances := t.instancesFor(leaf)
	switch {
	case leaf != nil && t.own != nil:
		return fail("it was signed by a certificate, not by the key")
	case leaf != nil:
		if len(instances) == 0 { // of GitHub's alone there may be none
			failed := refused(p, "it was signed under GitHub's own instance of Sigstore, whose root is not here: depreview db update gets it")
			failed.Standing = Unknown
			return nil, instance{}, &failed
		}
		verifierOf = func(in instance) (*verify.Verifier, error) { return in.byCert, nil }
	case key != nil:
		options = []verify.PolicyOption{verify.WithKey()}
		hint := key.Hint()
		public, start, end := t.own, time.Time{}, time.Time{}
		witnessed := len(b.VerificationMaterial.GetTlogEntries())+len(b.VerificationMaterial.GetTimestampVerificationData().GetRfc3161Timestamps()) > 0
		if t.own == nil {
			known, ok := t.npm.attestations[hint]
			if !ok {
				return fail("there is no key %s to verify it with", quoted(hint))
			}
			for _, s := range b.GetDsseEnvelope().GetSignatures() {
				if s.GetKeyid() != "" && s.GetKeyid() != hint {
					return fail("there is no key %s to verify it with: the bundle names two", quoted(s.GetKeyid()))
				}
			}
			// npm's keys expire: when it was signed must be witnessed.
			public, start, end, witnessed = crypto.PublicKey(known.key), known.start, known.end, true
		}
		// The id is a hint (DSSE), and compared with ours above; the library would
		// insist on the fingerprint of SSH.
		for _, s := range b.GetDsseEnvelope().GetSignatures() {
			s.Keyid = ""
		}
		verifierOf = func(in instance) (*verify.Verifier, error) { return in.keyed(hint, public, start, end, witnessed) }
	default:
		return fail("the bundle has neither a certificate nor a key")
	}
	for _, in := range instances {
		verifier, e := verifierOf(in)
		if e != nil {
			err = e
			continue
		}
		var result *verify.VerificationResult
		if result, err = verifier.Verify(versionless{b}, verify.NewPolicy(artifact, options...)); err == nil {
			return result, in, nil
		}
	}
	return fail("%v", err)
}

// githubs tells whether GitHub's own authority says it issued the certificate.
func githubs(leaf *x509.Certificate) bool {
	return slices.Contains(leaf.Issuer.Organization, "GitHub, Inc.")
}
