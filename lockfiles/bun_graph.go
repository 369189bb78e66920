package lockfiles

import (
	"context"
	"fmt"
	"strings"
)

// maxBunDepth bounds how deep an install path nests; it also bounds how far a
// dependency is looked for.
const maxBunDepth = 50

// bunTree is node_modules as the keys of packages draw it. Node 0 is the root.
type bunTree struct {
	children map[bunChild]int
	parents  []int
	entries  []int // node -> position in the document's entries, or -1
}

type bunChild struct {
	parent int
	name   string
}

func newBunTree() *bunTree {
	return &bunTree{children: make(map[bunChild]int), parents: []int{0}, entries: []int{-1}}
}

// add makes the nodes of an install path and gives the last one.
func (t *bunTree) add(key string) (node int, err error) {
	for depth := 0; key != ""; depth++ {
		if depth == maxBunDepth {
			return 0, fmt.Errorf("an install path is nested deeper than %d levels", maxBunDepth)
		}
		name, rest, more := strings.Cut(key, "/")
		if strings.HasPrefix(name, "@") {
			var inScope string
			inScope, rest, more = strings.Cut(rest, "/")
			name += "/" + inScope
		}
		if name == "" || strings.HasSuffix(name, "/") || more && rest == "" {
			return 0, fmt.Errorf("the install path ends or begins with a slash")
		}
		child := bunChild{node, name}
		next, known := t.children[child]
		if !known {
			next = len(t.parents)
			t.children[child] = next
			t.parents = append(t.parents, node)
			t.entries = append(t.entries, -1)
		}
		node, key = next, rest
	}
	if node == 0 {
		return 0, fmt.Errorf("the install path is empty")
	}
	return node, nil
}

// find is the position of the entry that satisfies name for what is installed
// at node: the nearest on the way up. -1 when there is none.
func (t *bunTree) find(node int, name string) int {
	for {
		if child, ok := t.children[bunChild{node, name}]; ok && t.entries[child] >= 0 {
			return t.entries[child]
		}
		if node == 0 {
			return -1
		}
		node = t.parents[node]
	}
}

// bunGraph draws the edges.
type bunGraph struct {
	*bunDocument
	tree     *bunTree
	nodes    []int     // position -> node
	packages []Package // position; Path is "" for a directory of the project
	inside   []string  // position -> that directory, or ""
	next     [][]int   // position -> positions
	required [][]int   // position -> positions that it cannot do without
	roots    *jsRoots
	// What the projects begin with: without development dependencies, these
	// alone, and all but what may be left out.
	production, development, demanded []int
}

func (d *bunDocument) build(ctx context.Context) (Lockfile, error) {
	n := len(d.entries)
	g := &bunGraph{bunDocument: d, tree: newBunTree(), next: make([][]int, n), required: make([][]int, n), roots: newJSRoots()}
	for _, step := range []func(context.Context) error{g.readEntries, g.connectEntries, g.connectWorkspaces} {
		if err := step(ctx); err != nil {
			return Lockfile{}, err
		}
	}
	lockfile := Lockfile{Schema: d.schema, Settings: d.settings, Roots: g.roots.list}
	inProduction, inDevelopment := jsReachable(g.next, g.production), jsReachable(g.next, g.development)
	isDemanded := jsReachable(g.required, g.demanded)
	for i, p := range g.packages {
		if p.Path == "" {
			continue
		}
		p.Direct = g.roots.direct[p.Path]
		p.Dev = inDevelopment[i] && !inProduction[i]
		p.Optional = (inDevelopment[i] || inProduction[i]) && !isDemanded[i]
		lockfile.Packages = append(lockfile.Packages, p)
	}
	return lockfile, nil
}

func (g *bunGraph) readEntries(context.Context) error {
	for i, e := range g.entries {
		node, err := g.tree.add(e.key)
		if err != nil {
			return &ParseError{Line: e.line, Err: fmt.Errorf("key %.80q: %w", e.key, err)}
		}
		p, inside, err := g.resolve(e)
		if err != nil {
			return err
		}
		g.tree.entries[node] = i
		g.nodes, g.packages, g.inside = append(g.nodes, node), append(g.packages, p), append(g.inside, inside)
	}
	return nil
}

func (g *bunGraph) connectEntries(ctx context.Context) error {
	for i, e := range g.entries {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if bunWorkspaceSpec(e.spec) {
			continue // its dependencies are those of its workspace
		}
		edges, to, err := g.connect(g.nodes[i], e.key, e.deps)
		if err != nil {
			return err
		}
		g.packages[i].Requires, g.next[i] = edges, to
		for k, dep := range e.deps {
			if !dep.optional {
				g.required[i] = append(g.required[i], to[k])
			}
		}
	}
	return nil
}

