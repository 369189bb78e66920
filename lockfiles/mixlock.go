package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

// hexInner names the older of the two hashes of a Hex package: the sha256 of
// the contents within the tarball. The other, the sha256 of the tarball
// itself, is the one to compare with a download.
const hexInner = "hex-inner"

// mixLock reads Elixir's mix.lock. Mix evaluates the file as code; whatever is
// no plain literal is refused here. The file states no schema version, yet the
// entries of Hex are tuples that have grown, and a longer one is unknown.
type mixLock struct{}

func (mixLock) Name() string           { return "mix.lock" }
func (mixLock) Match(file string) bool { return base(file, "mix.lock") }

// Companions: the manifest alone says what is direct.
func (mixLock) Companions() []string { return []string{"mix.exs"} }

func (mixLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	if line := invalidUTF8(data); line > 0 {
		return Lockfile{}, parseErrorf(file, line, "the file is no valid UTF-8")
	}
	p := newExParser(data)
	top, err := p.term(maxElixirDepth)
	if err == nil && p.token.kind != exEOF {
		err = p.unexpected("the end of the file")
	}
	if err == nil && top.kind != exMap && top.kind != '[' { // [ is how Mix wrote it before 1.0
		err = &ParseError{Line: top.line, Err: fmt.Errorf("found %.40q where a map belongs", top.text)}
	}
	if err != nil {
		return Lockfile{}, asParseError(file, 1, err)
	}
	m := mixFile{index: make(map[string]int)}
	for i, item := range top.items {
		if err := ctx.Err(); err != nil {
			return Lockfile{}, asParseError(file, 0, err)
		}
		if err := m.entry(top.keys[i], item); err != nil {
			return Lockfile{}, asParseError(file, item.line, err)
		}
	}
	m.resolve()
	m.applyManifests(readMixProjects(tree, path.Dir(file)), path.Dir(file))
	return Lockfile{Packages: m.packages, Roots: m.roots}, nil
}

type mixFile struct {
	packages []Package
	optional [][]bool       // of the edges of the package at the same index
	index    map[string]int // by application, which is what edges name
	roots    []Root
}

func mixErrorf(t exTerm, format string, args ...any) error {
	return &ParseError{Line: t.line, Err: fmt.Errorf(format, args...)}
}

func (m *mixFile) entry(app string, t exTerm) error {
	if app == "" {
		return mixErrorf(t, "an entry has no name")
	}
	if _, ok := m.index[app]; ok {
		return mixErrorf(t, "duplicate key %q", app)
	}
	if t.kind != '{' || len(t.items) < 2 || t.items[0].kind != exAtom {
		return mixErrorf(t, "entry %q is no tuple that begins with its source", app)
	}
	pkg := Package{ID: ID{"hex", app}, Line: t.line}
	var optional []bool
	var err error
	switch source := t.items[0].text; source {
	case "hex":
		optional, err = mixHex(&pkg, t)
	case "git":
		err = mixGit(&pkg, t)
	case "package": // Hex before 0.5: {:package, "1.0.0"}
		if len(t.items) != 2 || t.items[1].kind != exString {
			return mixErrorf(t, "entry %q has no version", app)
		}
		pkg.Version = t.items[1].text
	default:
		err = mixErrorf(t, "entry %q comes from an unknown source %q", app, source)
	}
	if err != nil {
		return err
	}
	if pkg.Name != app {
		pkg.Path = "deps/" + app
	}
	m.index[app] = len(m.packages)
	m.packages = append(m.packages, pkg)
	m.optional = append(m.optional, optional)
	return nil
}

