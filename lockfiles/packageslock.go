package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// nugetContent names the hash in packages.lock.json. It is a base64 sha512,
// but not of the .nupkg as downloaded: NuGet leaves the package's signature out
// of it, and nearly every package is signed by its registry. Under a name of
// its own nobody compares it with the sha512 of a download.
const nugetContent = "nuget-content"

// packagesLock reads NuGet's packages.lock.json, versions 1 to 3. The file
// holds one graph for each target framework; entries that agree in version and
// hash are one Package. Referenced projects are roots.
type packagesLock struct{}

func (packagesLock) Name() string           { return "packages.lock.json" }
func (packagesLock) Match(file string) bool { return base(file, "packages.lock.json") }

func (packagesLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	p := nugetParser{ctx: ctx, file: file}
	// Version 3 holds its targets at the top level, and nothing says that the
	// version comes first: they are read as they come and judged at the end.
	var outer, inner []nugetTarget
	err = parseJSON(file, data, func(r *jsonReader, key string) (err error) {
		switch key {
		case "version":
			p.version, err = r.scalar()
			p.versionLine = r.line()
			if err == nil && !nugetVersions[p.version] {
				err = unsupported(file, p.versionLine, "packages.lock.json version", strconv.Quote(p.version), "1, 2, 3")
			}
		case "dependencies":
			err = r.object(func(name string) error {
				entries, err := p.entries(r)
				inner = append(inner, nugetTarget{name: name, entries: entries})
				return err
			})
		default:
			var target nugetTarget
			target, err = p.target(r, key)
			outer = append(outer, target)
		}
		return err
	})
	if err != nil {
		return Lockfile{}, err
	}
	switch p.version {
	case "1", "2":
		if len(outer) > 0 {
			return Lockfile{}, parseErrorf(file, outer[0].line, "unknown key %q", outer[0].name)
		}
		return p.lockfile(inner)
	case "3":
		if inner != nil {
			return Lockfile{}, parseErrorf(file, p.versionLine, "version 3 holds its targets at the top level, not in dependencies")
		}
		return p.lockfile(outer)
	}
	return Lockfile{}, parseErrorf(file, 1, "the file states no version")
}

// nugetVersions: 2 adds central package management, 3 aliases of frameworks.
var nugetVersions = map[string]bool{"1": true, "2": true, "3": true}

// nugetTarget is the graph of one framework, or framework/runtime.
type nugetTarget struct {
	name    string
	line    int
	entries []nugetEntry
}

// nugetEntry is one package or project in one target.
type nugetEntry struct {
	name, kind, requested, resolved, hash string
	requires                              []pair
	line                                  int
	pkg                                   int // index of its Package
}

type nugetParser struct {
	ctx         context.Context
	file        string
	version     string
	versionLine int
}

// target reads a target of version 3, which says its framework beside its graph.
func (p *nugetParser) target(r *jsonReader, name string) (target nugetTarget, err error) {
	target = nugetTarget{name: name, line: r.line()}
	framework := ""
	err = r.object(func(key string) (err error) {
		switch key {
		case "framework":
			framework, err = r.str()
		case "dependencies":
			target.entries, err = p.entries(r)
		default:
			err = r.skip()
		}
		return err
	})
	if err == nil && framework == "" {
		err = r.errorf("target %q names no framework", name)
	}
	return target, err
}

func (p *nugetParser) entries(r *jsonReader) (entries []nugetEntry, err error) {
	seen := make(map[string]bool)
	err = r.object(func(name string) error {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		// NuGet compares names without regard to case.
		if lower := strings.ToLower(name); seen[lower] {
			return r.errorf("duplicate package %q", name)
		} else {
			seen[lower] = true
		}
		entry, err := p.entry(r, name)
		entries = append(entries, entry)
		return err
	})
	return entries, err
}

func (p *nugetParser) entry(r *jsonReader, name string) (entry nugetEntry, err error) {
	entry = nugetEntry{name: name, line: r.line(), pkg: -1}
	err = r.object(func(key string) (err error) {
		switch key {
		case "type":
			entry.kind, err = r.str()
		case "requested":
			entry.requested, err = r.str()
		case "resolved":
			entry.resolved, err = r.str()
		case "contentHash":
			entry.hash, err = r.str()
		case "dependencies":
			entry.requires, err = r.pairs(false)
		default: // NuGet passes over what it does not know, here and above
			err = r.skip()
		}
		return err
	})
	if err != nil {
		return entry, err
	}
	if name == "" {
		return entry, r.errorf("an entry has no name")
	}
	switch entry.kind = strings.ToLower(entry.kind); entry.kind { // as NuGet reads it
	case "direct", "transitive", "centraltransitive":
		if entry.resolved == "" {
			err = r.errorf("package %q has no resolved version", name)
		}
	case "project":
	default:
		err = r.errorf("%q is of an unknown type %q", name, entry.kind)
	}
	return entry, err
}

