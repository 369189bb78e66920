package checks

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// signedRegistry is a registry with an image of base and one of head, of which
// each has one signature by the key, over the digest that is told.
func signedRegistry(t *testing.T, key *ecdsa.PrivateKey, over map[string]string) string {
	files := make(map[string][]byte)
	name := func(body []byte) string {
		sum := sha256.Sum256(body)
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	for image, digest := range over {
		payload := fmt.Appendf(nil, `{"critical":{"identity":{"docker-reference":""},"image":{"docker-manifest-digest":"sha256:%s"},"type":"cosign container image signature"},"optional":null}`, digest)
		sum := sha256.Sum256(payload)
		sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := json.Marshal(map[string]any{"layers": []any{map[string]any{
			"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", "digest": name(payload), "size": len(payload),
			"annotations": map[string]string{"dev.cosignproject.cosign/signature": base64.StdEncoding.EncodeToString(sig)},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		files["/v2/acme/http/blobs/"+name(payload)] = payload
		files["/v2/acme/http/manifests/sha256-"+image+".sig"] = manifest
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := files[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			body = []byte(`{"errors":[{"code":"MANIFEST_UNKNOWN"}]}`)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://") + "/acme/http"
}

// TestImageSignatureOfAKey goes all the way: a registry, the cryptography, and
// the policy of base.
func TestImageSignatureOfAKey(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	sum := sha256.Sum256(der)
	print := "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
	base, head := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	unbuilt := "info no-provenance: no attestation says who built it\n"
	for name, c := range map[string]struct {
		over string // what the signature beside head is about
		key  string // of the policy
		want string
	}{
		"signed":         {head, public, "info signature-verified: signed by " + print + "\n" + unbuilt + "pass image-signed-by-policy: made by whom the policy names"},
		"another key":    {head, acmesKey, "info signature-unverified: a signature is attached, and nothing was verified\n" + unbuilt + "fail image-unsigned-by-policy: no signature is by whom the policy names"},
		"base's, copied": {base, public, "fail subject-mismatch: the signature is about another image than the digest that is pinned\n" + unbuilt + "fail image-unsigned-by-policy: no signature is by whom the policy names"},
	} {
		image := signedRegistry(t, key, map[string]string{base: base, head: c.over})
		transport, err := clients.NewTransport(clients.Options{})
		if err != nil {
			t.Fatal(err)
		}
		check := newImageSignature(Sources{Clients: clients.New(transport, clients.DefaultEndpoints(), nil)})
		review := releaseReview(map[string]string{policy.File: "[[images]]\nmatch = \"*/acme/http\"\nkey = \"\"\"\n" + c.key + "\"\"\"\n"}, nil)
		change := &diff.Change{Kind: diff.Repinned, Base: imageOf(image, "1.2", "ab"), Head: imageOf(image, "1.2", "cd")}
		review.Diff.Base = map[string]*diff.Graph{"Dockerfile": diff.NewGraph(&lockfiles.Lockfile{Packages: []lockfiles.Package{*change.Base}})}
		result, err := check.Run(t.Context(), change, review)
		if got := releaseOutcome(result.Findings, err); got != c.want {
			t.Errorf("%s: got:\n%s\nwant:\n%s", name, got, c.want)
		}
	}
}
