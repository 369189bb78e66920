package lockfiles

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// yarnLock reads yarn.lock of both kinds: that of yarn 1 ("classic", its own
// notation) and that of yarn 2 and later ("berry", YAML with __metadata).
// Which dependencies are direct or for development stands in the package.json
// files of the project alone.
type yarnLock struct{}

func (yarnLock) Name() string           { return "yarn.lock" }
func (yarnLock) Match(path string) bool { return base(path, "yarn.lock") }
func (yarnLock) Companions() []string   { return []string{"package.json"} }

var _ Companion = yarnLock{}

var yarnMetadata = pattern.New(`(?m)^["']?__metadata["']?\s*:`)

func (yarnLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	y := &yarnReader{ctx: ctx, tree: tree, dir: path.Dir(file), patterns: make(map[string]int32)}
	y.manifest, y.hasManifest = readPackageJSON(tree, path.Join(y.dir, "package.json"))
	y.overrides = yarnOverrides(y.manifest)
	berry := yarnMetadata.FindIndex(data)
	header, line := yarnClassicHeader(data)
	switch {
	case berry != nil && header != "":
		err = parseErrorf(file, lineAt(data, berry[0]), "the file is a yarn.lock of yarn 1 by its header and of a later yarn by __metadata")
	case berry != nil:
		err = y.berry(file, data)
	case header != "" && header != "1":
		err = unsupported(file, line, "yarn lockfile", "v"+header, "v1, and __metadata versions 4 to 10")
	default:
		y.out.Schema = "1"
		err = y.classic(data)
	}
	if err == nil {
		err = y.finish()
	}
	return y.out, asParseError(file, 0, err)
}

// yarnClassicHeader is the version in the comment "# yarn lockfile v1", or "".
func yarnClassicHeader(data []byte) (version string, line int) {
	for line := 1; len(data) > 0; line++ {
		text, rest, _ := bytes.Cut(data, []byte("\n"))
		if comment, ok := strings.CutPrefix(strings.TrimSpace(string(text[:min(len(text), 100)])), "#"); ok {
			if version, ok := strings.CutPrefix(strings.TrimSpace(comment), "yarn lockfile v"); ok {
				return version, line
			}
		}
		data = rest
	}
	return "", 0
}

// yarnReader holds what is known of one yarn.lock while it is read.
type yarnReader struct {
	ctx         context.Context
	tree        fs.FS
	dir         string // of the lockfile, from the root of the revision
	manifest    packageJSON
	hasManifest bool
	out         Lockfile
	// patterns leads from "name@range" to an index in entries.
	patterns map[string]int32
	entries  []yarnEntry
	roots    []yarnRoot
	// find is the entry that an edge leads to, or -1. from is the resolution of
	// the dependant, or "".
	find      func(from string, edge Edge, use yarnUse) int32
	overrides map[string][]yarnOverride // by the name that is overridden
	bound     map[string]int32          // see yarnBerry
}

// yarnEntry is a block of the file.
type yarnEntry struct {
	Package
	uses       []yarnUse // one for each of Requires
	resolution string    // berry: the locator
	own        bool      // a directory of the project itself: a root
}

// yarnRoot is a root with the use of each of its dependencies.
type yarnRoot struct {
	Root
	uses       []yarnUse
	resolution string // berry: of the entry that it is in the lockfile
}

// yarnUse is what a dependency is for.
type yarnUse uint8

const (
	yarnDev yarnUse = 1 << iota
	yarnOptional
	yarnPeer   // named, and not installed for it
	yarnSource // what a patch is made of
)

