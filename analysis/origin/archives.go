package origin

import (
	"context"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// nuget: the signatures of a package, its author's and the repository's, lie
// inside the archive (.signature.p7s), and no service tells of them.
func (a *Asker) nuget(_ context.Context, _ *side, r *attest.Release) {
	const why = "the signatures of a NuGet package lie inside its archive, which is not read for them"
	signed(r, attest.Unknown, why)
	unknown(r, why)
}

// maven: an OpenPGP signature beside the jar, by a key that nobody vouches for,
// so that it is a claim; and, of a few, a Sigstore bundle.
func (a *Asker) maven(ctx context.Context, s *side, r *attest.Release) {
	_, err := a.clients.Maven.Beside(ctx, s.pinned.Name, s.pinned.Version, ".asc")
	switch state := clients.StateOf(err); {
	case state == clients.Found:
		signed(r, attest.Claimed, "an OpenPGP signature lies beside the jar; whose key it is nobody vouches for, and it is not verified")
	case state == clients.Absent:
		// What is no jar has its signature beside another file.
		signed(r, attest.Unknown, s.said.Source+" has no signature beside the jar of this version, if it has a jar")
	default:
		signed(r, attest.Unknown, clients.Why(err))
	}
	document, err := a.clients.Maven.Beside(ctx, s.pinned.Name, s.pinned.Version, ".sigstore.json")
	switch state := clients.StateOf(err); {
	case state == clients.Absent && (r.Signature.Standing != attest.Claimed || !a.clients.Public(s.pinned.ID)):
		unknown(r, s.said.Source+" has no Sigstore bundle beside the jar of this version: it has none, or does not pass it on")
	case state == clients.Absent:
		r.Attested, r.Why = attest.Absent, "no Sigstore bundle lies beside the jar"
		a.forge(ctx, s, r)
	case state == clients.Found:
		r.Proofs = a.verifyOneOf(document, strong(s.pinned.Integrity))
		r.Attested, r.Why = whole(r.Proofs)
	default:
		unknown(r, clients.Why(err))
	}
}

// artifactsMost is how many pinned hashes a bundle is held against.
const artifactsMost = 16

// verifyOneOf holds a bundle against hashes of which one is the jar's: Gradle
// pins those of the POM and of other files beside it, without their names.
func (a *Asker) verifyOneOf(document []byte, digests []lockfiles.Digest) []attest.Proof {
	proofs := verify(a.verifier, document, digests[:min(len(digests), 1)], "")
	for _, d := range digests[min(len(digests), 1):min(len(digests), artifactsMost)] {
		if standing, _ := whole(proofs); standing != attest.Refused {
			break
		}
		proofs = verify(a.verifier, document, []lockfiles.Digest{d}, "")
	}
	return proofs
}
