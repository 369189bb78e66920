package lockfiles

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// pnpm reads pnpm-lock.yaml, and the pnpm-lock.<branch>.yaml that pnpm writes
// when every branch has a lockfile of its own.
//
// Three layouts exist. 5.x and 6.x hold one mapping, packages, whose keys name
// an instance (a version together with the peers it was given). 9.x, and 7.0
// which only prereleases of pnpm 9 wrote, hold a package's hash in packages
// and its instances in snapshots. From pnpm 11 on a first YAML document may
// lock what pnpm itself needs before the project is looked at: config
// dependencies, which run hooks, and the package manager. Its entries carry
// pnpmEnvPrefix in their Path.
//
// Dev is computed from the roots, as pnpm install --prod does; the dev flag of
// the old layouts is a summary that pnpm does not act upon.
type pnpm struct{}

// pnpmEnvPrefix keeps the keys of the first document apart from those of the
// second: both may hold the same name and version.
const pnpmEnvPrefix = "env:"

func (pnpm) Name() string { return "pnpm-lock.yaml" }

func (pnpm) Match(file string) bool {
	branch, ok := strings.CutPrefix(path.Base(file), "pnpm-lock.")
	if !ok {
		return false
	}
	branch, ok = strings.CutSuffix(branch, "yaml")
	return ok && (branch == "" || len(branch) > 1 && strings.HasSuffix(branch, "."))
}

func (pnpm) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	documents, err := yamlDocuments(file, data)
	if err != nil {
		return Lockfile{}, err
	}
	if err := pnpmCheckDocuments(data, documents); err != nil {
		return Lockfile{}, asParseError(file, 1, err)
	}
	b := newPnpmBuilder(ctx, tree, file)
	for i, yamlDoc := range documents {
		d := pnpmDocument{yamlDocument: yamlDoc, env: i == 0 && len(documents) == 2}
		if isNull(yamlDoc.root) && len(documents) == 2 {
			continue // no env lockfile, or nothing but one
		}
		if err := d.read(); err != nil {
			return Lockfile{}, asParseError(file, 1, err)
		}
		if err := b.add(&d); err != nil {
			return Lockfile{}, asParseError(file, 1, err)
		}
		b.lockfile.Schema = d.schema
	}
	if b.lockfile.Schema == "" {
		return Lockfile{}, parseErrorf(file, 1, "the file holds no lockfile")
	}
	return b.lockfile, nil
}

// pnpmCheckDocuments refuses what pnpm and a YAML reader would split
// differently: pnpm looks for the very line "---", at the start of the file
// and once more, and takes all that follows for one document.
func pnpmCheckDocuments(data []byte, documents []yamlDocument) error {
	if len(documents) > 2 {
		return fmt.Errorf("the file holds %d YAML documents where pnpm writes one or two", len(documents))
	}
	if len(documents) < 2 {
		return nil
	}
	text := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if !bytes.HasPrefix(text, []byte("---\n")) || !bytes.Contains(text[3:], []byte("\n---\n")) {
		return fmt.Errorf("the file holds two YAML documents that pnpm would not tell apart: it wants a line --- before each")
	}
	return nil
}

// pnpmDocument is one YAML document of the file.
type pnpmDocument struct {
	yamlDocument
	env       bool
	schema    string
	major     int
	inline    bool // importers state specifier and version together
	importers []pnpmImporter
	list      []pnpmEntry
	settings  []Setting
}

// pnpmImporter is a project of the workspace.
type pnpmImporter struct {
	dir  string // relative to the lockfile's directory, as written
	deps []pnpmDep
}

// pnpmDep is a dependency of an importer or of an entry.
type pnpmDep struct {
	name string
	// constraint is the importer's specifier, or what the entry states.
	constraint string
	ref        string // the version part; "" when nothing is pinned
	dev        bool
	line       int
}

var pnpmVersion = pattern.New(`^([5679])(\.[0-9]+)?(-inlineSpecifiers)?$`)

const pnpmKnown = "5.0 to 5.4, 6.0, 6.1, 7.0, 9.0"

