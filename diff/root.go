package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// requirement is what one project asks of one package.
type requirement struct{ root, name string }

// met is how a requirement is written and what fills it.
type met struct {
	constraint string
	by         *lockfiles.Package
}

func requirementsOf(g *Graph) map[requirement]met {
	all := make(map[requirement]met)
	for _, r := range g.Lockfile.Roots {
		for _, e := range r.Requires {
			if p := g.Package(e.To); p != nil {
				all[requirement{r.Path, e.Name}] = met{e.Constraint, p}
			}
		}
	}
	return all
}

// rootMoves finds where a project's own requirement is filled by another
// version than before, be the old one still in the tree or not: that is what
// "bump x from 1 to 2" means to a person.
func rootMoves(base, head *Graph) map[lockfiles.ID][]move {
	moves := make(map[lockfiles.ID][]move)
	before := requirementsOf(base)
	for at, h := range requirementsOf(head) {
		b := before[at]
		if b.by == nil || h.by.ID != b.by.ID || versionText(h.by) == versionText(b.by) {
			continue
		}
		m := move{versionText(b.by), versionText(h.by)}
		if !slices.Contains(moves[h.by.ID], m) {
			moves[h.by.ID] = append(moves[h.by.ID], m)
		}
	}
	for id := range moves {
		slices.SortFunc(moves[id], func(a, b move) int { return cmp.Or(strings.Compare(a.from, b.from), strings.Compare(a.to, b.to)) })
	}
	return moves
}

// requirementFields adds to each direct change that the manifest asks for it
// in other words than before. Where only the words moved, that is an Edited
// change of its own: the next install may resolve them otherwise.
func (c *comparison) requirementFields() {
	if c.converted {
		return
	}
	before, after := requirementsOf(c.base), requirementsOf(c.head)
	changeOf := make(map[*lockfiles.Package]int)
	for i := range c.changes {
		if h := c.changes[i].Head; h != nil {
			for _, instance := range c.changes[i].Instances {
				if p := c.head.Package(instance.Head); p != nil {
					changeOf[p] = i
				}
			}
		}
	}
	for _, at := range sortedRequirements(after) {
		b, h := before[at], after[at]
		if b.by == nil || b.by.ID != h.by.ID || b.constraint == h.constraint {
			continue
		}
		if b.constraint == b.by.Version && h.constraint == h.by.Version {
			continue // an exact pin: the versions say the same
		}
		field := Field{"requirement", b.constraint, h.constraint}
		i, ok := changeOf[h.by]
		if !ok {
			if versionText(b.by) != versionText(h.by) {
				continue // the move of another instance tells it
			}
			c.changes = append(c.changes, Change{Lockfile: c.lockfile, Base: b.by, Head: h.by, Kind: Edited,
				Instances: []Instance{{b.by.Key(), h.by.Key()}}})
			i = len(c.changes) - 1
			changeOf[h.by] = i
		}
		if !slices.Contains(c.changes[i].Fields, field) {
			c.changes[i].Fields = append(c.changes[i].Fields, field)
		}
	}
}

func sortedRequirements(all map[requirement]met) []requirement {
	list := make([]requirement, 0, len(all))
	for at := range all {
		list = append(list, at)
	}
	slices.SortFunc(list, func(a, b requirement) int {
		return cmp.Or(strings.Compare(a.root, b.root), strings.Compare(a.name, b.name))
	})
	return list
}
