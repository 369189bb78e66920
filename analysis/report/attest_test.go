package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/lockfiles"
)

func attestation() *Attestation {
	digest := lockfiles.Digest{Algorithm: "sha512", Value: strings.Repeat("ab", 64)}
	return &Attestation{
		Document: "acme-http.json", Root: attest.Root{From: attest.Refreshed, Date: time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC), Problem: "a \x1b newer one"},
		Want: attest.Want{Digests: []lockfiles.Digest{digest}},
		Proofs: []attest.Proof{
			{
				Kind: attest.Provenance, Standing: attest.Verified, PredicateType: "https://slsa.dev/provenance/v1",
				Subjects: []attest.Subject{{Name: "pkg:npm/acme-http@1.2.3", Digest: []lockfiles.Digest{digest}}},
				Signed:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Log: "rekor.invalid",
				Identity: attest.Identity{SAN: "https://forge.invalid/acme/\u202ehttp", Issuer: "https://issuer.invalid", Repository: "https://forge.invalid/acme/http", RepositoryID: "7", OwnerID: "8"},
			},
			{Kind: attest.Publish, Standing: attest.Refused, Reason: "there is no key \x1b[31mx to verify it with"},
		},
	}
}

func writtenAttestation(t *testing.T, format string, a *Attestation) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteAttestation(&out, format, a); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\u202e", "\x1b"} {
		if bytes.Contains(out.Bytes(), []byte(bad)) {
			t.Errorf("%s holds %q", format, bad)
		}
	}
	return out.Bytes()
}

// TestAttestationSchema holds the document to its schema, and the schema to
// saying all.
func TestAttestationSchema(t *testing.T) {
	schema := compile(t, "attest.v1.json")
	entry := attestation()
	entry.Entry = &AttestedEntry{
		Lockfiles: []string{"package-lock.json"}, Revision: "main", Source: "registry.npm.invalid", Observed: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Attested: attest.Absent, Why: "version 1.0.0 had one", Signature: attest.Proof{Kind: attest.RegistrySignature},
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(writtenAttestation(t, "json", entry)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Fatal(err)
	}
	m := &mutation{t: t, schema: schema, root: value, seen: map[string]bool{}}
	m.walk("", value)
	if len(m.seen) < 6 {
		t.Errorf("only %d kinds of object were tried", len(m.seen))
	}
}

func TestAttestationText(t *testing.T) {
	text := string(writtenAttestation(t, "text", attestation()))
	for _, want := range []string{
		"verified  provenance  https://slsa.dev/provenance/v1\n",
		"  repository  https://forge.invalid/acme/http (number 7, of owner 8)\n",
		"<U+202E>http\n",
		"refused  publish attestation\n  reason ",
		"\nnot verified: there is no key ",
		"By the trusted root of 2026-08-21, refreshed.\na <ESC> newer one.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "older than a year") {
		t.Errorf("the root has no age, and the text says:\n%s", text)
	}
	held := attestation()
	held.Now = time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC)
	held.Proofs = held.Proofs[:1]
	if text := string(writtenAttestation(t, "text", held)); !strings.Contains(text, "\nverified: 1 of 1 hold for sha512:abab") || !strings.Contains(text, "Only the cryptography was checked: ") || !strings.Contains(text, "\nIt is older than a year: ") {
		t.Errorf("the text of what holds:\n%s", text)
	}
	if strings.Contains(text, "\nverified: ") {
		t.Errorf("one is refused, and the text says:\n%s", text)
	}
}

// TestAttestationVerdict: all must hold, and there must be one.
func TestAttestationVerdict(t *testing.T) {
	a := attestation()
	for name, c := range map[string]struct {
		proofs []attest.Proof
		err    error
		ok     bool
	}{
		"all":      {a.Proofs[:1], nil, true},
		"one not":  {a.Proofs, nil, false},
		"none":     {nil, nil, false},
		"unknown":  {[]attest.Proof{{Kind: attest.Publish}}, nil, false},
		"no shape": {a.Proofs[:1], errors.New("not a document"), false},
	} {
		a := &Attestation{Proofs: c.proofs, Err: c.err}
		if (a.Why() == "") != c.ok {
			t.Errorf("%s: %q", name, a.Why())
		}
	}
}

// TestEntryVerdict: the attestations of an entry must hold; of a Go module the
// checksum database's proof is all there is. Nothing refused passes.
func TestEntryVerdict(t *testing.T) {
	sig := func(s attest.Standing) attest.Proof { return attest.Proof{Kind: attest.RegistrySignature, Standing: s} }
	for name, c := range map[string]struct {
		entry AttestedEntry
		want  string
	}{
		"attested":              {AttestedEntry{Attested: attest.Verified}, ""},
		"and signed":            {AttestedEntry{Attested: attest.Verified, Signature: sig(attest.Verified)}, ""},
		"signature refused":     {AttestedEntry{Attested: attest.Verified, Signature: sig(attest.Refused)}, "registry signature: refused"},
		"signed alone":          {AttestedEntry{Attested: attest.NeverHad, Signature: sig(attest.Verified)}, "attestations: never had"},
		"a claim":               {AttestedEntry{Attested: attest.Claimed, Why: "it says so"}, "attestations: unverified claim: it says so"},
		"nothing is known":      {AttestedEntry{}, "attestations: unknown"},
		"a module":              {AttestedEntry{Signed: true, Attested: attest.NeverHad, Signature: sig(attest.Verified)}, ""},
		"a module, no database": {AttestedEntry{Signed: true}, "proof of the checksum database: unknown"},
	} {
		a := &Attestation{Document: "pkg:npm/acme-http@1.2.3", Entry: &c.entry}
		if got := a.Why(); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
		text := string(writtenAttestation(t, "text", a))
		if strings.Contains(text, "\nverified: ") != (c.want == "") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}
