package attest

import (
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// one verifies a document of one bundle.
func one(t testing.TB, v *Verifier, document []byte, want Want) Proof {
	t.Helper()
	proofs, err := v.Verify(document, want)
	if err != nil {
		t.Fatal(err)
	}
	if len(proofs) != 1 {
		t.Fatalf("%d proofs, want 1", len(proofs))
	}
	return proofs[0]
}

func TestVerifiedNamesWhoSigned(t *testing.T) {
	w := withWorld(t)
	p := one(t, w.verifier(t), text(t, w.attest(t, acmeStatement(slsa))), acmeWant())
	want := Identity{
		SAN: acmeSAN, Issuer: acmeIssuer, Repository: "https://github.com/acme/http", RepositoryID: "1296269", OwnerID: "583231",
		Workflow: ".github/workflows/release.yml", Ref: "refs/tags/v1.2.3", Commit: acmeCommit, Trigger: "push", Runner: "github-hosted",
		Run: "https://github.com/acme/http/actions/runs/42/attempts/1", Builder: "https://github.com/actions/runner/github-hosted",
	}
	if p.Standing != Verified || p.Reason != "" || p.Kind != Provenance || p.PredicateType != slsa {
		t.Errorf("proof %+v", p)
	}
	if p.Identity != want {
		t.Errorf("identity\n%+v, want\n%+v", p.Identity, want)
	}
	if !p.Signed.Equal(w.now) || p.Log != "rekor.invalid" {
		t.Errorf("signed %v in %q, want %v in rekor.invalid", p.Signed, p.Log, w.now)
	}
	if len(p.Subjects) != 1 || p.Subjects[0].Name != acmeName || p.Subjects[0].Digest[0] != acmeDigest {
		t.Errorf("subjects %+v", p.Subjects)
	}
}

// TestWanted: the cryptography holds each time, and it is about something else.
func TestWanted(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	document := text(t, w.attest(t, acmeStatement(slsa)))
	other := lockfiles.Digest{Algorithm: "sha512", Value: strings.Repeat("cd", 64)}
	base64Digest := lockfiles.Digest{Algorithm: "sha512", Value: strings.Repeat("q6ur", 21) + "qw=="}
	for name, c := range map[string]struct {
		want   Want
		reason string // "" is verified
	}{
		"its digest":          {Want{Digests: []lockfiles.Digest{acmeDigest}}, ""},
		"the same in base64":  {Want{Digests: []lockfiles.Digest{base64Digest}}, ""},
		"one more algorithm":  {Want{Digests: []lockfiles.Digest{{Algorithm: "sha256", Value: strings.Repeat("ab", 32)}, acmeDigest}}, ""},
		"no digest":           {Want{}, "no digest"},
		"another digest":      {Want{Digests: []lockfiles.Digest{other}}, "not the one asked for"},
		"one of two":          {Want{Digests: []lockfiles.Digest{acmeDigest, other}}, "not the one asked for"},
		"another algorithm":   {Want{Digests: []lockfiles.Digest{{Algorithm: "sha256", Value: strings.Repeat("ab", 32)}}}, "no digest of the subject is of an algorithm"},
		"a weak algorithm":    {Want{Digests: []lockfiles.Digest{{Algorithm: "sha1", Value: strings.Repeat("ab", 20)}}}, "no digest of the subject is of an algorithm"},
		"a short value":       {Want{Digests: []lockfiles.Digest{{Algorithm: "sha512", Value: "abab"}}}, "no digest of the subject is of an algorithm"},
		"its name":            {acmeWant(), ""},
		"another name":        {Want{Digests: acmeWant().Digests, Name: "pkg:npm/left-padz@1.2.3"}, "not about pkg:npm/left-padz"},
		"its identity":        {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SAN: acmeSAN, Issuer: acmeIssuer}}, ""},
		"another identity":    {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SAN: "https://github.com/evil/http"}}, "signed by " + acmeSAN},
		"a prefix is not it":  {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SAN: "https://github.com/acme/http"}}, "signed by " + acmeSAN},
		"another issuer":      {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{Issuer: "https://gitlab.com"}}, "issued by " + acmeIssuer},
		"its expression":      {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SANRegexp: "^https://github.com/acme/http/"}}, ""},
		"another expression":  {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SANRegexp: "^https://github.com/acme/https/"}}, "does not match"},
		"right, wrong issuer": {Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SAN: acmeSAN, Issuer: "https://gitlab.com"}}, "issued by"},
	} {
		p := one(t, v, document, c.want)
		if c.reason == "" && p.Standing != Verified || c.reason != "" && (p.Standing != Refused || !strings.Contains(p.Reason, c.reason)) {
			t.Errorf("%s: %s %q, want %q", name, p.Standing, p.Reason, c.reason)
		}
		if p.Standing != Verified && p.Identity != (Identity{}) {
			t.Errorf("%s: what is refused names %+v", name, p.Identity)
		}
	}
	if _, err := v.Verify(document, Want{Digests: acmeWant().Digests, Identity: IdentityPolicy{SANRegexp: "("}}); err == nil {
		t.Error("an expression that is none was taken")
	}
}

