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

// newSlots finds the slots of g. A requirer that the other side has at the same
// version fills its slot for that version alone: what it asks for, it asked for
// before, and took nobody's place.
func newSlots(g, other *Graph) *slots {
	s := &slots{make(map[*lockfiles.Package][]slot), make(map[slot][]*lockfiles.Package)}
	stays := make(map[slot]bool, len(other.Lockfile.Packages))
	for i := range other.Lockfile.Packages {
		p := &other.Lockfile.Packages[i]
		stays[slot{p.ID, versionText(p), ""}] = true
	}
	for i := range g.Lockfile.Packages {
		p := &g.Lockfile.Packages[i]
		for _, e := range p.Requires {
			if target := g.Package(e.To); target != nil && e.To != "" {
				at := slot{p.ID, versionText(p), e.Name}
				s.of[target] = append(s.of[target], at)
				s.fill(at, target)
				if !stays[slot{p.ID, versionText(p), ""}] {
					s.fill(at.anyVersion(), target)
				}
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

// pairBySlot pairs each version of gone with the version, among candidates,
// that fills most of its slots at head.
func (c *comparison) pairBySlot(gone, candidates versions, how by) (moves []move) {
	if len(candidates) == 0 {
		return nil
	}
	if how == byRequirer && c.baseSlots == nil {
		c.baseSlots, c.headSlots = newSlots(c.base, c.head), newSlots(c.head, c.base)
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
				for _, h := range c.headSlots.occupants(s, v) {
					vote(h)
				}
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
