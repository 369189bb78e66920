package session

import (
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Rank is how soon a change needs eyes; lower is sooner. It is made of what
// the lockfiles say alone and is no verdict.
type Rank int

// The ranks. What says least about itself comes first: the same version with
// other bytes, a step back, a move that no manifest asked for.
const (
	Repinned Rank = iota
	Downgraded
	Unexplained
	Added
	InstallScript
	Major // and moves between versions that no order relates
	Minor
	Patch
	Removed
	Edited
)

// Names of the ranks for a count: "2 repinned".
var rankNames = [...]string{"repinned", "downgraded", "unexplained", "added", "with install script", "major", "minor", "patch", "removed", "edited"}

func (r Rank) String() string { return rankNames[r] }

func rank(c *diff.Change) Rank {
	switch {
	case c.Kind == diff.Repinned:
		return Repinned
	case c.Kind == diff.Downgraded:
		return Downgraded
	case c.Cause.State == diff.Unexplained && c.Kind != diff.Removed && c.Kind != diff.Edited:
		return Unexplained
	case c.Kind == diff.Added:
		return Added
	case c.Kind == diff.Removed:
		return Removed
	case c.Head != nil && c.Head.InstallScript == lockfiles.Yes:
		return InstallScript
	case c.Kind == diff.Edited:
		return Edited
	case c.Class == diff.Minor:
		return Minor
	case c.Class == diff.Patch, c.Class == diff.Prerelease:
		return Patch
	}
	return Major
}

// Filter is a kind of change that the list can be held to.
type Filter struct {
	Name  string
	Holds func(*Item) bool
}

// Filters are every filter, all first.
var Filters = []Filter{
	{"all", func(*Item) bool { return true }},
	{"direct", func(i *Item) bool { return i.Cause.State == diff.Direct || i.Package().Direct }},
	{"unexplained", func(i *Item) bool { return i.Cause.State == diff.Unexplained }},
	{"added", func(i *Item) bool { return i.Kind == diff.Added }},
	{"downgraded or repinned", func(i *Item) bool { return i.Kind == diff.Downgraded || i.Kind == diff.Repinned }},
	{"install script claimed", func(i *Item) bool { return i.Head != nil && i.Head.InstallScript == lockfiles.Yes }},
	{"major", func(i *Item) bool { return i.Class == diff.Major }},
	{"production", func(i *Item) bool { return !i.Package().Dev }},
	{"removed", func(i *Item) bool { return i.Kind == diff.Removed }},
}
