package lockfiles

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// pylock is the lockfile that Python's tools share, PEP 751: pylock.toml, and
// pylock.<name>.toml where a project has several.
type pylock struct{}

var pylockName = pattern.New(`^pylock\.([^.]+\.)?toml$`)

func (pylock) Name() string           { return "pylock.toml" }
func (pylock) Match(file string) bool { return pylockName.MatchString(path.Base(file)) }
func (pylock) Companions() []string   { return []string{"pyproject.toml", "Pipfile"} }

func (pylock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	// A map, because struct fields would match keys of any letter case, and an
	// installer does not.
	var document map[string]any
	if err := parseTOML(file, data, &document); err != nil {
		return Lockfile{}, err
	}
	lines := pylockKeyLines(data)
	p := &pylockReader{ctx: ctx, tree: tree, dir: path.Dir(file)}
	top := pylockTable{p: p, values: document, line: 1, lines: lines}
	version := top.str("lock-version")
	switch {
	case p.err == nil && version == "":
		top.fail("lock-version", "is missing")
	case p.err == nil && version != "1.0" && version != "1":
		return Lockfile{}, unsupported(file, lines["lock-version"], "lock-version", version, "1.0")
	}
	p.groups = make(map[string]bool)
	for _, group := range top.strs("default-groups") {
		p.groups[group] = true
	}
	p.createdBy = top.str("created-by")
	p.topSettings(top)
	tableLines := tomlTableLines(data, "packages")
	for i, table := range top.tables("packages") {
		if i < len(tableLines) {
			table.line = tableLines[i]
		}
		p.entry(table)
		if p.err == nil {
			p.err = ctx.Err()
		}
		if p.err != nil {
			break
		}
	}
	if p.err != nil {
		return Lockfile{}, asParseError(file, 0, p.err)
	}
	lockfile := p.finish()
	lockfile.Schema = version
	return lockfile, nil
}

// pylockEntry is a Package, or a project of this tree.
type pylockEntry struct {
	Package
	marker string
	needs  []pylockNeed
	root   string // the directory of a project of this tree, or ""
}

// pylockNeed is an entry of dependencies: as much as it takes to tell which
// package is meant.
type pylockNeed struct{ written, name, version string }

type pylockReader struct {
	ctx       context.Context
	tree      fs.FS
	dir       string
	err       error           // the first
	groups    map[string]bool // the default groups
	createdBy string
	entries   []pylockEntry
	settings  []Setting
	indexes   map[string]bool
}

func (p *pylockReader) topSettings(top pylockTable) {
	for _, key := range []string{"environments", "requires-python", "extras", "dependency-groups", "default-groups"} {
		value := ""
		if key == "requires-python" {
			value = top.str(key)
		} else {
			value = strings.Join(top.strs(key), ", ")
		}
		if value != "" {
			p.settings = append(p.settings, Setting{key, value, top.lineOf(key)})
		}
	}
}

func (p *pylockReader) entry(t pylockTable) {
	name := t.str("name")
	if p.err == nil && !pypiName(name) {
		t.fail("name", fmt.Sprintf("%.80q is no package name", name))
	}
	t.name = name
	e := pylockEntry{marker: t.str("marker")}
	e.Package = Package{ID: ID{"pypi", NormalizePyPI(name)}, Version: t.str("version"), Line: t.line}
	p.source(t, &e)
	for _, need := range t.tables("dependencies") {
		written := need.str("name")
		e.needs = append(e.needs, pylockNeed{written, NormalizePyPI(written), need.str("version")})
	}
	for _, identity := range t.tables("attestation-identities") {
		p.settings = append(p.settings, Setting{"packages.attestation-identities", e.Name + ": " + identity.flat(), t.line})
	}
	if index := t.str("index"); index != "" && !p.indexes[index] {
		if p.indexes == nil {
			p.indexes = make(map[string]bool)
		}
		p.indexes[index] = true
		p.settings = append(p.settings, Setting{"packages.index", index, t.line})
	}
	p.entries = append(p.entries, e)
}

