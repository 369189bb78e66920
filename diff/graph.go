package diff

import (
	"slices"
	"sync"

	"github.com/depreview/depreview/lockfiles"
)

// Graph is the dependency graph of one lockfile at one revision. The zero
// value and nil are the graph of a lockfile that is absent.
type Graph struct {
	Lockfile *lockfiles.Lockfile
	index    map[string]int // Key -> position in Lockfile.Packages
	edges    bool           // does the lockfile state any edge at all

	// Who requires an entry, sorted; made when the first path is asked for.
	turn       sync.Once
	requiredBy map[string][]string // Keys
	rootsOf    map[string][]string // labels
}

// NewGraph indexes a lockfile; nil gives an empty graph.
func NewGraph(l *lockfiles.Lockfile) *Graph {
	g := &Graph{Lockfile: l}
	if l == nil {
		g.Lockfile = &lockfiles.Lockfile{}
		return g
	}
	g.index = make(map[string]int, len(l.Packages))
	for i := range l.Packages {
		p := &l.Packages[i]
		key := p.Key()
		if _, double := g.index[key]; !double {
			g.index[key] = i
		}
		g.edges = g.edges || len(p.Requires) > 0
	}
	return g
}

// Package is the entry with this Key, or nil.
func (g *Graph) Package(key string) *lockfiles.Package {
	i, ok := g.index[key]
	if !ok {
		return nil
	}
	return &g.Lockfile.Packages[i]
}

// HasEdges tells whether the lockfile states dependency edges at all.
func (g *Graph) HasEdges() bool { return g.edges }

// Path is one way by which a package comes in: from a project of the
// lockfile, through its direct dependency, to the package itself.
type Path struct {
	Root  string   // Root.Name, else Root.Path; "" when the lockfile names no roots
	Steps []string // Keys, from the direct dependency to the package
}

// Paths gives up to limit paths to the entry with the given Key, shortest
// first: for each direct dependency that reaches it, the shortest one.
func (g *Graph) Paths(key string, limit int) []Path {
	if g.Package(key) == nil {
		return nil
	}
	g.turn.Do(g.turnAround)
	// Breadth first, backwards over the edges, so that every direct
	// dependency is met at its shortest distance.
	next := map[string]string{key: ""}
	var paths []Path
	for queue := []string{key}; len(queue) > 0 && len(paths) < limit; queue = queue[1:] {
		at := queue[0]
		roots := g.rootsOf[at]
		if len(roots) == 0 && g.Package(at).Direct {
			roots = []string{""}
		}
		for _, root := range roots {
			if len(paths) < limit {
				paths = append(paths, Path{root, steps(next, at)})
			}
		}
		for _, parent := range g.requiredBy[at] {
			if _, seen := next[parent]; !seen && g.Package(parent) != nil {
				next[parent] = at
				queue = append(queue, parent)
			}
		}
	}
	return paths
}

// turnAround makes the edges lead from an entry to who requires it.
func (g *Graph) turnAround() {
	g.requiredBy, g.rootsOf = make(map[string][]string), make(map[string][]string)
	for i := range g.Lockfile.Packages {
		p := &g.Lockfile.Packages[i]
		key := p.Key()
		for _, e := range p.Requires {
			if e.To != "" {
				g.requiredBy[e.To] = append(g.requiredBy[e.To], key)
			}
		}
	}
	for _, r := range g.Lockfile.Roots {
		for _, e := range r.Requires {
			if e.To != "" {
				g.rootsOf[e.To] = append(g.rootsOf[e.To], r.Label())
			}
		}
	}
	for _, edges := range []map[string][]string{g.requiredBy, g.rootsOf} {
		for to, from := range edges {
			slices.Sort(from)
			edges[to] = slices.Compact(from)
		}
	}
}

func steps(next map[string]string, from string) (list []string) {
	for at := from; at != ""; at = next[at] {
		list = append(list, at)
	}
	return list
}
