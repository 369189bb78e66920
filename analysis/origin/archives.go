package origin

import (
	"context"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
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
	case state == clients.Absent:
		r.Attested, r.Why = attest.Absent, "no Sigstore bundle lies beside the jar"
		a.forge(ctx, s, r)
	case state == clients.Found:
		r.Proofs = verify(a.verifier, document, strong(s.pinned.Integrity), "")
		r.Attested, r.Why = whole(r.Proofs)
	default:
		unknown(r, clients.Why(err))
	}
}
