package diff

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/lockfiles"
)

// comparePackages lists what moved between two graphs of one lockfile.
// Where file tells that the two were written in different formats or schemas,
// what only one of them can state is no difference.
func comparePackages(lockfile string, base, head *Graph, file File) []Change {
	c := comparison{lockfile: lockfile, base: base, head: head,
		converted: file.Converted(), sameFormat: file.Format == file.BaseFormat,
		rootMoves: rootMoves(base, head)}
	var before, after map[lockfiles.ID]versions
	var sides sync.WaitGroup
	sides.Go(func() { before = versionsByID(base) })
	sides.Go(func() { after = versionsByID(head) })
	sides.Wait()
	for id, versions := range before {
		c.compare(versions, after[id])
	}
	for id, versions := range after {
		if before[id] == nil {
			c.compare(nil, versions)
		}
	}
	c.requirementFields()
	return c.changes
}

type comparison struct {
	lockfile   string
	base, head *Graph
	converted  bool // written in another format or schema
	sameFormat bool // in another schema at most
	rootMoves  map[lockfiles.ID][]move
	changes    []Change
	// slots are made when the first package needs them.
	baseSlots, headSlots *slots
}

// move is one version taking the place of another.
type move struct{ from, to string }

// compare compares the versions of one package. Versions on both sides are
// compared field by field. A version that went and one that came are paired by
// the first of these that relates them: a project's own requirement, an
// install path, a package that requires both, the major line. Then a version
// that went is paired with one that was there before and took its place (a
// deduplication); then the nearest are paired. What is left was added or
// removed.
func (c *comparison) compare(before, after versions) {
	if len(before)+len(after) > maxPaired {
		c.compareMany(before, after)
		return
	}
	var moves []move
	if len(before) > 0 {
		moves = slices.Clone(c.rootMoves[before[0].entries[0].ID])
	}
	for _, b := range before {
		if h := after.find(b.text); h != nil {
			c.same(b, h, moves)
		}
	}
	gone, fresh := only(before, after), only(after, before)
	if len(gone) == 0 && len(fresh) == 0 && len(moves) == 0 {
		return
	}
	if platforms := pairByPlatform(gone, fresh); platforms != nil {
		moves = platforms // a requirement is met by a gem for each platform, and not by one of them
	}
	for _, pair := range []func(gone, fresh versions) []move{
		func(gone, fresh versions) []move { return c.pairBySlot(gone, fresh, byPath) },
		func(gone, fresh versions) []move { return c.pairBySlot(gone, fresh, byRequirer) },
		func(gone, fresh versions) []move { return pairByVersion(gone, fresh, true) },
		// Another copy may be hoisted to where a version lay, so its path tells
		// nothing here: who asks for it does.
		func(gone, _ versions) []move { return c.pairBySlot(gone, after, byRequirer) },
		func(gone, fresh versions) []move { return pairByVersion(gone, fresh, false) },
	} {
		if b, h := unpaired(gone, moves, from), unpaired(fresh, moves, to); len(b) > 0 {
			moves = append(moves, pair(b, h)...)
		}
	}
	moves = append(moves, c.pairPins(gone, fresh, before, after, moves)...)
	for _, m := range moves {
		c.moved(before.find(m.from), after.find(m.to), gone.find(m.from) != nil, fresh.find(m.to) != nil)
	}
	for _, b := range unpaired(gone, moves, from) {
		c.moved(b, nil, true, false)
	}
	for _, h := range unpaired(fresh, moves, to) {
		c.moved(nil, h, false, true)
	}
}

// maxPaired bounds the versions of one package between which pairs are looked
// for: each is weighed against each other. Lockfiles hold a dozen at most, and
// a file made to hurt could hold a million.
const maxPaired = 1000

