package diff

import (
	"slices"

	"github.com/depreview/depreview/lockfiles"
)

// A slot is the requirement that one package has of another. Two versions that
// fill the same slot before and after took each other's place.
type slot struct {
	requirer lockfiles.ID
	version  string // of the requirer; "" for whatever version of it
	name     string // as the edge writes it
}

// slots of one graph, both ways.
type slots struct {
	of     map[*lockfiles.Package][]slot // with the requirer's version
	filled map[slot][]*lockfiles.Package // with and without it
}

func newSlots(g *Graph) *slots {
	s := &slots{make(map[*lockfiles.Package][]slot), make(map[slot][]*lockfiles.Package)}
	for i := range g.Lockfile.Packages {
		p := &g.Lockfile.Packages[i]
		for _, e := range p.Requires {
			if target := g.Package(e.To); target != nil && e.To != "" {
				at := slot{p.ID, versionText(p), e.Name}
				s.of[target] = append(s.of[target], at)
				s.fill(at, target)
				s.fill(at.anyVersion(), target)
			}
		}
	}
	return s
}

func (at slot) anyVersion() slot { return slot{at.requirer, "", at.name} }

// fill notes one entry of each version that fills a slot.
func (s *slots) fill(at slot, target *lockfiles.Package) {
	if !slices.ContainsFunc(s.filled[at], func(p *lockfiles.Package) bool {
		return p.ID == target.ID && versionText(p) == versionText(target)
	}) {
		s.filled[at] = append(s.filled[at], target)
	}
}

// occupants are what fills the slot of v: for the same version of the requirer
// if it is there, else for whatever version of it. Where several versions of
// the requirer ask for several versions, only those of v's own major line can
// be told to be its successors.
func (s *slots) occupants(at slot, v *version) []*lockfiles.Package {
	list := s.filled[at]
	if list == nil {
		list = s.filled[at.anyVersion()]
	}
	if len(list) < 2 {
		return list
	}
	var near []*lockfiles.Package
	for _, p := range list {
		if majorLine(p.Version) == majorLine(v.text) {
			near = append(near, p)
		}
	}
	return near
}

// by tells which slots count: install paths or requirers.
type by int

const (
	byPath by = iota
	byRequirer
)

// pairBySlot pairs versions that are only on one side with what fills their
// slots on the other. A version that stays elsewhere is a partner for a
// removed one by requirer (a deduplication) and for an added one by path.
func (c *comparison) pairBySlot(gone, fresh, before, after versions, paired []move, how by) (moves []move) {
	if len(unpaired(gone, paired, from)) == 0 && len(unpaired(fresh, paired, to)) == 0 {
		return nil
	}
	if how == byRequirer && c.baseSlots == nil {
		c.baseSlots, c.headSlots = newSlots(c.base), newSlots(c.head)
	}
	for _, b := range unpaired(gone, paired, from) {
		partner := c.occupant(b, c.head, c.baseSlots, c.headSlots, how, fresh)
		if partner == "" || after.find(partner) == nil {
			continue
		}
		// Another copy was hoisted to where b lay: who asks for it now decides.
		if how == byPath && fresh.find(partner) == nil {
			continue
		}
		moves = append(moves, move{b.text, partner})
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
			for _, p := range theirs.occupants(s, v) {
				vote(p)
			}
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
