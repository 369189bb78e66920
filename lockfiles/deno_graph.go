package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// denoGraph draws the edges of a document.
type denoGraph struct {
	*denoDocument
	index  map[string]int   // Path -> position in entries
	byName map[string][]int // "npm:left" -> positions
	asked  map[string]int   // req -> position in specifiers
	plain  map[string][]int // "jsr:@s/left" -> positions in specifiers
	named  []bool           // specifier -> by the workspace or a JSR package
	tree   fs.FS
	dir    string
}

func (d *denoDocument) build(ctx context.Context, tree fs.FS, dir string) (Lockfile, error) {
	lockfile := Lockfile{Schema: d.schema, Settings: d.settings}
	g := &denoGraph{denoDocument: d, index: make(map[string]int), byName: make(map[string][]int),
		asked: make(map[string]int), plain: make(map[string][]int), named: make([]bool, len(d.specifiers)), tree: tree, dir: dir}
	packages := make([]Package, len(d.entries))
	for i, e := range d.entries {
		p, err := d.pkg(e)
		if err != nil {
			return lockfile, err
		}
		packages[i] = p
		g.index[p.Path] = i
		g.byName[e.kind+":"+p.Name] = append(g.byName[e.kind+":"+p.Name], i)
	}
	for i, s := range d.specifiers {
		if _, ok := g.index[s.to]; !ok {
			return lockfile, denoErrorf(s.line, "the specifier %q means %q, which the lockfile does not hold", s.req, s.to)
		}
		kind, name, _, _ := denoReq(s.req)
		g.asked[s.req] = i
		g.plain[kind+":"+name] = append(g.plain[kind+":"+name], i)
	}
	next, required, err := g.edges(ctx, packages)
	if err != nil {
		return lockfile, err
	}
	roots, production, development := g.roots()
	lockfile.Roots = roots.list
	inProduction, inDevelopment := jsReachable(next, production), jsReachable(next, development)
	isDemanded := jsReachable(required, append(production, development...))
	for i := range packages {
		p := &packages[i]
		p.Direct = roots.direct[p.Path]
		p.Dev = inDevelopment[i] && !inProduction[i]
		p.Optional = (inDevelopment[i] || inProduction[i]) && !isDemanded[i]
	}
	lockfile.Packages = append(packages, d.remote...)
	return lockfile, nil
}

// edges fills the packages' Requires, and gives for each position those that it
// leads to: all, and those that it cannot do without.
func (g *denoGraph) edges(ctx context.Context, packages []Package) (next, required [][]int, err error) {
	next, required = make([][]int, len(g.entries)), make([][]int, len(g.entries))
	for i, e := range g.entries {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		for _, dep := range e.deps {
			edge, to, err := g.connect(e, dep)
			if err != nil {
				return nil, nil, err
			}
			if to >= 0 {
				edge.To = packages[to].Path
			}
			packages[i].Requires = append(packages[i].Requires, edge)
			next[i] = append(next[i], to)
			if !dep.optional {
				required[i] = append(required[i], to)
			}
		}
	}
	return next, required, nil
}

func (d *denoDocument) pkg(e denoEntry) (Package, error) {
	name, version, ok := jsSplitID(e.id)
	if e.kind == "npm" {
		version, _, _ = strings.Cut(version, "_") // the peers it was given
	}
	if !ok || version == "" {
		return Package{}, denoErrorf(e.line, "the key %q holds no name and version", e.id)
	}
	p := Package{ID: ID{e.kind, name}, Version: version, Origin: e.tarball, Path: e.kind + ":" + e.id, Line: e.line}
	switch fields := strings.Fields(e.integrity); {
	case e.kind == "npm" && len(fields) == 0:
		// A package that a link of the workspace replaces has none.
	case e.kind == "jsr" && len(e.integrity) == 64 && isHex(e.integrity):
		p.Integrity = []Digest{{"sha256", e.integrity}}
	case e.kind == "npm" && len(e.integrity) == 40 && isHex(e.integrity):
		p.Integrity = []Digest{{"sha1", e.integrity}} // from before npm's registry knew more
	case e.kind == "npm" && len(ParseSRI(e.integrity)) == len(fields):
		p.Integrity = ParseSRI(e.integrity)
	default:
		return Package{}, denoErrorf(e.line, "the integrity of %q is no hash that deno writes", e.id)
	}
	switch {
	case e.scripts:
		p.InstallScript = Yes
	case e.kind == "npm" && d.schema == "5":
		p.InstallScript = No
	}
	return p, nil
}

