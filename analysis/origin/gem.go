package origin

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// gem: the bundles that RubyGems keeps of a .gem, whose SHA-256 the CHECKSUMS
// of a Gemfile.lock pin. Not every one names the gem, so that the digest alone
// says what it is about.
func (a *Asker) gem(ctx context.Context, s *side, r *attest.Release) {
	document, err := a.clients.RubyGems.Attestations(ctx, s.pinned.Name, s.pinned.Version)
	if err != nil {
		// None is an empty list; "no such thing" is said of a gem that is listed.
		unknown(r, clients.Why(err))
		return
	}
	var bundles []jsontext.Value
	if json.Unmarshal(document, &bundles) == nil && bundles != nil && len(bundles) == 0 {
		r.Attested = attest.Absent
		a.forge(ctx, s, r)
		return
	}
	r.Proofs = verify(a.verifier, document, strong(s.pinned.Integrity), "")
	r.Attested, r.Why = whole(r.Proofs)
}
