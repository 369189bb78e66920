package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"
)

// pubspecLock reads pubspec.lock, which Dart and Flutter's pub writes. The
// file holds no edges and no schema version. Entries that lie in the tree
// itself (source: path) are the project's own and become roots.
type pubspecLock struct{}

func (pubspecLock) Name() string           { return "pubspec.lock" }
func (pubspecLock) Match(file string) bool { return base(file, "pubspec.lock") }

// Companions: old files leave the kind of dependency to the manifest, and
// constraints stand there alone.
func (pubspecLock) Companions() []string { return []string{"pubspec.yaml"} }

func (pubspecLock) Parse(ctx context.Context, tree fs.FS, file string) (Lockfile, error) {
	data, err := readLockfile(tree, file)
	if err != nil {
		return Lockfile{}, err
	}
	documents, err := yamlDocuments(file, data)
	if err != nil {
		return Lockfile{}, err
	}
	if len(documents) != 1 {
		return Lockfile{}, parseErrorf(file, 1, "the file holds %d YAML documents where one belongs", len(documents))
	}
	p := pubspecParser{doc: documents[0], ctx: ctx, dir: path.Dir(file)}
	if err := p.document(); err != nil {
		return Lockfile{}, asParseError(file, 1, err)
	}
	p.applyManifests(tree, readPubspecs(tree, p.dir))
	return p.out, nil
}

// pubspecOwn is a path entry that lies inside the tree.
type pubspecOwn struct{ name, dir string }

type pubspecParser struct {
	doc  yamlDocument
	ctx  context.Context
	dir  string // of the lockfile
	out  Lockfile
	own  []pubspecOwn
	kind map[string]string // name -> what the lockfile says under "dependency"
}

func (p *pubspecParser) document() error {
	p.kind = make(map[string]string)
	if p.doc.root.Kind != yaml.MappingNode {
		return pubspecErrorf(p.doc.root, "found %s where a mapping belongs", yamlKind(p.doc.root))
	}
	return p.doc.entries(p.doc.root, func(key string, keyNode, value *yaml.Node) error {
		switch key {
		case "packages":
			return p.doc.entries(value, func(name string, keyNode, value *yaml.Node) error {
				if err := p.ctx.Err(); err != nil {
					return err
				}
				return p.entry(name, keyNode, value)
			})
		case "sdks":
			return p.doc.entries(value, func(name string, keyNode, value *yaml.Node) error {
				constraint, err := p.doc.scalar(value)
				p.out.Settings = append(p.out.Settings, Setting{"sdks." + name, constraint, keyNode.Line})
				return err
			})
		case "sdk": // pub 1.14 to 1.18
			constraint, err := p.doc.scalar(value)
			p.out.Settings = append(p.out.Settings, Setting{"sdks.dart", constraint, keyNode.Line})
			return err
		}
		return nil // pub passes over keys that it does not know, here and below
	})
}

// entry reads one member of packages.
func (p *pubspecParser) entry(name string, keyNode, value *yaml.Node) error {
	var description *yaml.Node
	var source, version, kind string
	if value.Kind != yaml.MappingNode {
		return pubspecErrorf(keyNode, "package %q is no mapping", name)
	}
	err := p.doc.entries(value, func(key string, _, value *yaml.Node) (err error) {
		switch key {
		case "dependency":
			kind, err = p.doc.scalar(value)
		case "description":
			description = value
		case "source":
			source, err = p.doc.scalar(value)
		case "version":
			version, err = p.doc.scalar(value)
		}
		return err
	})
	if err != nil {
		return err
	}
	if name == "" || version == "" {
		return pubspecErrorf(keyNode, "package %q has no version", name)
	}
	pkg := Package{ID: ID{"pub", name}, Version: version, Line: keyNode.Line}
	switch kind {
	case "direct main", "direct overridden":
		pkg.Direct = true
	case "direct dev":
		pkg.Direct, pkg.Dev = true, true
	case "transitive", "":
	default:
		return pubspecErrorf(keyNode, "package %q is of an unknown kind %q", name, kind)
	}
	p.kind[name] = kind
	d, err := p.describe(description)
	if err != nil {
		return err
	}
	if d.name != "" && d.name != name && source == "hosted" {
		return pubspecErrorf(keyNode, "package %q is described as %q", name, d.name)
	}
	switch source {
	case "hosted":
		pkg.Origin = d.url
		if d.sha256 != "" {
			pkg.Integrity = []Digest{{"sha256", d.sha256}}
		}
	case "git":
		if d.url == "" || d.resolved == "" {
			return pubspecErrorf(keyNode, "package %q comes from git without a url or a resolved-ref", name)
		}
		pkg.Origin, pkg.Label = d.url+"#"+d.resolved, d.ref
		pkg.Integrity = []Digest{{"git", d.resolved}}
		if d.path != "" && d.path != "." {
			pkg.Origin = d.url + "?path=" + d.path + "#" + d.resolved
		}
	case "path":
		pkg.Origin = d.path
		if d.path == "" {
			pkg.Origin = d.text
		}
		if dir, ok := withinTree(p.dir, pkg.Origin); ok {
			p.own = append(p.own, pubspecOwn{name, dir})
			return nil
		}
	case "sdk":
		pkg.Origin = "sdk:" + d.text
	default:
		return pubspecErrorf(keyNode, "package %q comes from an unknown source %q", name, source)
	}
	p.out.Packages = append(p.out.Packages, pkg)
	return nil
}

// pubspecDescription is the source's own part of an entry.
type pubspecDescription struct {
	text                                   string // when it is a scalar: an SDK, or an old file's name or path
	name, url, sha256, path, ref, resolved string
}

func (p *pubspecParser) describe(node *yaml.Node) (d pubspecDescription, err error) {
	if node == nil || node.Kind != yaml.MappingNode {
		d.text, err = p.doc.scalar(node)
		return d, err
	}
	fields := map[string]*string{"name": &d.name, "url": &d.url, "sha256": &d.sha256,
		"path": &d.path, "ref": &d.ref, "resolved-ref": &d.resolved}
	err = p.doc.entries(node, func(key string, _, value *yaml.Node) (err error) {
		if key == "relative" { // says how to read path; insideTree sees it by itself
			_, err := p.doc.boolean(value)
			return err
		}
		if field := fields[key]; field != nil {
			*field, err = p.doc.scalar(value)
		}
		return err
	})
	return d, err
}

func pubspecErrorf(node *yaml.Node, format string, args ...any) error {
	return &ParseError{Line: node.Line, Err: fmt.Errorf(format, args...)}
}