// TestRegistryKeyNamesNobody: a document with an identity asked for holds by its
// certificate, and not by the registry's key alone.
func TestRegistryKeyNamesNobody(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	published := w.publish(t, acmeStatement(acmePublish))
	want := acmeWant()
	if p := one(t, v, text(t, published), want); p.Standing != Verified || p.Identity != (Identity{Key: w.npmID}) || p.Kind != Publish {
		t.Errorf("proof %+v", p)
	}
	want.Identity.SAN = acmeSAN
	if p := one(t, v, text(t, published), want); p.Standing != Refused {
		t.Errorf("the registry's key alone has the identity: %+v", p)
	}
	both := object{"attestations": []object{{"predicateType": acmePublish, "bundle": published}, {"predicateType": slsa, "bundle": w.attest(t, acmeStatement(slsa))}}}
	proofs, err := v.Verify(text(t, both), want)
	if err != nil || len(proofs) != 2 || proofs[0].Standing != Verified || proofs[1].Standing != Verified {
		t.Errorf("%+v %v", proofs, err)
	}
}

// TestOneSubject: npm's statements are about one package; a file's may be about
// many, and name and digest must be the same subject's.
func TestOneSubject(t *testing.T) {
	w := withWorld(t)
	v := w.verifier(t)
	mine := object{"name": acmeName, "digest": object{"sha512": acmeDigest.Value}}
	other := object{"name": "pkg:npm/left-padz@1.0.0", "digest": object{"sha512": strings.Repeat("cd", 64)}}
	mixed := object{"name": acmeName, "digest": object{"sha512": strings.Repeat("cd", 64)}}
	two := text(t, w.attest(t, statementOf(slsa, other, mine)))
	if p := one(t, v, two, acmeWant()); p.Standing != Refused || !strings.Contains(p.Reason, "2 subjects") {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
	if p := one(t, v, two, Want{Digests: acmeWant().Digests}); p.Standing != Verified {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
	crossed := text(t, w.attest(t, statementOf(slsa, mixed, object{"name": "file.tgz", "digest": object{"sha512": acmeDigest.Value}})))
	if p := one(t, v, crossed, Want{Digests: acmeWant().Digests, Name: "acme.tgz"}); p.Standing != Refused {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
	none := text(t, w.attest(t, statementOf(slsa)))
	if p := one(t, v, none, acmeWant()); p.Standing != Refused || !strings.Contains(p.Reason, "about nothing") {
		t.Errorf("%s %q", p.Standing, p.Reason)
	}
}

func TestRootDate(t *testing.T) {
	embedded, err := NewVerifier(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if root := embedded.Root(); root != EmbeddedRoot() || root.String() != "trusted root of 2026-08-21, embedded" {
		t.Errorf("%s", root)
	}
	if root := withWorld(t).verifier(t).Root(); root.From != Named || !root.Date.IsZero() || root.Old(time.Now()) {
		t.Errorf("%+v", root)
	}
}

// TestHold: what is verified already is held to an identity as Verify does it.
func TestHold(t *testing.T) {
	byAcme := Proof{Kind: Provenance, Standing: Verified, Identity: Identity{SAN: acmeSAN, Issuer: acmeIssuer}}
	byKey := Proof{Kind: Publish, Standing: Verified, Identity: Identity{Key: "SHA256:x"}}
	for name, c := range map[string]struct {
		policy IdentityPolicy
		proofs []Proof
		want   []Standing
	}{
		"nobody":         {IdentityPolicy{}, []Proof{byAcme, byKey}, []Standing{Verified, Verified}},
		"the one":        {IdentityPolicy{SAN: acmeSAN, Issuer: acmeIssuer}, []Proof{byAcme, byKey}, []Standing{Verified, Verified}},
		"another":        {IdentityPolicy{SANRegexp: "^https://emca"}, []Proof{byAcme, byKey}, []Standing{Refused, Refused}},
		"another issuer": {IdentityPolicy{Issuer: "https://issuer.invalid"}, []Proof{byAcme}, []Standing{Refused}},
		"keys alone":     {IdentityPolicy{SAN: acmeSAN}, []Proof{byKey}, []Standing{Refused}},
		"unknown stays":  {IdentityPolicy{SAN: acmeSAN}, []Proof{{Kind: Statement}}, []Standing{Unknown}},
	} {
		if err := c.policy.Hold(c.proofs); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i, p := range c.proofs {
			if p.Standing != c.want[i] || p.Standing == Refused && (p.Reason == "" || p.Identity != Identity{}) {
				t.Errorf("%s: %d is %s %q", name, i, p.Standing, p.Reason)
			}
		}
	}
	if err := (IdentityPolicy{SANRegexp: "("}).Hold(nil); err == nil {
		t.Error("no expression, and no error")
	}
}

// TestLoose: an expression that lets strangers pass says so.
func TestLoose(t *testing.T) {
	for expression, want := range map[string]string{
		"":                                "",
		"(":                               "",
		"^https://github.com/acme/http/":  "",
		"^https://github.com/acme/http@":  "",
		"^https://github.com/acme/http$":  "",
		`^https://github\.com/acme/.*`:    "",
		"https://github.com/acme/http/":   "does not begin with ^",
		"^https://github.com/acme/|other": "does not begin with ^",
		"(?m)^https://github.com/acme/":   "does not begin with ^",
		"acme":                            "does not begin with ^",
		"^https://github.com/acme/http":   "in the middle of a name",
	} {
		if got := (IdentityPolicy{SANRegexp: expression}).Loose(); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q", expression, got)
		}
	}
}