// finish turns entries into packages, edges into keys, and works out what the
// file does not say: direct, for development alone, optional.
func (y *yarnReader) finish() error {
	place := make([]int32, len(y.entries)) // of each entry in Packages, or -1
	taken := make(map[string]bool, len(y.entries))
	for i := range y.entries {
		e := &y.entries[i]
		if place[i] = -1; e.own {
			continue
		}
		if taken[e.Key()] {
			e.Path = e.resolution // the same version twice: the block is its own key
		}
		if taken[e.Key()] {
			return &ParseError{Line: e.Line, Err: errYarnTwice}
		}
		taken[e.Key()] = true
		place[i] = int32(len(y.out.Packages))
		y.out.Packages = append(y.out.Packages, e.Package)
	}
	g := yarnGraph{edges: make([][]yarnEdge, len(y.out.Packages))}
	resolve := func(from string, edges []Edge, uses []yarnUse) (out []yarnEdge, err error) {
		for i := range edges {
			if uses[i]&yarnPeer != 0 {
				continue // which copy meets it depends on who asks
			}
			at := y.find(from, edges[i], uses[i])
			if at < 0 || place[at] < 0 {
				continue
			}
			edges[i].To = y.out.Packages[place[at]].Key()
			out = append(out, yarnEdge{place[at], uses[i]})
		}
		return out, y.ctx.Err()
	}
	for i := range y.entries {
		if place[i] < 0 {
			continue
		}
		edges, err := resolve(y.entries[i].resolution, y.entries[i].Requires, y.entries[i].uses)
		if err != nil {
			return err
		}
		g.edges[place[i]] = edges
	}
	for _, r := range y.roots {
		edges, err := resolve(r.resolution, r.Requires, r.uses)
		if err != nil {
			return err
		}
		g.starts = append(g.starts, edges...)
		y.out.Roots = append(y.out.Roots, r.Root)
	}
	g.mark(y.out.Packages)
	return nil
}

// yarnGraph is the dependency graph by index.
type yarnGraph struct {
	edges  [][]yarnEdge // of each package
	starts []yarnEdge   // of the roots
}

type yarnEdge struct {
	to  int32
	use yarnUse
}

// mark sets the flags that follow from the graph. What no root leads to keeps
// none: it is not known what it is for.
func (g yarnGraph) mark(packages []Package) {
	for _, s := range g.starts {
		packages[s.to].Direct = true
		for _, e := range g.edges[s.to] {
			if e.use&yarnSource != 0 {
				packages[e.to].Direct = true // a manifest names what is patched, too
			}
		}
	}
	all := g.reach(yarnPeer)
	production := g.reach(yarnPeer | yarnDev)
	required := g.reach(yarnPeer | yarnOptional)
	for i := range packages {
		packages[i].Dev = all[i] && !production[i]
		packages[i].Optional = all[i] && !required[i]
	}
}

// reach tells what the roots lead to without the edges of the uses left out.
func (g yarnGraph) reach(without yarnUse) []bool {
	reached := make([]bool, len(g.edges))
	var todo []int32
	visit := func(edges []yarnEdge) {
		for _, e := range edges {
			if e.use&without == 0 && !reached[e.to] {
				reached[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	visit(g.starts)
	for len(todo) > 0 {
		last := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		visit(g.edges[last])
	}
	return reached
}

// yarnManifestRoot is a root as its package.json describes it.
func yarnManifestRoot(dir string, manifest packageJSON) yarnRoot {
	r := yarnRoot{Root: Root{Path: dir, Name: manifest.Name}}
	for _, list := range []struct {
		pairs []pair
		use   yarnUse
	}{{manifest.Dependencies, 0}, {manifest.DevDependencies, yarnDev}, {manifest.OptionalDependencies, yarnOptional}, {manifest.Peers, yarnPeer}} {
		for _, d := range list.pairs {
			r.Requires = append(r.Requires, Edge{Name: d.key, Constraint: d.value})
			r.uses = append(r.uses, list.use)
		}
	}
	return r
}

// yarnName cuts a pattern, descriptor or locator into a name and the rest
// after the "@". The "@" of a scope does not count.
func yarnName(s string) (name, rest string) {
	if s == "" {
		return "", ""
	}
	if i := strings.IndexByte(s[1:], '@'); i >= 0 {
		return s[:i+1], s[i+2:]
	}
	return s, ""
}
