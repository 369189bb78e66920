package attest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// spare are the fields that prove nothing, so that a change of them alone may
// leave a bundle verified: what is claimed twice, and read elsewhere.
var spare = map[string]string{
	".dsseEnvelope.signatures[].keyid": "a hint; the key is named by the material, and another id is refused",

	".verificationMaterial.tlogEntries[].kindVersion.kind":        "the entry's body says it, under the log's signature",
	".verificationMaterial.tlogEntries[].kindVersion.version":     "the entry's body says it, under the log's signature",
	".verificationMaterial.tlogEntries[].logIndex":                "absent is 0, which it is",
	".verificationMaterial.tlogEntries[].inclusionProof.logIndex": "absent is 0, which it is",
	".verificationMaterial.tlogEntries[].inclusionProof.hashes":   "absent is none, which it is",
}

// TestEveryFieldFlipped changes, and then leaves out, each value of a bundle.
func TestEveryFieldFlipped(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	for kind, bundle := range map[string]object{
		"certificate": roundTrip(t, w.attest(t, acmeStatement(slsa))),
		"key":         roundTrip(t, w.publish(t, acmeStatement(acmePublish))),
	} {
		tried := 0
		walk(bundle, "", func(path string, set func(any), value any) {
			for _, other := range append(flips(value), nil) {
				tried++
				set(other)
				proofs, err := v.Verify(text(t, bundle), acmeWant())
				same := spare[path] != "" && (other == nil || strings.Contains(path, "kindVersion"))
				if err == nil && proofs[0].Standing == Verified && !same {
					t.Errorf("%s: %s became %.80v, and it is verified", kind, path, other)
				}
			}
			set(value)
		})
		if tried < 30 {
			t.Errorf("%s: only %d values were changed", kind, tried)
		}
		if p := one(t, v, text(t, bundle), acmeWant()); p.Standing != Verified {
			t.Errorf("%s: the whole bundle is %s %q", kind, p.Standing, p.Reason)
		}
	}
}

// walk calls do for each value below v; a nil that is set leaves the field out.
func walk(v any, path string, do func(path string, set func(any), value any)) {
	switch v := v.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := path + "." + key
			do(at, func(x any) {
				if v[key] = x; x == nil {
					delete(v, key)
				}
			}, v[key])
			walk(v[key], at, do)
		}
	case []any:
		for i := range v {
			do(path+"[]", func(x any) { v[i] = x }, v[i])
			walk(v[i], path+"[]", do)
		}
	}
}

// flips are other values of the same type.
func flips(value any) []any {
	s, ok := value.(string)
	if !ok || s == "" {
		return nil
	}
	if raw, err := base64.StdEncoding.DecodeString(s); err == nil && len(raw) > 20 {
		var all []any
		for _, at := range []int{0, len(raw) / 2, len(raw) - 1} {
			flipped := slices.Clone(raw)
			flipped[at] ^= 1
			all = append(all, base64.StdEncoding.EncodeToString(flipped))
		}
		return all
	}
	last := s[len(s)-1] ^ 1
	return []any{s[:len(s)-1] + string(rune(last)), s + "x"}
}

