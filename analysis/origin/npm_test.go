package origin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
)

var sha512 = "sha512-" + base64.StdEncoding.EncodeToString(make([]byte, 64))

const attestations = `,"attestations":{"url":"https://elsewhere.invalid/x","provenance":{"predicateType":"https://slsa.dev/provenance/v1"}}`

const goodSig = `,"signatures":[{"keyid":"SHA256:known","sig":"good"}]`

// packument has 1.0.0 and 1.1.0 with these parts of their dist.
func packument(first, second string) string {
	return fmt.Sprintf(`{"name":"acme-http","dist-tags":{"latest":"1.1.0"},
"time":{"1.0.0":"2026-01-01T00:00:00Z","1.1.0":"2026-02-01T00:00:00Z"},
"versions":{"1.0.0":{"name":"acme-http","scripts":{},"_npmUser":{"name":"ada"},"dist":{"integrity":%q%s}},
"1.1.0":{"name":"acme-http","scripts":{},"_npmUser":{"name":"CI","trustedPublisher":{"id":"github"}},"gitHead":"c0ffee","repository":"https://git.example/acme/http","dist":{"integrity":%q%s}}}}`,
		sha512, first, sha512, second)
}

const npmAt = "/-/npm/v1/attestations/acme-http@1.1.0"

func TestNPM(t *testing.T) {
	public := endpoints
	public.NPM = clients.DefaultEndpoints().NPM
	host := strings.TrimPrefix(public.NPM, "https://")
	for name, tt := range map[string]struct {
		first, second, document string // "-" is 404
		elsewhere               bool   // another registry than the public one
		unpinned                bool
		signature, attested     attest.Standing
		why                     string
	}{
		"all holds":            {first: goodSig, second: goodSig + attestations, document: `{"attestations":["good"]}`, signature: attest.Verified, attested: attest.Verified},
		"at another registry":  {elsewhere: true, first: goodSig, second: goodSig + attestations, document: `{"attestations":["good"]}`, signature: attest.Verified, attested: attest.Verified},
		"one does not hold":    {first: goodSig, second: goodSig + attestations, document: `{"attestations":["good","mixed"]}`, signature: attest.Verified, attested: attest.Refused, why: "1 of 2 attestations: the other does not"},
		"they are not there":   {first: goodSig, second: goodSig + attestations, document: "-", signature: attest.Verified, attested: attest.Unknown, why: "has none where it keeps them"},
		"refused":              {first: goodSig, second: goodSig + attestations, document: `403 {"error":"no"}`, signature: attest.Verified, attested: attest.Unknown, why: "refused it (403)"},
		"a page":               {first: goodSig, second: goodSig + attestations, document: `<html>good</html>`, signature: attest.Verified, attested: attest.Unknown, why: "something else"},
		"half a body":          {first: goodSig, second: goodSig + attestations, document: `CUT {"attestations":["good"`, signature: attest.Verified, attested: attest.Unknown, why: "cut off"},
		"a strange document":   {first: goodSig, second: goodSig + attestations, document: `{"strange":1}`, signature: attest.Verified, attested: attest.Unknown, why: "no known shape"},
		"an empty document":    {first: goodSig, second: goodSig + attestations, document: `{"nothing":1}`, signature: attest.Verified, attested: attest.Unknown, why: "gives none"},
		"other type missing":   {first: goodSig, second: goodSig + strings.ReplaceAll(attestations, "v1\"", "v9\""), document: `{"attestations":["good"]}`, signature: attest.Verified, attested: attest.Unknown, why: "its document holds none"},
		"no provenance in it":  {first: goodSig, second: goodSig + `,"attestations":{"url":"https://elsewhere.invalid/x"}`, document: `{"attestations":["good","publish alone"]}`, signature: attest.Verified, attested: attest.Unknown, why: "its document holds none"},
		"none":                 {first: goodSig, second: goodSig, signature: attest.Verified, attested: attest.Absent},
		"none, mirror":         {elsewhere: true, first: goodSig, second: goodSig, signature: attest.Verified, attested: attest.Unknown, why: "does not pass them on"},
		"none, mirror tells":   {elsewhere: true, first: goodSig + attestations, second: goodSig, signature: attest.Verified, attested: attest.Absent},
		"no signature":         {first: goodSig, second: "", signature: attest.Absent, attested: attest.Unknown, why: "does not pass them on"},
		"mirror strips all":    {first: "", second: "", signature: attest.Unknown, attested: attest.Unknown, why: "does not pass them on"},
		"nothing is pinned":    {unpinned: true, first: goodSig, second: goodSig + attestations, document: `{"attestations":["good"]}`, signature: attest.Unknown, attested: attest.Claimed, why: "pins no hash"},
		"signature is refused": {first: goodSig, second: strings.Replace(goodSig, "good", "bad", 1), signature: attest.Refused, attested: attest.Absent},
	} {
		t.Run(name, func(t *testing.T) {
			e, at := public, host
			if tt.elsewhere {
				e, at = endpoints, "npm.invalid"
			}
			bodies := map[string]string{at + "/acme-http": packument(tt.first, tt.second)}
			if tt.document != "-" && tt.document != "" {
				bodies[at+npmAt] = tt.document
			}
			v := &verifier{keys: "SHA256:known"}
			a, s := asking(t, v, e, bodies)
			p := pinned("npm", "acme-http", "1.1.0", sha512)
			if tt.unpinned {
				p.Integrity = nil
			}
			r := head(t, a, p)
			wantSignature(t, r, tt.signature, "")
			wantStanding(t, r, tt.attested, tt.why)
			if r.Publisher != "CI" || r.Service != "github" || !r.PublisherKnown || r.Commit != "c0ffee" || r.Published.IsZero() || r.Source != at {
				t.Errorf("stated: %+v", r)
			}
			if s.asked["elsewhere.invalid/x"] > 0 || tt.document == "" && s.asked[at+npmAt] > 0 || s.asked[at+"/-/npm/v1/keys"] > 0 {
				t.Errorf("asked %v", s.asked)
			}
			for _, w := range v.wants {
				if w.Name != "pkg:npm/acme-http@1.1.0" || len(w.Digests) != 1 || "sha512-"+w.Digests[0].Value != sha512 {
					t.Errorf("verified against %+v", w)
				}
			}
		})
	}
}

