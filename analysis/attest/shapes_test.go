package attest

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

const (
	wheelName    = "acme_http-1.2.3-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
	pypiPublish  = "https://docs.pypi.org/attestations/publish/v1"
	gitlabConfig = ".gitlab-ci.yml"
)

var wheelDigest = lockfiles.Digest{Algorithm: "sha256", Value: strings.Repeat("0a", 32)}

// python is the bundle of a statement about a wheel, as PEP 740 writes it.
func (w *world) python(t testing.TB, file string) object {
	b := roundTrip(t, w.attest(t, statementOf(pypiPublish, object{"name": file, "digest": object{"sha256": wheelDigest.Value}})))
	return pep740(b)
}

func pep740(b object) object {
	material, envelope := b["verificationMaterial"].(object), b["dsseEnvelope"].(object)
	return object{
		"version":               1,
		"envelope":              object{"statement": envelope["payload"], "signature": envelope["signatures"].([]any)[0].(object)["sig"]},
		"verification_material": object{"certificate": material["certificate"].(object)["rawBytes"], "transparency_entries": material["tlogEntries"]},
	}
}

func roundTrip(t testing.TB, v any) object {
	var o object
	if err := json.Unmarshal(text(t, v), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestShapes: the same bundle in every document that carries one.
func TestShapes(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	bundle := w.attest(t, acmeStatement(slsa))
	line := string(text(t, bundle))
	for name, c := range map[string]struct {
		document string
		proofs   int
	}{
		"bundle":     {line, 1},
		"JSON lines": {line + "\n" + line + "\n", 2},
		"RubyGems":   {"[" + line + "," + line + "]", 2},
		"none":       {"[]", 0},
		"npm":        {`{"attestations":[{"predicateType":"x","bundle":` + line + `}]}`, 1},
		"GitHub":     {`{"attestations":[{"bundle":` + line + `,"repository_id":1,"bundle_url":"https://forge.invalid/b"}]}`, 1},
	} {
		proofs, err := v.Verify([]byte(c.document), acmeWant())
		if err != nil || len(proofs) != c.proofs {
			t.Errorf("%s: %d proofs, %v", name, len(proofs), err)
		}
		for _, p := range proofs {
			if p.Standing != Verified {
				t.Errorf("%s: %s %q", name, p.Standing, p.Reason)
			}
		}
	}
	for name, document := range map[string]string{
		"empty": "", "text": "hello", "number": "42", "another object": `{"a":1}`, "list of numbers": "[1]", "half": line[:len(line)/2],
		"HTML": "<html></html>", "duplicate key": `{"mediaType":"a","mediaType":"b"}`, "no bundles": `{"attestations":3}`,
	} {
		if proofs, err := v.Verify([]byte(document), acmeWant()); err == nil {
			t.Errorf("%s: no error, and %+v", name, proofs)
		}
	}
	p := one(t, v, []byte(`{"attestations":[{"bundle":null,"bundle_url":"https://forge.invalid/b"}]}`), acmeWant())
	if p.Standing != Refused || !strings.Contains(p.Reason, "leaves its bundle out") {
		t.Errorf("a bundle that is elsewhere: %s %q", p.Standing, p.Reason)
	}
}

// TestPEP740 compares file names by their parts, and the publisher that the
// index names with the certificate.
func TestPEP740(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	attestation := w.python(t, wheelName)
	want := func(name string) Want { return Want{Digests: []lockfiles.Digest{wheelDigest}, Name: name} }
	for name, ok := range map[string]bool{
		wheelName: true,
		"Acme.HTTP-1.2.3-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl": true,
		"acme_http-1.2.4-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl": false,
		"acme_http-1.2.3-cp310-cp310-manylinux2014_x86_64.whl":                       false,
		"acme_http-1.2.3.tar.gz": false,
		"":                       true,
	} {
		if p := one(t, v, text(t, attestation), want(name)); (p.Standing == Verified) != ok {
			t.Errorf("%q: %s %q", name, p.Standing, p.Reason)
		}
	}
	github := object{"kind": "GitHub", "repository": "acme/http", "workflow": "release.yml"}
	with := func(key string, value any) object {
		o := maps.Clone(github)
		o[key] = value
		return o
	}
	for name, c := range map[string]struct {
		publisher any
		standing  Standing
	}{
		"the publisher":      {github, Verified},
		"another repository": {with("repository", "evil/http"), Refused},
		"a prefix of it":     {with("repository", "acme/htt"), Refused},
		"another workflow":   {with("workflow", "wrong.yml"), Refused},
		"a prefix of that":   {with("workflow", "release.y"), Refused},
		"another forge":      {object{"kind": "GitLab", "repository": "acme/http", "workflow_filepath": gitlabConfig}, Refused},
		"a person":           {object{"kind": "Google", "email": "a@acme.invalid"}, Refused},
		"another kind":       {object{"kind": "ActiveState"}, Unknown},
		"no publisher":       {nil, Unknown},
	} {
		document := object{"version": 1, "attestation_bundles": []object{{"publisher": c.publisher, "attestations": []object{attestation}}}}
		if p := one(t, v, text(t, document), want(wheelName)); p.Standing != c.standing || p.Standing != Verified && p.Reason == "" {
			t.Errorf("%s: %s %q, want %s", name, p.Standing, p.Reason, c.standing)
		}
	}
	attestation["version"] = 2
	if p := one(t, v, text(t, attestation), want(wheelName)); p.Standing != Refused || !strings.Contains(p.Reason, "version 2") {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
}
