package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// deno reads deno.lock, versions 2 to 5. It pins three kinds of things:
// packages of npm and of JSR, whose Path is "npm:id" or "jsr:id", and modules
// at remote URLs, whose Name is the URL, but for the version that it states.
//
// Specifiers say what was asked for. One that neither the workspace nor a JSR
// package names was imported by the project's own code, and so is direct.
type deno struct{}

func (deno) Name() string { return "deno.lock" }

func (deno) Match(file string) bool { return base(file, "deno.lock") }

const denoKnown = `"2", "3", "4", "5"`

func (deno) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	d := denoDocument{line: 1}
	if err := parseJSON(file, data, d.versionField); err != nil {
		return Lockfile{}, err
	}
	if len(d.schema) != 1 || d.schema < "2" || d.schema > "5" {
		if d.schema == "" {
			d.schema = "(none)"
		}
		return Lockfile{}, unsupported(file, d.line, "version", d.schema, denoKnown)
	}
	if err := parseJSON(file, data, d.field); err != nil {
		return Lockfile{}, err
	}
	lockfile, err := d.build(ctx, tree, path.Dir(file))
	return lockfile, asParseError(file, 1, err)
}

// denoDocument is the file as it stands.
type denoDocument struct {
	schema     string
	line       int // of version
	specifiers []denoSpecifier
	entries    []denoEntry // of npm and JSR
	remote     []Package
	projects   []denoProject
	settings   []Setting
}

// denoSpecifier is something asked for and the key of what it was resolved to.
type denoSpecifier struct {
	req, to string // "npm:left@^1.0.0", "npm:left@1.0.1_right@2.0.0"
	line    int
}

// denoEntry is an entry of npm or jsr.
type denoEntry struct {
	kind, id           string // "npm" or "jsr"; "left@1.0.1_right@2.0.0"
	integrity, tarball string
	scripts            bool
	deps               []denoDep
	line               int
}

// denoDep is a dependency as an entry states it. Versions 2 and 3 state the
// name apart from the id, later ones a text that may leave the version out.
type denoDep struct {
	name, text     string
	optional, peer bool
	line           int
}

// denoProject is the root or a member of the workspace.
type denoProject struct {
	dir          string
	reqs         []string // of deno.json
	manifestReqs []string // of package.json
}

// versionField reads the version alone: the shape of the rest depends on it,
// and a document may state it last.
func (d *denoDocument) versionField(r *jsonReader, key string) (err error) {
	if key != "version" {
		return r.skip()
	}
	if r.kind() != '"' { // which deno takes for no version
		return r.errorf("found %s where the version belongs", r.kind())
	}
	d.schema, err = r.str()
	d.line = r.line()
	return err
}

func (d *denoDocument) field(r *jsonReader, key string) error {
	switch key {
	case "version":
		return r.skip()
	case "redirects":
		return jsSetting(r, &d.settings, key)
	case "remote":
		return r.object(func(url string) error { return d.readRemote(r, url) })
	case "workspace":
		return d.readWorkspace(r)
	case "npm", "jsr", "specifiers", "packages":
		switch {
		case d.schema >= "4" && key != "packages", d.schema == "3" && key == "packages", d.schema == "2" && key == "npm":
		default:
			return r.errorf("%s does not belong to version %s", key, d.schema)
		}
		if d.schema >= "4" {
			return d.readSection(r, key)
		}
		return r.object(func(within string) error {
			if d.schema == "2" && within == "packages" {
				within = "npm"
			} else if d.schema == "2" && within != "specifiers" {
				within = ""
			}
			return d.readSection(r, within)
		})
	}
	return jsSetting(r, &d.settings, key)
}

func (d *denoDocument) readSection(r *jsonReader, section string) error {
	switch section {
	case "specifiers":
		return r.object(func(req string) error { return d.readSpecifier(r, req) })
	case "npm", "jsr":
		return r.object(func(id string) error {
			e := denoEntry{kind: section, id: id, line: r.line()}
			err := d.readEntry(r, &e)
			d.entries = append(d.entries, e)
			return err
		})
	}
	return r.errorf("unknown section among the packages")
}