// connect finds what a dependency of an entry refers to. What is not there is
// an error, as it is to deno, but for an optional peer.
func (g *denoGraph) connect(e denoEntry, dep denoDep) (edge Edge, to int, err error) {
	switch {
	case e.kind == "jsr":
		return g.connectJSR(e, dep)
	case g.schema <= "3":
		edge = Edge{Name: dep.name, Constraint: dep.text}
		to, ok := g.index["npm:"+dep.text]
		if !ok {
			return edge, -1, denoErrorf(dep.line, "%q needs %q, which the lockfile does not hold", e.id, dep.text)
		}
		return edge, to, nil
	}
	name, version, ok := jsSplitID(dep.text)
	if !ok { // the only version of this name
		edge.Name = dep.text
		versions := g.byName["npm:"+dep.text]
		switch len(versions) {
		case 1:
			return edge, versions[0], nil
		case 0:
			return edge, -1, denoErrorf(dep.line, "%q needs %q, which the lockfile does not hold", e.id, dep.text)
		}
		return edge, -1, denoErrorf(dep.line, "%q needs %q, of which the lockfile holds several versions", e.id, dep.text)
	}
	edge = Edge{Name: name, Constraint: version}
	id, alias := strings.CutPrefix(version, "npm:")
	if !alias {
		id = dep.text
	}
	to, ok = g.index["npm:"+id]
	if !ok && !dep.peer {
		return edge, -1, denoErrorf(dep.line, "%q needs %q, which the lockfile does not hold", e.id, id)
	} else if !ok {
		to = -1
	}
	return edge, to, nil
}

// connectJSR follows a specifier; without a constraint it stands for the only
// one of its name.
func (g *denoGraph) connectJSR(e denoEntry, dep denoDep) (edge Edge, to int, err error) {
	kind, name, constraint, ok := denoReq(dep.text)
	if !ok {
		return edge, -1, denoErrorf(dep.line, "%q needs %q, which names no package of npm or jsr", e.id, dep.text)
	}
	edge = Edge{Name: kind + ":" + name, Constraint: constraint}
	s, ok := g.asked[dep.text]
	if !ok && constraint == "" {
		s, ok = g.asked[dep.text+"@*"]
	}
	if ok {
		g.named[s] = true
		return edge, g.index[g.specifiers[s].to], nil
	}
	candidates := g.plain[kind+":"+name]
	if constraint != "" || len(candidates) == 0 {
		return edge, -1, denoErrorf(dep.line, "%q needs %q, which is no specifier of the lockfile", e.id, dep.text)
	}
	if len(candidates) > 1 {
		return edge, -1, denoErrorf(dep.line, "%q needs %q, which stands for several specifiers", e.id, dep.text)
	}
	g.named[candidates[0]] = true
	return edge, g.index[g.specifiers[candidates[0]].to], nil
}

// roots gives the projects, and the positions that production and that
// development begin with.
func (g *denoGraph) roots() (roots *jsRoots, production, development []int) {
	roots = newJSRoots()
	if len(g.projects) == 0 {
		g.projects = []denoProject{{dir: "."}}
	}
	var list []Root
	for _, project := range g.projects {
		root := Root{Path: path.Join(g.dir, project.dir)}
		manifest, _ := readPackageJSON(g.tree, path.Join(root.Path, "package.json"))
		root.Name = g.projectName(root.Path, manifest)
		dev := denoDevelopment(manifest)
		for i, req := range append(project.reqs, project.manifestReqs...) {
			edge, to := g.request(req)
			root.Requires = append(root.Requires, edge)
			if i >= len(project.reqs) && dev[strings.TrimPrefix(edge.Name, "npm:")] {
				development = append(development, to)
			} else {
				production = append(production, to)
			}
		}
		list = append(list, root)
	}
	for i, s := range g.specifiers {
		if !g.named[i] {
			edge, to := g.request(s.req)
			list[0].Requires = append(list[0].Requires, edge)
			production = append(production, to)
		}
	}
	for _, root := range list {
		roots.add(root)
	}
	return roots, production, development
}

// request is the edge of a project that asks for req; an import that no code
// makes use of yet was never resolved.
func (g *denoGraph) request(req string) (edge Edge, to int) {
	kind, name, constraint, ok := denoReq(req)
	if !ok {
		return Edge{Name: req}, -1
	}
	edge = Edge{Name: kind + ":" + name, Constraint: constraint}
	s, ok := g.asked[req]
	if !ok {
		return edge, -1
	}
	g.named[s] = true
	edge.To = g.specifiers[s].to
	return edge, g.index[edge.To]
}

// denoDevelopment is what a package.json names for development alone; deno.lock
// does not tell.
func denoDevelopment(manifest packageJSON) map[string]bool {
	dev := make(map[string]bool)
	for _, dep := range manifest.DevDependencies {
		dev[denoTarget(dep)] = true
	}
	for _, list := range [][]pair{manifest.Dependencies, manifest.OptionalDependencies} {
		for _, dep := range list {
			delete(dev, denoTarget(dep))
		}
	}
	return dev
}

// denoTarget is the package that a dependency means, behind an alias too.
func denoTarget(dep pair) string {
	if _, name, _, ok := denoReq(dep.value); ok {
		return name
	}
	return dep.key
}

// projectName is the name in deno.json, or in package.json.
func (g *denoGraph) projectName(dir string, manifest packageJSON) (name string) {
	for _, file := range []string{"deno.json", "deno.jsonc"} {
		data, ok := readManifest(g.tree, path.Join(dir, file))
		if !ok {
			continue
		}
		data, err := plainJSON(data)
		if err == nil {
			err = parseJSON(file, data, func(r *jsonReader, key string) (err error) {
				if key == "name" {
					name, err = r.scalar()
					return err
				}
				return r.skip()
			})
		}
		if err == nil && name != "" {
			return name
		}
	}
	return manifest.Name
}
