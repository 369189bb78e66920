package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// pnpmBuilder turns documents into one Lockfile.
type pnpmBuilder struct {
	ctx      context.Context
	tree     fs.FS
	dir      string // of the lockfile
	lockfile Lockfile
	roots    map[string]int // by Path
	stated   map[pnpmRootEdge]bool
	linked   map[string]int // directories outside of the revision -> position in Packages
}

// pnpmRootEdge is an edge that a Root has already.
type pnpmRootEdge struct {
	root     int
	name, to string
}

func newPnpmBuilder(ctx context.Context, tree fs.FS, file string) *pnpmBuilder {
	return &pnpmBuilder{ctx: ctx, tree: tree, dir: path.Dir(file), roots: make(map[string]int),
		stated: make(map[pnpmRootEdge]bool), linked: make(map[string]int)}
}

// pnpmGraph is one document while its edges are drawn.
type pnpmGraph struct {
	*pnpmBuilder
	d      *pnpmDocument
	index  map[string]int  // key -> position in d.list
	paths  []string        // position -> Package.Path, "" for a directory of the project
	inside []string        // position -> that directory, or ""
	direct map[string]bool // Package.Path
	edges  [][]Edge        // position -> Requires
	next   [][]int         // position -> positions
}

func (b *pnpmBuilder) add(d *pnpmDocument) error {
	g := &pnpmGraph{pnpmBuilder: b, d: d, index: make(map[string]int, len(d.list)),
		direct: make(map[string]bool)}
	prefix := ""
	if d.env {
		prefix = pnpmEnvPrefix
	}
	for i, e := range d.list {
		g.index[e.key] = i
		inside, local := b.within(".", e.directory)
		if e.directory == "" || !local {
			g.paths, g.inside = append(g.paths, prefix+e.key), append(g.inside, "")
		} else {
			g.paths, g.inside = append(g.paths, ""), append(g.inside, inside)
		}
	}
	var seeds [2][]int // needed in production, in development
	var importers []Root
	for _, importer := range d.importers {
		edges, next, err := g.connect(importer.dir, importer.deps)
		if err != nil {
			return err
		}
		for k, dep := range importer.deps {
			if next[k] >= 0 && dep.dev {
				seeds[1] = append(seeds[1], next[k])
			} else if next[k] >= 0 {
				seeds[0] = append(seeds[0], next[k])
			}
		}
		importers = append(importers, Root{Path: importer.dir, Requires: edges})
	}
	for i, e := range d.list {
		if i%1024 == 0 && b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		edges, next, err := g.connect(".", e.deps)
		if err != nil {
			return err
		}
		g.edges = append(g.edges, append(edges, pnpmUnmet(e)...))
		g.next = append(g.next, next)
	}
	g.addRoots(importers)
	for _, i := range b.linked {
		p := &b.lockfile.Packages[i]
		p.Direct = p.Direct || g.direct[p.Path]
	}
	dev := g.dev(seeds)
	for i, e := range d.list {
		if g.paths[i] == "" {
			continue
		}
		p, err := g.pkg(i, e)
		if err != nil {
			return err
		}
		p.Dev = dev[i]
		b.lockfile.Packages = append(b.lockfile.Packages, p)
	}
	b.lockfile.Settings = append(b.lockfile.Settings, d.settings...)
	return nil
}

// within is where a directory, relative to that of an importer, lies in the
// revision. local is false for one outside of it.
func (b *pnpmBuilder) within(importer, dir string) (at string, local bool) {
	at = path.Join(b.dir, importer, dir)
	outside := path.IsAbs(dir) || strings.Contains(dir, ":") || at == ".." || strings.HasPrefix(at, "../")
	return at, !outside
}

// connect finds what dependencies refer to: the edges, and for each the
// position of its entry or -1. What is pinned and not there is an error, as it
// is to pnpm: the file is cut off or made by hand.
func (g *pnpmGraph) connect(importer string, deps []pnpmDep) (edges []Edge, next []int, err error) {
	for _, dep := range deps {
		edge, to := Edge{Name: dep.name, Constraint: dep.constraint}, -1
		key, link := pnpmTarget(g.d.major, dep.name, dep.ref)
		if link {
			edge.To = g.link(importer, dep)
		} else if dep.ref != "" {
			i, ok := g.index[key]
			if !ok {
				return nil, nil, pnpmErrorf(dep.line, "%s needs %q, which the lockfile does not hold", dep.name, key)
			}
			edge.To, to = g.paths[i], i
		}
		edges, next = append(edges, edge), append(next, to)
	}
	return edges, next, nil
}