// readSpecifier reads "npm:left@^1": "1.0.1", in version 3 "npm:left@^1":
// "npm:left@1.0.1", in version 2 "left@^1": "left@1.0.1".
func (d *denoDocument) readSpecifier(r *jsonReader, req string) error {
	s := denoSpecifier{req: req, line: r.line()}
	text, err := denoString(r)
	if err != nil {
		return err
	}
	if d.schema == "2" {
		s.req = "npm:" + req
	}
	kind, name, _, ok := denoReq(s.req)
	switch {
	case !ok || text == "":
		return r.errorf("the specifier %q names no package of npm or jsr", req)
	case d.schema == "2":
		s.to = "npm:" + text
	case d.schema == "3":
		s.to = text
	default:
		s.to = kind + ":" + name + "@" + text
	}
	d.specifiers = append(d.specifiers, s)
	return nil
}

// denoReq parts "npm:left@^1.0.0"; constraint is "" where there is none.
func denoReq(req string) (kind, name, constraint string, ok bool) {
	kind, rest, ok := strings.Cut(req, ":")
	if !ok || kind != "npm" && kind != "jsr" || rest == "" {
		return "", "", "", false
	}
	if name, constraint, ok = jsSplitID(rest); !ok {
		name = rest
	}
	return kind, name, constraint, true
}

func (d *denoDocument) readEntry(r *jsonReader, e *denoEntry) error {
	return r.object(func(key string) (err error) {
		switch key {
		case "integrity":
			e.integrity, err = denoString(r)
		case "tarball":
			e.tarball, err = denoString(r)
		case "scripts":
			e.scripts, err = r.boolean()
		case "dependencies", "optionalDependencies", "optionalPeers":
			return d.readDeps(r, e, key)
		default:
			err = r.skip() // os, cpu, bin, deprecated
		}
		return err
	})
}

func (d *denoDocument) readDeps(r *jsonReader, e *denoEntry, key string) error {
	add := func(name string, line int) error {
		text, err := denoString(r)
		e.deps = append(e.deps, denoDep{name, text, key != "dependencies", key == "optionalPeers", line})
		return err
	}
	if d.schema <= "3" && e.kind == "npm" {
		return r.object(func(name string) error { return add(name, r.line()) })
	}
	return r.array(func(int) error {
		err := add("", 0)
		e.deps[len(e.deps)-1].line = r.line()
		return err
	})
}

func (d *denoDocument) readRemote(r *jsonReader, url string) error {
	p := Package{ID: ID{"generic", url}, Origin: url, Line: r.line()}
	hash, err := denoString(r)
	if err != nil {
		return err
	}
	if url == "" || len(hash) != 64 || !isHex(hash) {
		return r.errorf("the hash of %q is no sha256", url)
	}
	p.Integrity = []Digest{{"sha256", hash}}
	if name, version := denoRemote(url); version != "" {
		p.Name, p.Version, p.Path = name, version, url
	}
	d.remote = append(d.remote, p)
	return nil
}

func (d *denoDocument) readWorkspace(r *jsonReader) error {
	root := denoProject{dir: "."}
	var members []denoProject
	err := d.readProject(r, &root, func(key string) error {
		if key != "members" {
			// links, patches, npmOverrides: what is taken from elsewhere.
			return jsSetting(r, &d.settings, "workspace", key)
		}
		return r.object(func(dir string) error {
			member := denoProject{dir: dir}
			err := d.readProject(r, &member, func(key string) error {
				return jsSetting(r, &d.settings, "workspace", dir, key)
			})
			members = append(members, member)
			return err
		})
	})
	d.projects = append(append(d.projects, root), members...)
	return err
}

func (d *denoDocument) readProject(r *jsonReader, p *denoProject, other func(key string) error) error {
	return r.object(func(key string) (err error) {
		switch key {
		case "dependencies":
			p.reqs, err = denoStrings(r)
		case "packageJson":
			err = r.object(func(key string) (err error) {
				if key == "dependencies" {
					p.manifestReqs, err = denoStrings(r)
					return err
				}
				return jsSetting(r, &d.settings, "workspace", p.dir, key) // overrides
			})
		default:
			err = other(key)
		}
		return err
	})
}

func denoStrings(r *jsonReader) (list []string, err error) {
	err = r.array(func(int) error {
		text, err := denoString(r)
		list = append(list, text)
		return err
	})
	return list, err
}

// denoString reads a string and nothing else, as deno does.
func denoString(r *jsonReader) (string, error) {
	if kind := r.kind(); kind != '"' && kind != jsontext.KindInvalid {
		return "", r.errorf("found %s where a string belongs", kind)
	}
	return r.str()
}

func denoErrorf(line int, format string, args ...any) error {
	return &ParseError{Line: line, Err: fmt.Errorf(format, args...)}
}
