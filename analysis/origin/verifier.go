package origin

import (
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/lockfiles"
)

// Verifier proves what was gathered: *attest.Verifier, which says how it judges.
type Verifier interface {
	Verify(document []byte, want attest.Want) ([]attest.Proof, error)
	Registry(name, version string, integrity lockfiles.Digest, sigs []attest.RegistrySig, published time.Time) attest.Proof
	HasKey(id string) bool
}

// withKeys verifies what a registry signed by the keys that it names itself, and
// by the root that v trusts.
func withKeys(v Verifier) func(keys []byte) (Verifier, error) {
	return func(keys []byte) (Verifier, error) {
		var other *attest.Verifier
		var err error
		if trusting, ok := v.(*attest.Verifier); ok {
			other, err = trusting.WithNPMKeys(keys)
		} else {
			other, err = attest.NewVerifier(attest.Options{NPMKeys: keys})
		}
		if err != nil {
			return nil, err // a nil *attest.Verifier would be a Verifier
		}
		return other, nil
	}
}
