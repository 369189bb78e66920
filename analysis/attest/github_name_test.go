package attest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestGitHubsName: that an authority is GitHub's own is the bundle's word. Where
// the registry takes none of its certificates, it is refused and not unknown.
func TestGitHubsName(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := withWorld(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{Organization: []string{"GitHub, Inc."}}, NotBefore: w.now, NotAfter: w.now.Add(time.Minute)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	document := text(t, w.signedBy(t, acmeStatement(slsa), key, leaf))
	v, err := NewVerifier(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := one(t, v, document, acmeWant()); p.Standing != Refused || !strings.Contains(p.Reason, "GitHub's own") {
		t.Errorf("of npm: %s %q", p.Standing, p.Reason)
	}
	if p := one(t, v, document, Want{Digests: acmeWant().Digests}); p.Standing != Unknown {
		t.Errorf("of anybody: %s %q", p.Standing, p.Reason)
	}
}
