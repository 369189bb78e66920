package lockfiles

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// pdm reads pdm.lock of the schemas 2 to 4; of what is read here, PDM 1's two
// differ in the name of one field. (The first files of schema 2 hold tables of
// dependencies, and are refused.) An entry asked for with extras stands
// apart from the one without, under the same name and version.
type pdm struct{}

func (pdm) Name() string { return "pdm.lock" }

// Match takes the locks that `pdm lock --lockfile` makes as well.
func (pdm) Match(file string) bool {
	name := path.Base(file)
	return name == "pdm.lock" || strings.HasPrefix(name, "pdm.") && strings.HasSuffix(name, ".lock")
}

func (pdm) Companions() []string { return []string{"pyproject.toml"} }

func (pdm) Parse(ctx context.Context, tree fs.FS, path string) (Lockfile, error) {
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
	l := Lockfile{Schema: r.str(metadata, "lock_version")}
	if r.err != nil {
		return l, r.err
	}
	if err := pdmVersion(path, metadata, l.Schema); err != nil {
		return l, err
	}
	manifest, _ := readPyproject(tree, path)
	groups := pdmGroupsOf(manifest)
	book := &pypiBook{path: path}
	apart := pdmHashes{r.table(metadata, "files"), make(map[string]pdmFiles)}
	for _, node := range r.array(root, "package", unstable.Table) {
		book.entries = append(book.entries, pdmEntry(r, node, groups, apart))
	}
	l.Settings = tomlSettings(metadata, "", "lock_version", "content_hash", "files")
	if r.err != nil {
		return l, r.err
	}
	book.roots = append([]pypiRoot{{".", manifest.name, true, manifest.groups}}, ownRoots(book.entries)...)
	return l, book.fill(ctx, &l)
}

// pdmVersion refuses what PDM has not written: the first number must be known,
// and of the last schema the second be no higher than the one that is.
func pdmVersion(path string, metadata *tomlNode, version string) error {
	const known = "2 to 4.5"
	if version == "" {
		line := 1
		if metadata != nil {
			line = metadata.line
		}
		return unsupported(path, line, "lock_version", "(none)", known)
	}
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi("0" + minor)
	switch {
	case err == nil && (major == "2" || major == "3" || major == "4" && n <= 5):
		return nil
	}
	return unsupported(path, metadata.lineOf("lock_version"), "lock_version", version, known)
}

// pdmGroups tells what the groups of an entry mean. Without a manifest only
// PDM's own names are sure: default and dev.
type pdmGroups struct{ dev, extra map[string]bool }

func pdmGroupsOf(manifest pyproject) pdmGroups {
	g := pdmGroups{map[string]bool{"dev": true}, make(map[string]bool)}
	for _, group := range manifest.groups {
		switch {
		case group.optional:
			g.extra[NormalizePyPI(group.name)] = true
			delete(g.dev, NormalizePyPI(group.name))
		case group.dev:
			g.dev[NormalizePyPI(group.name)] = true
		}
	}
	return g
}

// flags reads the groups of an entry: dev when all of them are, optional when
// neither the default group nor a development group needs it.
func (g pdmGroups) flags(groups []string) (dev, optional bool) {
	if len(groups) == 0 || slices.Contains(groups, "default") {
		return false, false
	}
	for _, group := range groups {
		if !g.dev[NormalizePyPI(group)] {
			return false, true
		}
	}
	return true, false
}

func pdmEntry(r *tomlReader, node *tomlNode, groups pdmGroups, apart pdmHashes) pypiEntry {
	e := pypiEntry{pkg: Package{Line: node.line}}
	e.pkg.ID = ID{"pypi", r.pypiName(node)}
	e.pkg.Version = r.str(node, "version")
	e.id = pypiID(e.pkg.Name, r.strs(node, "extras"))
	for _, key := range []string{"groups", "sections"} { // schema 2 has the second
		if stated := r.typed(node, key, unstable.Array); stated != nil {
			e.devStated, e.optionalStated = true, true
			e.pkg.Dev, e.pkg.Optional = groups.flags(r.strs(node, key))
		}
	}
	pdmSource(r, &e, node)
	var origin string
	if node.get("files") == nil && apart.files != nil {
		e.pkg.Integrity, origin = apart.of(r, e.pkg.Name+" "+e.pkg.Version)
	} else {
		e.pkg.Integrity, origin = r.digests(node, "files"), pdmFilesOrigin(r, node, "files")
	}
	if e.pkg.Origin == "" {
		e.pkg.Origin = origin
	}
	for _, item := range r.array(node, "dependencies", unstable.String) {
		require, ok := parsePypiRequirement(pdmEditable(item.text))
		if !ok {
			r.fail(item.line, "the dependency %.80q names no package", item.text)
		}
		require.line = item.line
		e.requires = append(e.requires, require)
	}
	return e
}

