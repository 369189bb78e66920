package lockfiles

import (
	"context"
	"io/fs"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// poetry reads poetry.lock of the schemas 1 (Poetry 1.1, hashes apart in
// [metadata.files]) and 2 (Poetry 1.3 and later). It names no direct
// dependencies: those are in pyproject.toml.
type poetry struct{}

func (poetry) Name() string           { return "poetry.lock" }
func (poetry) Match(path string) bool { return base(path, "poetry.lock") }
func (poetry) Companions() []string   { return []string{"pyproject.toml"} }

func (poetry) Parse(ctx context.Context, tree fs.FS, path string) (Lockfile, error) {
	data, err := readLockfile(tree, path)
	if err != nil {
		return Lockfile{}, err
	}
	root, err := tomlTree(path, data)
	if err != nil {
		return Lockfile{}, err
	}
	r := &tomlReader{path: path}
	metadata := r.table(root, "metadata")
	l := Lockfile{Schema: r.str(metadata, "lock-version")}
	if r.err != nil {
		return l, r.err
	}
	if err := poetryVersion(path, metadata, l.Schema); err != nil {
		return l, err
	}
	book := &pypiBook{path: path}
	hashes := poetryHashes{r: r, metadata: metadata}
	for _, node := range r.array(root, "package", unstable.Table) {
		book.entries = append(book.entries, poetryEntry(r, node, &hashes))
	}
	hashes.share(book.entries)
	l.Settings = append(tomlSettings(metadata, "", "lock-version", "content-hash", "files", "hashes"),
		tomlSettings(r.table(root, "extras"), "extras.")...)
	if r.err != nil {
		return l, r.err
	}
	manifest, _ := readPyproject(tree, path)
	book.roots = append([]pypiRoot{{".", manifest.name, true, manifest.groups}}, ownRoots(book.entries)...)
	return l, book.fill(ctx, &l)
}

// poetryVersion accepts what some Poetry does: any schema of 1 and 2, where a
// higher minor version is readable by its rule, and none at all, which Poetry
// wrote before 1.0 and read as 1.0 for years.
func poetryVersion(path string, metadata *tomlNode, version string) error {
	const known = "1.0 to 2.1"
	if version == "" && metadata != nil {
		return nil
	}
	if version == "" {
		return unsupported(path, 1, "lock-version", "(none)", known)
	}
	if major, _, _ := strings.Cut(version, "."); major != "1" && major != "2" {
		return unsupported(path, metadata.lineOf("lock-version"), "lock-version", version, known)
	}
	return nil
}

// ownRoots makes roots of the project's own directories among entries. They do
// not start anything: the root project asks for them or not.
func ownRoots(entries []pypiEntry) []pypiRoot {
	var roots []pypiRoot
	for _, e := range entries {
		if e.own {
			roots = append(roots, pypiRoot{e.dir, e.pkg.Name, false, []pyprojectGroup{{requires: e.requires}}})
		}
	}
	return roots
}

// maxPoetryExtras bounds the extras noted for one dependency: each of its
// ranges is joined to each of them.
const maxPoetryExtras = 64

func poetryEntry(r *tomlReader, node *tomlNode, hashes *poetryHashes) pypiEntry {
	e := pypiEntry{optionalStated: true, pkg: Package{Line: node.line, Optional: r.boolean(node, "optional")}}
	e.pkg.ID = ID{"pypi", r.pypiName(node)}
	e.id = e.pkg.Name
	e.pkg.Version = r.need(node, "version")
	if groups := r.typed(node, "groups", unstable.Array); groups != nil {
		e.devStated = true
		e.pkg.Dev = len(groups.items) > 0
		for _, group := range r.strs(node, "groups") {
			e.pkg.Dev = e.pkg.Dev && group != "main"
		}
	} else if category := r.str(node, "category"); category != "" {
		e.devStated = true
		e.pkg.Dev = category != "main"
	}
	poetrySource(r, &e, r.table(node, "source"))
	if node.get("files") != nil {
		e.pkg.Integrity = r.digests(node, "files")
	} else {
		e.pkg.Integrity = hashes.of(node)
	}
	e.requires = poetryRequires(r, node)
	return e
}

// poetrySource reads where an entry comes from; none is PyPI, which the
// lockfile does not spell out.
func poetrySource(r *tomlReader, e *pypiEntry, source *tomlNode) {
	if source == nil {
		return
	}
	kind, url := r.need(source, "type"), r.need(source, "url")
	e.pkg.Origin = inFolder(url, r.str(source, "subdirectory"), kind == "git")
	reference := r.str(source, "reference")
	commit := r.str(source, "resolved_reference")
	switch kind {
	case "git":
		e.pkg.Label = reference
		if commit == "" { // Poetry 1.0 had the commit here
			commit = reference
		}
		e.pkg.Origin += "#" + commit
	case "directory":
		e.dir, e.own = insideProject(url)
	case "legacy", "url", "file":
	case "": // need has said so
	default:
		r.fail(source.lineOf("type"), "the source type %.40q is not known", kind)
	}
}

// inFolder adds the folder within an archive or repository to its URL: before
// the commit as uv writes it, and behind "#" as pip does.
func inFolder(url, folder string, repository bool) string {
	switch {
	case folder == "":
		return url
	case repository:
		return url + "?subdirectory=" + folder
	}
	return url + "#subdirectory=" + folder
}

// poetryRequires reads [package.dependencies], and from [package.extras] which
// of the optional ones are brought by which extra.
func poetryRequires(r *tomlReader, node *tomlNode) []pypiRequirement {
	table := r.table(node, "dependencies")
	if table == nil {
		return nil
	}
	brought := make(map[string][]string)
	if extras := r.table(node, "extras"); extras != nil {
		for _, m := range extras.members {
			for _, text := range r.strs(extras, m.key) {
				if require, ok := parsePypiRequirement(text); ok {
					name := NormalizePyPI(require.name)
					if len(brought[name]) < maxPoetryExtras {
						brought[name] = append(brought[name], NormalizePyPI(m.key))
					}
				}
			}
		}
	}
	var requires []pypiRequirement
	for _, m := range table.members {
		if !poetryConstraint(m.value) {
			r.fail(m.value.line, "the dependency %.80q holds %s where a range or a table belongs", m.key, m.value.what())
			return nil
		}
		for _, require := range poetryRequirements(m.key, m.value) {
			if require.optional {
				require.broughtBy = brought[NormalizePyPI(m.key)]
			}
			requires = append(requires, require)
		}
	}
	return requires
}

// poetryConstraint tells whether a value is a range, a table or a list of them.
func poetryConstraint(value *tomlNode) bool {
	if value.kind == unstable.Array {
		for _, item := range value.items {
			if item.kind != unstable.String && item.kind != unstable.Table {
				return false
			}
		}
		return true
	}
	return value.kind == unstable.String || value.kind == unstable.Table
}