// compareMany is compare without pairs: other versions came and went.
func (c *comparison) compareMany(before, after versions) {
	left := make(map[string]*version, len(before))
	for _, b := range before {
		left[b.text] = b
	}
	for _, h := range after {
		b := left[h.text]
		if b == nil {
			c.moved(nil, h, false, true)
			continue
		}
		delete(left, h.text)
		c.same(b, h, nil)
	}
	for _, b := range before {
		if left[b.text] != nil {
			c.moved(b, nil, true, false)
		}
	}
}

func only(list, other versions) (rest versions) {
	for _, v := range list {
		if other.find(v.text) == nil {
			rest = append(rest, v)
		}
	}
	return rest
}

func from(m move) string { return m.from }
func to(m move) string   { return m.to }

func unpaired(list versions, moves []move, side func(move) string) (rest versions) {
	for _, v := range list {
		if !slices.ContainsFunc(moves, func(m move) bool { return side(m) == v.text }) {
			rest = append(rest, v)
		}
	}
	return rest
}

// pairByPlatform pairs the builds of one gem for one platform.
func pairByPlatform(gone, fresh versions) (moves []move) {
	platform := func(v *version) string {
		_, platform := lockfiles.SplitGemVersion(v.text)
		return platform
	}
	if len(gone) == 0 || gone[0].entries[0].Ecosystem != "gem" {
		return nil
	}
	for _, b := range gone {
		i := slices.IndexFunc(fresh, func(h *version) bool { return platform(h) == platform(b) })
		if i >= 0 {
			moves = append(moves, move{b.text, fresh[i].text})
		}
	}
	return moves
}

// pairPins pairs what is left in a lockfile where nothing requires anything
// and nothing has a path, such as a workflow: each version there is what the
// project itself wrote, so two that became one have both moved. One that was
// there before is a partner when the project writes it more often than it did.
func (c *comparison) pairPins(gone, fresh, before, after versions, paired []move) (moves []move) {
	if c.base.edges || c.head.edges {
		return nil
	}
	for _, b := range unpaired(gone, paired, from) {
		partners := fresh
		if len(partners) == 0 {
			for _, h := range after {
				if uses(c.head, h) > uses(c.base, before.find(h.text)) {
					partners = append(partners, h)
				}
			}
		}
		moves = append(moves, pairByVersion(versions{b}, partners, false)...)
	}
	for _, h := range unpaired(fresh, paired, to) {
		moves = append(moves, pairByVersion(gone, versions{h}, false)...)
	}
	return moves
}

// uses counts how often the projects of a lockfile ask for a version.
func uses(g *Graph, v *version) (count int) {
	for _, r := range g.Lockfile.Roots {
		for _, e := range r.Requires {
			if slices.ContainsFunc(v.entries, func(p *lockfiles.Package) bool { return p.Key() == e.To }) {
				count++
			}
		}
	}
	return count
}

// pairByVersion pairs what neither path nor requirer tells, each version with
// its nearest: within one major line, or in all.
func pairByVersion(gone, fresh versions, withinLine bool) (moves []move) {
	type candidate struct {
		move
		distance int
	}
	// Rank in the order of all versions stands for distance between two.
	all := slices.Concat(gone, fresh)
	if len(gone) == 0 || len(fresh) == 0 {
		return nil
	}
	ecosystem := all[0].entries[0].Ecosystem
	slices.SortStableFunc(all, func(a, b *version) int {
		order, _ := Compare(ecosystem, a.text, b.text)
		return order
	})
	rank := make(map[*version]int, len(all))
	for i, v := range all {
		rank[v] = i
	}
	var candidates []candidate
	for _, b := range gone {
		for _, h := range fresh {
			distance := rank[h] - rank[b]
			if distance < 0 {
				distance = -distance
			}
			if !withinLine || majorLine(b.text) == majorLine(h.text) {
				candidates = append(candidates, candidate{move{b.text, h.text}, distance})
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.from, b.from), strings.Compare(a.to, b.to))
	})
	for _, c := range candidates {
		taken := slices.ContainsFunc(moves, func(m move) bool { return m.from == c.from || m.to == c.to })
		if !taken {
			moves = append(moves, c.move)
		}
	}
	return moves
}
