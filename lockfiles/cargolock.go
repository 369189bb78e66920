package lockfiles

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// cargolock reads Cargo.lock of every schema: version 1 (checksums in
// [metadata], in the oldest files the own crate in [root]), 2, 3 and 4. Crates
// without a source are the project's own, or lie in a directory that one of its
// manifests names; they are Roots. Which of their dependencies are for
// development and which optional is known from the Cargo.toml files, so far as
// the revision holds them.
//
// A crate replaced through [replace] keeps its entry, with Origin "replaced by
// <crate>". Two crates that differ in their source alone have a Path.
type cargolock struct{}

func (cargolock) Name() string { return "Cargo.lock" }

func (cargolock) Match(file string) bool { return base(file, "Cargo.lock") }

func (cargolock) Companions() []string { return []string{"Cargo.toml"} }

// cargoSchemas are the values that `version` may have.
const cargoSchemas = 4

func (cargolock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	var doc cargoTable
	if err := parseTOML(file, data, &doc); err != nil {
		return Lockfile{}, err
	}
	schema, err := cargoSchema(file, data, doc)
	if err != nil {
		return Lockfile{}, err
	}
	lock := cargoLock{file: file}
	if err := lock.read(ctx, data, doc); err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	settings, err := cargoUnused(data, doc)
	if err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	ws := readCargoWorkspace(ctx, tree, path.Dir(file))
	if err := ctx.Err(); err != nil {
		return Lockfile{}, asParseError(file, 0, err)
	}
	lockfile := lock.build(ws)
	lockfile.Schema, lockfile.Settings = schema, settings
	return lockfile, nil
}

// cargoSchema is the version the file states, or "" for the first two.
func cargoSchema(file string, data []byte, doc cargoTable) (string, error) {
	value, ok := doc["version"]
	if !ok {
		return "", nil
	}
	line := cargoKeyLine(data, "version")
	version, ok := value.(int64)
	if !ok {
		return "", parseErrorf(file, line, "found %s where a number belongs: version", cargoKind(value))
	}
	text := strconv.FormatInt(version, 10)
	if version < 1 || version > cargoSchemas {
		return "", unsupported(file, line, "lockfile version", text, "1 to "+strconv.Itoa(cargoSchemas))
	}
	return text, nil
}

// cargoCrate is one [[package]] of the lockfile.
type cargoCrate struct {
	name, version, source, replace string
	checksum                       string
	written                        []string // dependencies as written
	edges                          []int    // the crates they lead to, or -1
	line                           int
}

// local tells that the crate has no source: it lies in a directory.
func (c *cargoCrate) local() bool { return c.source == "" }

// id writes the crate as Cargo does where it must be unambiguous.
func (c *cargoCrate) id() string {
	if c.local() {
		return c.name + " " + c.version
	}
	return c.name + " " + c.version + " (" + c.source + ")"
}

// cargoLock is a lockfile in crates, with what is needed to find them.
type cargoLock struct {
	file   string
	crates []cargoCrate
	index  cargoIndex
}

func (l *cargoLock) read(ctx context.Context, data []byte, doc cargoTable) error {
	if root, ok := doc["root"]; ok { // Cargo before 0.19
		if err := l.add(root, cargoKeyLine(data, "[root]")); err != nil {
			return err
		}
	}
	list, err := doc.list("package", cargoKeyLine(data, "package"))
	if err != nil {
		return err
	}
	lines := tomlTableLines(data, "package")
	inline := cargoKeyLine(data, "package") // of an inline array, which no writer makes
	for i, value := range list {
		line := inline
		if i < len(lines) {
			line = lines[i]
		}
		if err := l.add(value, line); err != nil {
			return err
		}
	}
	l.index = newCargoIndex(l.crates)
	for i := range l.crates {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.link(&l.crates[i]); err != nil {
			return err
		}
	}
	return l.metadata(data, doc)
}

func (l *cargoLock) add(value any, line int) error {
	table, ok := value.(map[string]any)
	if !ok {
		return parseErrorf("", line, "found %s where a table belongs", cargoKind(value))
	}
	c := cargoCrate{line: line}
	var err error
	for _, field := range []struct {
		key string
		to  *string
	}{{"name", &c.name}, {"version", &c.version}, {"source", &c.source}, {"checksum", &c.checksum}, {"replace", &c.replace}} {
		if *field.to, err = cargoTable(table).str(field.key, line); err != nil {
			return err
		}
	}
	if c.name == "" || c.version == "" {
		return parseErrorf("", line, "a package has no name or no version")
	}
	dependencies, err := cargoTable(table).list("dependencies", line)
	if err != nil {
		return err
	}
	for _, d := range dependencies {
		text, ok := d.(string)
		if !ok {
			return parseErrorf("", line, "found %s where a string belongs: dependencies of %s", cargoKind(d), c.name)
		}
		c.written = append(c.written, text)
	}
	l.crates = append(l.crates, c)
	return nil
}

// link refuses a crate that is listed twice, as Cargo does, and finds the
// crates that it depends on.
func (l *cargoLock) link(c *cargoCrate) error {
	if first := &l.crates[l.index.exact[cargoExact(c.name, c.version, c.source)]]; first != c {
		return parseErrorf("", c.line, "package %s %s is listed twice, first in line %d", c.name, c.version, first.line)
	}
	for _, written := range c.written {
		to, err := l.index.find(written)
		if err != nil {
			return &ParseError{Line: c.line, Err: err}
		}
		c.edges = append(c.edges, to)
	}
	if c.replace != "" {
		to, err := l.index.find(c.replace)
		if err != nil {
			return &ParseError{Line: c.line, Err: err}
		}
		c.written, c.edges = append(c.written, c.replace), append(c.edges, to)
	}
	return nil
}

// metadata gives the crates of a version 1 file their checksums.
func (l *cargoLock) metadata(data []byte, doc cargoTable) error {
	line := cargoKeyLine(data, "[metadata]")
	metadata, err := doc.table("metadata", line)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		value, err := metadata.str(key, line)
		if err != nil {
			return err
		}
		id, ok := strings.CutPrefix(key, "checksum ")
		if !ok || value == "<none>" {
			continue
		}
		i, err := l.index.find(id)
		if err != nil {
			return &ParseError{Line: line, Err: err}
		}
		if i < 0 {
			continue // Cargo passes over the checksum of a crate that is not listed
		}
		c := &l.crates[i]
		if c.checksum != "" && c.checksum != value {
			return parseErrorf("", c.line, "%s has one checksum here and another in [metadata]", c.name)
		}
		c.checksum = value
	}
	return nil
}

// cargoUnused are patches of Cargo.toml that patch nothing.
func cargoUnused(data []byte, doc cargoTable) ([]Setting, error) {
	line := cargoKeyLine(data, "[[patch.unused]]")
	patch, err := doc.table("patch", line)
	if err != nil {
		return nil, err
	}
	list, err := patch.list("unused", line)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	lock := cargoLock{}
	lines := cargoLinesOf(data, "[[patch.unused]]")
	var settings []Setting
	for i, value := range list {
		if i < len(lines) {
			line = lines[i]
		}
		if err := lock.add(value, line); err != nil {
			return nil, err
		}
		settings = append(settings, Setting{"patch.unused", lock.crates[i].id(), line})
	}
	return settings, nil
}
