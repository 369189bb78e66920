package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/sigstore/sigstore-go/pkg/root"
)

// github is an instance like GitHub's own: an authority of that name and a
// timestamp authority (RFC 3161), and no log.
type github struct {
	*world
	stamping *ecdsa.PrivateKey
	stamper  *x509.Certificate
}

func newGitHub(t *testing.T) *github {
	g := &github{world: &world{now: withWorld(t).now, org: "GitHub, Inc."}}
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	top, stampTop := key(), key()
	g.issuing, g.stamping = key(), key()
	must := func(c *x509.Certificate, err error) *x509.Certificate {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	topCert := must(g.authorise("Internal Services Root", top, nil, top))
	g.authority = &root.FulcioCertificateAuthority{
		Root: topCert, Intermediates: []*x509.Certificate{must(g.authorise("Fulcio Intermediate", g.issuing, topCert, top))},
		URI: "https://fulcio.invalid", ValidityPeriodStart: g.now.Add(-time.Hour), ValidityPeriodEnd: g.now.Add(time.Hour),
	}
	purpose, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	// The library that stamps writes down by the clock when it did, beside the
	// time that counts: these certificates are good for ever.
	forever := func(name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name, Organization: []string{g.org}},
			NotBefore: g.now.Add(-time.Hour), NotAfter: g.now.AddDate(900, 0, 0),
		}
	}
	authority, leaf := forever("Timestamping Root"), forever("Timestamping")
	authority.KeyUsage, authority.BasicConstraintsValid, authority.IsCA = x509.KeyUsageCertSign, true, true
	leaf.KeyUsage, leaf.ExtraExtensions = x509.KeyUsageDigitalSignature, []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purpose}}
	issue := func(template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), stampTop)
		if err != nil {
			t.Fatal(err)
		}
		return must(x509.ParseCertificate(der))
	}
	stampRoot := issue(authority, authority, stampTop)
	g.stamper = issue(leaf, stampRoot, g.stamping)
	trusted, err := root.NewTrustedRoot(root.TrustedRootMediaType01, []root.CertificateAuthority{g.authority}, nil, []root.TimestampingAuthority{
		&root.SigstoreTimestampingAuthority{Root: stampRoot, Leaf: g.stamper, ValidityPeriodStart: g.now.Add(-time.Hour), ValidityPeriodEnd: g.now.Add(time.Hour), URI: "https://timestamp.invalid"},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if g.root, err = trusted.MarshalJSON(); err != nil {
		t.Fatal(err)
	}
	return g
}

// attest signs a statement, and has the signature stamped at a time.
func (g *github) attest(t *testing.T, statement []byte, at time.Time) object {
	key, leaf := g.certify(t, acmeSAN, acmeClaims)
	sig := sign(t, key, fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(statement), statement))
	return object{
		"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
		"verificationMaterial": object{
			"certificate":               object{"rawBytes": leaf.Raw},
			"timestampVerificationData": g.stamp(t, sig, at),
		},
		"dsseEnvelope": object{"payload": statement, "payloadType": payloadType, "signatures": []object{{"sig": sig}}},
	}
}

// stamp witnesses a signature.
func (g *github) stamp(t *testing.T, sig []byte, at time.Time) object {
	sum := sha256.Sum256(sig)
	stamp := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Time: at, Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 2}}
	answer, err := stamp.CreateResponseWithOpts(g.stamper, g.stamping, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return object{"rfc3161Timestamps": []object{{"signedTimestamp": answer}}}
}

// TestGitHubsOwnInstance: what it signed is unknown without its root, and with
// it holds by a timestamp alone. Neither instance vouches for the other's.
func TestGitHubsOwnInstance(t *testing.T) {
	g, w := newGitHub(t), withWorld(t)
	document := text(t, g.attest(t, acmeStatement(slsa), g.now))
	verifier := func(r Roots) *Verifier {
		v, err := NewVerifier(Options{Roots: func() Roots { return r }})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if p := one(t, verifier(Roots{}), document, Want{Digests: acmeWant().Digests}); p.Standing != Unknown || !strings.Contains(p.Reason, "whose root is not here") {
		t.Errorf("without its root: %s %q", p.Standing, p.Reason)
	}
	both := verifier(Roots{Sigstore: w.root, NPMKeys: w.keys, Date: embeddedDate.AddDate(0, 1, 0), GitHub: g.root})
	p := one(t, both, document, acmeWant())
	if p.Standing != Verified || p.Identity.SAN != acmeSAN || p.Identity.Issuer != acmeIssuer || !p.Signed.Equal(g.now) || p.Log != "" {
		t.Fatalf("%s %q %+v, signed %s, log %q", p.Standing, p.Reason, p.Identity, p.Signed, p.Log)
	}
	if p := one(t, verifier(Roots{GitHub: g.root}), document, acmeWant()); p.Standing != Verified {
		t.Errorf("beside the embedded root: %s %q", p.Standing, p.Reason)
	}
	if p := one(t, both, text(t, w.attest(t, acmeStatement(slsa))), acmeWant()); p.Standing != Verified || p.Log == "" {
		t.Errorf("the public instance's: %s %q", p.Standing, p.Reason)
	}
	other := newGitHub(t)
	unstamped := g.attest(t, acmeStatement(slsa), g.now)
	delete(unstamped["verificationMaterial"].(object), "timestampVerificationData")
	public := w.publish(t, acmeStatement(acmePublish)) // by a key, and stamped by GitHub
	delete(public["verificationMaterial"].(object), "tlogEntries")
	sig := public["dsseEnvelope"].(object)["signatures"].([]object)[0]["sig"].([]byte)
	public["verificationMaterial"].(object)["timestampVerificationData"] = g.stamp(t, sig, g.now)
	for name, bundle := range map[string]object{
		"of another authority":           other.attest(t, acmeStatement(slsa), g.now),
		"after the certificate":          g.attest(t, acmeStatement(slsa), g.now.Add(20*time.Minute)),
		"without a timestamp":            unstamped,
		"of other bytes":                 g.attest(t, statementOf(slsa, object{"name": acmeName, "digest": object{"sha512": strings.Repeat("cd", 64)}}), g.now),
		"npm's key under GitHub's stamp": public,
	} {
		if p := one(t, both, text(t, bundle), acmeWant()); p.Standing != Refused {
			t.Errorf("%s: %s %q", name, p.Standing, p.Reason)
		}
	}
}
