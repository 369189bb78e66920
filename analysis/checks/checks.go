// Package checks holds what depreview looks at: one file a check, and the list
// of them here. It stands above the clients, the registries and the advisories,
// and below cmd, which gives the list to analysis.Run.
package checks

import (
	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

// Sources is what the checks ask.
type Sources struct {
	Clients  *clients.Clients
	Registry *registry.Registry
	// Index is the offline advisory database; nil, with the reason in IndexErr,
	// when there is none.
	Index    *advisories.Index
	IndexErr error
	// Offline: the network must not be asked.
	Offline bool
}

// All is every check, in the order of their columns and sections. To add one,
// write its file and add its line.
func All(s Sources) []analysis.Check {
	return []analysis.Check{
		&licenseCheck{s: s},
	}
}