func (g *bunGraph) connectWorkspaces(context.Context) error {
	for _, w := range g.workspaces {
		node, err := g.tree.add(w.name)
		if err != nil {
			node = 0 // a root without a name has no directory of its own in the tree
		}
		edges, to, err := g.connect(node, w.dir, w.deps)
		if err != nil {
			return err
		}
		for k, dep := range w.deps {
			if dep.dev {
				g.development = append(g.development, to[k])
			} else {
				g.production = append(g.production, to[k])
			}
			if !dep.optional {
				g.demanded = append(g.demanded, to[k])
			}
		}
		at, _ := jsWithin(g.dir, w.dir)
		g.roots.add(Root{Path: at, Name: w.name, Requires: edges})
	}
	for i, p := range g.packages {
		if g.inside[i] != "" && !bunWorkspaceSpec(g.entries[i].spec) {
			// A directory of the project: its manifest is one of the project's.
			g.roots.add(Root{Path: g.inside[i], Name: p.Name, Requires: p.Requires})
		}
	}
	return nil
}

// connect finds what dependencies refer to. What is demanded and not there is
// an error, as it is to bun.
func (g *bunGraph) connect(node int, who string, deps []bunDep) (edges []Edge, next []int, err error) {
	for _, dep := range deps {
		edge, to := Edge{Name: dep.name, Constraint: dep.constraint}, g.tree.find(node, dep.name)
		switch {
		case to >= 0:
			edge.To = g.packages[to].Path
		case !dep.optional:
			return nil, nil, &ParseError{Line: dep.line, Err: fmt.Errorf("%q needs %q, which the lockfile does not hold", who, dep.name)}
		}
		edges, next = append(edges, edge), append(next, to)
	}
	return edges, next, nil
}

func bunWorkspaceSpec(spec string) bool {
	_, resolution, _ := bunSplit(spec)
	return strings.HasPrefix(resolution, "workspace:") || resolution == "root:"
}

// bunSplit parts a tuple's first element. A root without a name is "@root:".
func bunSplit(spec string) (name, resolution string, ok bool) {
	if strings.HasPrefix(spec, "@root:") {
		return "", spec[1:], true
	}
	return jsSplitID(spec)
}

// resolve reads where an entry comes from. For a directory of the project the
// Path is "" and inside says which.
//
//	name@1.2.3           [spec, registry or "", info, integrity]
//	name@git+url#commit  [spec, info, tag, integrity?], and so github:owner/repo#commit
//	name@https://...     [spec, info, integrity?], and so a tarball's path
//	name@file:directory  [spec, info], and so link:name
//	name@workspace:dir   [spec]; with info in version 0
//	name@root:           [spec, {bin}]
func (d *bunDocument) resolve(e bunEntry) (p Package, inside string, err error) {
	fail := func(format string, args ...any) (Package, string, error) {
		return Package{}, "", &ParseError{Line: e.line, Err: fmt.Errorf(format, args...)}
	}
	name, resolution, ok := bunSplit(e.spec)
	if !ok {
		return fail("entry %q names no package: %.80q", e.key, e.spec)
	}
	p = Package{ID: ID{"npm", name}, Origin: resolution, Label: resolution, Path: e.key, Bundled: e.bundled, Line: e.line}
	shapes, integrity := "so", -1 // where in texts the hash stands
	switch {
	case jsIsVersion(resolution):
		shapes, integrity = "ssos", 1
		p.Version, p.Label, p.Origin = resolution, "", ""
		if len(e.texts) > 0 {
			p.Origin = e.texts[0]
		}
	case strings.HasPrefix(resolution, "git+"), strings.HasPrefix(resolution, "github:"):
		shapes, integrity = "sos soss", 1
		if _, commit, ok := strings.Cut(resolution, "#"); ok && commit != "" {
			p.Version, p.Label = commit, ""
		}
	case strings.HasPrefix(resolution, "workspace:"):
		shapes = "s so"
		inside, _ = jsWithin(d.dir, strings.TrimPrefix(resolution, "workspace:"))
	case resolution == "root:":
		inside = d.dir
	case strings.HasPrefix(resolution, "file:"):
		if at, local := jsWithin(d.dir, strings.TrimPrefix(resolution, "file:")); local {
			inside = at
		}
	case strings.HasPrefix(resolution, "link:"):
	case strings.HasPrefix(resolution, "https://"), strings.HasPrefix(resolution, "http://"),
		strings.HasSuffix(resolution, ".tgz"), strings.HasSuffix(resolution, ".tar.gz"):
		shapes, integrity = "so sos", 0
	default:
		return fail("entry %q has a resolution of an unknown kind: %.80q", e.key, resolution)
	}
	if !strings.Contains(" "+shapes+" ", " "+e.shape+" ") {
		return fail("the tuple of %q does not have the elements of its kind", e.key)
	}
	if inside != "" {
		p.Path = ""
	}
	if integrity >= 0 && integrity < len(e.texts) && e.texts[integrity] != "" {
		p.Integrity = ParseSRI(e.texts[integrity])
		if len(p.Integrity) == 0 || len(p.Integrity) != len(strings.Fields(e.texts[integrity])) {
			return fail("the integrity of %q is no list of algorithm-hash", e.key)
		}
	}
	return p, inside, nil
}
