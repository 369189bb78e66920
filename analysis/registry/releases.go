package registry

import (
	"errors"
	"net/url"
	"slices"

	"github.com/depreview/depreview/analysis/clients"
)

// byPublication sorts as Package.Releases is: the earliest publication first,
// those without a time last and in the registry's order.
func byPublication(releases []Release) {
	slices.SortStableFunc(releases, func(a, b Release) int {
		switch {
		case a.Published.IsZero() && b.Published.IsZero():
			return 0
		case a.Published.IsZero():
			return 1
		case b.Published.IsZero():
			return -1
		}
		return a.Published.Compare(b.Published)
	})
}

// leftOut notes the error of a further question whose answer a package does
// without. What the service itself says it does not have is left out as well,
// and is no error.
func (p *Package) leftOut(err error) {
	if err != nil && clients.StateOf(err) != clients.Absent {
		p.Incomplete = errors.Join(p.Incomplete, err)
	}
}

// sourceOf is the host of an address, as a finding names its source.
func sourceOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
