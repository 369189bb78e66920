package policy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis/attest"
)

func publicKey(t testing.TB) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestImages(t *testing.T) {
	for _, text := range []string{"", "[licenses]\nallow = []\n"} {
		if rules, err := Images(tree(text)); rules != nil || err != nil {
			t.Errorf("%q: %v, %v", text, rules, err)
		}
	}
	if rules, err := Images(fstest.MapFS{}); rules != nil || err != nil {
		t.Errorf("no file: %v, %v", rules, err)
	}
	key := publicKey(t)
	rules, err := Images(tree(`# ours
[[images]]
match = "ghcr.example/acme/*"
except = ["ghcr.example/acme/test-*"]
identity-regexp = "^https://github.com/acme/"
issuer = "https://issuer.example"
require = ["signature", "provenance"]

[[images]]
match = ["nginx", "GHCR.example:5000/acme/web"]
any = [{ identity = "ada@acme.example", issuer-regexp = "^https://" }, { key = """` + key + `""" }]
`))
	if err != nil || len(rules) != 2 {
		t.Fatalf("%v, %v", rules, err)
	}
	first, second := rules[0], rules[1]
	if first.Line != 2 || second.Line != 9 || !slices.Equal(first.Require, []attest.Kind{attest.Signature, attest.Provenance}) ||
		!slices.Equal(second.Require, []attest.Kind{attest.Signature}) || len(first.Signers) != 1 || len(second.Signers) != 2 ||
		second.Signers[1].Key != key || second.Signers[0].IssuerRegexp != "^https://" {
		t.Errorf("%+v\n%+v", first, second)
	}
	if got := fmt.Sprint(first.Hosts(), second.Hosts()); got != "[ghcr.example] [ghcr.example:5000]" {
		t.Errorf("hosts %s", got)
	}
	for name, want := range map[string]bool{
		"ghcr.example/acme/http": true, "ghcr.example/acme/a/b": true, "ghcr.example/acme/test-1": false, "ghcr.example/acmes": false, "nginx": false,
	} {
		if first.Matches(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestImageNames(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"nginx", "nginx", true}, {"library/nginx", "nginx", true}, {"docker.io/nginx", "nginx", true}, {"docker.io/library/*", "nginx", true},
		{"docker.io/library/*", "acme/http", false}, {"docker.io/acme/*", "acme/http", true}, {"index.docker.io/library/nginx", "nginx", true},
		{"docker.io/*", "ghcr.example/acme/http", false}, {"*", "ghcr.example/acme/http", true}, {"*/acme/*", "ghcr.example/acme/http", true},
		{"ghcr.example/acme/http?", "ghcr.example/acme/https", true}, {"ghcr.example/acme/http?", "ghcr.example/acme/http", false},
		{"ghcr.example/acme/http", "ghcr.example/acme/https", false}, {"a*b*c", "aXbXbXc", true}, {"a*b*c", "aXbX", false}, {"", "a", false},
	} {
		rule := ImageRule{Match: []string{c.pattern}}
		if rule.Matches(c.name) != c.want {
			t.Errorf("%s, %s: %v", c.pattern, c.name, !c.want)
		}
	}
	began := time.Now()
	if glob(strings.Repeat("*a", 300)+"b", strings.Repeat("a", 3000)) || time.Since(began) > 5*time.Second {
		t.Error("a pattern of many stars takes for ever")
	}
}

func TestBrokenImages(t *testing.T) {
	who := "identity = \"ada@acme.example\"\nissuer = \"https://issuer.example\"\n"
	for text, want := range map[string]string{
		"images = 1\n":                                                  "policy.toml:1: images is no list of tables",
		"[images]\nmatch = \"a\"\n":                                     "policy.toml:1: images is no list of tables",
		"images = [1]\n":                                                "images holds what is no table",
		"\n[[images]]\n" + who:                                          "policy.toml:2: a rule of images matches none",
		"[[images]]\nmatch = []\n" + who:                                "matches none",
		"[[images]]\nmatch = 1\n" + who:                                 "match of images holds what is no text",
		"[[images]]\nmatch = \"nginx:1.27\"\n" + who:                    "more than a name",
		"[[images]]\nmatch = \"nginx@sha256:ab\"\n" + who:               "more than a name",
		"[[images]]\nmatch = \"a\"\nexcept = \"a:1\"\n" + who:           "more than a name",
		"[[images]]\nmatch = \"a\"\nrequires = \"a\"\n" + who:           "no key \"requires\"",
		"[[images]]\nmatch = \"a\"\nrequire = \"sbom\"\n" + who:         "require of images holds \"sbom\"",
		"[[images]]\nmatch = \"a\"\nrequire = []\n" + who:               "demands nothing",
		"[[images]]\nmatch = \"a\"\n":                                   "nobody is named",
		"[[images]]\nmatch = \"a\"\nidentity = \"\"\n":                  "identity of images is no text",
		"[[images]]\nmatch = \"a\"\nidentity = 1\n":                     "identity of images is no text",
		"[[images]]\nmatch = \"a\"\nkey = \"acme\"\n":                   "reading the public key",
		"[[images]]\nmatch = \"a\"\nany = []\n":                         "any of images is no list of signers",
		"[[images]]\nmatch = \"a\"\nany = [1]\n":                        "any of images holds what is no table",
		"[[images]]\nmatch = \"a\"\nany = [{ match = \"a\" }]\n":        "no key \"match\"",
		"[[images]]\nmatch = \"a\"\nany = [{}]\n":                       "nobody is named",
		"[[images]]\nmatch = \"a\"\nany = [{}]\n" + who:                 "has both any and identity",
		"[[images]]\nmatch = \"a\"\n" + who + "[[images]]\nmatch=\"b\"": "policy.toml:5: a signer of images: nobody is named",
	} {
		rules, err := Images(tree(text))
		if rules != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read .depreview/policy.toml") {
			t.Errorf("%q: %v, %v; want %s", text, rules, err, want)
		}
	}
}
