package lockfiles

import (
	"io/fs"
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// pyproject is what a pyproject.toml says of the project's dependencies, for
// Poetry, PDM and uv alike.
type pyproject struct {
	name string
	// groups in the order of the file: "" is what the project itself needs.
	groups []pyprojectGroup
}

type pyprojectGroup struct {
	name string
	// dev: a dependency group or development dependency; optional: an extra.
	dev, optional bool
	requires      []pypiRequirement
}

// readPyproject reads the manifest in the directory of the lockfile. ok is
// false when it is absent or no TOML; within it, what is not understood is
// passed over, since a manifest only adds to what a lockfile says.
func readPyproject(tree fs.FS, lockfile string) (p pyproject, ok bool) {
	file := path.Join(path.Dir(lockfile), "pyproject.toml")
	data, ok := readManifest(tree, file)
	if !ok {
		return p, false
	}
	root, err := tomlTree(file, data)
	if err != nil {
		return p, false
	}
	r := &tomlReader{path: file}
	project, tool := r.table(root, "project"), r.table(root, "tool")
	poetry := r.table(tool, "poetry")
	if p.name = r.str(project, "name"); p.name == "" {
		p.name = r.str(poetry, "name")
	}
	stated := p.standard(r, root, project)
	p.poetry(r, poetry, stated)
	p.groupsOf(r.table(r.table(tool, "pdm"), "dev-dependencies"), true, false)
	uv := r.table(tool, "uv")
	p.add(pyprojectGroup{name: "dev", dev: true, requires: pyprojectStrings(uv.get("dev-dependencies"))})
	return p, true
}

// standard reads [project] and [dependency-groups], and tells which names
// [project] states.
func (p *pyproject) standard(r *tomlReader, root, project *tomlNode) map[string]bool {
	p.add(pyprojectGroup{requires: pyprojectStrings(project.get("dependencies"))})
	p.groupsOf(r.table(project, "optional-dependencies"), false, true)
	stated := make(map[string]bool)
	for _, group := range p.groups {
		for _, require := range group.requires {
			stated[NormalizePyPI(require.name)] = true
		}
	}
	p.groupsOf(r.table(root, "dependency-groups"), true, false)
	return stated
}

// poetry reads [tool.poetry]. Its dependencies that [project] states too only
// say where those come from.
func (p *pyproject) poetry(r *tomlReader, poetry *tomlNode, stated map[string]bool) {
	var own []pypiRequirement
	for _, require := range pyprojectTable(r.table(poetry, "dependencies")) {
		if !stated[NormalizePyPI(require.name)] {
			own = append(own, require)
		}
	}
	p.add(pyprojectGroup{requires: own})
	p.add(pyprojectGroup{name: "dev", dev: true, requires: pyprojectTable(r.table(poetry, "dev-dependencies"))})
	if groups := r.table(poetry, "group"); groups != nil {
		for _, m := range groups.members {
			p.add(pyprojectGroup{name: m.key, dev: m.key != "main", requires: pyprojectTable(r.table(m.value, "dependencies"))})
		}
	}
}

func (p *pyproject) groupsOf(table *tomlNode, dev, optional bool) {
	if table == nil {
		return
	}
	for _, m := range table.members {
		p.add(pyprojectGroup{m.key, dev, optional, pyprojectStrings(m.value)})
	}
}

func (p *pyproject) add(group pyprojectGroup) {
	if len(group.requires) > 0 {
		p.groups = append(p.groups, group)
	}
}

// pyprojectStrings reads a list of PEP 508 requirements. A group that includes
// another needs no following: the other is in the manifest as well.
func pyprojectStrings(list *tomlNode) []pypiRequirement {
	if list == nil {
		return nil
	}
	var requires []pypiRequirement
	for _, item := range list.items {
		if require, ok := parsePypiRequirement(pdmEditable(item.text)); ok {
			require.line = item.line
			requires = append(requires, require)
		}
	}
	return requires
}

// pyprojectTable reads Poetry's table of requirements, where a name may have
// several, for different environments.
func pyprojectTable(table *tomlNode) []pypiRequirement {
	if table == nil {
		return nil
	}
	var requires []pypiRequirement
	for _, m := range table.members {
		if m.key == "python" {
			continue
		}
		requires = append(requires, poetryRequirements(m.key, m.value)...)
	}
	return requires
}

// poetryRequirements reads one member of a table of requirements: a range, a
// table that says more, or a list of either.
func poetryRequirements(name string, value *tomlNode) []pypiRequirement {
	switch value.kind {
	case unstable.String:
		return []pypiRequirement{{name: name, rest: value.text, specifier: value.text, line: value.line}}
	case unstable.Table:
		return []pypiRequirement{poetryRequirement(name, value)}
	case unstable.Array:
		var requires []pypiRequirement
		for _, item := range value.items {
			if item.kind != unstable.Array {
				requires = append(requires, poetryRequirements(name, item)...)
			}
		}
		return requires
	}
	return nil
}

func poetryRequirement(name string, table *tomlNode) pypiRequirement {
	text := func(key string) string {
		if value := table.get(key); value != nil {
			return value.text
		}
		return ""
	}
	require := pypiRequirement{name: name, specifier: text("version"), line: table.line, optional: text("optional") == "true"}
	var rest []string
	if extras := table.get("extras"); extras != nil {
		for _, extra := range extras.items {
			require.extras = append(require.extras, NormalizePyPI(extra.text))
		}
		if len(require.extras) > 0 {
			rest = append(rest, "["+strings.Join(require.extras, ",")+"]")
		}
	}
	if require.specifier != "" {
		rest = append(rest, require.specifier)
	}
	for _, key := range []string{"git", "url", "path", "file"} {
		if where := text(key); where != "" {
			for _, ref := range []string{"branch", "tag", "rev"} {
				if text(ref) != "" {
					where += "@" + text(ref)
				}
			}
			rest = append(rest, "@ "+where)
		}
	}
	require.rest = strings.Join(rest, " ")
	if marker := text("markers"); marker != "" {
		require.rest += " ; " + marker
	}
	return require
}
