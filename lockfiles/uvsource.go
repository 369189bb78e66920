package lockfiles

import (
	"net/url"
	"path"
	"strings"

	"github.com/google/osv-scalibr/semantic"
	"github.com/pelletier/go-toml/v2/unstable"
)

// uvSource is where an entry comes from.
type uvSource struct {
	kind   string
	where  string // as written
	key    string // tells sources apart, in edges too
	origin string
	label  string // the branch or tag of a git source
	tree   bool   // a directory of source, not an archive
}

// source reads a table that holds one kind of source. uv takes the first kind
// it knows and ignores others; no writer makes two, so two are an error.
func (u *uvReader) source(table *tomlNode, line int) uvSource {
	if table == nil {
		u.fail(line, "the entry has no source")
		return uvSource{}
	}
	var s uvSource
	for _, kind := range []string{"registry", "git", "url", "path", "directory", "editable", "virtual"} {
		where := u.str(table, kind)
		if where == "" {
			continue
		}
		if s.kind != "" {
			u.fail(table.line, "the source is both %s and %s", s.kind, kind)
		}
		s = uvSource{kind: kind, where: where, origin: where, key: kind + " " + where}
	}
	switch s.kind {
	case "":
		u.fail(table.line, "the source is of no known kind")
	case "git":
		s.label = u.git(table.line, s.where)
	case "url":
		if folder := u.str(table, "subdirectory"); folder != "" {
			s.origin += "#subdirectory=" + folder
			s.key += " " + folder
		}
	case "directory", "editable", "virtual":
		s.tree = true
	}
	return s
}

// git checks that a git source pins a commit, and that a commit asked for is
// the one pinned; it gives the branch or tag.
func (u *uvReader) git(line int, where string) (label string) {
	address, commit, _ := strings.Cut(where, "#")
	if !isHex(commit) || len(commit) < 40 {
		u.fail(line, "the git source %.200q pins no commit", where)
	}
	_, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		u.fail(line, "the git source %.200q has an invalid query", where)
	}
	for _, key := range []string{"tag", "branch", "rev"} {
		if value := values.Get(key); value != "" {
			label = value
		}
	}
	if rev := values.Get("rev"); isHex(rev) && len(rev) == len(commit) && !strings.EqualFold(rev, commit) {
		u.fail(line, "the git source asks for %s and pins %s", rev, commit)
	}
	return label
}

// artifacts reads the archives of an entry: their hashes, and whether they are
// where the source says. An archive that lies elsewhere than on its index's
// host becomes the origin, because uv fetches it from there.
func (u *uvReader) artifacts(node *tomlNode, p *Package, source uvSource) {
	if sdist := u.table(node, "sdist"); sdist != nil {
		p.Integrity = u.digest(p.Integrity, sdist)
		u.strayed(p, source, u.str(sdist, "url"))
	}
	for _, wheel := range u.array(node, "wheels", unstable.Table) {
		hashes := len(p.Integrity)
		p.Integrity = u.digest(p.Integrity, wheel)
		switch hashed := len(p.Integrity) > hashes; {
		case !hashed && (source.kind == "url" || source.kind == "path"):
			u.fail(wheel.line, "a wheel of %s has no hash", p.Name)
		case hashed && source.tree:
			u.fail(wheel.line, "a wheel of %s has a hash, which a directory cannot have", p.Name)
		}
		where := u.str(wheel, "url")
		u.strayed(p, source, where)
		file := where
		for _, key := range []string{"path", "filename"} {
			if file == "" {
				file = u.str(wheel, key)
			}
		}
		u.wheelName(wheel, p, file)
	}
}

func (u *uvReader) strayed(p *Package, source uvSource, where string) {
	if source.kind != "registry" || where == "" || p.Origin != source.origin {
		return
	}
	if urlHost(where) == urlHost(source.where) ||
		strings.HasPrefix(where, pypiFiles) && strings.HasPrefix(source.where, pypiIndex) {
		return
	}
	p.Origin = where
}

// urlHost is the scheme and host of a URL as written.
func urlHost(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + rest
}

// wheelName checks that a wheel is what its entry says: uv compares the
// versions when it reads the lockfile and the names when it installs.
func (u *uvReader) wheelName(wheel *tomlNode, p *Package, file string) {
	if file == "" {
		u.fail(wheel.line, "a wheel of %s has no url, path or filename", p.Name)
		return
	}
	file, _, _ = strings.Cut(file, "#")
	file, _, _ = strings.Cut(file, "?")
	name := path.Base(file)
	if strings.Contains(name, "%") {
		if decoded, err := url.PathUnescape(name); err == nil {
			name = decoded
		}
	}
	parts := strings.Split(name, "-")
	if len(parts) < 5 || !strings.HasSuffix(name, ".whl") {
		u.fail(wheel.line, "%.200q is no name of a wheel", name)
		return
	}
	if NormalizePyPI(parts[0]) != p.Name {
		u.fail(wheel.line, "the wheel %.200q is not of %s", name, p.Name)
	}
	if p.Version != "" && !sameWheelVersion(p.Version, strings.ReplaceAll(parts[1], "_", "-")) {
		u.fail(wheel.line, "the wheel %.200q is not of version %s", name, p.Version)
	}
}