// pypiID is PDM's identity of a requirement: the name and its extras, sorted.
func pypiID(name string, extras []string) string {
	if len(extras) == 0 {
		return name
	}
	sorted := make([]string, len(extras))
	for i, extra := range extras {
		sorted[i] = NormalizePyPI(extra)
	}
	slices.Sort(sorted)
	return name + "[" + strings.Join(slices.Compact(sorted), ",") + "]"
}

// pdmSource reads where an entry comes from, if not from an index.
func pdmSource(r *tomlReader, e *pypiEntry, node *tomlNode) {
	var origins []string
	folder := r.str(node, "subdirectory")
	for _, vcs := range []string{"git", "hg", "svn", "bzr"} {
		url := r.str(node, vcs)
		if url == "" {
			continue
		}
		if vcs != "git" {
			url = vcs + "+" + url
		}
		e.pkg.Label = r.str(node, "ref")
		origins = append(origins, inFolder(url, folder, true)+"#"+r.str(node, "revision"))
	}
	if url := r.str(node, "url"); url != "" {
		origins = append(origins, inFolder(url, folder, false))
	}
	if file := r.str(node, "path"); file != "" {
		origins = append(origins, file)
		if !isPyPIArchive(file) {
			e.dir, e.own = insideProject(file)
		}
	}
	switch {
	case len(origins) > 1:
		r.fail(node.line, "the entry has %d sources: %s", len(origins), strings.Join(origins, ", "))
	case len(origins) == 1:
		e.pkg.Origin = origins[0]
	case e.pkg.Version == "":
		r.fail(node.line, "the entry has neither a version nor a source")
	}
}

// pdmHashes is [metadata.files], where schemas until 4.2 keep the hashes by name
// and version. Entries that differ by extras alone share them.
type pdmHashes struct {
	files *tomlNode
	read  map[string]pdmFiles
}

type pdmFiles struct {
	digests []Digest
	origin  string
}

func (h pdmHashes) of(r *tomlReader, key string) ([]Digest, string) {
	found, ok := h.read[key]
	if !ok {
		found = pdmFiles{r.digests(h.files, key), pdmFilesOrigin(r, h.files, key)}
		h.read[key] = found
	}
	return found.digests, found.origin
}

// pdmFilesOrigin is where the files of an entry are, when the lockfile was
// made with static URLs: the first file that is not PyPI's, else PyPI's host,
// since the order of files changes when one is added.
func pdmFilesOrigin(r *tomlReader, table *tomlNode, key string) string {
	origin := ""
	for _, file := range r.array(table, key, unstable.Table) {
		switch url := r.str(file, "url"); {
		case strings.HasPrefix(url, pypiFiles):
			origin = pypiFiles
		case url != "":
			return url
		}
	}
	return origin
}

// isPyPIArchive tells a file that holds a package from a directory.
func isPyPIArchive(file string) bool {
	for _, ending := range []string{".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz", ".egg"} {
		if strings.HasSuffix(file, ending) {
			return true
		}
	}
	return false
}

// pdmEditable turns "-e git+https://host/x#egg=name" into "name @ git+...".
func pdmEditable(text string) string {
	url, editable := strings.CutPrefix(strings.TrimSpace(text), "-e ")
	if !editable {
		return text
	}
	_, name, _ := strings.Cut(url, "#egg=")
	name, _, _ = strings.Cut(name, "&")
	return name + " @ " + strings.TrimSpace(url)
}
