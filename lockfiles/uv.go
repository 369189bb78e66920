package lockfiles

import (
	"context"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// uv reads uv.lock, and the locks of scripts, of schema 1. A revision adds
// keys that an older uv may ignore. The lockfile holds the projects as well:
// they are the roots, and name what is direct.
type uv struct{}

func (uv) Name() string { return "uv.lock" }

func (uv) Match(file string) bool {
	return base(file, "uv.lock") || strings.HasSuffix(file, ".py.lock")
}

func (uv) Parse(ctx context.Context, tree fs.FS, path string) (Lockfile, error) {
	data, err := readLockfile(tree, path)
	if err != nil {
		return Lockfile{}, err
	}
	root, err := tomlTree(path, data)
	if err != nil {
		return Lockfile{}, err
	}
	u := &uvReader{tomlReader: &tomlReader{path: path}, ids: make(map[uvID]int), names: make(map[string]int)}
	l, err := u.schema(root)
	if err != nil {
		return l, err
	}
	manifest := u.table(root, "manifest")
	members := make(map[string]bool)
	for _, member := range u.strs(manifest, "members") {
		members[NormalizePyPI(member)] = true
	}
	book := &pypiBook{path: path}
	nodes := u.array(root, u.either(root, "package", "distribution"), unstable.Table)
	for i, node := range nodes {
		book.entries = append(book.entries, u.entry(node, i, members))
	}
	for i, node := range nodes {
		if u.err != nil {
			break
		}
		book.entries[i].requires = u.requires(node)
		if book.entries[i].own {
			book.roots = append(book.roots, u.root(node, &book.entries[i]))
		}
	}
	if book.roots = u.loose(book.roots, manifest); len(book.roots) == 0 {
		book.roots = []pypiRoot{{dir: "."}}
	}
	l.Settings = append(tomlSettings(root, "", "version", "revision", "package", "distribution", "options", "manifest"),
		append(tomlSettings(u.table(root, "options"), ""), tomlSettings(manifest, "", "members")...)...)
	if u.err != nil {
		return l, u.err
	}
	return l, book.fill(ctx, &l)
}

// uvReader adds to a TOML reader what entries are known by.
type uvReader struct {
	*tomlReader
	list  []uvID         // of the entries
	ids   map[uvID]int   // 1 + the place of an entry
	names map[string]int // the same by name alone; -1 when several share it
}

// uvID is how one entry refers to another.
type uvID struct{ name, version, source string }

func (u *uvReader) schema(root *tomlNode) (Lockfile, error) {
	version, revision := u.integer(root, "version"), u.integer(root, "revision")
	l := Lockfile{Schema: strconv.Itoa(version)}
	switch {
	case u.err != nil:
		return l, u.err
	case root.get("version") == nil:
		return l, unsupported(u.path, 1, "version", "(none)", "1")
	case version != 1:
		return l, unsupported(u.path, root.lineOf("version"), "version", l.Schema, "1")
	case revision >= 0:
		l.Schema += " revision " + strconv.Itoa(revision)
	}
	return l, nil
}

// either is the one of two names of a key that a table uses: uv takes an older
// name too, but not both at once.
func (u *uvReader) either(table *tomlNode, name, older string) string {
	switch {
	case table.get(older) == nil:
		return name
	case table.get(name) != nil:
		u.fail(table.get(older).line, "duplicate key %q (another name of %q)", older, name)
	}
	return older
}

// entry reads what an entry says of itself.
func (u *uvReader) entry(node *tomlNode, i int, members map[string]bool) pypiEntry {
	e := pypiEntry{pkg: Package{Line: node.line}}
	e.pkg.ID = ID{"pypi", u.pypiName(node)}
	e.id = e.pkg.Name
	e.pkg.Version = u.str(node, "version")
	source := u.source(u.table(node, "source"), node.line)
	e.pkg.Origin, e.pkg.Label = source.origin, source.label
	if e.pkg.Version == "" && e.pkg.Label == "" {
		e.pkg.Label = source.where // a directory whose version its build tells
	}
	if source.tree {
		e.dir, e.own = insideProject(source.where)
		e.own = e.own || members[e.pkg.Name]
	}
	if source.kind == "registry" && e.pkg.Version == "" {
		u.fail(node.line, "the entry %s of a registry has no version", e.pkg.Name)
	}
	u.artifacts(node, &e.pkg, source)
	id := uvID{e.pkg.Name, e.pkg.Version, source.key}
	if u.ids[id] > 0 {
		u.fail(node.line, "duplicate entry %s %s from %s", id.name, id.version, source.origin)
	}
	u.list = append(u.list, id)
	u.ids[id] = i + 1
	if u.names[id.name] != 0 {
		u.names[id.name] = -1
	} else {
		u.names[id.name] = i + 1
	}
	return e
}

// requires reads the dependencies of an entry, those of its extras with them.
func (u *uvReader) requires(node *tomlNode) []pypiRequirement {
	requires := u.dependencies(node, "dependencies", nil, "")
	if extras := u.table(node, "optional-dependencies"); extras != nil {
		for _, m := range extras.members {
			requires = append(requires, u.dependencies(extras, m.key, nil, m.key)...)
		}
	}
	return requires
}

// dependencies reads a list of edges. stated gives ranges by name, where the
// manifest's own are known; extra is the dependant's that brings the edges.
func (u *uvReader) dependencies(table *tomlNode, key string, stated map[string]string, extra string) []pypiRequirement {
	var requires []pypiRequirement
	for _, node := range u.array(table, key, unstable.Table) {
		require := pypiRequirement{name: u.pypiName(node), line: node.line}
		require.exactly = u.meant(node, require.name)
		u.asked(node, &require, "extra", "version")
		if rest, ok := stated[require.name]; ok {
			require.rest = rest
		}
		if extra != "" {
			require.broughtBy = []string{NormalizePyPI(extra)}
			require.rest = withExtra(require.rest, extra)
		}
		requires = append(requires, require)
	}
	return requires
}

// withExtra adds to a requirement that an extra of the dependant brings it, in
// the words of PEP 508.
func withExtra(rest, extra string) string {
	specifier, marker, marked := strings.Cut(rest, ";")
	condition := "extra == '" + extra + "'"
	if !marked {
		return strings.TrimSpace(rest + " ; " + condition)
	}
	if marker = strings.TrimSpace(marker); strings.Contains(marker, " or ") {
		marker = "(" + marker + ")"
	}
	return specifier + "; " + marker + " and " + condition
}

// asked reads the extras, the range and the marker of an edge or requirement.
func (u *uvReader) asked(node *tomlNode, require *pypiRequirement, extra, version string) {
	for _, name := range u.strs(node, extra) {
		require.extras = append(require.extras, NormalizePyPI(name))
	}
	if len(require.extras) > 0 {
		require.rest = "[" + strings.Join(require.extras, ",") + "]"
	}
	require.specifier = u.str(node, version)
	require.rest += require.specifier
	for _, key := range []string{"git", "url", "path", "directory", "editable", "virtual"} {
		if where := node.get(key); where != nil && where.kind == unstable.String {
			require.rest += " @ " + where.text
		}
	}
	if marker := u.str(node, "marker"); marker != "" {
		require.rest += " ; " + marker
	}
	require.rest = strings.TrimSpace(require.rest)
}

// meant is 1 + the place of the entry that an edge leads to. What the edge
// leaves out is the same for all entries of its name, or uv refuses it, as it
// refuses an edge that leads nowhere.
func (u *uvReader) meant(node *tomlNode, name string) int {
	id := uvID{name: name, version: u.str(node, "version")}
	var only uvID
	if place := u.names[name]; place > 0 {
		only = u.list[place-1]
	}
	if id.version == "" {
		id.version = only.version
	}
	if source := u.table(node, "source"); source != nil {
		id.source = u.source(source, node.line).key
	} else if id.source = only.source; u.names[name] < 0 {
		u.fail(node.line, "the dependency %s does not say which of several entries it means", name)
	}
	if u.ids[id] == 0 {
		u.fail(node.line, "the dependency %s is not in the lockfile", strings.TrimSpace(name+" "+id.version))
	}
	return u.ids[id]
}
