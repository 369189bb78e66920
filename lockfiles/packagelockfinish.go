package lockfiles

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
)

// finish joins what was read: links to their targets, edges to entries, and
// the roots to what they name.
func (p *npmParser) finish(tree fs.FS) error {
	p.finishRoot(tree)
	if err := p.finishLinks(); err != nil {
		return err
	}
	p.tree.joinUp()
	for i := range p.out.Packages {
		if err := p.resolve(p.pkgNode[i], p.out.Packages[i].Requires, false); err != nil {
			return err
		}
	}
	for i := range p.out.Roots {
		if err := p.resolve(p.rooted[i], p.out.Roots[i].Requires, true); err != nil {
			return err
		}
	}
	return nil
}

// resolve finds the entries that the edges of a node lead to. What a project
// names is direct.
func (p *npmParser) resolve(from int32, edges []Edge, direct bool) error {
	for i := range edges {
		if i%1024 == 0 && p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		to := p.tree.resolve(from, edges[i].Name)
		if to < 0 || p.tree.nodes[to].pkg < 0 {
			continue
		}
		pkg := &p.out.Packages[p.tree.nodes[to].pkg]
		edges[i].To = pkg.Path
		pkg.Direct = pkg.Direct || direct
	}
	return nil
}

// finishLinks leads links to their targets. npm refuses a link to what is no
// entry, or looks at the directory itself; here it becomes a package, since
// something is installed under that name.
func (p *npmParser) finishLinks() error {
	var lost []npmLink
	for _, l := range p.links {
		if target, ok := p.tree.ids[l.target]; ok && p.tree.nodes[target].known {
			p.tree.nodes[l.node].target = target
		} else {
			lost = append(lost, l)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	for _, l := range lost {
		if err := p.append(l.node, l.pkg); err != nil {
			return err
		}
	}
	// Back to the order of the file.
	slices.SortStableFunc(p.pkgNode, func(a, b int32) int {
		return cmp.Compare(p.out.Packages[p.tree.nodes[a].pkg].Line, p.out.Packages[p.tree.nodes[b].pkg].Line)
	})
	sorted := make([]Package, len(p.pkgNode))
	for i, node := range p.pkgNode {
		sorted[i] = p.out.Packages[p.tree.nodes[node].pkg]
		p.tree.nodes[node].pkg = int32(i)
	}
	p.out.Packages = sorted
	return nil
}

// finishRoot makes sure that the project itself is a root with a name: a file
// of version 1 knows its direct dependencies from package.json alone.
func (p *npmParser) finishRoot(tree fs.FS) {
	root := p.tree.ids[""]
	for i, node := range p.rooted {
		if node == root {
			if p.out.Roots[i].Name == "" {
				p.out.Roots[i].Name = p.name
			}
			return
		}
	}
	manifest, _ := readPackageJSON(tree, path.Join(p.dir, "package.json"))
	if p.name == "" {
		p.name = manifest.Name
	}
	p.root(root, "", p.name, npmManifestEdges(manifest))
	last := len(p.out.Roots) - 1 // the project itself stands first
	p.out.Roots = append(p.out.Roots[last:], p.out.Roots[:last]...)
	p.rooted = append(p.rooted[last:], p.rooted[:last]...)
}

// npmManifestEdges is everything that a package.json names.
func npmManifestEdges(manifest packageJSON) (edges []Edge) {
	for _, list := range [][]pair{manifest.Dependencies, manifest.DevDependencies, manifest.OptionalDependencies, manifest.Peers} {
		for _, d := range list {
			edges = append(edges, Edge{Name: d.key, Constraint: d.value})
		}
	}
	return edges
}
