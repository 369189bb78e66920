package lockfiles

import (
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"
)

// pubspec is what a pubspec.yaml says of the project's dependencies.
type pubspec struct {
	dir       string
	name      string
	main, dev []pair // name, constraint
	workspace []string
}

// readPubspecs reads the manifest of dir and those of its workspace.
func readPubspecs(tree fs.FS, dir string) []pubspec {
	manifest := readPubspec(tree, dir)
	if manifest == nil {
		return nil
	}
	manifests := []pubspec{*manifest}
	for _, member := range manifest.workspace {
		memberDir, ok := withinTree(dir, member)
		if !ok || memberDir == dir {
			continue
		}
		if m := readPubspec(tree, memberDir); m != nil {
			manifests = append(manifests, *m)
		}
	}
	return manifests
}

// readPubspec reads dir's pubspec.yaml, or nil where there is none to read.
func readPubspec(tree fs.FS, dir string) *pubspec {
	file := path.Join(dir, "pubspec.yaml")
	data, ok := readManifest(tree, file)
	if !ok {
		return nil
	}
	documents, err := yamlDocuments(file, data)
	if err != nil || len(documents) != 1 {
		return nil
	}
	d := documents[0]
	m := &pubspec{dir: dir}
	err = d.entries(d.root, func(key string, _, value *yaml.Node) (err error) {
		switch key {
		case "name":
			m.name, err = d.scalar(value)
		case "dependencies":
			m.main, err = pubspecDependencies(d, value)
		case "dev_dependencies":
			m.dev, err = pubspecDependencies(d, value)
		case "workspace":
			err = d.elements(value, func(value *yaml.Node) error {
				member, err := d.scalar(value)
				m.workspace = append(m.workspace, member)
				return err
			})
		}
		return err
	})
	if err != nil {
		return nil
	}
	return m
}

// pubspecDependencies reads {name: constraint} and {name: {version: constraint, ...}}.
func pubspecDependencies(d yamlDocument, node *yaml.Node) (list []pair, err error) {
	err = d.entries(node, func(name string, _, value *yaml.Node) error {
		if value.Kind == yaml.MappingNode {
			value = d.child(value, "version")
		}
		constraint, err := d.scalar(value)
		list = append(list, pair{name, constraint})
		return err
	})
	return list, err
}

// applyManifests adds the roots, and the kind of dependency where the lockfile
// itself is silent (pub before 1.21) or speaks of the workspace's root alone.
// own are the path entries inside the tree: projects too, though what they
// need is transitive, and what they need for development is not installed.
func (p *pubspecParser) applyManifests(tree fs.FS, manifests []pubspec) {
	main, dev := make(map[string]bool), make(map[string]bool)
	for _, m := range manifests {
		for _, d := range m.main {
			main[d.key] = true
		}
		for _, d := range m.dev {
			dev[d.key] = true
		}
	}
	keys := make(map[string]string, len(p.out.Packages))
	beside := Root{Path: p.dir}
	for i := range p.out.Packages {
		pkg := &p.out.Packages[i]
		keys[pkg.Name] = pkg.Key()
		if kind := p.kind[pkg.Name]; kind == "" || kind == "transitive" {
			pkg.Direct = main[pkg.Name] || dev[pkg.Name]
			pkg.Dev = dev[pkg.Name] && !main[pkg.Name]
		}
		if pkg.Direct {
			beside.Requires = append(beside.Requires, Edge{Name: pkg.Name, To: pkg.Key()})
		}
	}
	seen := make(map[string]bool)
	for _, m := range manifests {
		seen[m.dir] = true
		p.out.Roots = append(p.out.Roots, Root{m.dir, m.name, pubspecEdges(keys, m.main, m.dev)})
	}
	if len(manifests) == 0 {
		p.out.Roots = append(p.out.Roots, beside)
		seen[p.dir] = true
	}
	for _, own := range p.own {
		if seen[own.dir] {
			continue
		}
		seen[own.dir] = true
		root := Root{Path: own.dir, Name: own.name}
		if m := readPubspec(tree, own.dir); m != nil {
			root.Requires = pubspecEdges(keys, m.main)
		}
		p.out.Roots = append(p.out.Roots, root)
	}
}

func pubspecEdges(keys map[string]string, lists ...[]pair) (edges []Edge) {
	for _, list := range lists {
		for _, d := range list {
			edges = append(edges, Edge{d.key, d.value, keys[d.key]})
		}
	}
	return edges
}
