package attest

import (
	"bytes"
	"testing"
)

// FuzzImage: a layer that is not the one that was signed is never verified, and
// none makes anything fail but itself.
func FuzzImage(f *testing.F) {
	w := withWorld(f)
	key, leaf := w.certify(f, imageSAN, acmeClaims)
	signed := w.simple(f, simplePayload("sha256:"+imageDigest.Value), key, leaf)
	attested := w.envelope(f, aboutImage(slsa, imageDigest.Value), "dsse")
	add := func(a Attached) {
		f.Add(a.MediaType, a.Body, a.Annotations["dev.cosignproject.cosign/signature"], a.Annotations[certificateAnnotation], a.Annotations[logAnnotation], "")
	}
	add(signed)
	add(attested)
	f.Add("application/vnd.dev.sigstore.bundle.v0.3+json", text(f, w.image(f, aboutImage(signV1, imageDigest.Value))), "", "", "", "")
	f.Add(simpleSigning, []byte("{}"), "", "-----BEGIN CERTIFICATE-----", `{"Payload":{"body":"e30="}}`, `{"SignedRFC3161Timestamp":"AA=="}`)
	v := w.verifier(f)
	f.Fuzz(func(t *testing.T, mediaType string, body []byte, sig, certificate, entry, stamp string) {
		proofs, err := v.Image([]Attached{{mediaType, map[string]string{
			"dev.cosignproject.cosign/signature": sig, certificateAnnotation: certificate, logAnnotation: entry, timestampAnnotation: stamp,
		}, body}}, imageWant())
		if err != nil || len(proofs) != 1 {
			t.Fatalf("%d proofs, %v", len(proofs), err)
		}
		if mediaType == simpleSigning && proofs[0].Standing == Verified && !bytes.Equal(body, signed.Body) {
			t.Fatalf("%q is verified", body)
		}
		if proofs[0].Standing != Verified && proofs[0].Identity != (Identity{}) {
			t.Fatalf("what is %s names %+v", proofs[0].Standing, proofs[0].Identity)
		}
	})
}
