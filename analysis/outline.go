package analysis

import (
	"cmp"
	"slices"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// FileOutline is what there is to say of one lockfile, in reading order.
type FileOutline struct {
	Lockfile         // its path alone where only a problem names it
	Problems []Error // in their order
	Groups   []Group // in the order of GroupKind; none is empty
	Count    int     // changes in all groups
	Rank     Rank    // of the change that needs eyes first; Edited without one
}

// Group is changes that have one kind of cause in common.
type Group struct {
	Kind GroupKind
	// By is what moved the changes of an Orphans group; zero elsewhere.
	By    lockfiles.ID
	Nodes []Node // what needs eyes first in front, then by name
}

// GroupKind is what the changes of a group have in common.
type GroupKind int

// The groups, in reading order.
const (
	// HoistedGroup is made by Hoist alone: the same version with other bytes,
	// and steps back, whatever their cause.
	HoistedGroup GroupKind = iota
	// UnexplainedGroup: no manifest change explains it.
	UnexplainedGroup
	// DirectGroup: a manifest names it; what it pulled in lies below.
	DirectGroup
	// UnknownGroup: the lockfile does not say what requires what.
	UnknownGroup
	// RemovedGroup: nothing needs it any more, and no manifest change says why.
	RemovedGroup
	// EditedGroup: the same bytes, neither direct nor explained.
	EditedGroup
	// OrphanGroup: moved by By, which itself is not among the changes.
	OrphanGroup
)

// Node is a change with those below it: each below the package that requires
// it, as far as that one moved too.
type Node struct {
	Change int // index into Review.Diff.Changes
	Rank   Rank
	Below  []Node
}

// Outline is the review in reading order: lockfiles that could not be read, then
// those that hold what is repinned, downgraded or unexplained, then by path; in each the changes by cause.
// Every change stands in it once. Lockfiles of which there is nothing to say
// are left out.
func Outline(r *Review) []FileOutline {
	changes := make(map[string][]int)
	for i := range r.Diff.Changes {
		name := r.Diff.Changes[i].Lockfile
		changes[name] = append(changes[name], i)
	}
	problems := make(map[string][]Error)
	for _, e := range r.Errors {
		problems[e.Lockfile] = append(problems[e.Lockfile], e)
	}
	var outline []FileOutline
	add := func(l Lockfile) {
		f := FileOutline{Lockfile: l, Problems: problems[l.Name()], Count: len(changes[l.Name()]), Rank: Edited}
		f.Groups = groups(r.Diff.Changes, changes[l.Name()])
		for _, i := range changes[l.Name()] {
			f.Rank = min(f.Rank, RankOf(&r.Diff.Changes[i]))
		}
		came := (l.Path == "") != (l.BasePath == "") && l.Error == nil
		if f.Count+len(f.Problems)+len(l.Settings) > 0 || l.Moved() || l.Converted() || came {
			outline = append(outline, f)
		}
		delete(changes, l.Name())
		delete(problems, l.Name())
	}
	for _, l := range r.Lockfiles {
		add(l)
	}
	// Run lists every lockfile; what it did not list is not lost here.
	for _, name := range sortedKeys(changes, problems) {
		add(Lockfile{File: diff.File{Path: name, BasePath: name, Packages: -1, BasePackages: -1}, Changed: true})
	}
	slices.SortStableFunc(outline, func(a, b FileOutline) int {
		// What could not be read stands in front. Only what is odd moves a
		// lockfile up: majors before minors would be another order each time.
		if x, y := len(a.Problems) > 0, len(b.Problems) > 0; x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return cmp.Or(cmp.Compare(min(a.Rank, Added), min(b.Rank, Added)), cmp.Compare(a.Name(), b.Name()))
	})
	return outline
}

func sortedKeys(changes map[string][]int, problems map[string][]Error) (keys []string) {
	for key := range changes {
		keys = append(keys, key)
	}
	for key := range problems {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// head is what changes hang below: a direct package, or one that moved with no
// explanation. A package may be both, at two versions.
type head struct {
	state diff.CauseState
	id    lockfiles.ID
}

// groups puts the changes of one lockfile in order by their cause.
func groups(all []diff.Change, changes []int) []Group {
	in := make(map[GroupKind][]int)
	below := make(map[head][]int)
	var pulled []int
	heads := make(map[head]bool)
	for _, i := range changes {
		c := &all[i]
		kind := UnknownGroup
		switch {
		case c.Cause.State == diff.Direct:
			kind = DirectGroup
		case c.Cause.State == diff.Explained:
			pulled = append(pulled, i)
			continue
		case c.Kind == diff.Edited:
			kind = EditedGroup
		case c.Cause.State == diff.Unexplained && c.Kind == diff.Removed:
			kind = RemovedGroup
		case c.Cause.State == diff.Unexplained && c.Cause.By.Name != "":
			pulled = append(pulled, i)
			continue
		case c.Cause.State == diff.Unexplained:
			kind = UnexplainedGroup
		}
		in[kind] = append(in[kind], i)
		if kind <= DirectGroup { // what is folded away at the end heads nothing
			heads[head{c.Cause.State, c.Package().ID}] = true
		}
	}
	for _, i := range pulled {
		c := &all[i]
		at := head{diff.Direct, c.Cause.By}
		if c.Cause.State == diff.Unexplained {
			at.state = diff.Unexplained
			if !heads[at] {
				in[UnexplainedGroup] = append(in[UnexplainedGroup], i)
				continue
			}
		}
		below[at] = append(below[at], i)
	}
	var list []Group
	for kind := UnexplainedGroup; kind <= EditedGroup; kind++ {
		var nodes []Node
		for _, i := range in[kind] {
			var under []int
			if at := (head{all[i].Cause.State, all[i].Package().ID}); kind <= DirectGroup {
				under = below[at]
				delete(below, at) // a second entry of the same package does not repeat them
			}
			nodes = append(nodes, tree(all, i, under))
		}
		if len(nodes) > 0 {
			sortNodes(nodes)
			list = append(list, Group{Kind: kind, Nodes: nodes})
		}
	}
	return append(list, orphans(all, below)...)
}

// orphans are groups for causes that are not in the list themselves.
func orphans(all []diff.Change, below map[head][]int) (list []Group) {
	for at, changes := range below {
		g := Group{Kind: OrphanGroup, By: at.id}
		for _, i := range changes {
			g.Nodes = append(g.Nodes, Node{Change: i, Rank: RankOf(&all[i])})
		}
		sortNodes(g.Nodes)
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b Group) int { return cmp.Compare(a.By.String(), b.By.String()) })
	return list
}

// tree hangs each of pulled below the package that requires it.
func tree(all []diff.Change, root int, pulled []int) Node {
	byName := make(map[string]int, len(pulled))
	for _, i := range pulled {
		name := all[i].Package().Name
		if _, taken := byName[name]; !taken {
			byName[name] = i
		}
	}
	children := make(map[int][]int)
	for _, i := range pulled {
		parent := root
		if path := causePath(&all[i]); len(path) > 2 {
			p, moved := byName[path[len(path)-2]]
			// Only a shorter path may be a parent, so that no ring can close.
			if moved && len(causePath(&all[p])) < len(path) {
				parent = p
			}
		}
		children[parent] = append(children[parent], i)
	}
	var grow func(i int) Node
	grow = func(i int) Node {
		n := Node{Change: i, Rank: RankOf(&all[i])}
		for _, child := range children[i] {
			n.Below = append(n.Below, grow(child))
		}
		sortNodes(n.Below)
		return n
	}
	return grow(root)
}

// causePath is how the cause reaches the change, on the side where it does.
func causePath(c *diff.Change) []string {
	if len(c.Cause.HeadPath) > 0 {
		return c.Cause.HeadPath
	}
	return c.Cause.BasePath
}

// sortNodes keeps the order of Diff.Changes, which is by name, within a rank.
func sortNodes(nodes []Node) {
	slices.SortFunc(nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Change, b.Change))
	})
}

