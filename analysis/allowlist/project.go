package allowlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/depreview/depreview/lockfiles"
)

// Project is the place of a revision in which a package manager installs from
// one lockfile. It is made anew for each Read and reads each file once.
type Project struct {
	Lockfile string // path from the root of the revision
	Format   string // lockfiles.Format.Name
	Schema   string // as the lockfile states it
	Dir      string // of the lockfile: where manifest and settings lie

	tree    fs.FS
	files   map[string]parsed
	manager string // as pinned: npm, pnpm, yarn, bun; or ""
	version version
}

type parsed struct {
	root *node
	err  error
}

// maxFile bounds a manifest or a settings file. The largest real ones have
// some hundred kilobytes.
const maxFile = 4 << 20

func newProject(tree fs.FS, l *lockfiles.Lockfile) *Project {
	p := &Project{Lockfile: l.Path, Format: l.Format, Schema: l.Schema, Dir: path.Dir(l.Path), tree: tree,
		files: make(map[string]parsed)}
	p.findManager()
	if p.manager == "" && p.Format == "pnpm-lock.yaml" {
		p.managerOfPnpmLock(l.Packages)
	}
	return p
}

// version is as much of a package manager's version as decides anything.
type version struct {
	major, minor int
	known        bool
}

func (v version) atLeast(major, minor int) bool {
	return v.known && (v.major > major || v.major == major && v.minor >= minor)
}

func (v version) below(major, minor int) bool { return v.known && !v.atLeast(major, minor) }

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

// parseVersion reads an exact version: "11.16.0", "4.0.0-rc.1+sha224.abc".
func parseVersion(s string) version {
	s, _, _ = strings.Cut(s, "+")
	parts := strings.SplitN(strings.TrimPrefix(s, "v"), ".", 3)
	if len(parts) < 3 {
		return version{}
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil || major < 0 || minor < 0 {
		return version{}
	}
	return version{major, minor, true}
}

// pinned is the package manager in the notation of package.json, or "".
func (p *Project) pinned() string {
	switch {
	case p.manager == "":
		return ""
	case !p.version.known:
		return p.manager
	}
	return p.manager + "@" + p.version.String()
}

// versionOf is the pinned version of that manager; it is not known when
// another one is pinned, or none.
func (p *Project) versionOf(manager string) version {
	if p.manager != manager {
		return version{}
	}
	return p.version
}

// findManager reads the package manager that the nearest package.json pins, as
// corepack and the managers themselves do.
func (p *Project) findManager() {
	for _, dir := range p.upwards() {
		root, err := p.json(path.Join(dir, "package.json"))
		if err != nil || root == nil {
			continue
		}
		if n := root.get("packageManager"); n != nil && n.kind == text {
			if name, exact, ok := strings.Cut(n.text, "@"); ok {
				p.manager, p.version = bounded(name), parseVersion(exact)
				return
			}
		}
		engine := root.get("devEngines").get("packageManager")
		if name := engine.get("name"); name != nil && name.kind == text {
			p.manager = bounded(name.text)
			if exact := engine.get("version"); exact != nil {
				p.version = parseVersion(exact.text)
			}
			return
		}
	}
}

// managerOfPnpmLock takes the version from the first document that pnpm 11 and
// later write into their lockfile.
func (p *Project) managerOfPnpmLock(packages []lockfiles.Package) {
	for i := range packages {
		if !strings.HasPrefix(packages[i].Path, "env:") {
			continue
		}
		p.manager = "pnpm"
		if !p.version.known {
			p.version = version{11, 0, true}
		}
		if packages[i].Name == "pnpm" {
			if v := parseVersion(packages[i].Version); v.known {
				p.version = v
			}
			return
		}
	}
}

// upwards are the directories from the project's own to the root.
func (p *Project) upwards() []string {
	dirs := []string{p.Dir}
	for dir := p.Dir; dir != "." && dir != "/" && len(dirs) < 50; {
		dir = path.Dir(dir)
		dirs = append(dirs, dir)
	}
	return dirs
}

// path of a file beside the lockfile.
func (p *Project) path(name string) string { return path.Join(p.Dir, name) }

// json reads a JSON file; nil without an error when there is none.
func (p *Project) json(file string) (*node, error) { return p.read(file, parseJSON) }

// jsonc reads JSON with comments and trailing commas.
func (p *Project) jsonc(file string) (*node, error) {
	return p.read(file, func(data []byte) (*node, error) {
		plain, err := lockfiles.PlainJSON(data)
		if err != nil {
			return nil, err
		}
		return parseJSON(plain)
	})
}

// yaml reads a YAML file of one document; nil without an error when there is
// none.
func (p *Project) yaml(file string) (*node, error) { return p.read(file, parseYAML) }

// read parses a file whose top level must be an object.
func (p *Project) read(file string, parse func([]byte) (*node, error)) (*node, error) {
	if done, ok := p.files[file]; ok {
		return done.root, done.err
	}
	data, ok, err := p.bytes(file)
	var root *node
	if err == nil && ok {
		if root, err = parse(data); err == nil && root.kind != null {
			err = root.is("the file", object)
		}
	}
	if err = at(file, err); err != nil || root != nil && root.kind == null {
		root = nil // an empty YAML file says nothing
	}
	p.files[file] = parsed{root, err}
	return root, err
}

// bytes reads a file whole; ok is false when there is none. A byte order mark
// is dropped.
func (p *Project) bytes(file string) (data []byte, ok bool, err error) {
	f, err := p.tree.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, at(file, err)
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
	case len(data) > maxFile:
		err = fmt.Errorf("the file is larger than %d MB", maxFile>>20)
	case bytes.IndexByte(data, 0) >= 0:
		err = errors.New("the file holds a NUL byte")
	case !utf8.Valid(data):
		err = errors.New("the file is no valid UTF-8")
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), true, at(file, err)
}

// at gives an error its file, unless it has one.
func at(file string, err error) error {
	if err == nil {
		return nil
	}
	if pe, ok := errors.AsType[*lockfiles.ParseError](err); ok {
		if pe.Path == "" {
			return &lockfiles.ParseError{Path: file, Line: pe.Line, Err: pe.Err}
		}
		return err
	}
	return &lockfiles.ParseError{Path: file, Err: err}
}
