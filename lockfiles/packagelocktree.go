package lockfiles

import (
	"errors"
	"path"
	"strings"
)

// npmMaxDepth bounds node_modules within node_modules. Real trees stay below
// twenty; each edge may be looked up once a level.
const npmMaxDepth = 100

// npmTree is the directory tree that a package-lock.json describes, for the
// lookup that Node does: a module's own node_modules, then its parent's.
type npmTree struct {
	nodes    []npmNode
	ids      map[string]int32 // by location
	children map[npmChild]int32
}

// npmNode is a directory: a package, a link, a project, or merely on the way.
type npmNode struct {
	parent int32 // where Node looks next; -1 at the end
	depth  int32
	pkg    int32 // its index in Lockfile.Packages, or -1
	target int32 // for a link the node it leads to, else -1
	known  bool  // a package or a project, not merely on the way
}

type npmChild struct {
	parent int32
	name   string
}

// newNpmTree makes room for n locations: growing the maps costs more than
// filling them.
func newNpmTree(n int) *npmTree {
	return &npmTree{nodes: make([]npmNode, 0, n), ids: make(map[string]int32, n),
		children: make(map[npmChild]int32, n)}
}

// add is the node at a location, made with all nodes above it when it is new.
func (t *npmTree) add(location string) (int32, error) {
	if id, ok := t.ids[location]; ok {
		return id, nil
	}
	parent, depth := int32(-1), int32(0)
	above, name, ok := npmAbove(location)
	if ok {
		// A location has at most npmMaxDepth slashes, so this ends soon.
		id, err := t.add(above)
		if err != nil {
			return 0, err
		}
		parent, depth = id, t.nodes[id].depth+1
	}
	if depth > npmMaxDepth {
		return 0, errNpmDepth
	}
	id := int32(len(t.nodes))
	t.nodes = append(t.nodes, npmNode{parent: parent, depth: depth, pkg: -1, target: -1})
	t.ids[location] = id
	if name != "" {
		t.children[npmChild{parent, name}] = id
	}
	return id, nil
}

// resolve is the node that `require(name)` finds from a node, or -1.
func (t *npmTree) resolve(from int32, name string) int32 {
	for ; from >= 0; from = t.nodes[from].parent {
		if id, ok := t.children[npmChild{from, name}]; ok {
			if target := t.nodes[id].target; target >= 0 {
				return target
			}
			return id
		}
	}
	return -1
}

// joinUp puts the directories above the project, where entries lie there, at
// the end of every climb: Node does not stop at the project's root.
func (t *npmTree) joinUp() {
	last := t.ids[""]
	for up := ".."; len(up) <= 3*npmMaxDepth; up += "/.." {
		if id, ok := t.ids[up]; ok {
			t.nodes[last].parent = id
			last = id
		}
	}
}

var errNpmDepth = errors.New("a location is nested too deeply")

// npmAbove is the directory whose node_modules is asked next after that of
// location, and the name by which location is found there, if it lies in that
// node_modules. ok is false where the climb ends.
func npmAbove(location string) (above, name string, ok bool) {
	if rest, inside := npmCutModules(location); inside {
		above, name = location[:len(location)-len(rest)], rest
		above = strings.TrimSuffix(strings.TrimSuffix(above, "node_modules/"), "/")
		return above, name, true
	}
	switch {
	case location == "", location == "/", location == "..", strings.HasSuffix(location, "/.."):
		return "", "", false
	}
	if above = path.Dir(location); above == "." {
		above = ""
	}
	return above, "", true
}

// npmAfterModules is what follows the last node_modules of a location.
func npmAfterModules(location string) (rest string, ok bool) {
	const dir = "node_modules/"
	if i := strings.LastIndex(location, "/"+dir); i >= 0 {
		return location[i+1+len(dir):], true
	}
	return strings.CutPrefix(location, dir)
}

// npmCutModules is the package name at the end of a location, when all that
// follows the last node_modules is such a name.
func npmCutModules(location string) (name string, ok bool) {
	name, ok = npmAfterModules(location)
	return name, ok && npmIsName(name)
}

// npmIsName tells whether s can be a directory of node_modules: x or @scope/x.
func npmIsName(s string) bool {
	scope, rest, scoped := strings.Cut(s, "/")
	if scoped {
		return len(scope) > 1 && scope[0] == '@' && rest != "" && !strings.Contains(rest, "/")
	}
	return s != "" && s[0] != '@' && s != "." && s != ".." && s != "node_modules"
}

// npmName is the package name that a location stands for.
func npmName(location string) string {
	if name, ok := npmCutModules(location); ok {
		return name
	}
	dir, name := path.Split(location)
	if scope := path.Base(dir); strings.HasPrefix(scope, "@") {
		return scope + "/" + name
	}
	return name
}

// npmCheckLocation refuses what two readers could take for different places.
func npmCheckLocation(location string) error {
	switch {
	case location == "":
		return nil
	case path.Clean(location) != location || strings.Contains(location, `\`) || location == ".":
		return errors.New("the location is not in its shortest form")
	case strings.Count(location, "/") > 2*npmMaxDepth || len(location) > 4096:
		return errNpmDepth
	case location == "node_modules" || strings.HasSuffix(location, "/node_modules"):
		return errors.New("the location names no package")
	}
	if rest, ok := npmAfterModules(location); ok && rest[0] == '@' && !strings.Contains(rest, "/") {
		return errors.New("the location names no package")
	}
	return nil
}

// npmOutside tells whether a location lies outside of the project.
func npmOutside(location string) bool {
	return location == ".." || strings.HasPrefix(location, "../") || strings.HasPrefix(location, "/") ||
		len(location) > 1 && location[1] == ':'
}
