package attest

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// RegistrySig is one of a packument's dist.signatures.
type RegistrySig struct{ KeyID, Sig string }

// Registry verifies the signatures of a registry over NAME@VERSION:INTEGRITY,
// integrity being the lockfile's, so that what holds is the registry's word for
// the very bytes that will be installed. It judges as `npm audit signatures`
// does: all that are listed must hold, and each by a key that had not expired
// when the version was published. A key that the registry does not have is
// Refused (npm's EMISSINGSIGNATUREKEY): whoever can write a signature could
// otherwise write an id that nobody knows, and be merely unknown. Where the key
// expires and published is zero, it is Unknown (npm assumes 2015). None listed
// is Absent: whether earlier versions had one is the caller's to know.
func (v *Verifier) Registry(name, version string, integrity lockfiles.Digest, sigs []RegistrySig, published time.Time) Proof {
	p := Proof{Kind: RegistrySignature}
	if len(sigs) == 0 {
		p.Standing, p.Reason = Absent, "the registry lists no signature"
		return p
	}
	if len(sigs) > mostSignatures {
		return refused(p, "%d signatures are too many", len(sigs))
	}
	raw, strong := digestBytes(integrity)
	if !strong || integrity.Algorithm != "sha512" {
		p.Standing, p.Reason = Unknown, "the lockfile pins no sha512 for the signature to be about"
		return p
	}
	keys, err := v.keys()
	if err != nil {
		p.Standing, p.Reason = Unknown, oneLine(err.Error())
		return p
	}
	message := sha256.Sum256([]byte(name + "@" + version + ":sha512-" + base64.StdEncoding.EncodeToString(raw)))
	undecided := ""
	for _, s := range sigs {
		key, known := keys.signatures[s.KeyID]
		if !known {
			return refused(p, "the registry has no key %s", quoted(s.KeyID))
		}
		if !published.IsZero() && !key.end.IsZero() && !published.Before(key.end) {
			return refused(p, "the key %s had expired on %s, before the version was published", s.KeyID, key.end.UTC().Format(time.DateOnly))
		}
		sig, err := base64.StdEncoding.DecodeString(s.Sig)
		if err != nil || !ecdsa.VerifyASN1(key.key, message[:], sig) {
			return refused(p, "the signature by %s does not hold for %s@%s and the lockfile's integrity", s.KeyID, name, version)
		}
		if published.IsZero() && !key.end.IsZero() {
			undecided = fmt.Sprintf("the key %s expired on %s, and when the version was published is not known", s.KeyID, key.end.UTC().Format(time.DateOnly))
		}
		p.Identity.Key = s.KeyID
	}
	if undecided != "" {
		p.Identity = Identity{}
		p.Standing, p.Reason = Unknown, oneLine(undecided)
		return p
	}
	p.Standing = Verified
	p.Subjects = []Subject{{Name: npmSubject(name, version), Digest: []lockfiles.Digest{integrity}}}
	return p
}
