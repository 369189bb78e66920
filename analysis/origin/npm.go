package origin

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/lockfiles"
)

// npm: the registry's signature over the lockfile's integrity, and the
// attestations, of the registry in use.
func (a *Asker) npm(ctx context.Context, s *side, r *attest.Release) {
	if s.listed.Detail == nil { // removed: its time is all that the registry keeps
		why := s.said.Source + " lists this version, and keeps nothing of it"
		signed(r, attest.Unknown, why)
		unknown(r, why)
		return
	}
	keys := a.npmKeys(ctx, s)
	a.npmSignature(s, r, keys)
	a.npmAttestations(ctx, s, r, keys)
}

func (a *Asker) npmSignature(s *side, r *attest.Release, keys *npmKeys) {
	if len(s.detail.Signatures) == 0 {
		if lists(s.said, func(d *registry.Detail) bool { return len(d.Signatures) > 0 }) {
			signed(r, attest.Absent, "the registry lists signatures of other releases, and none of this one")
		} else {
			signed(r, attest.Unknown, s.said.Source+" lists no signature of any release: it does not sign, or does not pass them on")
		}
		return
	}
	var sigs []attest.RegistrySig
	for _, one := range s.detail.Signatures {
		sigs = append(sigs, attest.RegistrySig(one))
	}
	integrities := slices.DeleteFunc(strong(s.pinned.Integrity), func(d lockfiles.Digest) bool { return d.Algorithm != "sha512" })
	if len(integrities) == 0 {
		integrities = []lockfiles.Digest{{}}
	}
	// Of several hashes npm installs what any of them fits, so that each must be
	// what the registry signed.
	proof := func(v Verifier, published time.Time) (p attest.Proof) {
		for _, one := range integrities {
			if p = v.Registry(s.pinned.Name, s.pinned.Version, one, sigs, published); p.Standing != attest.Verified {
				break
			}
		}
		return p
	}
	r.Signature = proof(a.verifier, s.listed.Published)
	if r.Signature.Standing == attest.Verified && !a.clients.Public(s.pinned.ID) {
		// A key that leaked after it expired signs what claims to be older.
		if undated := proof(a.verifier, time.Time{}); undated.Standing != attest.Verified {
			signed(r, attest.Claimed, "by a key that has expired, and that the version was published before only "+s.said.Source+" says")
		}
	}
	if r.Signature.Standing != attest.Refused || !keys.needed {
		return
	}
	if v, why := keys.own(); v != nil {
		r.Signature = keys.grade(proof(v, s.listed.Published))
	} else {
		signed(r, attest.Unknown, why)
	}
}

func (a *Asker) npmAttestations(ctx context.Context, s *side, r *attest.Release, keys *npmKeys) {
	public := a.clients.Public(s.pinned.ID)
	switch {
	case s.detail.Attested == lockfiles.Yes:
	case s.detail.Attested == lockfiles.No && (public || lists(s.said, claimed)):
		r.Attested = attest.Absent
		return
	default:
		unknown(r, s.said.Source+" says nothing of attestations: there are none, or it does not pass them on")
		return
	}
	document, err := a.clients.NPM.Attestations(ctx, s.pinned.Name, s.pinned.Version)
	switch {
	case clients.StateOf(err) == clients.Absent:
		unknown(r, s.said.Source+" says that there are attestations, and has none where it keeps them")
		return
	case err != nil:
		unknown(r, clients.Why(err))
		return
	}
	name, digests := npmSubject(s.pinned), strong(s.pinned.Integrity)
	r.Proofs = verify(a.verifier, document, digests, name)
	if keys.needed && slices.ContainsFunc(r.Proofs, byKey) {
		own, why := keys.own()
		var proofs []attest.Proof
		if own != nil {
			proofs = verify(own, document, digests, name)
		}
		for i, p := range r.Proofs {
			switch {
			case !byKey(p):
			case i < len(proofs):
				r.Proofs[i] = keys.grade(proofs[i])
			default:
				r.Proofs[i].Standing, r.Proofs[i].Reason = attest.Unknown, why
			}
		}
	}
	r.Attested, r.Why = whole(r.Proofs)
	if as := s.detail.AttestedAs; r.Attested == attest.Verified &&
		!slices.ContainsFunc(r.Proofs, func(p attest.Proof) bool { return p.Kind == attest.Provenance && (as == "" || p.PredicateType == as) }) {
		// The registry adds its own attestation to provenance, and never without.
		unknown(r, "the registry says that there is provenance, and its document holds none")
	}
}

// npmSubject is the package as npm's attestations name it.
func npmSubject(p *lockfiles.Package) string {
	name := p.Name
	if rest, scoped := strings.CutPrefix(name, "@"); scoped {
		name = "%40" + rest
	}
	return "pkg:npm/" + name + "@" + p.Version
}

// byKey: a refused proof that a registry's own key may have signed.
func byKey(p attest.Proof) bool { return p.Kind == attest.Publish && p.Standing == attest.Refused }

func claimed(d *registry.Detail) bool { return d.Attested == lockfiles.Yes }

// lists tells whether the registry says something of any release that it
// details: then it is not one that leaves it out of all.
func lists(said *registry.Package, has func(*registry.Detail) bool) bool {
	return slices.ContainsFunc(said.Releases, func(r registry.Release) bool { return r.Detail != nil && has(r.Detail) })
}