// mixHex reads {:hex, name, version, inner, managers, dependencies, repository,
// outer}; older files end earlier.
func mixHex(pkg *Package, t exTerm) (optional []bool, err error) {
	if len(t.items) > 8 {
		return nil, &ParseError{Line: t.line, Err: fmt.Errorf("a hex entry of %d parts is not supported (%w; known: 3 to 8)", len(t.items), ErrUnsupportedVersion)}
	}
	fields := make([]string, 8)
	for i, item := range t.items {
		isList := i == 4 || i == 5
		switch {
		case item.is(exWord, "nil") && i > 2:
		case isList && item.kind == '[':
		case !isList && (item.kind == exString || item.kind == exAtom && i < 2):
			fields[i] = item.text
		default:
			return nil, mixErrorf(item, "part %d of a hex entry is of the wrong type", i+1)
		}
	}
	if fields[1] == "" || fields[2] == "" {
		return nil, mixErrorf(t, "a hex entry has no name or no version")
	}
	pkg.Name, pkg.Version, pkg.Origin = fields[1], fields[2], fields[6]
	if pkg.Origin == "" {
		pkg.Origin = "hexpm" // Hex's own default
	}
	if fields[3] != "" {
		pkg.Integrity = append(pkg.Integrity, Digest{hexInner, fields[3]})
	}
	if fields[7] != "" {
		pkg.Integrity = append(pkg.Integrity, Digest{"sha256", fields[7]})
	}
	if len(t.items) < 6 {
		return nil, nil
	}
	for i, d := range t.items[5].items {
		if t.items[5].keys[i] != "" || d.kind != '{' || len(d.items) != 3 || d.items[0].kind != exAtom ||
			d.items[1].kind != exString && !d.items[1].is(exWord, "nil") || d.items[2].kind != '[' {
			return nil, mixErrorf(d, "a dependency of %q is no {:name, requirement, options}", pkg.Name)
		}
		edge := Edge{Name: d.items[0].text}
		if d.items[1].kind == exString {
			edge.Constraint = d.items[1].text
		}
		flag, _ := d.items[2].get("optional")
		pkg.Requires = append(pkg.Requires, edge)
		optional = append(optional, flag.is(exWord, "true"))
	}
	return optional, nil
}

// mixGit reads {:git, url, commit, options}.
func mixGit(pkg *Package, t exTerm) error {
	if len(t.items) != 4 || t.items[1].kind != exString || t.items[2].kind != exString || t.items[3].kind != '[' {
		return mixErrorf(t, "a git entry is no {:git, url, commit, options}")
	}
	url, commit, options := t.items[1].text, t.items[2].text, t.items[3]
	if url == "" || commit == "" {
		return mixErrorf(t, "a git entry has no url or no commit")
	}
	pkg.Version, pkg.Integrity = commit, []Digest{{"git", commit}}
	for _, key := range []string{"tag", "branch", "ref"} {
		if value, ok := options.get(key); ok && value.kind == exString && value.text != commit {
			pkg.Label = value.text
			break
		}
	}
	for _, key := range []string{"sparse", "subdir"} {
		if value, ok := options.get(key); ok && value.kind == exString {
			url += "?" + key + "=" + value.text
			break
		}
	}
	pkg.Origin = url + "#" + commit
	if slices.Contains(options.keys, "") {
		return mixErrorf(options, "the options of a git entry are no keywords")
	}
	return nil
}

func (m *mixFile) resolve() {
	for i := range m.packages {
		requires := m.packages[i].Requires
		for j := range requires {
			requires[j].To = m.key(requires[j].Name)
		}
	}
}

func (m *mixFile) key(app string) string {
	if i, ok := m.index[app]; ok {
		return m.packages[i].Key()
	}
	return ""
}

// applyManifests marks what the projects name, and what is reached from their
// development dependencies alone. An optional edge reaches nothing: what it
// names is fetched only when someone else asks for it.
func (m *mixFile) applyManifests(projects []mixProject, dir string) {
	if len(projects) == 0 {
		m.roots = []Root{{Path: dir}}
		return
	}
	var production []int
	for _, project := range projects {
		root := Root{Path: project.dir, Name: project.app}
		for _, d := range project.deps {
			root.Requires = append(root.Requires, Edge{d.app, d.requirement, m.key(d.app)})
			if i, ok := m.index[d.app]; ok {
				m.packages[i].Direct = true
				if !d.dev {
					production = append(production, i)
				}
			}
		}
		m.roots = append(m.roots, root)
	}
	dev := make([]bool, len(m.packages))
	for i := range dev {
		dev[i] = true
	}
	for len(production) > 0 {
		i := production[len(production)-1]
		production = production[:len(production)-1]
		if !dev[i] {
			continue
		}
		dev[i] = false
		for j, edge := range m.packages[i].Requires {
			if next, ok := m.index[edge.Name]; ok && !m.optional[i][j] {
				production = append(production, next)
			}
		}
	}
	reached := m.reachable()
	for i := range m.packages {
		m.packages[i].Dev = dev[i] && reached[i]
	}
}

// reachable are the packages that lead back to a direct one. The rest are
// left-overs, or belong to a manifest that could not be read whole: nothing is
// known of what they are for.
func (m *mixFile) reachable() []bool {
	reached := make([]bool, len(m.packages))
	var todo []int
	for i, pkg := range m.packages {
		if pkg.Direct {
			todo = append(todo, i)
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reached[i] {
			continue
		}
		reached[i] = true
		for _, edge := range m.packages[i].Requires {
			if next, ok := m.index[edge.Name]; ok {
				todo = append(todo, next)
			}
		}
	}
	return reached
}
