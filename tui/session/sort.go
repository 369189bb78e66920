package session

import (
	"cmp"
	"slices"

	"github.com/depreview/depreview/analysis"
)

// sortItems orders the changes: the worst outcome that is known first, then
// what the lockfiles alone say needs eyes.
func (s *Session) sortItems() {
	copy(s.sorted, s.classes)
	s.moved = 0
	s.ordered = slices.ContainsFunc(s.sorted, func(c class) bool { return c != classRest })
	slices.SortStableFunc(s.Order, func(a, b int) int {
		x, y := &s.Items[a], &s.Items[b]
		return cmp.Or(int(s.sorted[a])-int(s.sorted[b]), int(x.Rank)-int(y.Rank),
			cmp.Compare(x.Lockfile, y.Lockfile), cmp.Compare(x.Label, y.Label), a-b)
	})
}

// Sort puts the changes in order of what is known by now. Nothing else does,
// so that no row moves under a cursor by itself.
func (s *Session) Sort() {
	s.sortItems()
	s.Version++
}

// Unsorted is how many changes Sort would rank otherwise than Order has them.
func (s *Session) Unsorted() int { return s.moved }

// SortNodes orders the nodes of a tree as Sort has ordered the changes: those
// with the worst outcome, their own or below them, first.
func (s *Session) SortNodes(nodes []analysis.Node) {
	if len(nodes) == 0 || !s.ordered {
		return
	}
	worst := make(map[int]class, len(nodes))
	for _, n := range nodes {
		worst[n.Change] = s.worstOf(n)
		s.SortNodes(n.Below)
	}
	slices.SortStableFunc(nodes, func(a, b analysis.Node) int { return cmp.Compare(worst[a.Change], worst[b.Change]) })
}

func (s *Session) worstOf(n analysis.Node) class {
	worst := s.sorted[n.Change]
	for _, below := range n.Below {
		worst = min(worst, s.worstOf(below))
	}
	return worst
}
