package lockfiles

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// packageLock reads package-lock.json: version 1 (npm 5 and 6), 2 (npm 7 and
// 8) and 3. The hidden node_modules/.package-lock.json is a copy and is not
// matched. A package-lock.json beside an npm-shrinkwrap.json is read too: npm
// up to 11 ignores the former, npm 12 the latter.
type packageLock struct{}

func (packageLock) Name() string           { return "package-lock.json" }
func (packageLock) Match(path string) bool { return base(path, "package-lock.json") }
func (packageLock) Parse(ctx context.Context, tree fs.FS, path string) (Lockfile, error) {
	return parseNpm(ctx, tree, path)
}

// npmShrinkwrap reads npm-shrinkwrap.json, a package-lock.json that is
// published with the package. Those from before npm 5 state no version.
type npmShrinkwrap struct{}

func (npmShrinkwrap) Name() string           { return "npm-shrinkwrap.json" }
func (npmShrinkwrap) Match(path string) bool { return base(path, "npm-shrinkwrap.json") }
func (npmShrinkwrap) Parse(ctx context.Context, tree fs.FS, path string) (Lockfile, error) {
	return parseNpm(ctx, tree, path)
}

// npmParser reads one lockfile. Packages keep indices while the file is read;
// edges wait until every location is known.
type npmParser struct {
	ctx     context.Context
	dir     string // of the lockfile, from the root of the revision
	tree    *npmTree
	out     Lockfile
	pkgNode []int32 // the node of each package
	rooted  []int32 // the node of each root
	links   []npmLink
	name    string // of the project, as the top level states it
}

// npmLink is an entry that stands for another place.
type npmLink struct {
	node     int32
	location string
	target   string
	pkg      Package // what it becomes when there is nothing at target
}

func parseNpm(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	entries := len(data) / 500 // an entry takes 500 to 700 bytes
	p := &npmParser{ctx: ctx, dir: path.Dir(file), tree: newNpmTree(entries)}
	if _, err := p.tree.add(""); err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	var packages bool
	var v1 npmSpan // the member `dependencies`, read only if there is no `packages`
	p.out.Packages = make([]Package, 0, entries)
	err = parseJSON(file, data, func(r *jsonReader, key string) (err error) {
		switch key {
		case "name":
			p.name, err = r.str()
		case "lockfileVersion":
			p.out.Schema, err = npmVersion(r, file)
		case "packages":
			if r.kind() == 'n' {
				return r.skip()
			}
			packages = true
			err = r.object(func(location string) error { return p.entry(r, location) })
		case "dependencies":
			v1, err = npmSkip(r)
		default:
			err = r.skip()
		}
		return err
	})
	if err == nil && !packages && v1.end > 0 {
		err = p.readV1(data, v1)
	}
	if err == nil {
		err = p.finish(tree)
	}
	return p.out, asParseError(file, 0, err)
}

// npmVersion reads lockfileVersion. A file without one is from before npm 5.
func npmVersion(r *jsonReader, file string) (string, error) {
	if r.kind() != '0' {
		return "", r.errorf("found %s where the number of lockfileVersion belongs", r.kind())
	}
	version, err := r.scalar()
	if err != nil {
		return "", err
	}
	switch version {
	case "1", "2", "3":
		return version, nil
	}
	return "", unsupported(file, r.line(), "lockfileVersion", version, "1, 2, 3")
}

// npmEntry is one value of `packages`, or of `dependencies` in version 1.
type npmEntry struct {
	Package                                // flags, hashes, edges and line
	name, version, resolved, from          string
	hasResolved, link, devOptional, script bool
	devRequires                            []Edge
}

// entry reads one member of `packages`.
func (p *npmParser) entry(r *jsonReader, location string) error {
	e := npmEntry{Package: Package{Line: r.line()}}
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if err := npmCheckLocation(location); err != nil {
		return r.errorf("cannot place %.100q: %w", location, err)
	}
	err := r.object(func(key string) error { return e.field(r, key) })
	if err != nil {
		return err
	}
	node, err := p.tree.add(location)
	if err != nil {
		return &ParseError{Line: e.Line, Err: err}
	}
	_, inModules := npmAfterModules(location)
	switch {
	case e.link && !e.hasResolved:
		return &ParseError{Line: e.Line, Err: errors.New("a link without the place it leads to")}
	case e.link:
		p.link(node, location, e)
	case location == "", !inModules && !npmOutside(location) && e.resolved == "" && len(e.Integrity) == 0:
		// The project, a workspace, or another directory of its own source.
		p.root(node, location, e.name, append(e.Requires, e.devRequires...))
	default:
		return p.add(node, location, e)
	}
	return nil
}

