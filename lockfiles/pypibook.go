package lockfiles

import (
	"context"
	"path"
	"strings"
)

// pypiEntry is an entry of a Poetry, PDM or uv lockfile on its way to become a
// Package, or a Root when it is the project's own code.
type pypiEntry struct {
	pkg      Package
	id       string // what requirements look it up by: the name, and in PDM its extras
	own      bool   // the project's own code, at dir
	dir      string
	requires []pypiRequirement
	// devStated and optionalStated: the lockfile itself says so, and nothing
	// is to be computed.
	devStated, optionalStated bool
}

// pypiRoot is a project on its way to become a Root.
type pypiRoot struct {
	dir, name string
	// start: what the groups need is installed for the project's own sake.
	start  bool
	groups []pyprojectGroup
}

// pypiBook joins entries to one another: keys, edges, direct and dev flags.
type pypiBook struct {
	path    string
	entries []pypiEntry
	roots   []pypiRoot
	keys    []string // of entries; "" for the project's own code
	byID    map[string][]int
}

// fill completes the lockfile from entries and roots.
func (b *pypiBook) fill(ctx context.Context, l *Lockfile) error {
	if err := b.nameKeys(); err != nil {
		return err
	}
	b.byID = make(map[string][]int, len(b.entries))
	for i := range b.entries {
		b.byID[b.entries[i].id] = append(b.byID[b.entries[i].id], i)
	}
	graph := newPyPIGraph(len(b.entries))
	for i := range b.entries {
		if i%1024 == 0 && ctx.Err() != nil {
			return asParseError(b.path, 0, ctx.Err())
		}
		b.entries[i].pkg.Requires = b.edges(b.entries[i].requires, func(require *pypiRequirement, arc pypiArc) {
			if len(require.broughtBy) == 0 {
				graph.add(i, "", arc)
			}
			for _, extra := range require.broughtBy {
				graph.add(i, extra, arc)
			}
		})
	}
	b.flags(l, graph)
	for i := range b.entries {
		if !b.entries[i].own {
			l.Packages = append(l.Packages, b.entries[i].pkg)
		}
	}
	return nil
}

// flags writes the roots and what follows from them: direct, dev, optional.
func (b *pypiBook) flags(l *Lockfile, graph *pypiGraph) {
	var needed, extra, all []pypiArc
	for _, root := range b.roots {
		var edges []Edge
		for _, group := range root.groups {
			edges = append(edges, b.edges(group.requires, func(_ *pypiRequirement, arc pypiArc) {
				b.entries[arc.to].pkg.Direct = true
				switch {
				case !root.start:
					return
				case group.dev:
				case group.optional:
					extra = append(extra, arc)
				default:
					needed = append(needed, arc)
				}
				all = append(all, arc)
			})...)
		}
		l.Roots = append(l.Roots, Root{path.Join(path.Dir(b.path), root.dir), root.name, edges})
	}
	byNeed := graph.reach(needed)
	byExtra := graph.reach(append(needed, extra...))
	byAny := graph.reach(all)
	for i := range b.entries {
		e := &b.entries[i]
		if !e.devStated {
			e.pkg.Dev = byAny[i] && !byExtra[i]
		}
		if !e.optionalStated {
			e.pkg.Optional = byExtra[i] && !byNeed[i]
		}
	}
}

// edges resolves requirements in their order: one edge for each entry that may
// satisfy it, and one that leads nowhere when none is locked.
func (b *pypiBook) edges(requires []pypiRequirement, visit func(*pypiRequirement, pypiArc)) []Edge {
	var edges []Edge
	for i := range requires {
		require := &requires[i]
		targets := b.targets(require)
		if len(targets) == 0 {
			edges = append(edges, Edge{require.name, require.rest, ""})
		}
		for _, to := range targets {
			edges = append(edges, Edge{require.name, require.rest, b.keys[to]})
			visit(require, pypiArc{to, require.extras})
		}
	}
	return edges
}

func (b *pypiBook) targets(require *pypiRequirement) []int {
	if require.exactly > 0 {
		return []int{require.exactly - 1}
	}
	name := NormalizePyPI(require.name)
	var entries []int
	if len(require.extras) > 0 {
		entries = b.byID[pypiID(name, require.extras)]
	}
	if entries == nil {
		entries = b.byID[name]
	}
	return pypiCandidates(entries, func(i int) string { return b.entries[i].pkg.Version }, require.specifier)
}

// nameKeys gives every package a key of its own. Entries that share name and
// version are told apart by origin; those that share it as well are an error,
// because the package managers do not agree on which of them counts.
func (b *pypiBook) nameKeys() error {
	plain := make(map[string]int, len(b.entries))
	for i := range b.entries {
		plain[b.entries[i].plainKey()]++
	}
	b.keys = make([]string, len(b.entries))
	seen := make(map[string]int, len(b.entries))
	for i := range b.entries {
		e := &b.entries[i]
		key := e.plainKey()
		if plain[key] > 1 && e.pkg.Origin != "" {
			key += " (" + e.pkg.Origin + ")"
		}
		if first := seen[key]; first > 0 {
			return parseErrorf(b.path, e.pkg.Line, "duplicate entry %.200s (first on line %d)", key, first)
		}
		seen[key] = max(e.pkg.Line, 1)
		if e.own {
			continue
		}
		b.keys[i] = key
		if key != e.pkg.Name+"@"+e.pkg.Version {
			e.pkg.Path = key
		}
	}
	return nil
}

func (e *pypiEntry) plainKey() string { return e.id + "@" + e.pkg.Version }

// pypiName reads the name of an entry, normalised.
func (r *tomlReader) pypiName(entry *tomlNode) string {
	name := r.need(entry, "name")
	for i := range len(name) {
		if !isPyPINameByte(name[i]) {
			r.fail(entry.lineOf("name"), "%.80q is no package name", name)
			return ""
		}
	}
	return NormalizePyPI(name)
}

// insideProject tells whether a path of a lockfile stays in the lockfile's
// directory, and gives its clean form.
func insideProject(file string) (clean string, ok bool) {
	clean = path.Clean(strings.ReplaceAll(file, `\`, "/"))
	outside := path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") || strings.Contains(clean, ":")
	return clean, !outside
}