// TestNPMKeys goes with the real verifier: what another registry signed holds
// by its own keys, and at the public one a key that is not embedded is a claim.
func TestNPMKeys(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("acme-http@1.1.0:" + sha512))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	listed := fmt.Sprintf(`,"signatures":[{"keyid":"SHA256:own","sig":%q}]`, base64.StdEncoding.EncodeToString(sig))
	keys := fmt.Sprintf(`{"keys":[{"expires":null,"keyid":"SHA256:own","keytype":"ecdsa-sha2-nistp256","key":%q}]}`, base64.StdEncoding.EncodeToString(der))
	public := endpoints
	public.NPM = clients.DefaultEndpoints().NPM
	for name, tt := range map[string]struct {
		e    clients.Endpoints
		keys string
		want attest.Standing
		why  string
	}{
		"its own":             {endpoints, keys, attest.Verified, ""},
		"the public registry": {public, keys, attest.Claimed, "not embedded"},
		"no keys":             {endpoints, "", attest.Unknown, "publishes no keys"},
		"keys are withheld":   {endpoints, `403 {"error":"no"}`, attest.Unknown, "refused it"},
		"keys are a page":     {endpoints, `<html>`, attest.Unknown, "something else"},
		"other keys":          {endpoints, `{"keys":[]}`, attest.Refused, "has no key"},
	} {
		t.Run(name, func(t *testing.T) {
			at := strings.TrimPrefix(tt.e.NPM, "https://")
			bodies := map[string]string{at + "/acme-http": packument("", listed)}
			if tt.keys != "" {
				bodies[at+"/-/npm/v1/keys"] = tt.keys
			}
			v, err := attest.NewVerifier(attest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			a, _ := asking(t, v, tt.e, bodies)
			r := head(t, a, pinned("npm", "acme-http", "1.1.0", sha512))
			wantSignature(t, r, tt.want, tt.why)
			if (r.Signature.Identity.Key != "") != (tt.want == attest.Verified) {
				t.Errorf("identity %+v", r.Signature.Identity)
			}
		})
	}
	t.Run("other bytes", func(t *testing.T) {
		v, _ := attest.NewVerifier(attest.Options{})
		a, _ := asking(t, v, endpoints, map[string]string{"npm.invalid/acme-http": packument("", listed), "npm.invalid/-/npm/v1/keys": keys})
		tampered := make([]byte, 64)
		tampered[0] = 1
		r := head(t, a, pinned("npm", "acme-http", "1.1.0", "sha512-"+base64.StdEncoding.EncodeToString(tampered)))
		wantSignature(t, r, attest.Refused, "does not hold")
	})
	t.Run("an expired key", func(t *testing.T) {
		expired := strings.Replace(keys, `"expires":null`, `"expires":"2026-06-01T00:00:00Z"`, 1)
		v, err := attest.NewVerifier(attest.Options{NPMKeys: []byte(expired)})
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[string]attest.Standing{"npm.invalid": attest.Claimed, strings.TrimPrefix(public.NPM, "https://"): attest.Verified} {
			e := public
			e.NPM = "https://" + at
			a, _ := asking(t, v, e, map[string]string{at + "/acme-http": packument("", listed)})
			wantSignature(t, head(t, a, pinned("npm", "acme-http", "1.1.0", sha512)), want, "")
			// A mirror without times.
			a, _ = asking(t, v, e, map[string]string{at + "/acme-http": strings.ReplaceAll(packument("", listed), `"time"`, `"times"`)})
			wantSignature(t, head(t, a, pinned("npm", "acme-http", "1.1.0", sha512)), attest.Unknown, "when the version was published is not known")
		}
	})
	t.Run("one of several hashes", func(t *testing.T) {
		// npm installs what any of them fits: the signed one hides no other.
		v, _ := attest.NewVerifier(attest.Options{})
		tampered := make([]byte, 64)
		tampered[0] = 1
		other := "sha512-" + base64.StdEncoding.EncodeToString(tampered)
		for _, hashes := range [][]string{{other, sha512}, {sha512, other}} {
			a, _ := asking(t, v, endpoints, map[string]string{"npm.invalid/acme-http": packument("", listed), "npm.invalid/-/npm/v1/keys": keys})
			wantSignature(t, head(t, a, pinned("npm", "acme-http", "1.1.0", hashes...)), attest.Refused, "does not hold")
		}
		a, _ := asking(t, v, endpoints, map[string]string{"npm.invalid/acme-http": packument("", listed), "npm.invalid/-/npm/v1/keys": keys})
		wantSignature(t, head(t, a, pinned("npm", "acme-http", "1.1.0", "sha1-"+base64.StdEncoding.EncodeToString(make([]byte, 20)))), attest.Unknown, "pins no sha512")
	})
}

