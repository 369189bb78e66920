package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
)

// Registry finds the adapter for a package. It serves many goroutines.
type Registry struct {
	adapters map[string]Adapter
}

// New is the registries behind the clients.
func New(c *clients.Clients) *Registry {
	r := &Registry{adapters: make(map[string]Adapter)}
	for _, a := range adapters(c) {
		for _, e := range a.Ecosystems() {
			r.adapters[e] = a
		}
	}
	return r
}

// adapters is every registry. To add one, write its file and add its line.
func adapters(c *clients.Clients) []Adapter {
	return []Adapter{}
}

// Comparison is what the registry says of both sides of a change.
type Comparison struct {
	Package    *Package
	Base, Head *Release // nil where the change has no such side, or the registry does not list it
}

// Compare asks for both versions of a change. Many checks that ask for one
// change are one question.
func (r *Registry) Compare(ctx context.Context, c *diff.Change) (*Comparison, error) {
	p := c.Package()
	a := r.adapters[p.Ecosystem]
	if a == nil {
		return nil, analysis.Unsupported(fmt.Sprintf("no registry of %s is known", p.Ecosystem))
	}
	var versions []string
	for _, v := range []string{c.From(), c.To()} {
		if v != "" && !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
	}
	answer, err := a.Package(ctx, p.Name, versions)
	if err != nil {
		return nil, err
	}
	return &Comparison{answer, answer.Find(c.From()), answer.Find(c.To())}, nil
}
