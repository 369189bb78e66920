package lockfiles

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// cargoWorkspace is what the Cargo.toml files of a project say: those of the
// workspace's members and of the directories they and [patch] point to.
type cargoWorkspace struct {
	members map[string][]*cargoManifest // by crate name
	outside map[string]string           // crate name -> path that leads out of the revision
}

// member is the manifest of a crate without a source, or nil.
func (w cargoWorkspace) member(name, version string) *cargoManifest {
	for _, m := range w.members[name] {
		if m.version == version || len(w.members[name]) == 1 {
			return m
		}
	}
	return nil
}

// cargoManifest is one Cargo.toml.
type cargoManifest struct {
	dir           string
	name, version string // version is "" when the workspace gives it
	dependencies  map[string][]cargoDependency
}

// cargoDependency is a line of a dependency table.
type cargoDependency struct {
	constraint    string
	dev, optional bool
}

// cargoUse is how a member uses a crate. What no manifest explains counts as
// needed: a guess must not hide a dependency.
type cargoUse struct {
	prod, required bool
	constraint     string
}

// use sums up the declarations that may mean this version of the crate.
func (m *cargoManifest) use(name, version string) cargoUse {
	declared := m.dependencies[name]
	var fitting []cargoDependency
	if len(declared) > cargoDeclared {
		return cargoUse{prod: true, required: true}
	}
	for _, d := range declared {
		if cargoMayMatch(d.constraint, version) {
			fitting = append(fitting, d)
		}
	}
	if len(fitting) == 0 {
		fitting = declared
	}
	if len(fitting) == 0 {
		return cargoUse{prod: true, required: true}
	}
	use := cargoUse{constraint: fitting[0].constraint}
	for _, d := range fitting {
		use.prod = use.prod || !d.dev
		use.required = use.required || !d.optional
		if d.constraint != use.constraint {
			use.constraint = ""
		}
	}
	return use
}

// cargoManifests bounds how many manifests are read, and how many patterns of
// members tried, for one lockfile; cargoDeclared how many declarations of one
// crate in one manifest are told apart. No project comes near.
const (
	cargoManifests = 10_000
	cargoDeclared  = 100
)

// cargoReader follows manifests from the workspace's root. Each directory is
// read once.
type cargoReader struct {
	tree    fs.FS
	ws      cargoWorkspace
	root    string
	shared  cargoTable // [workspace.dependencies]
	seen    map[string]bool
	pending []string
}

func readCargoWorkspace(ctx context.Context, tree fs.FS, dir string) cargoWorkspace {
	r := cargoReader{tree: tree, root: dir, seen: make(map[string]bool)}
	r.ws = cargoWorkspace{make(map[string][]*cargoManifest), make(map[string]string)}
	r.visit(dir)
	for len(r.pending) > 0 && ctx.Err() == nil {
		next := r.pending[0]
		r.pending = r.pending[1:]
		r.read(next)
	}
	return r.ws
}

func (r *cargoReader) visit(dir string) {
	if !r.seen[dir] && len(r.seen) < cargoManifests {
		r.seen[dir] = true
		r.pending = append(r.pending, dir)
	}
}

// read takes one manifest in. One that is absent or broken says nothing.
func (r *cargoReader) read(dir string) {
	file := path.Join(dir, "Cargo.toml")
	data, ok := readManifest(r.tree, file)
	if !ok {
		return
	}
	var doc cargoTable
	if parseTOML(file, data, &doc) != nil {
		return
	}
	if dir == r.root {
		r.workspace(doc)
	}
	r.patches(dir, doc)
	pkg := doc.sub("package")
	if pkg == nil {
		pkg = doc.sub("project") // the name of [package] before 1.0
	}
	m := &cargoManifest{dir: dir, dependencies: make(map[string][]cargoDependency)}
	m.name, _ = pkg["name"].(string)
	m.version, _ = pkg["version"].(string)
	r.tables(m, doc)
	for _, name := range slices.Sorted(maps.Keys(doc.sub("target"))) {
		r.tables(m, doc.sub("target").sub(name))
	}
	if m.name != "" {
		r.ws.members[m.name] = append(r.ws.members[m.name], m)
	}
}

