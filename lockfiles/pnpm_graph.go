package lockfiles

import (
	"cmp"
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
	roots    *jsRoots
	linked   map[string]int // directories outside of the revision -> position in Packages
}

func newPnpmBuilder(ctx context.Context, tree fs.FS, file string) *pnpmBuilder {
	return &pnpmBuilder{ctx: ctx, tree: tree, dir: path.Dir(file), roots: newJSRoots(), linked: make(map[string]int)}
}

// pnpmGraph is one document while its edges are drawn.
type pnpmGraph struct {
	*pnpmBuilder
	d      *pnpmDocument
	index  map[string]int // key -> position in d.list
	bare   map[string]int // key without peers -> position of the first such entry
	paths  []string       // position -> Package.Path, "" for a directory of the project
	inside []string       // position -> that directory, or ""
	edges  [][]Edge       // position -> Requires
	next   [][]int        // position -> positions
}

func (b *pnpmBuilder) add(d *pnpmDocument) error {
	g := &pnpmGraph{pnpmBuilder: b, d: d, index: make(map[string]int, len(d.list)), bare: make(map[string]int, len(d.list))}
	prefix := ""
	if d.env {
		prefix = pnpmEnvPrefix
	}
	for i, e := range d.list {
		g.index[e.key] = i
		if bare := pnpmKeyID(e.key); bare != "" {
			if _, double := g.bare[bare]; !double {
				g.bare[bare] = i
			}
		}
		inside, local := jsWithin(b.dir, e.directory)
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
		p.Direct = p.Direct || g.roots.direct[p.Path]
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
	b.lockfile.Roots = b.roots.list
	b.lockfile.Settings = append(b.lockfile.Settings, d.settings...)
	return nil
}

// connect finds what dependencies refer to: the edges, and for each the
// position of its entry or -1. What is pinned and not there is an error, as it
// is to pnpm: the file is cut off or made by hand. Merges leave references to
// other peers of an entry behind, though; what would be installed is known then.
func (g *pnpmGraph) connect(importer string, deps []pnpmDep) (edges []Edge, next []int, err error) {
	for _, dep := range deps {
		edge, to := Edge{Name: dep.name, Constraint: dep.constraint}, -1
		key, link := pnpmTarget(g.d.major, dep.name, dep.ref)
		if link {
			edge.To = g.link(importer, dep)
		} else if dep.ref != "" {
			i, ok := g.index[key]
			if !ok {
				i, ok = g.bare[pnpmKeyID(key)]
			}
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
	at, local := jsWithin(path.Join(g.dir, importer), target)
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

func (g *pnpmGraph) addRoot(r Root) {
	if manifest, ok := readPackageJSON(g.tree, path.Join(r.Path, "package.json")); ok && manifest.Name != "" {
		r.Name = manifest.Name
	}
	g.roots.add(r)
}

// dev tells of each entry whether development alone needs it.
func (g *pnpmGraph) dev(seeds [2][]int) []bool {
	production, development := jsReachable(g.next, seeds[0]), jsReachable(g.next, seeds[1])
	for i := range development {
		development[i] = development[i] && !production[i]
	}
	return development
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
		Path: g.paths[i], Direct: g.roots.direct[g.paths[i]], Optional: e.optional, Requires: g.edges[i], Line: e.line}
	if id.name == "" {
		p.Name = e.name
	}
	if p.Version == "" {
		p.Version = cmp.Or(e.version, e.commit)
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