// source reads where an entry comes from: files of an index, or one of
// repository, directory and archive.
func (p *pylockReader) source(t pylockTable, e *pylockEntry) {
	files := t.tables("wheels")
	sdist, ok := t.table("sdist")
	if ok {
		files = append([]pylockTable{sdist}, files...)
	}
	kinds := make([]string, 0, 3)
	for _, kind := range []string{"vcs", "directory", "archive"} {
		if _, ok := t.values[kind]; ok {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) > 1 || len(kinds) == 1 && len(files) > 0 {
		t.fail("packages", "an entry has two sources: "+strings.Join(kinds, " and ")+", or one of them and files of an index")
		return
	}
	for _, file := range files {
		pylockSameFile(file, e.Package)
		e.Integrity = append(e.Integrity, file.hashes()...)
	}
	if vcs, ok := t.table("vcs"); ok {
		commit := vcs.str("commit-id")
		e.Origin = pythonVCSOrigin(vcs.str("type"), cmp.Or(vcs.str("url"), vcs.str("path")), commit, vcs.str("subdirectory"))
		if e.Version == "" {
			e.Version, e.Label = commit, vcs.str("requested-revision")
		}
		return
	}
	if directory, ok := t.table("directory"); ok {
		if e.Origin = directory.str("path"); e.Origin == "" {
			t.fail("directory", "names no path")
		}
		if at, ok := pipfileLocal(p.dir, path.Join(e.Origin, directory.str("subdirectory"))); ok {
			e.root = at
		}
		return
	}
	if archive, ok := t.table("archive"); ok {
		files = []pylockTable{archive}
		e.Integrity = archive.hashes()
		if e.Version == "" && p.err == nil {
			link, err := parsePEP508Link(cmp.Or(archive.str("url"), archive.str("path")), e.Name)
			if err == nil {
				e.Version, e.Label = link.version, link.label
			}
		}
	}
	e.Origin = pylockOrigin(t.str("index"), files)
}

var pylockFolded = strings.NewReplacer(".", "", "-", "", "_", "")

// pylockSameFile refuses a file that is called after another package or
// version than its entry: what is reviewed would not be what is installed.
func pylockSameFile(file pylockTable, p Package) {
	version := func(v string) string {
		return pylockFolded.Replace(requirementsZeros.ReplaceAllString(strings.TrimPrefix(strings.ToLower(v), "v"), ""))
	}
	for _, key := range []string{"name", "path", "url"} {
		address, _, _ := strings.Cut(file.str(key), "#")
		address, _, _ = strings.Cut(address, "?")
		base := lastSegment(strings.ReplaceAll(address, `\`, "/"))
		name, v := pythonFileName(base)
		normal := NormalizePyPI(base)
		if p.Version != "" && strings.HasPrefix(normal, p.Name+"-"+NormalizePyPI(p.Version)+"-") {
			continue // pipenv leaves the dashes of the name, which no wheel may have
		}
		switch wheel := strings.HasSuffix(strings.ToLower(base), ".whl"); {
		case name == "":
		case wheel && (name != p.Name || p.Version != "" && version(v) != version(p.Version)),
			!wheel && !strings.HasPrefix(normal, p.Name+"-"):
			file.fail(key, fmt.Sprintf("%.120q is no file of %s %.40s", base, p.Name, p.Version))
		}
	}
}

// pylockOrigin is the index, and the first file of each host that is not the
// index's own, so that no host hides behind an index that merely is named.
func pylockOrigin(index string, files []pylockTable) string {
	var origins []string
	seen := make(map[string]bool)
	if index != "" {
		origins = append(origins, index)
		host := pylockHost(index)
		seen[host] = true
		seen[strings.TrimSuffix(pypiFiles, "/")] = host == strings.TrimSuffix(pypiIndex, "/")
	}
	for _, file := range files {
		for _, place := range []string{file.str("path"), file.str("url")} {
			if host := pylockHost(place); place != "" && !seen[host] {
				seen[host] = true
				origins = append(origins, place)
			}
		}
	}
	return strings.Join(origins, " ")
}

// pylockHost is scheme and host of a URL; a path has neither.
func pylockHost(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return strings.ToLower(scheme + "://" + host)
}