// TestHostile: each has its own reason, and none takes long.
func TestHostile(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	good := roundTrip(t, w.attest(t, acmeStatement(slsa)))
	change := func(do func(material, envelope object)) []byte {
		b := roundTrip(t, good)
		do(b["verificationMaterial"].(object), b["dsseEnvelope"].(object))
		return text(t, b)
	}
	subject := object{"name": acmeName, "digest": object{"sha512": acmeDigest.Value}}
	leaf := good["verificationMaterial"].(object)["certificate"]
	for name, c := range map[string]struct {
		document []byte
		reason   string
	}{
		"10,000 signatures": {change(func(_, e object) {
			e["signatures"] = slices.Repeat(e["signatures"].([]any), 10000)
		}), "10000 signatures are too many"},
		"two signatures": {change(func(_, e object) {
			e["signatures"] = slices.Repeat(e["signatures"].([]any), 2)
		}), "exactly one signature"},
		"no signature":     {change(func(_, e object) { e["signatures"] = []any{} }), "signature"},
		"100,000 subjects": {text(t, w.attest(t, statementOf(slsa, slices.Repeat([]object{{"name": "a"}}, 100000)...))), "100000 subjects are too many"},
		"10,001 subjects":  {text(t, w.attest(t, statementOf(slsa, append(slices.Repeat([]object{{"name": "a"}}, 10000), subject)...))), "10001 subjects are too many"},
		"a loop of certificates": {bytes.Replace(change(func(m, _ object) {
			delete(m, "certificate")
			m["x509CertificateChain"] = object{"certificates": slices.Repeat([]any{leaf}, 1000)}
		}), []byte("bundle.v0.3+json"), []byte("bundle+json;version=0.2"), 1), "a chain of 1000 certificates is too long"},
		"1,000 log entries": {change(func(m, _ object) { m["tlogEntries"] = slices.Repeat(m["tlogEntries"].([]any), 1000) }), "too many tlog entries"},
		"an entry twice":    {change(func(m, _ object) { m["tlogEntries"] = slices.Repeat(m["tlogEntries"].([]any), 2) }), "duplicate"},
		"no entry":          {change(func(m, _ object) { m["tlogEntries"] = []any{} }), "not enough verified log entries"},
		"an entry for other content": {change(func(m, _ object) {
			m["tlogEntries"] = roundTrip(t, w.attest(t, acmeStatement("https://acme.invalid/other")))["verificationMaterial"].(object)["tlogEntries"]
		}), "transparency log"},
		"a certificate of somebody else": {change(func(m, _ object) {
			m["certificate"] = roundTrip(t, w.attest(t, acmeStatement(slsa)))["verificationMaterial"].(object)["certificate"]
		}), "transparency log certificate does not match"},
		"another payload type": {change(func(_, e object) { e["payloadType"] = "text/plain" }), "not a statement"},
		"another payload":      {change(func(_, e object) { e["payload"] = acmeStatement("https://slsa.dev/provenance/v0.2") }), "payload hash"},
		"a deep payload":       {change(func(_, e object) { e["payload"] = []byte(strings.Repeat("[", 1<<20)) }), "nests too deep"},
		"a payload that says a thing twice": {text(t, w.attest(t, []byte(`{"_type":"https://in-toto.io/Statement/v1","subject":[],"subject":[`+string(text(t, subject))+`]}`))),
			"duplicate"},
	} {
		began := time.Now()
		p := one(t, v, c.document, acmeWant())
		if p.Standing != Refused || !strings.Contains(p.Reason, c.reason) {
			t.Errorf("%s: %s %q, want %q", name, p.Standing, p.Reason, c.reason)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
	bundle := string(text(t, good))
	for name, c := range map[string]struct{ document, reason string }{
		"50 MB":              {`{"mediaType":"` + strings.Repeat("a", 50<<20) + `"}`, "bytes"},
		"65 lines":           {strings.Repeat(bundle+"\n", 65), "more than 64"},
		"65 of RubyGems":     {"[" + strings.Repeat(bundle+",", 64) + bundle + "]", "more than 64"},
		"65 of npm":          {`{"attestations":[` + strings.Repeat(`{"bundle":{}},`, 64) + `{"bundle":{}}]}`, "more than 64"},
		"65 of PyPI":         {`{"attestation_bundles":[{"attestations":[` + strings.Repeat(`{},`, 64) + `{}]}]}`, "more than 64"},
		"a million brackets": {strings.Repeat("[", 1<<20), "nests too deep"},
	} {
		if proofs, err := v.Verify([]byte(c.document), acmeWant()); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v and %d proofs, want %q", name, err, len(proofs), c.reason)
		}
	}
}

// TestTimeOfTheCertificate: the log witnessed the signature after the ten
// minutes of the certificate.
func TestTimeOfTheCertificate(t *testing.T) {
	w := withWorld(t)
	later := *w
	later.now = w.now.Add(-20 * time.Minute)
	key, leaf := later.certify(t, acmeSAN, acmeClaims)
	b := w.signedBy(t, acmeStatement(slsa), key, leaf)
	p := one(t, w.verifier(t), text(t, b), acmeWant())
	if p.Standing != Refused || !strings.Contains(p.Reason, "certificate validity") {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
}

// TestPanicIsRefused: what makes the library fail is refused, and ends nothing.
func TestPanicIsRefused(t *testing.T) {
	empty := &trust{instances: []instance{{}}} // no material: the library's own fault
	p := empty.verify(item{bundle: text(t, withWorld(t).attest(t, acmeStatement(slsa)))}, acmeWant(), nil)
	if p.Standing != Refused || !strings.Contains(p.Reason, "made the library fail") {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
}

// FuzzVerify: whatever is verified names who signed the original, and what.
func FuzzVerify(f *testing.F) {
	options := Options{TrustedRoot: fixture(f, "root.json"), NPMKeys: fixture(f, "keys.json")}
	v, err := NewVerifier(options)
	if err != nil {
		f.Fatal(err)
	}
	original := map[string]bool{}
	digests := []lockfiles.Digest{acmeDigest, wheelDigest}
	for _, name := range []string{"acme-http.sigstore.json", "acme-http.publish.json", "acme_http.whl.pep740.json"} {
		document := fixture(f, name)
		for _, d := range digests {
			if p := one(f, v, document, Want{Digests: []lockfiles.Digest{d}}); p.Standing == Verified {
				original[fmt.Sprintf("%+v", p)] = true
			}
		}
		f.Add(document)
		f.Add(fmt.Appendf(nil, `{"attestations":[{"bundle":%s}]}`, document))
		f.Add(fmt.Appendf(nil, `{"version":1,"attestation_bundles":[{"publisher":{"kind":"GitHub","repository":"acme/http","workflow":"release.yml"},"attestations":[%s]}]}`, document))
	}
	if len(original) != 3 {
		f.Fatalf("%d of the fixtures hold", len(original))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		for _, d := range digests {
			proofs, err := v.Verify(document, Want{Digests: []lockfiles.Digest{d}})
			if err != nil && len(proofs) > 0 {
				t.Errorf("an error and %d proofs", len(proofs))
			}
			for _, p := range proofs {
				if p.Standing == Verified && !original[fmt.Sprintf("%+v", p)] {
					t.Errorf("verified, and nobody signed it: %+v", p)
				}
				if p.Standing != Verified && (p.Reason == "" || strings.Contains(p.Reason, "\n")) {
					t.Errorf("%s for the reason %q", p.Standing, p.Reason)
				}
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	v, err := NewVerifier(Options{TrustedRoot: fixture(b, "root.json")})
	if err != nil {
		b.Fatal(err)
	}
	document, want := fixture(b, "acme-http.sigstore.json"), acmeWant()
	if !json.Valid(document) {
		b.Fatal("the fixture is broken")
	}
	for b.Loop() {
		if p := one(b, v, document, want); p.Standing != Verified {
			b.Fatal(p.Reason)
		}
	}
}

// BenchmarkFirst includes what the first verification of a process costs.
func BenchmarkFirst(b *testing.B) {
	document := fixture(b, "acme-http.sigstore.json")
	for b.Loop() {
		v, err := NewVerifier(Options{})
		if err != nil {
			b.Fatal(err)
		}
		one(b, v, document, acmeWant())
	}
}