// link gives a linked directory outside of the revision a Package: it is
// installed, and nothing of it is reviewed or locked here.
func (g *pnpmGraph) link(importer string, dep pnpmDep) string {
	target := strings.TrimPrefix(dep.ref, "link:")
	at, local := g.within(importer, target)
	if local {
		return ""
	}
	if path.IsAbs(target) || strings.Contains(target, ":") {
		at = target
	}
	i, known := g.linked[at]
	if !known {
		i = len(g.lockfile.Packages)
		g.linked[at] = i
		g.lockfile.Packages = append(g.lockfile.Packages, Package{ID: ID{"npm", dep.name}, Label: dep.ref,
			Origin: "link:" + at, Path: "link:" + at, Dev: true, Line: dep.line})
	}
	p := &g.lockfile.Packages[i]
	p.Dev = p.Dev && dep.dev
	return p.Path
}

// pnpmUnmet is the edges that lead to no entry: peers that nothing provides,
// and what comes inside the package's own archive.
func pnpmUnmet(e pnpmEntry) (edges []Edge) {
	if len(e.peers) == 0 && len(e.bundled) == 0 {
		return nil
	}
	met := make(map[string]bool, len(e.deps))
	for _, dep := range e.deps {
		met[dep.name] = true
	}
	for _, peer := range e.peers {
		if !met[peer.key] {
			edges = append(edges, Edge{Name: peer.key, Constraint: peer.value})
		}
	}
	for _, name := range e.bundled {
		edges = append(edges, Edge{Name: name})
	}
	return edges
}

// addRoots adds the importers, and the directories that the project installs
// from its own tree: their dependencies are named by manifests of it too.
func (g *pnpmGraph) addRoots(importers []Root) {
	for _, r := range importers {
		r.Path = path.Join(g.dir, r.Path)
		g.addRoot(r)
	}
	for i, e := range g.d.list {
		if g.paths[i] == "" {
			name := e.name
			if id, ok := pnpmIdentify(g.d.major, e.key); ok && name == "" {
				name = id.name
			}
			g.addRoot(Root{Path: g.inside[i], Name: name, Requires: g.edges[i]})
		}
	}
}

// addRoot adds r, or what is new of it where its directory is a root already:
// the env lockfile speaks of the same one, and an injected workspace package
// has an instance for each set of peers.
func (g *pnpmGraph) addRoot(r Root) {
	at, known := g.roots[r.Path]
	if !known {
		if manifest, ok := readPackageJSON(g.tree, path.Join(r.Path, "package.json")); ok && manifest.Name != "" {
			r.Name = manifest.Name
		}
		at = len(g.lockfile.Roots)
		g.roots[r.Path] = at
		g.lockfile.Roots = append(g.lockfile.Roots, Root{Path: r.Path, Name: r.Name})
	}
	root := &g.lockfile.Roots[at]
	for _, edge := range r.Requires {
		g.direct[edge.To] = true
		stated := pnpmRootEdge{at, edge.Name, edge.To}
		if !g.stated[stated] {
			g.stated[stated] = true
			root.Requires = append(root.Requires, edge)
		}
	}
}

// dev tells of each entry whether development alone needs it.
func (g *pnpmGraph) dev(seeds [2][]int) []bool {
	var reached [2][]bool
	for kind, queue := range seeds {
		seen := make([]bool, len(g.d.list))
		for len(queue) > 0 {
			i := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			if seen[i] {
				continue
			}
			seen[i] = true
			for _, to := range g.next[i] {
				if to >= 0 && !seen[to] {
					queue = append(queue, to)
				}
			}
		}
		reached[kind] = seen
	}
	for i, production := range reached[0] {
		reached[1][i] = reached[1][i] && !production
	}
	return reached[1]
}

// pkg is the Package of an entry. A field that contradicts the key is an
// error: pnpm believes one of the two, and other readers the other.
func (g *pnpmGraph) pkg(i int, e pnpmEntry) (Package, error) {
	id, ok := pnpmIdentify(g.d.major, e.key)
	if !ok && e.name == "" {
		return Package{}, pnpmErrorf(e.line, "the key %q holds no name and version", e.key)
	}
	if id.version != "" && (e.version != "" && e.version != id.version || e.name != "" && e.name != id.name) {
		return Package{}, pnpmErrorf(e.line, "the key %q and the fields below it name different packages (%s)",
			e.key, strings.TrimSpace(e.name+" "+e.version))
	}
	p := Package{ID: ID{"npm", id.name}, Version: id.version, Integrity: e.integrity, Origin: e.origin,
		Path: g.paths[i], Direct: g.direct[g.paths[i]], Optional: e.optional, Requires: g.edges[i], Line: e.line}
	if id.name == "" {
		p.Name = e.name
	}
	if p.Version == "" {
		p.Version = e.version
	}
	if version, runtime := strings.CutPrefix(id.source, "runtime:"); runtime {
		// node, deno or bun itself; npm has packages of these names.
		p.Ecosystem, p.Version = "generic", version
	}
	if p.Origin == "" {
		p.Origin = id.host + id.source
	}
	if p.Version == "" {
		p.Label = id.source
		if !ok {
			p.Label = pnpmKeyID(e.key)
		}
	}
	switch {
	case e.build:
		p.InstallScript = Yes
	case g.d.major < 7:
		p.InstallScript = No
	}
	return p, nil
}
