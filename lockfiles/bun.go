package lockfiles

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
)

// bun reads bun.lock: JSON with comments and trailing commas. Every package is
// a tuple under the path at which it is installed: "left", or "right/left" for
// the left that right alone sees.
//
// The file states neither what development alone needs nor what is optional;
// both are computed from the workspaces.
type bun struct{}

func (bun) Name() string { return "bun.lock" }

// Match takes bun.lockb too, so that it is a problem that people see.
func (bun) Match(file string) bool { return base(file, "bun.lock", "bun.lockb") }

var errBunBinary = errors.New("bun.lockb is binary and cannot be reviewed\nhint: bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes bun.lock; then delete bun.lockb")

func (bun) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	if base(file, "bun.lockb") {
		return Lockfile{}, &ParseError{file, 1, errBunBinary}
	}
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	data, err = plainJSON(data)
	if err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	d := bunDocument{dir: path.Dir(file)}
	if err := parseJSONRepeating(file, data, d.field); err != nil {
		return Lockfile{}, err
	}
	if d.schema == "" {
		return Lockfile{}, unsupported(file, 1, "lockfileVersion", "(none)", bunKnown)
	}
	lockfile, err := d.build(ctx)
	return lockfile, asParseError(file, 1, err)
}

const bunKnown = "0, 1"

// bunDocument is the file as it stands.
type bunDocument struct {
	dir        string // of the lockfile
	schema     string
	workspaces []bunWorkspace
	entries    []bunEntry
	settings   []Setting
}

type bunWorkspace struct {
	dir, name string
	bunInfo
}

// bunEntry is a member of packages.
type bunEntry struct {
	key, spec string // the install path; "name@resolution"
	line      int
	shape     string   // one letter for each element: s a string, o an object
	texts     []string // the strings after spec
	bunInfo
}

// bunInfo is what workspaces and entries both state.
type bunInfo struct {
	deps    []bunDep
	bundled bool
}

// bunDep is a dependency; optional also for a peer that may be absent.
type bunDep struct {
	name, constraint    string
	dev, peer, optional bool
	line                int
}

func (d *bunDocument) field(r *jsonReader, key string) error {
	switch key {
	case "lockfileVersion":
		return d.readVersion(r)
	case "workspaces":
		return r.object(func(dir string) error {
			w := bunWorkspace{dir: dir}
			err := d.readInfo(r, &w.bunInfo, &w.name)
			d.workspaces = append(d.workspaces, w)
			return err
		})
	case "packages":
		return r.object(func(key string) error {
			e := bunEntry{key: key, line: r.line()}
			err := d.readEntry(r, &e)
			d.entries = append(d.entries, e)
			return err
		})
	}
	// overrides, catalogs, trustedDependencies, patchedDependencies and
	// configVersion all change what is installed, and so may what comes later.
	return jsSetting(r, &d.settings, key)
}

func (d *bunDocument) readVersion(r *jsonReader) error {
	if r.kind() != '0' {
		return r.errorf("found %s where a number belongs", r.kind())
	}
	text, err := r.scalar()
	if err != nil {
		return err
	}
	if text != "0" && text != "1" {
		return unsupported("", r.line(), "lockfileVersion", text, bunKnown)
	}
	d.schema = text
	return nil
}

// readInfo reads the object of a workspace, or that of an entry: then name is
// nil.
func (d *bunDocument) readInfo(r *jsonReader, info *bunInfo, name *string) error {
	optionalPeers := make(map[string]bool)
	err := r.object(func(key string) (err error) {
		switch {
		case key == "name" && name != nil:
			*name, err = r.str()
		case key == "bundled" && name == nil:
			info.bundled, err = r.boolean()
		case key == "optionalPeers":
			peers, peersErr := r.strs()
			for _, peer := range peers {
				optionalPeers[peer] = true
			}
			err = peersErr
		case key == "dependencies", key == "devDependencies", key == "optionalDependencies", key == "peerDependencies":
			err = d.readDeps(r, info, key)
		default:
			err = r.skip() // os, cpu, bin, a workspace's own version
		}
		return err
	})
	for i, dep := range info.deps {
		if dep.peer && optionalPeers[dep.name] {
			info.deps[i].optional = true
		}
	}
	return err
}

// readDeps reads one group of dependencies. bun writes a peer twice when it is
// also a development dependency, which says nothing new; two versions of one
// name would.
func (d *bunDocument) readDeps(r *jsonReader, info *bunInfo, group string) error {
	stated := make(map[string]string)
	return r.repeating(func(name string) error {
		line := r.line()
		if r.kind() != '"' {
			return r.errorf("found %s where the version of %q belongs", r.kind(), name)
		}
		constraint, err := r.str()
		if err != nil {
			return err
		}
		if before, again := stated[name]; again && before == constraint {
			return nil
		} else if again {
			return r.errorf("duplicate key %q", name)
		}
		stated[name] = constraint
		info.deps = append(info.deps, bunDep{name: name, constraint: constraint, dev: group == "devDependencies",
			peer: group == "peerDependencies", optional: group == "optionalDependencies", line: line})
		return nil
	})
}

func (d *bunDocument) readEntry(r *jsonReader, e *bunEntry) error {
	return r.array(func(i int) error {
		switch kind := r.kind(); {
		case i > 3:
			return r.errorf("the tuple of %q is longer than bun writes it", e.key)
		case kind == '"':
			text, err := r.str()
			if i == 0 {
				e.spec = text
			} else {
				e.texts = append(e.texts, text)
			}
			e.shape += "s"
			return err
		case kind == '{' && !strings.Contains(e.shape, "o"):
			e.shape += "o"
			return d.readInfo(r, &e.bunInfo, nil)
		default:
			return r.errorf("found %s in the tuple of %q", kind, e.key)
		}
	})
}
