package diff

import (
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// explain gives each change of one lockfile its cause. A direct package
// explains itself. Another package is explained when a direct one that moved
// reaches it through packages that moved too: an unmoved package in between
// asks for nothing it did not ask for before.
func explain(changes []Change, base, head *Graph) {
	headWhy := reach(changes, head, func(c *Change) (*lockfiles.Package, []string) {
		return c.Head, keys(c, func(i Instance) string { return i.Head })
	})
	baseWhy := reach(changes, base, func(c *Change) (*lockfiles.Package, []string) {
		return c.Base, keys(c, func(i Instance) string { return i.Base })
	})
	for i := range changes {
		c := &changes[i]
		c.Cause = Cause{HeadPath: headWhy[i].path, BasePath: baseWhy[i].path}
		switch {
		case c.isDirect():
			c.Cause.State, c.Cause.By = Direct, c.Package().ID
		case headWhy[i].path != nil:
			c.Cause.State, c.Cause.By = Explained, headWhy[i].by
		case baseWhy[i].path != nil:
			c.Cause.State, c.Cause.By = Explained, baseWhy[i].by
		case knows(base) && knows(head):
			c.Cause.State = Unexplained
		}
	}
}

func (c *Change) isDirect() bool {
	return c.Head != nil && c.Head.Direct || c.Base != nil && c.Base.Direct
}

// knows tells whether a lockfile says enough to miss an explanation: it has
// edges, and some package is known to be direct. An absent lockfile hides none.
func knows(g *Graph) bool {
	if len(g.Lockfile.Packages) == 0 {
		return true
	}
	return g.edges && slices.ContainsFunc(g.Lockfile.Packages, func(p lockfiles.Package) bool { return p.Direct })
}

func keys(c *Change, side func(Instance) string) (list []string) {
	for _, i := range c.Instances {
		if key := side(i); key != "" {
			list = append(list, key)
		}
	}
	return list
}

// why is how a change is reached: by which direct package, by which names.
type why struct {
	by   lockfiles.ID
	path []string
}

// reach walks one side breadth first from every direct change at once, over
// edges that end in a change, and gives for each change its shortest way.
func reach(changes []Change, g *Graph, side func(*Change) (*lockfiles.Package, []string)) []why {
	result := make([]why, len(changes))
	changeOf := make(map[string]int)
	type step struct {
		key  string
		from why
	}
	var queue []step
	for i := range changes {
		p, entries := side(&changes[i])
		for _, key := range entries {
			changeOf[key] = i
		}
		if p != nil && changes[i].isDirect() {
			result[i] = why{p.ID, []string{p.Name}}
			for _, key := range entries {
				queue = append(queue, step{key, result[i]})
			}
		}
	}
	slices.SortStableFunc(queue, func(a, b step) int { return strings.Compare(a.from.by.Name, b.from.by.Name) })
	seen := make(map[string]bool)
	for _, s := range queue {
		seen[s.key] = true
	}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		p := g.Package(at.key)
		if p == nil {
			continue
		}
		for _, e := range p.Requires {
			i, moved := changeOf[e.To]
			if !moved || seen[e.To] {
				continue
			}
			seen[e.To] = true
			way := why{at.from.by, append(slices.Clone(at.from.path), g.Package(e.To).Name)}
			if result[i].path == nil {
				result[i] = way
			}
			queue = append(queue, step{e.To, way})
		}
	}
	return result
}
