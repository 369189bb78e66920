package lockfiles

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// pythonRequire is what a manifest asks for. Its zero groups are production.
type pythonRequire struct {
	name, written, specifier string
	dev, optional            bool // asked for in a dependency group, in an extra
	order                    int
}

// pythonAsk adds a requirement; a name asked for twice keeps its first
// spelling, and is needed by whoever needs it most.
func pythonAsk(asked map[string]pythonRequire, require pythonRequire) {
	if earlier, ok := asked[require.name]; ok {
		earlier.dev = earlier.dev && require.dev
		earlier.optional = earlier.optional && require.optional
		asked[require.name] = earlier
		return
	}
	require.order = len(asked)
	asked[require.name] = require
}

func pythonInOrder(asked map[string]pythonRequire) []pythonRequire {
	return slices.SortedFunc(maps.Values(asked), func(a, b pythonRequire) int { return cmp.Compare(a.order, b.order) })
}

// pythonProjectRequires reads the dependencies of the pyproject.toml of a
// directory: [project] and, by PEP 735, [dependency-groups]. found is false
// when there is none or it cannot be read.
func pythonProjectRequires(tree fs.FS, dir string) (asked map[string]pythonRequire, found bool) {
	asked, _, found = pythonProject(tree, dir)
	return asked, found
}

func pythonProject(tree fs.FS, dir string) (asked map[string]pythonRequire, name string, found bool) {
	data, ok := readManifest(tree, path.Join(dir, "pyproject.toml"))
	if !ok || tooDeep(data) > 0 {
		return nil, "", false
	}
	// Maps, because struct fields would match keys of any letter case.
	var manifest map[string]any
	if err := toml.Unmarshal(data, &manifest); err != nil {
		return nil, "", false
	}
	asked = make(map[string]pythonRequire)
	ask := func(list any, dev, optional bool) {
		items, _ := list.([]any)
		for _, item := range items {
			text, _ := item.(string)
			if req, err := parsePEP508(text); err == nil {
				pythonAsk(asked, pythonRequire{name: req.name, written: req.written, specifier: req.specifier, dev: dev, optional: optional})
			}
		}
	}
	project, _ := manifest["project"].(map[string]any)
	name, _ = project["name"].(string)
	ask(project["dependencies"], false, false)
	extras, _ := project["optional-dependencies"].(map[string]any)
	for _, extra := range slices.Sorted(maps.Keys(extras)) {
		ask(extras[extra], false, true)
	}
	groups, _ := manifest["dependency-groups"].(map[string]any)
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		ask(groups[group], true, false)
	}
	return asked, name, true
}
