package attest

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// TestRegistry follows `npm audit signatures`, case by case.
func TestRegistry(t *testing.T) {
	w := withWorld(t)
	sum := sha512.Sum512([]byte("the tarball"))
	sri := lockfiles.Digest{Algorithm: "sha512", Value: base64.StdEncoding.EncodeToString(sum[:])}
	other := sha512.Sum512([]byte("another tarball"))
	good := RegistrySig{w.npmID, base64.StdEncoding.EncodeToString(sign(t, w.npm, []byte("@acme/http@1.2.3:"+sri.String())))}
	published := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for name, c := range map[string]struct {
		keys      []byte
		integrity lockfiles.Digest
		sigs      []RegistrySig
		published time.Time
		standing  Standing
		reason    string
	}{
		"good":                        {w.keys, sri, []RegistrySig{good}, published, Verified, ""},
		"good, in hexadecimal":        {w.keys, lockfiles.Digest{Algorithm: "sha512", Value: hex.EncodeToString(sum[:])}, []RegistrySig{good}, published, Verified, ""},
		"time unknown, key for ever":  {w.keys, sri, []RegistrySig{good}, time.Time{}, Verified, ""},
		"expired afterwards":          {w.keysUntil(`"2025-01-29T00:00:00.000Z"`), sri, []RegistrySig{good}, published, Verified, ""},
		"expired before":              {w.keysUntil(`"2024-01-29T00:00:00.000Z"`), sri, []RegistrySig{good}, published, Refused, "had expired on 2024-01-29"},
		"expired at that moment":      {w.keysUntil(`"2024-05-06T07:08:09Z"`), sri, []RegistrySig{good}, published, Refused, "had expired"},
		"expires, time unknown":       {w.keysUntil(`"2025-01-29T00:00:00.000Z"`), sri, []RegistrySig{good}, time.Time{}, Unknown, "is not known"},
		"other bytes":                 {w.keys, lockfiles.Digest{Algorithm: "sha512", Value: base64.StdEncoding.EncodeToString(other[:])}, []RegistrySig{good}, published, Refused, "does not hold"},
		"no signature":                {w.keys, sri, nil, published, Absent, "no signature"},
		"nonsense":                    {w.keys, sri, []RegistrySig{{w.npmID, "nope"}}, published, Refused, "does not hold"},
		"unknown key":                 {w.keys, sri, []RegistrySig{{"someotherid", good.Sig}}, published, Refused, "no key someotherid"},
		"good beside an unknown one":  {w.keys, sri, []RegistrySig{good, {"someotherid", good.Sig}}, published, Refused, "no key"},
		"good beside a bad one":       {w.keys, sri, []RegistrySig{good, {w.npmID, "MEQ="}}, published, Refused, "does not hold"},
		"ten thousand":                {w.keys, sri, make([]RegistrySig, 10000), published, Refused, "10000 signatures"},
		"lockfile pins sha1":          {w.keys, lockfiles.Digest{Algorithm: "sha1", Value: strings.Repeat("ab", 20)}, []RegistrySig{good}, published, Unknown, "no sha512"},
		"keys of another registry":    {nil, sri, []RegistrySig{good}, published, Refused, "no key"},
		"keys that cannot be read":    {[]byte("<html>"), sri, []RegistrySig{good}, published, Unknown, "reading the registry's keys"},
		"keys, and none of them ours": {[]byte(`{"keys":[{"keyid":"x","key":"!"}]}`), sri, []RegistrySig{good}, published, Refused, "no key"},
	} {
		v, err := NewVerifier(Options{NPMKeys: c.keys})
		if err != nil {
			t.Fatal(err)
		}
		p := v.Registry("@acme/http", "1.2.3", c.integrity, c.sigs, c.published)
		if p.Standing != c.standing || !strings.Contains(p.Reason, c.reason) || (p.Reason == "") != (c.reason == "") || p.Kind != RegistrySignature {
			t.Errorf("%s: %s %q, want %s %q", name, p.Standing, p.Reason, c.standing, c.reason)
		}
		if named := p.Identity.Key != ""; named != (c.standing == Verified) {
			t.Errorf("%s: %s by the key %q", name, p.Standing, p.Identity.Key)
		}
	}
	v := w.verifier(t)
	if p := v.Registry("@acme/http", "1.2.4", sri, []RegistrySig{good}, published); p.Standing != Refused {
		t.Errorf("another version: %+v", p)
	}
	if p := v.Registry("@acme/http", "1.2.3", sri, []RegistrySig{good}, published); p.Subjects[0].Name != "pkg:npm/%40acme/http@1.2.3" {
		t.Errorf("subjects %+v", p.Subjects)
	}
}

// TestAttestationKeyExpires: what counts is when the log witnessed it.
func TestAttestationKeyExpires(t *testing.T) {
	w := withWorld(t)
	document := text(t, w.publish(t, acmeStatement(acmePublish)))
	for until, standing := range map[string]Standing{`null`: Verified, `"2026-01-02T03:04:06Z"`: Verified, `"2026-01-02T03:04:04Z"`: Refused} {
		v, err := NewVerifier(Options{TrustedRoot: w.root, NPMKeys: w.keysUntil(until)})
		if err != nil {
			t.Fatal(err)
		}
		if p := one(t, v, document, acmeWant()); p.Standing != standing {
			t.Errorf("a key until %s: %s %q", until, p.Standing, p.Reason)
		}
	}
}
