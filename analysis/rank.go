package analysis

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

var rankNames = [...]string{"repinned", "downgraded", "unexplained", "added", "with install script", "major", "minor", "patch", "removed", "edited"}

// String is the name of the rank for a count: "2 repinned".
func (r Rank) String() string { return rankNames[r] }

// RankOf is the rank of a change.
func RankOf(c *diff.Change) Rank {
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