// Hoist moves what is repinned or downgraded out of the trees into a group of
// its own in front, for a reader who goes from the top down and unfolds
// nothing. What lies below such a change stays with what it lies below itself,
// or goes along where that is nothing.
func (f *FileOutline) Hoist() {
	var hoisted []Node
	var prune func(nodes []Node) []Node // of the nodes below another
	prune = func(nodes []Node) (kept []Node) {
		for _, n := range nodes {
			below := prune(n.Below)
			if n.Rank <= Downgraded {
				hoisted = append(hoisted, Node{Change: n.Change, Rank: n.Rank})
				kept = append(kept, below...)
				continue
			}
			n.Below = below
			kept = append(kept, n)
		}
		sortNodes(kept)
		return kept
	}
	var groups []Group
	for _, g := range f.Groups {
		var kept []Node
		for _, n := range g.Nodes {
			if n.Below = prune(n.Below); n.Rank <= Downgraded {
				hoisted = append(hoisted, n)
			} else {
				kept = append(kept, n)
			}
		}
		if g.Nodes = kept; len(kept) > 0 {
			groups = append(groups, g)
		}
	}
	if len(hoisted) > 0 {
		sortNodes(hoisted)
		groups = slices.Insert(groups, 0, Group{Kind: HoistedGroup, Nodes: hoisted})
	}
	f.Groups = groups
}
