package attest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

const (
	imageSAN = "https://github.com/acme/http/.github/workflows/release.yml@refs/heads/main"
	signV1   = "https://sigstore.dev/cosign/sign/v1"
)

var imageDigest = lockfiles.Digest{Algorithm: "sha256", Value: strings.Repeat("ab", 32)}

func imageWant() Want { return Want{Digests: []lockfiles.Digest{imageDigest}} }

func simplePayload(digest string) []byte {
	return fmt.Appendf(nil, `{"critical":{"identity":{"docker-reference":"ghcr.example/acme/http"},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"},"optional":null}`, digest)
}

// annotation is a log's entry as cosign writes it beside a layer.
func (w *world) annotation(t testing.TB, body []byte) string {
	coded := base64.StdEncoding.EncodeToString(body)
	promised := fmt.Sprintf(`{"body":%q,"integratedTime":%d,"logID":"%x","logIndex":0}`, coded, w.now.Unix(), w.logID)
	return string(text(t, object{
		"SignedEntryTimestamp": sign(t, w.log, []byte(promised)),
		"Payload":              object{"body": coded, "integratedTime": w.now.Unix(), "logIndex": 0, "logID": hex.EncodeToString(w.logID[:])},
	}))
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// simple is what `cosign sign` attaches: by a certificate or, without one, by
// the key alone.
func (w *world) simple(t testing.TB, payload []byte, key *ecdsa.PrivateKey, leaf *x509.Certificate) Attached {
	sig := sign(t, key, payload)
	sum := sha256.Sum256(payload)
	public, _ := x509.MarshalPKIXPublicKey(key.Public())
	verifier := pemOf("PUBLIC KEY", public)
	a := Attached{MediaType: simpleSigning, Body: payload, Annotations: map[string]string{"dev.cosignproject.cosign/signature": base64.StdEncoding.EncodeToString(sig)}}
	if leaf != nil {
		verifier = pemOf("CERTIFICATE", leaf.Raw)
		a.Annotations[certificateAnnotation] = verifier
	}
	a.Annotations[logAnnotation] = w.annotation(t, text(t, object{"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": object{
		"data":      object{"hash": object{"algorithm": "sha256", "value": hex.EncodeToString(sum[:])}},
		"signature": object{"content": sig, "publicKey": object{"content": []byte(verifier)}},
	}}))
	return a
}

// envelope is what `cosign attest` attaches; kind is that of the log's entry.
func (w *world) envelope(t testing.TB, statement []byte, kind string) Attached {
	b := roundTrip(t, w.image(t, statement))
	entry := b["verificationMaterial"].(object)["tlogEntries"].([]any)[0].(object)
	body, _ := base64.StdEncoding.DecodeString(entry["canonicalizedBody"].(string))
	if kind != "dsse" {
		body = text(t, object{"apiVersion": "0.0.1", "kind": kind, "spec": object{"content": object{"hash": object{"algorithm": "sha256", "value": strings.Repeat("0", 64)}}, "publicKey": "AA=="}})
	}
	der, _ := base64.StdEncoding.DecodeString(b["verificationMaterial"].(object)["certificate"].(object)["rawBytes"].(string))
	return Attached{MediaType: dsseEnvelope, Body: text(t, b["dsseEnvelope"]), Annotations: map[string]string{
		certificateAnnotation: pemOf("CERTIFICATE", der), logAnnotation: w.annotation(t, body), "predicateType": slsa,
	}}
}

func (w *world) image(t testing.TB, statement []byte) object {
	key, leaf := w.certify(t, imageSAN, acmeClaims)
	return w.signedBy(t, statement, key, leaf)
}

func aboutImage(predicateType, digest string) []byte {
	return statementOf(predicateType, object{"name": "", "digest": object{"sha256": digest}})
}

func TestImage(t *testing.T) {
	w := withWorld(t)
	key, leaf := w.certify(t, imageSAN, acmeClaims)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	strangers, _ := x509.MarshalPKIXPublicKey(stranger.Public())
	digest, other := "sha256:"+imageDigest.Value, "sha256:"+strings.Repeat("cd", 32)
	with := func(change func(*Attached)) Attached {
		a := w.simple(t, simplePayload(digest), key, leaf)
		change(&a)
		return a
	}
	bundle := func(b object) Attached {
		return Attached{MediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", Body: text(t, b)}
	}
	for name, c := range map[string]struct {
		attached Attached
		kind     Kind
		standing Standing
		reason   string
	}{
		"signed":                  {w.simple(t, simplePayload(digest), key, leaf), Signature, Verified, ""},
		"with a capital":          {w.simple(t, []byte(strings.Replace(string(simplePayload(digest)), "docker-m", "Docker-m", 1)), key, leaf), Signature, Verified, ""},
		"another image's":         {w.simple(t, simplePayload(other), key, leaf), Signature, Refused, "not the one asked for"},
		"another image's, edited": {with(func(a *Attached) { a.Body = []byte(strings.Replace(string(a.Body), "acme/http", "acme/web", 1)) }), Signature, Refused, ""},
		"by another key":          {w.simple(t, simplePayload(digest), stranger, leaf), Signature, Refused, ""},
		"by a key":                {w.simple(t, simplePayload(digest), stranger, nil), Signature, Claimed, "a key that nobody named"},
		"by a key, another's":     {w.simple(t, simplePayload(other), stranger, nil), Signature, Refused, "not the one asked for"},
		"in no log":               {with(func(a *Attached) { delete(a.Annotations, logAnnotation) }), Signature, Refused, ""},
		"no signature":            {with(func(a *Attached) { delete(a.Annotations, "dev.cosignproject.cosign/signature") }), Signature, Refused, ""},
		"no certificate":          {with(func(a *Attached) { a.Annotations[certificateAnnotation] = "acme" }), Signature, Refused, "its certificate is none"},
		"no entry":                {with(func(a *Attached) { a.Annotations[logAnnotation] = "{" }), Signature, Refused, "reading its log entry"},
		"a long annotation":       {with(func(a *Attached) { a.Annotations[logAnnotation] = strings.Repeat("a", mostAnnotation+1) }), Signature, Refused, "too long"},
		"another entry": {with(func(a *Attached) {
			a.Annotations[logAnnotation] = w.simple(t, simplePayload(other), key, leaf).Annotations[logAnnotation]
		}), Signature, Refused, ""},
		"an atomic signature":   {w.simple(t, []byte(strings.Replace(string(simplePayload(digest)), "cosign container", "atomic container", 1)), key, leaf), Signature, Refused, "of the type atomic"},
		"a payload that is two": {w.simple(t, []byte(`{"critical":{"type":"cosign container image signature","image":{"docker-manifest-digest":"`+digest+`","docker-manifest-digest":"`+other+`"}}}`), key, leaf), Signature, Refused, "reading what was signed"},
		"not JSON":              {w.simple(t, []byte("acme"), key, leaf), Signature, Refused, "reading what was signed"},
		"too deep":              {with(func(a *Attached) { a.Body = []byte(strings.Repeat("[", 100)) }), Signature, Refused, "too deep"},
		"of no known type":      {Attached{MediaType: "application/spdx+json", Body: []byte("{}")}, Statement, Refused, "none of cosign's"},
		"attested":              {w.envelope(t, aboutImage(slsa, imageDigest.Value), "dsse"), Provenance, Verified, ""},
		"attested, another":     {w.envelope(t, aboutImage(slsa, strings.Repeat("cd", 32)), "dsse"), Provenance, Refused, "not the one asked for"},
		"attested long ago":     {w.envelope(t, aboutImage(slsa, imageDigest.Value), "intoto"), Provenance, Unknown, "old kind"},
		"long ago, another":     {w.envelope(t, aboutImage(slsa, strings.Repeat("cd", 32)), "intoto"), Provenance, Refused, "not the one asked for"},
		"an envelope of none":   {Attached{MediaType: dsseEnvelope, Body: []byte("{}")}, Statement, Refused, ""},
		"a bundle":              {bundle(w.image(t, aboutImage(slsa, imageDigest.Value))), Provenance, Verified, ""},
		"a bundle of cosign 3":  {bundle(w.image(t, aboutImage(signV1, imageDigest.Value))), Signature, Verified, ""},
		"a bundle, another":     {bundle(w.image(t, aboutImage(signV1, strings.Repeat("cd", 32)))), Signature, Refused, "not the one asked for"},
		"a bundle by a key":     {bundle(w.bundle(t, aboutImage(slsa, imageDigest.Value), stranger, pemOf("PUBLIC KEY", strangers), object{"publicKey": object{"hint": "acme"}}, "acme")), Provenance, Claimed, "a key that nobody named"},
		"a bundle by a key, another": {bundle(w.bundle(t, aboutImage(slsa, strings.Repeat("cd", 32)), stranger, pemOf("PUBLIC KEY", strangers), object{"publicKey": object{"hint": "acme"}}, "acme")),
			Provenance, Refused, ""},
		"half a bundle": {Attached{MediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", Body: []byte(`{"mediaType":`)}, Statement, Refused, ""},
	} {
		proofs, err := w.verifier(t).Image([]Attached{c.attached}, imageWant())
		if err != nil || len(proofs) != 1 {
			t.Fatalf("%s: %v, %v", name, proofs, err)
		}
		p := proofs[0]
		if p.Kind != c.kind || p.Standing != c.standing || !strings.Contains(p.Reason, c.reason) || (p.Reason == "") != (c.standing == Verified) {
			t.Errorf("%s: %s, %s %q; want %s, %s %q", name, p.Kind, p.Standing, p.Reason, c.kind, c.standing, c.reason)
		}
		switch {
		case p.Standing == Verified && (p.Identity.SAN != imageSAN || p.Identity.Issuer != acmeIssuer || !p.Signed.Equal(w.now) || p.Log != "rekor.invalid"):
			t.Errorf("%s: who signed: %+v", name, p)
		case p.Standing != Verified && p.Identity != (Identity{}):
			t.Errorf("%s: what is not verified names %+v", name, p.Identity)
		}
	}
}

// TestImageKeyed: with a key named, what it signed is verified, and nothing else.
func TestImageKeyed(t *testing.T) {
	w := withWorld(t)
	keys := make([]*ecdsa.PrivateKey, 2)
	for i := range keys {
		var err error
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	der, err := x509.MarshalPKIXPublicKey(keys[0].Public())
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifier(Options{TrustedRoot: w.root, NPMKeys: w.keys, PublicKey: []byte(pemOf("PUBLIC KEY", der))})
	if err != nil {
		t.Fatal(err)
	}
	payload := simplePayload("sha256:" + imageDigest.Value)
	signing, leaf := w.certify(t, imageSAN, acmeClaims)
	unlogged := w.simple(t, payload, keys[0], nil)
	delete(unlogged.Annotations, logAnnotation)
	proofs, err := v.Image([]Attached{
		w.simple(t, payload, keys[0], nil), unlogged, w.simple(t, payload, keys[1], nil), w.simple(t, payload, signing, leaf),
		w.simple(t, simplePayload("sha256:"+strings.Repeat("cd", 32)), keys[0], nil),
	}, imageWant())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Standing{Verified, Verified, Refused, Refused, Refused} {
		if proofs[i].Standing != want || (want == Verified) != (proofs[i].Identity.Key == fingerprint(keys[0].Public())) {
			t.Errorf("%d: %+v, want %s", i, proofs[i], want)
		}
	}
	if _, err := v.Image(make([]Attached, mostAttestations+1), imageWant()); err == nil {
		t.Error("any number was taken")
	}
	want := imageWant()
	want.Identity.SAN = imageSAN
	if proofs, err := v.Image([]Attached{unlogged}, want); err != nil || proofs[0].Standing != Refused {
		t.Errorf("a key has an identity: %+v, %v", proofs, err)
	}
	want.Identity.SAN = "https://github.com/eve/http"
	if proofs, err := w.verifier(t).Image([]Attached{w.simple(t, payload, signing, leaf)}, want); err != nil || proofs[0].Standing != Refused {
		t.Errorf("another identity: %+v, %v", proofs, err)
	}
}

func TestSigner(t *testing.T) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, _ := x509.MarshalPKIXPublicKey(key.Public())
	public := pemOf("PUBLIC KEY", der)
	proof := &Proof{Kind: Signature, Standing: Verified, Identity: Identity{SAN: imageSAN, Issuer: acmeIssuer}}
	for name, c := range map[string]struct {
		signer         Signer
		wrong, refuses string
	}{
		"exactly":            {Signer{Identity: IdentityPolicy{SAN: imageSAN, Issuer: acmeIssuer}}, "", ""},
		"as expressions":     {Signer{Identity: IdentityPolicy{SANRegexp: "^https://github.com/acme/"}, IssuerRegexp: `^https://token\.`}, "", ""},
		"another":            {Signer{Identity: IdentityPolicy{SAN: "ada@acme.invalid", Issuer: acmeIssuer}}, "", "signed by"},
		"another expression": {Signer{Identity: IdentityPolicy{SANRegexp: "^ada@"}, IssuerRegexp: "."}, "", "does not match"},
		"another issuer":     {Signer{Identity: IdentityPolicy{SAN: imageSAN}, IssuerRegexp: "^https://accounts"}, "", "issued by"},
		"a key":              {Signer{Key: public}, "", "signed by a key"},
		"nobody":             {Signer{}, "nobody is named", "-"},
		"no issuer":          {Signer{Identity: IdentityPolicy{SAN: imageSAN}}, "nobody is named", "-"},
		"no identity":        {Signer{Identity: IdentityPolicy{Issuer: acmeIssuer}}, "nobody is named", "-"},
		"both":               {Signer{Key: public, IssuerRegexp: "."}, "a key names nobody", "-"},
		"twice":              {Signer{Identity: IdentityPolicy{SAN: "a", SANRegexp: "a", Issuer: "b"}}, "named twice", "-"},
		"no expression":      {Signer{Identity: IdentityPolicy{SANRegexp: "(", Issuer: "b"}}, "expression of the identity", "-"},
		"no issuer's":        {Signer{Identity: IdentityPolicy{SANRegexp: "a"}, IssuerRegexp: "("}, "expression of the issuer", "-"},
		"no key":             {Signer{Key: "acme"}, "reading the public key", "-"},
	} {
		if err := c.signer.Check(); (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", name, err, c.wrong)
		}
		if c.refuses == "-" {
			continue
		}
		if got := c.signer.Refuses(proof); (got == "") != (c.refuses == "") || !strings.Contains(got, c.refuses) {
			t.Errorf("%s: refuses %q, want %q", name, got, c.refuses)
		}
	}
	claim := &Proof{Standing: Claimed, Identity: proof.Identity}
	if (Signer{Identity: IdentityPolicy{SAN: imageSAN, Issuer: acmeIssuer}}).Refuses(claim) == "" {
		t.Error("a claim is enough")
	}
}
