package lockfiles

import (
	"path"
	"strings"
)

// gemVariants bounds how many platform variants of one gem an edge names, so
// that a crafted file cannot make edges times variants. Real gems have fewer.
const gemVariants = 64

// build turns gems into packages and roots. development holds the project's
// dependencies that a Gemfile gives to development and test alone.
func (g *gemLock) build(development map[string]bool) Lockfile {
	dir := path.Dir(g.file)
	local := make([]string, len(g.specs)) // the directory of a Root, or ""
	packages := make([]Package, len(g.specs))
	named := make(map[string][]int) // by gem, each platform
	for i := range g.specs {
		s := &g.specs[i]
		named[s.name] = append(named[s.name], i)
		if s.source.kind == "PATH" && len(s.source.remotes) > 0 {
			local[i], _ = withinTree(dir, s.source.remotes[0])
		}
		packages[i] = s.instance()
		packages[i].Integrity = append(packages[i].Integrity, g.sums[gemKey(s.name, s.version)].digests...)
	}
	variants := func(name string) []int { return named[name][:min(len(named[name]), gemVariants)] }
	// A gem with several platforms is satisfied by any of them: an edge each.
	edges := func(needs []gemNeed) (list []Edge) {
		for _, n := range needs {
			found := false
			for _, i := range variants(n.name) {
				if local[i] == "" {
					list = append(list, Edge{n.name, n.constraint, packages[i].Key()})
					found = true
				}
			}
			if !found {
				list = append(list, Edge{n.name, n.constraint, ""})
			}
		}
		return list
	}
	lockfile := Lockfile{Roots: []Root{{Path: dir, Requires: edges(g.dependencies)}}, Settings: g.settings}
	direct := make(map[string]bool)
	for _, d := range g.dependencies {
		direct[d.name] = true
	}
	for i, s := range g.specs {
		if local[i] == "" {
			continue
		}
		lockfile.Roots = append(lockfile.Roots, Root{Path: local[i], Name: s.name, Requires: edges(s.requires)})
		for _, n := range s.requires {
			direct[n.name] = true
		}
	}
	dev := g.devOnly(development, named)
	for i, p := range packages {
		if local[i] != "" {
			continue
		}
		p.Direct = direct[p.Name]
		p.Dev = dev[i]
		p.Requires = edges(g.specs[i].requires)
		lockfile.Packages = append(lockfile.Packages, p)
	}
	for _, key := range g.sumOrder {
		if g.seen[key] == 0 { // Bundler's own, and what an edit left behind
			lockfile.Settings = append(lockfile.Settings, Setting{"CHECKSUMS", g.sums[key].text, g.sums[key].line})
		}
	}
	return lockfile
}

// devOnly marks gems that only dependencies for development lead to.
func (g *gemLock) devOnly(development map[string]bool, named map[string][]int) []bool {
	only := make([]bool, len(g.specs))
	if len(development) == 0 {
		return only
	}
	var needed, all []int
	for _, d := range g.dependencies {
		all = append(all, named[d.name]...)
		if !development[d.name] {
			needed = append(needed, named[d.name]...)
		}
	}
	next := func(i int) (list []int) {
		for _, n := range g.specs[i].requires {
			to := named[n.name]
			list = append(list, to[:min(len(to), gemVariants)]...)
		}
		return list
	}
	prod := reachFrom(len(g.specs), needed, next)
	for i, reached := range reachFrom(len(g.specs), all, next) {
		only[i] = reached && !prod[i]
	}
	return only
}

// instance is the package of a gem without what its surroundings tell.
func (s *gemSpec) instance() Package {
	p := Package{ID: ID{"gem", s.name}, Version: s.version, Line: s.line, Label: s.source.label}
	remotes := strings.Join(s.source.remotes, ", ")
	switch s.source.kind {
	case "GIT":
		p.Origin = remotes
		if s.source.revision != "" {
			p.Origin += "#" + s.source.revision
			p.Integrity = []Digest{{"git", s.source.revision}}
		}
	case "PATH":
		p.Origin = "path+" + remotes
	case "PLUGIN SOURCE":
		p.Origin = s.source.plugin + "+" + remotes
		if s.source.revision != "" {
			p.Origin += "#" + s.source.revision
		}
	default:
		p.Origin = remotes
		// People and bots name the release; the platform behind it is the machine's.
		if number, platform := SplitGemVersion(s.version); platform != "" {
			p.Label = number
		}
	}
	return p
}
