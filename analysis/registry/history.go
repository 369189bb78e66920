package registry

import (
	"context"
	"fmt"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
)

// Releases asks for further versions of the package of a change for which
// Compare has answered: what may be asked there is Compare's to judge.
func (r *Registry) Releases(ctx context.Context, c *diff.Change, versions []string) (*Package, error) {
	p := c.Package()
	a := r.adapters[p.Ecosystem]
	if a == nil {
		return nil, analysis.Unsupported(fmt.Sprintf("no registry of %s is known", p.Ecosystem))
	}
	return r.answers.get(ctx, r.clients, a, p.ID, versions)
}