// sameWheelVersion compares as PEP 440 does; a wheel may leave out the local
// part of a version.
func sameWheelVersion(version, wheel string) bool {
	if version == wheel || len(version) > maxPyPIVersion || len(wheel) > maxPyPIVersion {
		return version == wheel
	}
	public, _, _ := strings.Cut(version, "+")
	for _, v := range []string{version, public} {
		parsed, err := semantic.Parse(v, "PyPI")
		if err != nil {
			return false
		}
		if order, err := parsed.CompareStr(wheel); err == nil && order == 0 {
			return true
		}
	}
	return false
}

// root makes a root of a project among the entries.
func (u *uvReader) root(node *tomlNode, e *pypiEntry) pypiRoot {
	metadata := u.table(node, "metadata")
	dist := make(uvStated)
	for _, require := range u.array(metadata, "requires-dist", unstable.Table) {
		// Ranges of an extra carry a marker that names it; one map serves all.
		u.note(dist, "", require)
	}
	dev := u.table(metadata, u.either(metadata, "requires-dev", "dependency-groups"))
	if dev != nil {
		for _, m := range dev.members {
			for _, require := range u.array(dev, m.key, unstable.Table) {
				u.note(dist, m.key, require)
			}
		}
	}
	own := dist.of("")
	root := pypiRoot{dir: e.dir, name: e.pkg.Name, start: true}
	root.groups = append(root.groups, pyprojectGroup{requires: u.dependencies(node, "dependencies", own, "")})
	if extras := u.table(node, "optional-dependencies"); extras != nil {
		for _, m := range extras.members {
			root.groups = append(root.groups, pyprojectGroup{m.key, false, true, u.dependencies(extras, m.key, own, "")})
		}
	}
	if groups := u.table(node, u.either(node, "dev-dependencies", "dependency-groups")); groups != nil {
		for _, m := range groups.members {
			root.groups = append(root.groups, pyprojectGroup{m.key, true, false, u.dependencies(groups, m.key, dist.of(m.key), "")})
		}
	}
	return root
}

// uvStated is the ranges that a manifest states: for each group, by name.
type uvStated map[string]map[string][]string

// note adds the range that a manifest states for a name, for one group.
func (u *uvReader) note(stated uvStated, group string, node *tomlNode) {
	require := pypiRequirement{name: u.pypiName(node)}
	u.asked(node, &require, "extras", "specifier")
	if stated[group] == nil {
		stated[group] = make(map[string][]string)
	}
	ranges := stated[group][require.name]
	if require.rest != "" && (len(ranges) == 0 || ranges[len(ranges)-1] != require.rest) {
		ranges = append(ranges, require.rest)
	}
	stated[group][require.name] = ranges
}

// of is the ranges of a group, those of one name in one text.
func (s uvStated) of(group string) map[string]string {
	joined := make(map[string]string, len(s[group]))
	for name, ranges := range s[group] {
		joined[name] = strings.Join(ranges, " || ")
	}
	return joined
}

// loose adds what the manifest table requires for no project of the lockfile:
// the requirements of a script, the groups of a workspace without a project.
func (u *uvReader) loose(roots []pypiRoot, manifest *tomlNode) []pypiRoot {
	var groups []pyprojectGroup
	list := func(table *tomlNode, key string, dev bool) {
		group := pyprojectGroup{name: key, dev: dev}
		for _, node := range u.array(table, key, unstable.Table) {
			require := pypiRequirement{name: u.pypiName(node), line: node.line}
			u.asked(node, &require, "extras", "specifier")
			group.requires = append(group.requires, require)
		}
		if len(group.requires) > 0 {
			groups = append(groups, group)
		}
	}
	list(manifest, "requirements", false)
	if table := u.table(manifest, "dependency-groups"); table != nil {
		for _, m := range table.members {
			list(table, m.key, true)
		}
	}
	if len(groups) == 0 {
		return roots
	}
	for i := range roots {
		if roots[i].dir == "." {
			roots[i].groups = append(roots[i].groups, groups...)
			return roots
		}
	}
	return append([]pypiRoot{{".", "", true, groups}}, roots...)
}
