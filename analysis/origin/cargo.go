package origin

import (
	"context"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// cargo: crates.io keeps no attestations. It states which workflow published by
// trusted publishing, and nothing proves that.
func (a *Asker) cargo(ctx context.Context, s *side, r *attest.Release) {
	if s.detail.Trusted != "" {
		r.Attested, r.Why = attest.Claimed, "the registry states which workflow published, and no signature proves it"
		r.Proofs = []attest.Proof{{Kind: attest.Publish, Standing: attest.Claimed, Reason: r.Why}}
	} else if s.detail.Publisher == "" {
		unknown(r, "the registry does not say who published")
		if s.said.Incomplete != nil {
			unknown(r, clients.Why(s.said.Incomplete))
		}
	} else {
		r.Attested = attest.Absent
	}
	a.forge(ctx, s, r)
}
