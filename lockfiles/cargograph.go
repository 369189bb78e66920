package lockfiles

import (
	"fmt"
	"strings"
)

// cargoIndex finds crates by the three notations of an edge.
type cargoIndex struct {
	exact    map[string]int            // cargoExact -> crate
	versions map[string]cargoCandidate // "name version"
	names    map[string]cargoCandidate // name; many only when versions differ
}

// cargoCandidate is what a notation without a source may mean.
type cargoCandidate struct {
	first, count int
	local        int    // the crate without a source, or -1
	version      string // of the first
	many         bool   // other versions exist
}

// cargoExact is the identity of a crate. The commit of a git source is no part
// of it: Cargo writes edges without.
func cargoExact(name, version, source string) string {
	source, _, _ = strings.Cut(source, "#")
	return name + " " + version + " " + source
}

func newCargoIndex(crates []cargoCrate) cargoIndex {
	x := cargoIndex{make(map[string]int, len(crates)), make(map[string]cargoCandidate, len(crates)), make(map[string]cargoCandidate, len(crates))}
	for i := range crates {
		c := &crates[i]
		key := cargoExact(c.name, c.version, c.source)
		if _, ok := x.exact[key]; !ok {
			x.exact[key] = i
		}
		v, ok := x.versions[c.name+" "+c.version]
		if !ok {
			v = cargoCandidate{first: i, local: -1}
		}
		v.count++
		if c.local() {
			v.local = i
		}
		x.versions[c.name+" "+c.version] = v
		n, ok := x.names[c.name]
		if !ok {
			n = cargoCandidate{first: i, version: c.version}
		}
		n.many = n.many || n.version != c.version
		x.names[c.name] = n
	}
	return x
}

// find gives the crate that "name", "name version" or "name version (source)"
// means, or -1. A shorter notation is read as Cargo reads it: a name alone
// needs a single version; without a source the crate in a directory goes first,
// then the only one there is.
func (x cargoIndex) find(written string) (int, error) {
	name, rest, _ := strings.Cut(written, " ")
	version, source, hasSource := strings.Cut(rest, " ")
	if name == "" || hasSource && (!strings.HasPrefix(source, "(") || !strings.HasSuffix(source, ")")) {
		return -1, fmt.Errorf("%.80q is no dependency: name, name version or name version (source) belongs here", written)
	}
	if hasSource {
		if i, ok := x.exact[cargoExact(name, version, source[1:len(source)-1])]; ok {
			return i, nil
		}
		return -1, nil
	}
	if version == "" {
		n, ok := x.names[name]
		if !ok || n.many {
			return -1, nil
		}
		version = n.version
	}
	v, ok := x.versions[name+" "+version]
	switch {
	case !ok:
		return -1, nil
	case v.local >= 0:
		return v.local, nil
	case v.count == 1:
		return v.first, nil
	}
	return -1, nil
}

// build turns crates into packages and roots, with the flags that follow from
// the manifests.
func (l *cargoLock) build(ws cargoWorkspace) Lockfile {
	var lockfile Lockfile
	members := make([]*cargoManifest, len(l.crates))
	project := make([]bool, len(l.crates)) // the crate is a Root
	sharing := make(map[string]int)        // packages of one name and version
	for i := range l.crates {
		c := &l.crates[i]
		if c.local() {
			members[i] = ws.member(c.name, c.version)
			project[i] = members[i] != nil || ws.outside[c.name] == ""
		}
		if !project[i] {
			sharing[c.name+" "+c.version]++
		}
	}
	packages := make([]Package, len(l.crates))
	keys := make([]string, len(l.crates)) // "" for a Root
	for i := range l.crates {
		if c := &l.crates[i]; !project[i] {
			packages[i] = c.instance(ws, sharing[c.name+" "+c.version] > 1)
			keys[i] = packages[i].Key()
		}
	}
	reach := newCargoReach(len(l.crates))
	for i := range l.crates {
		if !project[i] {
			continue
		}
		c := &l.crates[i]
		root := Root{Name: c.name}
		if members[i] != nil {
			root.Path = members[i].dir
		}
		for j, to := range c.edges {
			edge := Edge{Name: cargoEdgeName(c.written[j])}
			use := cargoUse{prod: true, required: true}
			if members[i] != nil && to >= 0 {
				use = members[i].use(l.crates[to].name, l.crates[to].version)
				edge.Constraint = use.constraint
			}
			if to >= 0 {
				edge.To = keys[to]
				reach.from(to, use)
			}
			root.Requires = append(root.Requires, edge)
		}
		lockfile.Roots = append(lockfile.Roots, root)
	}
	prod, required, all := reach.walk(l.crates, project)
	for i := range l.crates {
		if project[i] {
			continue
		}
		c, p := &l.crates[i], packages[i]
		for j, to := range c.edges {
			edge := Edge{Name: cargoEdgeName(c.written[j])}
			if to >= 0 {
				edge.To = keys[to]
			}
			p.Requires = append(p.Requires, edge)
		}
		p.Direct = reach.direct[i]
		p.Dev = all[i] && !prod[i]
		p.Optional = all[i] && !required[i]
		lockfile.Packages = append(lockfile.Packages, p)
	}
	return lockfile
}

// instance is the package of a crate without its edges and flags; shared tells
// that another has its name and version.
func (c *cargoCrate) instance(ws cargoWorkspace, shared bool) Package {
	p := Package{ID: ID{"cargo", c.name}, Version: c.version, Origin: c.source, Line: c.line}
	if c.checksum != "" {
		p.Integrity = append(p.Integrity, Digest{"sha256", c.checksum})
	}
	if _, commit, ok := strings.Cut(c.source, "#"); ok && strings.HasPrefix(c.source, "git+") {
		p.Integrity = append(p.Integrity, Digest{"git", commit})
	}
	if c.local() {
		p.Origin = "path+" + ws.outside[c.name]
	}
	if c.replace != "" {
		p.Origin = "replaced by " + c.replace
	}
	if shared {
		p.Path = c.id()
	}
	return p
}

// cargoEdgeName is the crate's name in an edge.
func cargoEdgeName(written string) string {
	name, _, _ := strings.Cut(written, " ")
	return name
}

// cargoReach gathers from where the dependency graph is entered.
type cargoReach struct {
	direct              []bool
	prod, required, all []int
}

func newCargoReach(crates int) *cargoReach { return &cargoReach{direct: make([]bool, crates)} }

func (r *cargoReach) from(to int, use cargoUse) {
	r.direct[to] = true
	r.all = append(r.all, to)
	if use.prod {
		r.prod = append(r.prod, to)
	}
	if use.required {
		r.required = append(r.required, to)
	}
}

// walk tells which crates are needed outside of development, which may not be
// left out, and which are needed at all. Roots are entered by their own edges
// and not passed through, since those edges have kinds.
func (r *cargoReach) walk(crates []cargoCrate, project []bool) (prod, required, all []bool) {
	next := func(i int) []int {
		if project[i] {
			return nil
		}
		return crates[i].found()
	}
	return reachFrom(len(crates), r.prod, next), reachFrom(len(crates), r.required, next), reachFrom(len(crates), r.all, next)
}

// found are the edges that lead somewhere.
func (c *cargoCrate) found() []int {
	var list []int
	for _, to := range c.edges {
		if to >= 0 {
			list = append(list, to)
		}
	}
	return list
}
