package origin

import (
	"context"
	"fmt"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// npmKeys are the keys that the registry of one package names itself. The
// embedded ones come first, whatever the registry is: a mirror passes on what
// the public registry signed.
type npmKeys struct {
	ctx   context.Context
	asker *Asker
	name  string
	from  string // the registry
	// public: the registry is the one whose keys are embedded.
	public bool
	// needed: it signed by a key that is not embedded. Only then is it asked,
	// for what a known key refused is refused.
	needed bool

	asked    bool
	verifier Verifier
	why      string
}

func (a *Asker) npmKeys(ctx context.Context, s *side) *npmKeys {
	k := &npmKeys{ctx: ctx, asker: a, name: s.pinned.Name, from: s.said.Source, public: a.clients.Public(s.pinned.ID)}
	for _, sig := range s.detail.Signatures {
		k.needed = k.needed || !a.verifier.HasKey(sig.KeyID)
	}
	return k
}

// own verifies by the registry's own keys; nil comes with the reason.
func (k *npmKeys) own() (Verifier, string) {
	if k.asked {
		return k.verifier, k.why
	}
	k.asked = true
	document, err := k.asker.clients.NPM.Keys(k.ctx, k.name)
	if err == nil {
		k.verifier, err = k.asker.withKeys(document)
	}
	switch {
	case err == nil:
	case clients.StateOf(err) == clients.Absent:
		k.why = oneLine(fmt.Sprintf("the key of the signature is not embedded, and %s publishes no keys", k.from))
	default:
		k.why = oneLine("the key of the signature is not embedded: " + clients.Why(err))
	}
	return k.verifier, k.why
}

// grade says how well a proof by the registry's own key is known. For another
// registry its key is all there is. Where embedded keys stand, a key that only
// the answer names proves no more than the answer.
func (k *npmKeys) grade(p attest.Proof) attest.Proof {
	if k.public && p.Standing == attest.Verified {
		p.Standing, p.Identity = attest.Claimed, attest.Identity{}
		p.Reason = oneLine(fmt.Sprintf("it holds by a key that %s states, and that is not embedded", k.from))
	}
	return p
}