// field reads one field of an entry of `packages`.
func (e *npmEntry) field(r *jsonReader, key string) (err error) {
	switch key {
	case "name":
		e.name, err = r.str()
	case "version":
		e.version, err = npmText(r)
	case "resolved":
		e.hasResolved = true
		e.resolved, err = npmText(r)
	case "integrity":
		e.Integrity, err = npmIntegrity(r)
	case "link":
		e.link, err = r.boolean()
	case "dev":
		e.Dev, err = r.boolean()
	case "optional":
		e.Optional, err = r.boolean()
	case "devOptional":
		e.devOptional, err = r.boolean()
	case "inBundle", "bundled":
		e.Bundled, err = r.boolean()
	case "hasInstallScript":
		e.script, err = r.boolean()
	case "dependencies", "optionalDependencies", "peerDependencies":
		err = npmEdges(r, &e.Requires)
	case "devDependencies":
		err = npmEdges(r, &e.devRequires)
	default:
		err = r.skip()
	}
	return err
}

// add makes a package of an entry of `packages`.
func (p *npmParser) add(node int32, location string, e npmEntry) error {
	pkg := e.Package
	pkg.ID = ID{"npm", e.name}
	if pkg.Name == "" {
		pkg.Name = npmName(location)
	}
	pkg.Version, pkg.Origin, pkg.Path = e.version, e.resolved, location
	if strings.ContainsAny(e.version, ":/") {
		// npm 7 carried some git and tarball URLs over from version 1.
		pkg.Version, pkg.Label = "", e.version
		if pkg.Origin == "" {
			pkg.Origin, pkg.Label = e.version, ""
		}
	}
	if pkg.Origin == "" && npmOutside(location) {
		pkg.Origin = "file:" + location // npm's own notation for a directory
	}
	// A package that some need for development and others optionally is
	// installed in production, where it can; npm sets neither flag for it.
	pkg.Optional = e.Optional || e.devOptional
	// npm 7 and later write hasInstallScript wherever there is a script.
	pkg.InstallScript = No
	if e.script {
		pkg.InstallScript = Yes
	}
	return p.append(node, pkg)
}

func (p *npmParser) append(node int32, pkg Package) error {
	n := &p.tree.nodes[node]
	if n.known {
		return &ParseError{Line: pkg.Line, Err: fmt.Errorf("two entries lie at %q", pkg.Path)}
	}
	n.known, n.pkg = true, int32(len(p.out.Packages))
	p.out.Packages = append(p.out.Packages, pkg)
	p.pkgNode = append(p.pkgNode, node)
	return nil
}

// link remembers a link. What it leads to decides what it is.
func (p *npmParser) link(node int32, location string, e npmEntry) {
	target := path.Clean(e.resolved)
	if target == "." {
		target = ""
	}
	pkg := e.Package
	pkg.ID = ID{"npm", e.name}
	if pkg.Name == "" {
		pkg.Name = npmName(location)
	}
	pkg.Version, pkg.Origin, pkg.Path = e.version, "file:"+target, location
	p.links = append(p.links, npmLink{node, location, target, pkg})
}

func (p *npmParser) root(node int32, location, name string, edges []Edge) {
	if name == "" && location != "" {
		name = npmName(location)
	}
	p.out.Roots = append(p.out.Roots, Root{path.Join(p.dir, location), name, edges})
	p.rooted = append(p.rooted, node)
	p.tree.nodes[node].known = true
}

// npmText reads a string where npm 5 and 6 sometimes wrote false.
func npmText(r *jsonReader) (string, error) {
	if r.kind() == 'f' {
		return "", r.skip()
	}
	return r.str()
}

func npmIntegrity(r *jsonReader) ([]Digest, error) {
	text, err := npmText(r)
	if err != nil || text == "" {
		return nil, err
	}
	digests, ok := parseSRI(text)
	if !ok {
		return nil, r.errorf("found %s where hashes of the form algorithm-base64 belong", strconv.Quote(text))
	}
	return digests, nil
}

func npmEdges(r *jsonReader, edges *[]Edge) error {
	return r.object(func(name string) error {
		constraint, err := r.str()
		*edges = append(*edges, Edge{Name: name, Constraint: constraint})
		return err
	})
}