func (d *pnpmDocument) read() error {
	var packages, snapshots, importers *yaml.Node
	root := make(map[string]*yaml.Node) // the fields of a lone project
	rootLine := 0
	if isNull(d.root) {
		return pnpmErrorf(1, "the file holds no lockfile")
	}
	err := d.entries(d.root, func(key string, keyNode, value *yaml.Node) error {
		switch key {
		case "lockfileVersion":
			return d.readVersion(value)
		case "packages":
			packages = value
		case "snapshots":
			snapshots = value
		case "importers":
			importers = value
		case "specifiers", "dependencies", "devDependencies", "optionalDependencies":
			root[key], rootLine = value, keyNode.Line
		case "time":
			return d.ignore(value) // when the pinned versions were published
		default:
			return d.setting(key, nil, value, keyNode.Line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if d.schema == "" {
		return unsupported("", d.root.Line, "lockfileVersion", "(none)", pnpmKnown)
	}
	switch {
	case importers != nil && len(root) > 0:
		return pnpmErrorf(rootLine, "the file holds importers and the dependencies of a lone project")
	case importers != nil:
		err = d.readImporters(importers)
	default:
		err = d.readImporter(".", root)
	}
	if err != nil {
		return err
	}
	return d.readEntries(packages, snapshots)
}

func (d *pnpmDocument) readVersion(value *yaml.Node) error {
	text, err := d.scalar(value)
	if err != nil {
		return err
	}
	match := pnpmVersion.FindStringSubmatch(text)
	if match == nil {
		return unsupported("", value.Line, "lockfileVersion", text, pnpmKnown)
	}
	d.schema = text
	d.major = int(match[1][0] - '0')
	d.inline = d.major > 5 || match[3] != ""
	return nil
}

func (d *pnpmDocument) readImporters(node *yaml.Node) error {
	return d.entries(node, func(dir string, keyNode, value *yaml.Node) error {
		fields := make(map[string]*yaml.Node)
		err := d.entries(value, func(key string, keyNode, value *yaml.Node) error {
			switch key {
			case "specifiers", "dependencies", "devDependencies", "optionalDependencies",
				"configDependencies", "packageManagerDependencies":
				fields[key] = value
				return nil
			}
			// dependenciesMeta and publishDirectory change what is installed.
			return d.setting("importers", []string{dir, key}, value, keyNode.Line)
		})
		if err != nil {
			return err
		}
		return d.readImporter(dir, fields)
	})
}

// readImporter reads one project. 5.x states the specifiers apart from the
// versions, later schemas state both together.
func (d *pnpmDocument) readImporter(dir string, fields map[string]*yaml.Node) error {
	importer := pnpmImporter{dir: dir}
	specifiers := make(map[string]string)
	var order []pnpmDep
	err := d.entries(fields["specifiers"], func(name string, keyNode, value *yaml.Node) error {
		text, err := d.scalar(value)
		specifiers[name] = text
		order = append(order, pnpmDep{name: name, constraint: text, line: keyNode.Line})
		return err
	})
	if err != nil {
		return err
	}
	for _, kind := range []string{"dependencies", "devDependencies", "optionalDependencies",
		"configDependencies", "packageManagerDependencies"} {
		err := d.entries(fields[kind], func(name string, keyNode, value *yaml.Node) error {
			dep := pnpmDep{name: name, constraint: specifiers[name], dev: kind == "devDependencies", line: keyNode.Line}
			delete(specifiers, name)
			if !d.inline {
				dep.ref, err = d.scalar(value)
			} else if err = d.readInline(value, &dep); err != nil {
				return err
			}
			if err == nil && dep.ref == "" {
				return pnpmErrorf(keyNode.Line, "no version of %s is pinned", name)
			}
			importer.deps = append(importer.deps, dep)
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, dep := range order { // what the manifest names and nothing satisfies
		if _, left := specifiers[dep.name]; left {
			importer.deps = append(importer.deps, dep)
		}
	}
	d.importers = append(d.importers, importer)
	return nil
}

func (d *pnpmDocument) readInline(value *yaml.Node, dep *pnpmDep) error {
	if isNull(value) {
		return nil
	}
	return d.entries(value, func(key string, _, value *yaml.Node) (err error) {
		switch key {
		case "specifier":
			dep.constraint, err = d.scalar(value)
		case "version":
			dep.ref, err = d.scalar(value)
		default:
			err = d.ignore(value)
		}
		return err
	})
}

func pnpmErrorf(line int, format string, args ...any) error {
	return &ParseError{Line: line, Err: fmt.Errorf(format, args...)}
}