func TestNPMLine(t *testing.T) {
	body := packument(goodSig, goodSig+attestations)
	a, _ := asking(t, &verifier{}, endpoints, map[string]string{"npm.invalid/acme-http": body})
	line, err := a.Line(t.Context(), &diff.Change{Head: pinned("npm", "acme-http", "1.1.0", sha512)})
	if err != nil || len(line) != 1 {
		t.Fatal(line, err)
	}
	r := &line[0]
	if r.Version != "1.0.0" || r.Publisher != "ada" || r.Service != "" || !r.PublisherKnown || r.Signature.Standing != attest.Claimed {
		t.Errorf("%+v", r)
	}
	wantStanding(t, r, attest.Absent, "")
}

// TestNPMRemoved: of a version that was removed the registry keeps the time
// alone, which says nothing of who made it.
func TestNPMRemoved(t *testing.T) {
	public := endpoints
	public.NPM = clients.DefaultEndpoints().NPM
	host := strings.TrimPrefix(public.NPM, "https://")
	body := fmt.Sprintf(`{"name":"acme-http","dist-tags":{"latest":"1.0.0"},"time":{"1.0.0":"2026-01-01T00:00:00Z","1.1.0":"2026-02-01T00:00:00Z"},
"versions":{"1.0.0":{"name":"acme-http","_npmUser":{"name":"CI","trustedPublisher":{"id":"github"}},"dist":{"integrity":%q%s}}}}`, sha512, goodSig+attestations)
	a, _ := asking(t, &verifier{keys: "SHA256:known"}, public, map[string]string{host + "/acme-http": body})
	c := &diff.Change{Base: pinned("npm", "acme-http", "1.0.0", sha512), Head: pinned("npm", "acme-http", "1.1.0", sha512)}
	r, err := a.Release(t.Context(), c, true)
	if err != nil || r.Signature.Standing != attest.Unknown || r.Attested != attest.Unknown || r.PublisherKnown {
		t.Errorf("%+v %v", r, err)
	}
}
