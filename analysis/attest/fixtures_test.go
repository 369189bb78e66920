package attest

import (
	"crypto/x509"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "make the fixtures anew")

// fixtures is where the bundles lie that the command's stories verify: made
// here, by a world that is gone, and good for ever, because the log's time counts.
var fixtures = filepath.Join("..", "..", "testdata", "analysis", "attest")

func fixture(t testing.TB, name string) []byte {
	data, err := os.ReadFile(filepath.Join(fixtures, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFixturesHold(t *testing.T) {
	if *update {
		w := withWorld(t)
		der, err := x509.MarshalPKIXPublicKey(w.npm.Public())
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{
			"root.json":                 w.root,
			"keys.json":                 w.keys,
			"key.pem":                   pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
			"acme-http.sigstore.json":   text(t, w.attest(t, acmeStatement(slsa))),
			"acme-http.publish.json":    text(t, w.publish(t, acmeStatement(acmePublish))),
			"acme_http.whl.pep740.json": text(t, w.python(t, wheelName)),
		} {
			if err := os.WriteFile(filepath.Join(fixtures, name), append(data, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	v, err := NewVerifier(Options{TrustedRoot: fixture(t, "root.json"), NPMKeys: fixture(t, "keys.json")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"acme-http.sigstore.json", "acme-http.publish.json"} {
		if p := one(t, v, fixture(t, name), acmeWant()); p.Standing != Verified {
			t.Errorf("%s: %s %q", name, p.Standing, p.Reason)
		}
	}
	if v, err = NewVerifier(Options{TrustedRoot: fixture(t, "root.json"), PublicKey: fixture(t, "key.pem")}); err != nil {
		t.Fatal(err)
	}
	if p := one(t, v, fixture(t, "acme-http.publish.json"), acmeWant()); p.Standing != Verified {
		t.Errorf("by the key: %s %q", p.Standing, p.Reason)
	}
	if p := one(t, v, fixture(t, "acme-http.sigstore.json"), acmeWant()); p.Standing != Refused {
		t.Errorf("a certificate, where a key was asked for: %s %q", p.Standing, p.Reason)
	}
}
