package lockfiles

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// The sections of a Pipfile that pipenv locks under other names.
var pipfileSections = map[string]string{"packages": "default", "dev-packages": "develop"}

// finish joins what several sections pin alike, and adds what the sources and
// the Pipfile tell.
func (p *pipfileReader) finish() Lockfile {
	asked := p.pipfile()
	first := make(map[string]int) // by name: the entry of an earlier section
	var kept []pipfileEntry
	// default first, so that a package it shares with develop is not for
	// development alone, wherever the file puts the sections.
	slices.SortStableFunc(p.entries, func(a, b pipfileEntry) int { return pipfileRank(a.section) - pipfileRank(b.section) })
	for _, e := range p.entries {
		_, e.Direct = asked[e.section][e.Name]
		e.Dev = e.section == "develop"
		e.Optional = pipfileRank(e.section) == 2 // installed when its category is named
		if i, ok := first[e.Name]; ok && kept[i].same(e) {
			kept[i].Direct = kept[i].Direct || e.Direct
			continue
		} else if !ok {
			first[e.Name] = len(kept)
		}
		kept = append(kept, e)
	}
	packages := make([]*Package, len(kept))
	for i := range kept {
		e := &kept[i]
		if e.index != "" && e.Origin == "" {
			if e.Origin = p.sources[e.index]; e.Origin == "" {
				e.Origin = e.index
			}
		}
		packages[i] = &e.Package
	}
	pythonKeys(packages, func(i int) string { return pipfileInstance(kept[i].section) })
	slices.SortStableFunc(packages, func(a, b *Package) int { return a.Line - b.Line })
	lockfile := Lockfile{Schema: p.schema, Settings: p.settings, Roots: p.roots(asked, kept)}
	for _, pkg := range packages {
		lockfile.Packages = append(lockfile.Packages, *pkg)
	}
	return lockfile
}

func pipfileRank(section string) int {
	switch section {
	case "default":
		return 0
	case "develop":
		return 1
	}
	return 2
}

// roots gives the project its edges in the order of the Pipfile's sections.
func (p *pipfileReader) roots(asked map[string]map[string]pythonRequire, kept []pipfileEntry) []Root {
	type place struct{ section, name string }
	keys := make(map[place]string)
	anywhere := make(map[string]string) // joined entries keep the key of the first
	for _, e := range kept {
		keys[place{e.section, e.Name}] = e.Key()
		if _, ok := anywhere[e.Name]; !ok {
			anywhere[e.Name] = e.Key()
		}
	}
	root := Root{Path: p.dir}
	sections := slices.SortedFunc(maps.Keys(asked), func(a, b string) int {
		if rank := pipfileRank(a) - pipfileRank(b); rank != 0 {
			return rank
		}
		return strings.Compare(a, b)
	})
	for _, section := range sections {
		for _, a := range pythonInOrder(asked[section]) {
			to, ok := keys[place{section, a.name}]
			if !ok {
				to = anywhere[a.name]
			}
			root.Requires = append(root.Requires, Edge{a.written, a.specifier, to})
		}
	}
	return pythonRoots(root, p.locals)
}

// pythonRoots puts the lockfile's own project before the others that it
// installs from this tree, each once.
func pythonRoots(own Root, locals []Root) []Root {
	roots := []Root{own}
	seen := map[string]bool{own.Path: true}
	for _, local := range locals {
		if local.Path == own.Path && roots[0].Name == "" {
			roots[0].Name = local.Name
		}
		if !seen[local.Path] {
			seen[local.Path] = true
			roots = append(roots, local)
		}
	}
	return roots
}

// pipfile reads what the Pipfile beside the lock asks for, by section of the
// lock. Without one nothing is known to be direct.
func (p *pipfileReader) pipfile() map[string]map[string]pythonRequire {
	data, ok := readManifest(p.tree, path.Join(p.dir, "Pipfile"))
	if !ok || tooDeep(data) > 0 {
		return nil
	}
	var manifest map[string]any
	if err := toml.Unmarshal(data, &manifest); err != nil {
		return nil
	}
	asked := make(map[string]map[string]pythonRequire)
	for table, content := range manifest {
		names, ok := content.(map[string]any)
		switch table {
		case "requires", "scripts", "pipenv", "pipfile", "source":
			continue
		}
		if !ok {
			continue
		}
		section := table
		if locked, ok := pipfileSections[table]; ok {
			section = locked
		}
		asked[section] = make(map[string]pythonRequire)
		for _, written := range slices.Sorted(maps.Keys(names)) {
			specifier, _ := names[written].(string)
			if details, ok := names[written].(map[string]any); ok {
				specifier, _ = details["version"].(string)
			}
			pythonAsk(asked[section], pythonRequire{name: NormalizePyPI(written), written: written, specifier: specifier})
		}
	}
	return asked
}
