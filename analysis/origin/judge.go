package origin

import (
	"fmt"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/lockfiles"
)

// noHash is why an attestation stays a claim.
const noHash = "the lockfile pins no hash that it could be about"

// verify has a document verified against the pinned hashes of one file. What
// cannot be read is one Unknown proof, for it may say anything; without a hash
// the document is a claim.
func verify(v Verifier, document []byte, digests []lockfiles.Digest, name string) []attest.Proof {
	if len(digests) == 0 {
		return []attest.Proof{{Kind: attest.Statement, Standing: attest.Claimed, Reason: noHash}}
	}
	proofs, err := v.Verify(document, attest.Want{Digests: digests, Name: name})
	if err != nil {
		return []attest.Proof{{Kind: attest.Statement, Standing: attest.Unknown, Reason: oneLine("the attestations cannot be read: " + err.Error())}}
	}
	return proofs
}

// whole is the Standing of the proofs of a release together, none of which may
// be missing: the worst counts. No proof at all is Unknown.
func whole(proofs []attest.Proof) (s attest.Standing, why string) {
	count := map[attest.Standing]int{}
	reason := map[attest.Standing]string{}
	for _, p := range proofs {
		if count[p.Standing]++; reason[p.Standing] == "" {
			reason[p.Standing] = p.Reason
		}
	}
	switch {
	case len(proofs) == 0:
		return attest.Unknown, "the registry says that there are attestations, and gives none"
	case count[attest.Refused] > 0:
		return attest.Refused, ofAll(count[attest.Refused], len(proofs), reason[attest.Refused])
	case count[attest.Verified] == len(proofs):
		return attest.Verified, ""
	case count[attest.Claimed]+count[attest.Verified] == len(proofs):
		return attest.Claimed, ofAll(count[attest.Claimed], len(proofs), reason[attest.Claimed])
	}
	return attest.Unknown, ofAll(len(proofs)-count[attest.Verified]-count[attest.Claimed], len(proofs), reason[attest.Unknown])
}

func ofAll(n, all int, reason string) string {
	if all == 1 {
		return oneLine(reason)
	}
	return oneLine(fmt.Sprintf("%d of %d attestations: %s", n, all, reason))
}
