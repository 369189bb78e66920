// Package origin asks the registries who made a release: their signatures, the
// attestations that they hold, and what they state of the publisher. What comes
// is given to a Verifier, and nothing here judges it.
//
// It stands above analysis/clients and analysis/registry, which ask, and
// analysis/attest, which proves; below analysis/checks. One file an ecosystem.
package origin

import (
	"context"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

// Asker asks for the proofs of releases. It serves many goroutines.
type Asker struct {
	clients  *clients.Clients
	registry *registry.Registry
	verifier Verifier
	withKeys func(keys []byte) (Verifier, error)
}

// New asks through the clients, and has the answers verified by v.
func New(c *clients.Clients, r *registry.Registry, v Verifier) *Asker {
	return &Asker{clients: c, registry: r, verifier: v, withKeys: withKeys(v)}
}

// Release gathers and verifies what is known of one side of a change: head, or
// base. What could not be asked is Unknown there, with its reason (Why, and the
// Reason of the Signature). An error is for a side of which nothing is known:
// analysis.DoesNotApply where there is no such side or nobody attests its kind,
// analysis.Unsupported where the bytes come from elsewhere, else an error of
// analysis/clients.
func (a *Asker) Release(ctx context.Context, c *diff.Change, head bool) (*attest.Release, error) {
	return a.release(ctx, c, head)
}

// Line gives the releases before head, newest first, of the same major version:
// metadata alone, at most lineMost. Nothing in it is Verified: an attestation
// that the registry says it holds is Claimed. Releases beside an error are what
// is known of a line whose listing is not complete.
func (a *Asker) Line(ctx context.Context, c *diff.Change) ([]attest.Release, error) {
	return a.line(ctx, c)
}
