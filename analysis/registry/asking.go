package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Registry finds the adapter for a package, and asks each question once a run.
// It serves many goroutines.
type Registry struct {
	adapters map[string]Adapter
	clients  *clients.Clients
	answers  *answers
	// refused is what refuse said of each *lockfiles.Package, which stays as it
	// was read: every check of a change asks about the same two.
	refused sync.Map
}

// New is the registries behind the clients.
func New(c *clients.Clients) *Registry {
	r := &Registry{adapters: make(map[string]Adapter), clients: c, answers: newAnswers()}
	for _, a := range adapters(c) {
		for _, e := range a.Ecosystems() {
			r.adapters[e] = a
		}
	}
	return r
}

// adapters is every registry. To add one, write its file and add its line.
func adapters(c *clients.Clients) []Adapter {
	return []Adapter{
		npm{c},
		pypi{c},
		cargo{c},
		gem{c},
		golang{c},
		composer{c},
		nuget{c},
		maven{c},
		hex{c},
		pub{c},
		forge{c},
	}
}

// Comparison is what the registry says of both sides of a change.
type Comparison struct {
	Package    *Package
	Base, Head *Release // nil where the change has no such side, or the registry does not list it
	// BaseUnasked is why the registry was not asked about the base version,
	// whose bytes came from elsewhere; then Base is nil, which says nothing.
	BaseUnasked string
}

// Compare asks for both versions of a change. Many checks that ask for one
// change are one question. What does not come from the registry (a repository,
// a directory, somebody else's registry) is analysis.Unsupported: the facts of
// the package of that name would be about something else.
func (r *Registry) Compare(ctx context.Context, c *diff.Change) (*Comparison, error) {
	p := c.Package()
	a := r.adapters[p.Ecosystem]
	if a == nil {
		return nil, analysis.Unsupported(fmt.Sprintf("no registry of %s is known", p.Ecosystem))
	}
	if why := r.refuse(p); why != "" {
		return nil, analysis.Unsupported(why)
	}
	result := &Comparison{}
	from := c.From()
	if c.Head != nil && c.Base != nil {
		if result.BaseUnasked = r.refuse(c.Base); result.BaseUnasked != "" {
			from = ""
		}
	}
	var versions []string
	for _, v := range []string{from, c.To()} {
		if v != "" && !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
	}
	answer, err := r.answers.get(ctx, r.clients, a, p.ID, versions)
	if err != nil {
		return nil, err
	}
	result.Package, result.Base, result.Head = answer, answer.Find(from), answer.Find(c.To())
	return result, nil
}

// refuse is why the registry must not be asked about a package, or "".
func (r *Registry) refuse(p *lockfiles.Package) string {
	if known, ok := r.refused.Load(p); ok {
		return known.(string)
	}
	why := r.whyNot(p)
	r.refused.Store(p, why)
	return why
}

func (r *Registry) whyNot(p *lockfiles.Package) string {
	switch {
	case p.Bundled:
		return "its bytes come inside another package's archive, not from the registry"
	case p.Version == "":
		return "the lockfile pins no version of it"
	case !r.clients.Serves(p.ID, p.Origin):
		return fmt.Sprintf("its bytes come from %s, not from the registry that was asked", r.elsewhere(p))
	case p.Ecosystem == "golang" && private(r.clients.GoProxy, p.Name):
		return "private by GOPRIVATE: not asked"
	}
	return ""
}

// private asks the Go client what the user's environment says of a module.
func private(proxy any, path string) bool {
	p, ok := proxy.(interface{ Private(path string) bool })
	return ok && p.Private(path)
}

// elsewhere names the place of an origin that the registry does not serve, in
// a few words: a reason is counted, so it names no package and no path.
func (r *Registry) elsewhere(p *lockfiles.Package) string {
	for _, one := range lockfiles.OriginPlaces(p.Origin) {
		if r.clients.Serves(p.ID, one) {
			continue
		}
		kind, host := lockfiles.OriginPlace(p.Ecosystem, one)
		switch kind {
		case lockfiles.OriginDisk:
			return "the project's own disk"
		case lockfiles.OriginPatch:
			return "a patch"
		case lockfiles.OriginReplaced:
			return "another package, which replaces it"
		case lockfiles.OriginGit:
			return "a repository on " + clip(host)
		}
		return clip(host)
	}
	return "elsewhere"
}

// clip bounds a stranger's word in a reason.
func clip(text string) string {
	const most = 100
	if runes := []rune(cmp.Or(text, "elsewhere")); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return cmp.Or(text, "elsewhere")
}
