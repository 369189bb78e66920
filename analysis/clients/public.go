package clients

import (
	"slices"

	"github.com/depreview/depreview/lockfiles"
)

// Private is the error of a package whose name nobody but its own registry is
// to be told (Go's GOPRIVATE, the registry of an npm scope), nor what that
// registry says of it; nil is of the others. The services for packages refuse
// such names themselves.
func (c *Clients) Private(id lockfiles.ID) error { return c.names.private(id.Ecosystem, id.Name) }

// Public tells whether the registry that is asked about a package is the
// public one of its ecosystem: then its name is known to the world, and another
// public service may be asked about it as well. A replay tells nobody anything.
func (c *Clients) Public(id lockfiles.ID) bool {
	if c.Transport.opts.Replay {
		return true
	}
	asked, public := c.Endpoints.registries(id.Ecosystem), DefaultEndpoints().registries(id.Ecosystem)
	if id.Ecosystem == "npm" {
		asked = []string{c.NPM.Registry(id.Name)}
	}
	return len(public) > 0 && slices.Equal(asked, public)
}
