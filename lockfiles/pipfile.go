package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// pipfileLock is pipenv's Pipfile.lock. Its sections are the categories of the
// Pipfile: default, develop, and any of the project's own. It states no edges.
type pipfileLock struct{}

func (pipfileLock) Name() string           { return "Pipfile.lock" }
func (pipfileLock) Match(file string) bool { return base(file, "Pipfile.lock") }
func (pipfileLock) Companions() []string   { return []string{"Pipfile"} }

func (pipfileLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	p := pipfileReader{ctx: ctx, dir: path.Dir(file), tree: tree}
	err = parseJSON(file, data, func(r *jsonReader, key string) error {
		if key == "_meta" {
			return p.meta(r)
		}
		return p.section(r, key)
	})
	if err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	if p.schema != "" && p.schema != "6" {
		return Lockfile{}, unsupported(file, p.schemaLine, "pipfile-spec", p.schema, "6")
	}
	return p.finish(), nil
}

// pipfileEntry is a Package and where the file lists it.
type pipfileEntry struct {
	Package
	section string
	index   string // the name of a source
}

type pipfileReader struct {
	ctx        context.Context
	tree       fs.FS
	dir        string
	schema     string
	schemaLine int
	sources    map[string]string // name to URL
	settings   []Setting
	entries    []pipfileEntry
	locals     []Root
}

// meta reads what the lock was made from.
func (p *pipfileReader) meta(r *jsonReader) error {
	return r.object(func(key string) (err error) {
		switch key {
		case "pipfile-spec":
			p.schema, err = r.scalar()
			p.schemaLine = r.line()
		case "requires":
			err = r.object(func(key string) error {
				line := r.line()
				value, err := r.str()
				p.settings = append(p.settings, Setting{"requires." + key, value, line})
				return err
			})
		case "sources":
			p.sources = make(map[string]string)
			err = r.array(func(int) error { return p.source(r) })
		default:
			err = r.skip()
		}
		return err
	})
}

// source reads a package index. That its certificate goes unchecked is part
// of what it is.
func (p *pipfileReader) source(r *jsonReader) error {
	var name, url string
	verify, line := true, 0
	err := r.object(func(key string) (err error) {
		if line == 0 {
			line = r.line()
		}
		switch key {
		case "name":
			name, err = r.str()
		case "url":
			url, err = r.str()
		case "verify_ssl":
			verify, err = r.boolean()
		default:
			err = r.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, ok := p.sources[name]; ok {
		return r.errorf("the source %q is stated twice", name)
	}
	p.sources[name] = url
	value := strings.TrimSpace(name + " " + url)
	if !verify {
		value += " verify_ssl=false"
	}
	p.settings = append(p.settings, Setting{"sources", value, max(line, 1)})
	return nil
}

func (p *pipfileReader) section(r *jsonReader, section string) error {
	seen := make(map[string]bool)
	return r.object(func(key string) error {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		if !pypiName(key) {
			return r.errorf("%.80q is no package name", key)
		}
		name := NormalizePyPI(key)
		if seen[name] {
			return r.errorf("%s lists %s twice", section, name)
		}
		seen[name] = true
		return p.entry(r, section, name)
	})
}

// pipfileFields is what an entry says.
type pipfileFields struct {
	version, index, path, file          string
	kind, repository, ref, subdirectory string
	hashes                              []Digest
}

func (p *pipfileReader) entry(r *jsonReader, section, name string) error {
	line := r.line()
	var f pipfileFields
	err := r.object(func(key string) error { return f.read(r, key) })
	if err != nil {
		return err
	}
	e := pipfileEntry{section: section, index: f.index}
	e.Package = Package{ID: ID{"pypi", name}, Integrity: f.hashes, Line: line}
	if f.version != "" {
		if e.Version, err = pep508Pin(f.version); err != nil && f.version != "*" {
			return r.errorf("%s: %w", name, err)
		}
		if e.Version == "" {
			e.Label = f.version
		}
	}
	switch {
	case f.kind != "":
		e.Origin = pythonVCSOrigin(f.kind, f.repository, f.ref, f.subdirectory)
		if e.Version == "" && pep508Commit.MatchString(f.ref) {
			e.Version, e.Label = f.ref, ""
		} else if e.Version == "" && f.ref != "" {
			e.Label = f.ref
		}
	case f.file != "" || f.path != "":
		target := f.file
		if target == "" {
			target = f.path
		}
		if at, ok := pipfileLocal(p.dir, target); ok {
			p.locals = append(p.locals, Root{Path: at, Name: name})
			return nil
		}
		if err := pipfileSetFile(&e.Package, target); err != nil {
			return r.errorf("%s: %w", name, err)
		}
	}
	p.entries = append(p.entries, e)
	return nil
}

func (f *pipfileFields) read(r *jsonReader, key string) (err error) {
	switch key {
	case "version":
		f.version, err = r.str()
	case "index":
		f.index, err = r.str()
	case "path":
		f.path, err = r.str()
	case "file":
		f.file, err = r.str()
	case "ref":
		f.ref, err = r.str()
	case "subdirectory":
		f.subdirectory, err = r.str()
	case "git", "hg", "svn", "bzr":
		if f.kind != "" {
			return r.errorf("an entry has two repositories, %s and %s", f.kind, key)
		}
		f.kind = key
		f.repository, err = r.str()
	case "hashes":
		err = r.array(func(int) error {
			text, err := r.str()
			if err != nil {
				return err
			}
			digest, ok := ParseDigest(text)
			if !ok {
				return r.errorf("%.80q is no algorithm:digest", text)
			}
			f.hashes = append(f.hashes, digest)
			return nil
		})
	default: // markers, extras, editable, and marker variables as keys
		err = r.skip()
	}
	return err
}

// pipfileLocal is the directory of this tree that a path means, which is a
// project and no package.
func pipfileLocal(dir, target string) (at string, ok bool) {
	if path.IsAbs(target) || strings.Contains(target, ":") || strings.Contains(target, "${") || pep508Archive.MatchString(target) {
		return "", false
	}
	at = path.Join(dir, strings.ReplaceAll(target, `\`, "/"))
	return at, fs.ValidPath(at)
}

func pipfileSetFile(p *Package, target string) error {
	link, err := parsePEP508Link(target, p.Name)
	if err != nil {
		return err
	}
	p.Origin = link.origin
	p.Integrity = append(p.Integrity, link.digests...)
	if p.Version == "" && p.Label == "" {
		p.Version, p.Label = link.version, link.label
	}
	return nil
}

// same tells whether two sections pin one and the same thing.
func (e pipfileEntry) same(other pipfileEntry) bool {
	return e.Version == other.Version && e.Label == other.Label && e.Origin == other.Origin &&
		e.index == other.index && slices.Equal(e.Integrity, other.Integrity)
}

func pipfileInstance(section string) string { return fmt.Sprintf(" (%s)", section) }