// nugetKey is what targets must agree in to share a Package.
type nugetKey struct{ name, version, hash string }

func (p *nugetParser) lockfile(targets []nugetTarget) (Lockfile, error) {
	out := Lockfile{Schema: p.version}
	index := make(map[nugetKey]int)
	frameworks := [][]string{} // of the package at the same index
	instances := make(map[string]int)
	for t := range targets {
		for e := range targets[t].entries {
			entry := &targets[t].entries[e]
			if entry.kind == "project" {
				continue
			}
			key := nugetKey{strings.ToLower(entry.name), entry.resolved, entry.hash}
			i, ok := index[key]
			if !ok {
				i = len(out.Packages)
				index[key] = i
				instances[key.name]++
				pkg := Package{ID: ID{"nuget", entry.name}, Version: entry.resolved, Line: entry.line}
				if entry.hash != "" {
					pkg.Integrity = []Digest{{nugetContent, entry.hash}}
				}
				out.Packages = append(out.Packages, pkg)
				frameworks = append(frameworks, nil)
			}
			entry.pkg = i
			frameworks[i] = append(frameworks[i], targets[t].name)
			out.Packages[i].Direct = out.Packages[i].Direct || entry.kind == "direct"
		}
	}
	for i := range out.Packages {
		if pkg := &out.Packages[i]; instances[strings.ToLower(pkg.Name)] > 1 {
			pkg.Path = strings.Join(frameworks[i], ",") + ": " + pkg.Name
		}
	}
	p.edges(&out, targets)
	return out, nil
}

// edges resolves the requirements of each target within it; a target for a
// runtime holds only what differs from its framework's.
func (p *nugetParser) edges(out *Lockfile, targets []nugetTarget) {
	graphs := make(map[string]map[string]string, len(targets)) // target -> lower name -> key
	for _, target := range targets {
		graph := make(map[string]string, len(target.entries))
		for _, entry := range target.entries {
			if entry.pkg >= 0 {
				graph[strings.ToLower(entry.name)] = out.Packages[entry.pkg].Key()
			}
		}
		graphs[target.name] = graph
	}
	own := &nugetRoots{index: make(map[string]int), seen: make(map[nugetEdge]bool)}
	main := own.root(path.Dir(p.file), "")
	known := make(map[nugetEdge]bool) // of packages, by their index
	for _, target := range targets {
		framework, _, _ := strings.Cut(target.name, "/")
		resolve := func(name string) string {
			name = strings.ToLower(name)
			if key, ok := graphs[target.name][name]; ok {
				return key
			}
			return graphs[framework][name]
		}
		for _, entry := range target.entries {
			if entry.kind == "direct" {
				own.add(main, Edge{entry.name, entry.requested, resolve(entry.name)})
			}
			from := entry.pkg
			if entry.kind == "project" {
				from = own.root("", entry.name)
			}
			for _, r := range entry.requires {
				edge := Edge{r.key, r.value, resolve(r.key)}
				if entry.kind == "project" {
					own.add(from, edge)
				} else if key := (nugetEdge{from, edge}); !known[key] {
					known[key] = true
					out.Packages[from].Requires = append(out.Packages[from].Requires, edge)
				}
			}
		}
	}
	out.Roots = slices.Clip(own.roots)
}

type nugetEdge struct {
	from int
	edge Edge
}

// nugetRoots gathers the edges of projects, each once though several targets
// state them. Where a referenced project lies, the lockfile does not say.
type nugetRoots struct {
	roots []Root
	index map[string]int // lower name
	seen  map[nugetEdge]bool
}

func (n *nugetRoots) root(dir, name string) int {
	lower := strings.ToLower(name)
	i, ok := n.index[lower]
	if !ok {
		i = len(n.roots)
		n.index[lower] = i
		n.roots = append(n.roots, Root{Path: dir, Name: name})
	}
	return i
}

func (n *nugetRoots) add(root int, edge Edge) {
	if key := (nugetEdge{root, edge}); !n.seen[key] {
		n.seen[key] = true
		n.roots[root].Requires = append(n.roots[root].Requires, edge)
	}
}
