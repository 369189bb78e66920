package diff

import (
	"github.com/depreview/depreview/lockfiles"
)

// A slot is a place that one package fills: an install path, or the
// requirement of another package. Two versions that fill the same slot before
// and after took each other's place.
type slot struct {
	requirer lockfiles.ID // zero for an install path
	name     string       // the edge's name, or the install path
}

// slots of one graph, both ways.
type slots struct {
	of     map[*lockfiles.Package][]slot // by requirer
	filled map[slot]*lockfiles.Package
}

func newSlots(g *Graph) *slots {
	s := &slots{make(map[*lockfiles.Package][]slot), make(map[slot]*lockfiles.Package)}
	for i := range g.Lockfile.Packages {
		p := &g.Lockfile.Packages[i]
		for _, e := range p.Requires {
			if target := g.Package(e.To); target != nil && e.To != "" {
				at := slot{p.ID, e.Name}
				s.of[target] = append(s.of[target], at)
				s.filled[at] = target
			}
		}
	}
	return s
}

// by tells which slots count: install paths or requirers.
type by int

const (
	byPath by = iota
	byRequirer
)

// pairBySlot pairs each version of gone with the version, among candidates,
// that fills most of its slots at head.
func (c *comparison) pairBySlot(gone, candidates versions, how by) (moves []move) {
	if len(candidates) == 0 {
		return nil
	}
	if how == byRequirer && c.baseSlots == nil {
		c.baseSlots, c.headSlots = newSlots(c.base), newSlots(c.head)
	}
	for _, b := range gone {
		if h := c.occupant(b, candidates, how); h != "" {
			moves = append(moves, move{b.text, h})
		}
	}
	return moves
}

// occupant is the candidate that fills most slots of v at head, or "".
func (c *comparison) occupant(v *version, candidates versions, how by) string {
	votes := make(map[string]int)
	vote := func(p *lockfiles.Package) {
		if p != nil && p.ID == v.entries[0].ID && candidates.find(versionText(p)) != nil {
			votes[versionText(p)]++
		}
	}
	for _, p := range v.entries {
		switch how {
		case byPath:
			if p.Path != "" {
				vote(c.head.Package(p.Path))
			}
		case byRequirer:
			for _, s := range c.baseSlots.of[p] {
				vote(c.headSlots.filled[s])
			}
		}
	}
	best := ""
	for _, text := range sortedKeys(votes) {
		if best == "" || votes[text] > votes[best] {
			best = text
		}
	}
	return best
}