// tables reads the three dependency tables, in both spellings that Cargo takes.
func (r *cargoReader) tables(m *cargoManifest, doc cargoTable) {
	for _, kind := range []struct {
		name string
		dev  bool
	}{{"dependencies", false}, {"build-dependencies", false}, {"build_dependencies", false}, {"dev-dependencies", true}, {"dev_dependencies", true}} {
		table := doc.sub(kind.name)
		for _, key := range slices.Sorted(maps.Keys(table)) {
			name, d := r.dependency(m.dir, key, table[key])
			d.dev = kind.dev
			m.dependencies[name] = append(m.dependencies[name], d)
		}
	}
}

// dependency reads one declaration and follows it into its directory. The name
// is the crate's own, not the alias it is imported by.
func (r *cargoReader) dependency(dir, key string, value any) (string, cargoDependency) {
	if constraint, ok := value.(string); ok {
		return key, cargoDependency{constraint: constraint}
	}
	fields, _ := value.(map[string]any)
	optional, _ := fields["optional"].(bool)
	if inherit, _ := fields["workspace"].(bool); inherit {
		name, d := r.dependency(r.root, key, cargoNoInherit(r.shared[key]))
		d.optional = optional
		return name, d
	}
	name := key
	if real, ok := fields["package"].(string); ok {
		name = real
	}
	constraint, _ := fields["version"].(string)
	if written, ok := fields["path"].(string); ok {
		r.follow(dir, name, written)
	}
	return name, cargoDependency{constraint: constraint, optional: optional}
}

// cargoNoInherit keeps an entry of [workspace.dependencies] from inheriting
// from itself.
func cargoNoInherit(value any) any {
	if fields, ok := value.(map[string]any); ok && fields["workspace"] != nil {
		return nil
	}
	return value
}

func (r *cargoReader) follow(dir, name, written string) {
	if inside, ok := withinTree(dir, written); ok {
		r.visit(inside)
	} else {
		r.ws.outside[name] = written
	}
}

// patches follows [patch.<source>] and [replace] into their directories.
func (r *cargoReader) patches(dir string, doc cargoTable) {
	patch := doc.sub("patch")
	for _, source := range slices.Sorted(maps.Keys(patch)) {
		table := patch.sub(source)
		for _, key := range slices.Sorted(maps.Keys(table)) {
			r.dependency(dir, key, table[key])
		}
	}
	replace := doc.sub("replace")
	for _, key := range slices.Sorted(maps.Keys(replace)) {
		name, _, _ := strings.Cut(key, ":")
		r.dependency(dir, name, replace[key])
	}
}

// workspace reads the root's [workspace]: shared dependencies and members. A
// "**" in a pattern finds one level only; members below it count as if they had
// no manifest, which hides nothing.
func (r *cargoReader) workspace(doc cargoTable) {
	ws := doc.sub("workspace")
	r.shared = ws.sub("dependencies")
	members, _ := ws["members"].([]any)
	for _, member := range members[:min(len(members), cargoManifests)] {
		pattern, _ := member.(string)
		pattern, ok := withinTree(r.root, pattern)
		if !ok {
			continue
		}
		found, err := fs.Glob(r.tree, pattern)
		if err != nil {
			continue
		}
		for _, dir := range found {
			r.visit(dir)
		}
	}
}

// sub is a table within a table, or nil.
func (t cargoTable) sub(key string) cargoTable {
	table, _ := t[key].(map[string]any)
	return table
}

// cargoMayMatch tells whether a version requirement may have chosen version: it
// picks among declarations of one crate, so true is the answer when unsure.
func cargoMayMatch(constraint, version string) bool {
	constraint = strings.TrimSpace(constraint)
	operator := ""
	if constraint != "" && strings.Contains("^~=", constraint[:1]) {
		operator, constraint = constraint[:1], strings.TrimSpace(constraint[1:])
	}
	if constraint == "" || strings.ContainsAny(constraint, ",<>*") {
		return true
	}
	numbers := func(s string) []string {
		if i := strings.IndexAny(s, "-+"); i >= 0 {
			s = s[:i]
		}
		return strings.Split(s, ".")
	}
	asked, got := numbers(constraint), numbers(version)
	keep := len(asked)
	switch operator {
	case "~":
		keep = min(keep, 2)
	case "", "^": // equal up to the first number that is not zero
		for i, n := range asked {
			if n != "0" {
				keep = i + 1
				break
			}
		}
	}
	return len(got) >= keep && slices.Equal(asked[:keep], got[:keep])
}
