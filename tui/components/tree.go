package components

// Node is a row of a Tree. Nodes come in the order of the screen, every node
// before the nodes below it.
type Node struct {
	Depth  int
	Folded bool // are the nodes below it hidden
}

// Tree is a list of rows of which some stand below others. It renders only
// what is visible, so its cost does not grow with its length. A list without
// depth is a flat one.
type Tree struct {
	// Row draws the node at index i. It is called for visible nodes alone.
	Row func(i, width int, selected bool) string
	// Blank is shown when no row is left to show.
	Blank func(width int) []string

	nodes   []Node
	end     []int  // index after the last node below
	shown   []bool // what a filter lets through; nil lets all through
	visible []int  // indexes of the nodes on the list
	at      int    // position of the cursor in visible
	top     int    // position of the first row on screen
	height  int
}

// SetNodes replaces the rows; the cursor goes to the first one.
func (t *Tree) SetNodes(nodes []Node) {
	t.nodes, t.shown, t.at, t.top = nodes, nil, 0, 0
	t.end = make([]int, len(nodes))
	var open []int // ancestors whose end is not known yet
	for i := range nodes {
		for len(open) > 0 && nodes[open[len(open)-1]].Depth >= nodes[i].Depth {
			t.end[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
		open = append(open, i)
	}
	for _, i := range open {
		t.end[i] = len(nodes)
	}
	t.list()
}

// Show lets only some nodes through, with everything above them, unfolded; nil
// lets all through again. The cursor stays on its row, or moves to the first
// row that was asked for.
func (t *Tree) Show(wanted []bool) {
	selected := t.Selected()
	t.shown = nil
	if wanted != nil {
		t.shown = make([]bool, len(t.nodes))
		var above []int
		for i, n := range t.nodes {
			for len(above) > 0 && t.nodes[above[len(above)-1]].Depth >= n.Depth {
				above = above[:len(above)-1]
			}
			above = append(above, i)
			if wanted[i] {
				for _, a := range above {
					t.shown[a] = true
				}
			}
		}
	}
	t.list()
	if selected >= 0 && t.Select(selected) && (wanted == nil || wanted[selected]) {
		return
	}
	for p, i := range t.visible {
		if wanted != nil && wanted[i] {
			t.at = p
			break
		}
	}
	t.scroll()
}

// list collects the visible nodes.
func (t *Tree) list() {
	t.visible = t.visible[:0]
	for i := 0; i < len(t.nodes); {
		if t.shown != nil && !t.shown[i] {
			i = t.end[i] // a node that is not shown has none below it that is
			continue
		}
		t.visible = append(t.visible, i)
		if t.nodes[i].Folded && t.shown == nil {
			i = t.end[i]
		} else {
			i++
		}
	}
	t.at = max(0, min(t.at, len(t.visible)-1))
	t.scroll()
}

// Selected is the index of the node under the cursor, or -1.
func (t *Tree) Selected() int {
	if t.at >= len(t.visible) {
		return -1
	}
	return t.visible[t.at]
}

// Select puts the cursor on a node, unfolding what hides it. It tells whether
// the node is on the list.
func (t *Tree) Select(i int) bool {
	if i < 0 || i >= len(t.nodes) || t.shown != nil && !t.shown[i] {
		return false
	}
	unfolded := false
	for a := t.Above(i); a >= 0 && t.shown == nil; a = t.Above(a) {
		unfolded = unfolded || t.nodes[a].Folded
		t.nodes[a].Folded = false
	}
	if unfolded {
		t.list()
	}
	low, high := 0, len(t.visible)
	for low < high {
		if mid := (low + high) / 2; t.visible[mid] < i {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == len(t.visible) || t.visible[low] != i {
		return false
	}
	t.at = low
	t.scroll()
	return true
}

// Above is the node that i stands below, or -1.
func (t *Tree) Above(i int) int {
	for a := i - 1; a >= 0; a-- {
		if t.nodes[a].Depth < t.nodes[i].Depth {
			return a
		}
	}
	return -1
}

// Opened tells whether any node below i is on the list.
func (t *Tree) Opened(i int) bool {
	if t.shown == nil {
		return t.Below(i) > 0 && !t.nodes[i].Folded
	}
	for below := i + 1; below < t.end[i]; below++ {
		if t.shown[below] {
			return true
		}
	}
	return false
}

// Below is how many nodes stand below i.
func (t *Tree) Below(i int) int { return t.end[i] - i - 1 }

// Folded tells whether the nodes below i are hidden.
func (t *Tree) Folded(i int) bool { return t.nodes[i].Folded && t.shown == nil && t.Below(i) > 0 }

// Closed tells whether a node was folded, even while a filter shows what lies
// below it.
func (t *Tree) Closed(i int) bool { return t.nodes[i].Folded }

// SetFolds folds and unfolds every node at once; the cursor stays on its row,
// or goes to the one that hides it.
func (t *Tree) SetFolds(folded func(i int) bool) {
	at := t.Selected()
	for i := range t.nodes {
		t.nodes[i].Folded = folded(i) && t.Below(i) > 0
	}
	t.list()
	for ; at >= 0; at = t.Above(at) {
		hidden := false
		for a := t.Above(at); a >= 0 && t.shown == nil; a = t.Above(a) {
			hidden = hidden || t.nodes[a].Folded
		}
		if !hidden {
			t.Select(at)
			return
		}
	}
}

// Fold hides or shows the nodes below i.
func (t *Tree) Fold(i int, folded bool) {
	if t.nodes[i].Folded == folded || t.Below(i) == 0 || t.shown != nil {
		return
	}
	t.nodes[i].Folded = folded
	t.list()
}

// Filtered tells whether Show holds rows back; then nothing is folded.
func (t *Tree) Filtered() bool { return t.shown != nil }

// Depth of a node.
func (t *Tree) Depth(i int) int { return t.nodes[i].Depth }

// Visible is how many rows there are to scroll through.
func (t *Tree) Visible() int { return len(t.visible) }

// Move takes the cursor delta rows on, as far as there are rows.
func (t *Tree) Move(delta int) {
	t.at = max(0, min(t.at+delta, len(t.visible)-1))
	t.scroll()
}

// Page is how many rows a half page moves.
func (t *Tree) Page() int { return max(1, t.height/2) }

// SetHeight tells how many rows are on screen, so that the cursor stays there.
func (t *Tree) SetHeight(height int) {
	if t.height == 0 { // the cursor was placed before there was a screen
		t.top = 0
	}
	t.height = height
	t.scroll()
}

func (t *Tree) scroll() {
	height := max(1, t.height)
	t.top = max(min(t.top, t.at), t.at-height+1)
	t.top = max(0, min(t.top, len(t.visible)-height))
}

// Hit selects the row at line y of the view and tells whether there is one.
func (t *Tree) Hit(y int) bool {
	if y < 0 || y >= t.height || t.top+y >= len(t.visible) {
		return false
	}
	t.at = t.top + y
	return true
}

// View draws the rows on screen.
func (t *Tree) View(width, height int) string {
	t.SetHeight(height)
	if len(t.visible) == 0 && t.Blank != nil {
		return Stack(t.Blank(width), height)
	}
	lines := make([]string, 0, height)
	for p := t.top; p < len(t.visible) && len(lines) < height; p++ {
		lines = append(lines, t.Row(t.visible[p], width, p == t.at))
	}
	return Stack(lines, height)
}
