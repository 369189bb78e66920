package lockfiles

import (
	"path"
	"strings"
)

// direct marks the entries that the project asks for itself and gives the
// edges that lead to them. A file that no tool wrote, and that has no .in file
// beside it, asks for all its entries.
func (r *requirementsReader) direct(dir string) []Edge {
	present := make(map[string]bool, len(r.entries))
	for _, e := range r.entries {
		present[e.Name] = true
	}
	var annotated, rooted bool
	for _, e := range r.entries {
		rooted = rooted || e.via.root
		for _, parent := range e.via.parents {
			annotated = annotated || present[parent]
		}
	}
	asked, found := r.manifests(dir)
	generated := found || rooted || annotated || requirementsHeader.MatchString(r.header)
	if generated && !found && !rooted && !annotated {
		asked, found = pythonProjectRequires(r.tree, dir)
	}
	// uv export and rye name the project as parent, and its entry is the
	// project itself or left out.
	project := len(r.locals) > 0 || strings.Contains(r.header, "uv export")
	for i := range r.entries {
		e := &r.entries[i]
		_, listed := asked[e.Name]
		e.Direct = !generated || e.via.root || listed ||
			// pip-compile before 5 and early uv left out the comment of what
			// the .in file asks for.
			annotated && !rooted && !found && !project && !e.via.any
		for _, parent := range e.via.parents {
			e.Direct = e.Direct || project && !present[parent]
		}
	}
	return r.directEdges(asked, present)
}

func (r *requirementsReader) directEdges(asked map[string]pythonRequire, present map[string]bool) []Edge {
	var edges []Edge
	for _, e := range r.entries {
		if !e.Direct {
			continue
		}
		edge := Edge{Name: e.written, Constraint: e.specifier, To: e.Key()}
		if a, ok := asked[e.Name]; ok {
			edge.Name, edge.Constraint = a.written, a.specifier
		}
		edges = append(edges, edge)
	}
	for _, a := range pythonInOrder(asked) {
		if !present[a.name] {
			edges = append(edges, Edge{Name: a.written, Constraint: a.specifier})
		}
	}
	return edges
}

// manifests reads the .in files that the file was made of: the one of its own
// name and those that its header mentions. Errors in them are not ours.
func (r *requirementsReader) manifests(dir string) (asked map[string]pythonRequire, found bool) {
	files := append([]string{strings.TrimSuffix(path.Base(r.top), path.Ext(r.top)) + ".in"}, requirementsCompiledFrom(r.header)...)
	asked = make(map[string]pythonRequire)
	in := &requirementsReader{ctx: r.ctx, tree: r.tree, top: r.top, visited: map[string]bool{r.top: true},
		constraints: make(map[string]Package)}
	for _, base := range files {
		file := path.Join(dir, base)
		if in.visited[file] {
			continue
		}
		in.visited[file] = true
		data, ok := readManifest(r.tree, file)
		if !ok {
			continue
		}
		found = true
		_ = in.read(file, data, 0, false)
	}
	for _, e := range in.entries {
		pythonAsk(asked, pythonRequire{name: e.Name, written: e.written, specifier: e.specifier})
	}
	return asked, found
}
