package lockfiles

import (
	"cmp"
	"maps"
	"slices"
)

// pylockIndex finds entries by what a dependency says of them.
type pylockIndex struct {
	byName    map[string][]string
	byVersion map[[2]string][]string
}

func newPylockIndex(packages []*Package) pylockIndex {
	x := pylockIndex{make(map[string][]string), make(map[[2]string][]string)}
	for _, p := range packages {
		x.byName[p.Name] = append(x.byName[p.Name], p.Key())
		version := [2]string{p.Name, p.Version}
		x.byVersion[version] = append(x.byVersion[version], p.Key())
	}
	return x
}

// edge leads to the first entry that fits: several differ in their markers,
// and one environment installs one of them.
func (x pylockIndex) edge(n pylockNeed) Edge {
	found := x.byName[n.name]
	if n.version != "" {
		found = x.byVersion[[2]string{n.name, n.version}]
	}
	edge := Edge{Name: n.written, Constraint: n.version}
	if len(found) > 0 {
		edge.To = found[0]
	}
	return edge
}

// finish resolves edges and tells what is direct and for whom.
func (p *pylockReader) finish() Lockfile {
	var packages []*Package
	var entries []*pylockEntry
	for i := range p.entries {
		if e := &p.entries[i]; e.root == "" {
			packages = append(packages, &e.Package)
			entries = append(entries, e)
		}
	}
	pythonKeys(packages, func(i int) string { return pylockInstance(entries[i].marker) })
	index := newPylockIndex(packages)
	direct := make(map[string]bool) // by the projects among the entries
	for i := range p.entries {
		e := &p.entries[i]
		for _, need := range e.needs {
			e.Requires = append(e.Requires, index.edge(need))
			direct[need.name] = direct[need.name] || e.root != ""
		}
	}
	asked, name := p.manifest()
	for _, e := range entries {
		_, listed := asked[e.Name]
		e.Direct = listed || direct[e.Name]
		e.Dev, e.Optional = pylockNeeded(e.marker, p.groups)
	}
	pylockReach(asked, p.entries)
	lockfile := Lockfile{Settings: p.settings, Roots: p.roots(asked, name, index)}
	for _, pkg := range packages {
		lockfile.Packages = append(lockfile.Packages, *pkg)
	}
	return lockfile
}

// roots are the project beside the lockfile, and those among its entries.
func (p *pylockReader) roots(asked map[string]pythonRequire, name string, index pylockIndex) []Root {
	own := Root{Path: p.dir, Name: name}
	for _, a := range pythonInOrder(asked) {
		edge := Edge{Name: a.written, Constraint: a.specifier}
		if found := index.byName[a.name]; len(found) > 0 {
			edge.To = found[0]
		}
		own.Requires = append(own.Requires, edge)
	}
	var locals []Root
	for _, e := range p.entries {
		switch {
		case e.root == p.dir:
			own.Name = cmp.Or(own.Name, e.Name)
			if len(own.Requires) == 0 {
				own.Requires = e.Requires
			}
		case e.root != "":
			locals = append(locals, Root{e.root, e.Name, e.Requires})
		}
	}
	return pythonRoots(own, locals)
}

func pylockInstance(marker string) string {
	if marker == "" {
		return ""
	}
	return " ; " + marker
}

// manifest is what the project beside the lockfile asks for. pipenv locks a
// Pipfile, the others pyproject.toml.
func (p *pylockReader) manifest() (asked map[string]pythonRequire, name string) {
	asked, name, _ = pythonProject(p.tree, p.dir)
	if p.createdBy != "pipenv" {
		return asked, name
	}
	pipfile := pipfileReader{tree: p.tree, dir: p.dir}
	sections := pipfile.pipfile()
	if sections == nil {
		return asked, name
	}
	asked = make(map[string]pythonRequire)
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		for _, require := range pythonInOrder(sections[section]) {
			require.dev, require.optional = section == "develop", pipfileRank(section) == 2
			pythonAsk(asked, require)
		}
	}
	return asked, name
}
