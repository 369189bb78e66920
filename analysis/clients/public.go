package clients

import (
	"slices"

	"github.com/depreview/depreview/lockfiles"
)

// Public tells whether the registry that is asked about a package is the
// public one of its ecosystem: then its name is known to the world, and another
// public service may be asked about it as well.
func (c *Clients) Public(id lockfiles.ID) bool {
	asked, public := c.Endpoints.registries(id.Ecosystem), DefaultEndpoints().registries(id.Ecosystem)
	if id.Ecosystem == "npm" {
		asked = []string{c.NPM.Registry(id.Name)}
	}
	return len(public) > 0 && slices.Equal(asked, public)
}
