package registry

import "github.com/depreview/depreview/analysis/clients"

// leftOut notes the error of a further question whose answer a package does
// without. What the service itself says it does not have is left out as well,
// and is no error.
func (p *Package) leftOut(err error) {
	if p.Incomplete == nil && err != nil && clients.StateOf(err) != clients.Absent {
		p.Incomplete = err
	}
}
