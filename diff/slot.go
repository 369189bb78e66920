package diff

import (
	"slices"

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

// pairBySlot pairs versions that are only on one side with what fills their
// slots on the other. A version that stays elsewhere is a partner for a
// removed one (a deduplication) and, by install path, for an added one.
func (c *comparison) pairBySlot(gone, fresh, before, after versions, paired []move, how by) (moves []move) {
	if len(unpaired(gone, paired, from)) == 0 && len(unpaired(fresh, paired, to)) == 0 {
		return nil
	}
	if how == byRequirer && c.baseSlots == nil {
		c.baseSlots, c.headSlots = newSlots(c.base), newSlots(c.head)
	}
	for _, b := range unpaired(gone, paired, from) {
		if partner := c.occupant(b, c.head, c.baseSlots, c.headSlots, how, fresh); partner != "" && after.find(partner) != nil {
			moves = append(moves, move{b.text, partner})
		}
	}
	for _, h := range unpaired(fresh, slices.Concat(paired, moves), to) {
		partner := c.occupant(h, c.base, c.headSlots, c.baseSlots, how, gone)
		if partner == "" || before.find(partner) == nil {
			continue
		}
		// b is still there for others: a second version came, nothing moved.
		if how == byRequirer && gone.find(partner) == nil {
			continue
		}
		moves = append(moves, move{partner, h.text})
	}
	return moves
}

// occupant is the version that fills most slots of v on the other side; one
// that only that side has is preferred.
func (c *comparison) occupant(v *version, other *Graph, own, theirs *slots, how by, preferred versions) string {
	votes := make(map[string]int)
	vote := func(p *lockfiles.Package) {
		if p != nil && p.ID == v.entries[0].ID && versionText(p) != v.text {
			votes[versionText(p)]++
		}
	}
	for _, p := range v.entries {
		if how == byPath {
			if p.Path != "" {
				vote(other.Package(p.Path))
			}
			continue
		}
		for _, s := range own.of[p] {
			vote(theirs.filled[s])
		}
	}
	best := ""
	for _, text := range sortedKeys(votes) {
		switch {
		case best == "":
			best = text
		case (preferred.find(text) != nil) != (preferred.find(best) != nil):
			if preferred.find(text) != nil {
				best = text
			}
		case votes[text] > votes[best]:
			best = text
		}
	}
	return best
}
