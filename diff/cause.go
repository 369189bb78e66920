package diff

import (
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// explain gives each change of one lockfile its cause. A direct package
// explains itself. Another package is explained when a direct one that moved
// reaches it through packages that moved too: an unmoved package in between
// asks for nothing it did not ask for before. So is one that an override names
// which the manifest changed.
func explain(changes []Change, base, head *Graph, settings []Field) {
	headSide := side{head, func(c *Change) *lockfiles.Package { return c.Head }, func(i Instance) string { return i.Head }}
	baseSide := side{base, func(c *Change) *lockfiles.Package { return c.Base }, func(i Instance) string { return i.Base }}
	overridden := overrides(settings)
	source := func(c *Change) (by lockfiles.ID, ok bool) {
		if p := c.Package(); !c.isDirect() && overridden[p.Name] {
			return lockfiles.ID{Name: "overrides"}, true
		}
		return c.Package().ID, c.isDirect()
	}
	headWhy := headSide.reach(changes, source)
	baseWhy := baseSide.reach(changes, source)
	for i := range changes {
		c := &changes[i]
		c.Cause = Cause{HeadPath: headWhy[i].path, BasePath: baseWhy[i].path}
		switch {
		case c.isDirect():
			c.Cause.State, c.Cause.By = Direct, c.Package().ID
		case c.Kind == Repinned && knows(base) && knows(head):
			// Nobody's move explains other bytes under the same version.
			c.Cause = Cause{State: Unexplained}
		case headWhy[i].path != nil:
			c.Cause.State, c.Cause.By = Explained, headWhy[i].by
		case baseWhy[i].path != nil:
			c.Cause.State, c.Cause.By = Explained, baseWhy[i].by
		case knows(base) && knows(head):
			c.Cause.State = Unexplained
		}
	}
	gatherUnexplained(changes, headSide)
}

// gatherUnexplained finds, among the changes that no direct change explains,
// those that the others come from: one package resolved anew with all that it
// pulls in is one thing to look into. They stay unexplained.
func gatherUnexplained(changes []Change, head side) {
	moved := make(map[string]bool)
	for i := range changes {
		if changes[i].Cause.State == Unexplained {
			for _, key := range head.keys(&changes[i]) {
				moved[key] = true
			}
		}
	}
	pulled := make(map[string]bool)
	for key := range moved {
		if p := head.graph.Package(key); p != nil {
			for _, e := range p.Requires {
				if moved[e.To] && e.To != key {
					pulled[e.To] = true
				}
			}
		}
	}
	first := func(c *Change) (by lockfiles.ID, ok bool) {
		return c.Package().ID, c.Cause.State == Unexplained && !slices.ContainsFunc(head.keys(c), func(key string) bool { return pulled[key] })
	}
	for i, w := range head.reach(changes, first) {
		if c := &changes[i]; c.Cause.State == Unexplained && len(w.path) > 1 {
			c.Cause.By, c.Cause.HeadPath = w.by, w.path
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

// overrides are the names of packages whose override in the lockfile's settings
// differs: the manifest asks for another version wherever they are required.
func overrides(settings []Field) map[string]bool {
	names := make(map[string]bool)
	for _, f := range settings {
		if f.Name != "overrides" {
			continue
		}
		for _, text := range []string{f.Base, f.Head} {
			if name := overriddenName(text); name != "" {
				names[name] = true
			}
		}
	}
	return names
}

// overriddenName reads the package out of an override as lockfiles write it:
// "parent@1>name@<3: 3.0.0" (pnpm, bun) or "name = x, specifier = ==1" (uv).
func overriddenName(text string) string {
	if rest, ok := strings.CutPrefix(text, "name = "); ok {
		name, _, _ := strings.Cut(rest, ",")
		return name
	}
	selector, _, ok := strings.Cut(text, ": ")
	if !ok {
		return ""
	}
	// ">" parts parents from children, and also begins a range: ">=2".
	if i := strings.LastIndex(selector, ">"); i >= 0 && i+1 < len(selector) && selector[i+1] != '=' && (i == 0 || selector[i-1] != '@') {
		selector = selector[i+1:]
	}
	if i := strings.LastIndex(selector, "@"); i > 0 {
		selector = selector[:i]
	}
	return selector
}

// side is one revision's view of a change.
type side struct {
	graph    *Graph
	entry    func(*Change) *lockfiles.Package
	instance func(Instance) string
}

func (s side) keys(c *Change) (list []string) {
	for _, i := range c.Instances {
		if key := s.instance(i); key != "" {
			list = append(list, key)
		}
	}
	return list
}

// why is how a change is reached: by which package, by which names.
type why struct {
	by   lockfiles.ID
	path []string
}

// reach walks one side breadth first from every change that is a source, over
// edges that end in a change, and gives for each change its shortest way.
func (s side) reach(changes []Change, source func(*Change) (by lockfiles.ID, ok bool)) []why {
	result := make([]why, len(changes))
	changeOf := make(map[string]int)
	type step struct {
		key  string
		from why
	}
	var queue []step
	for i := range changes {
		p, entries := s.entry(&changes[i]), s.keys(&changes[i])
		for _, key := range entries {
			changeOf[key] = i
		}
		if by, ok := source(&changes[i]); p != nil && ok {
			result[i] = why{by, []string{p.Name}}
			for _, key := range entries {
				queue = append(queue, step{key, result[i]})
			}
		}
	}
	slices.SortStableFunc(queue, func(a, b step) int { return strings.Compare(a.from.by.Name, b.from.by.Name) })
	seen := make(map[string]bool)
	for _, q := range queue {
		seen[q.key] = true
	}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		p := s.graph.Package(at.key)
		if p == nil {
			continue
		}
		for _, e := range p.Requires {
			i, moved := changeOf[e.To]
			if !moved || seen[e.To] {
				continue
			}
			seen[e.To] = true
			way := why{at.from.by, append(slices.Clone(at.from.path), s.graph.Package(e.To).Name)}
			if result[i].path == nil {
				result[i] = way
			}
			queue = append(queue, step{e.To, way})
		}
	}
	return result
}
