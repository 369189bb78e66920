// Package analysis holds the words of a review and runs it: what is compared,
// what moved, and (as checks are added) what is known of each change.
//
// It stands above diff and below tui and cmd. Everything that learns of a
// review learns it through a Handler.
package analysis

import (
	"context"
	"io/fs"
	"time"

	"github.com/depreview/depreview/diff"
)

// Outcome is what a check says of a change. The zero Outcome is Unknown:
// silence is never a pass.
type Outcome int

// The outcomes.
const (
	Unknown Outcome = iota
	Pass
	Info
	Warn
	Fail
	NotApplicable
)

var outcomeNames = [...]string{"unknown", "pass", "info", "warn", "fail", "not applicable"}

func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeNames) {
		return outcomeNames[0]
	}
	return outcomeNames[o]
}

// Topic is what evidence is about: a tab on screen, a section in a report.
type Topic struct {
	Name  string // "advisories": stable, in output
	Title string // "Advisories"
	Short string // three letters for a column head
	// Context: what it says where nothing is wrong is context and no good sign.
	// That a release tells where it was built is nothing to rely on.
	Context bool
}

// Topics is every topic that evidence is or will be gathered for, in their
// order on screen. A topic without a check is "not checked".
var Topics = []Topic{
	{Name: "advisories", Title: "Advisories", Short: "ADV"},
	{Name: "scripts", Title: "Scripts", Short: "SCR"},
	{Name: "release", Title: "Release", Short: "REL"},
	{Name: "provenance", Title: "Provenance", Short: "PRV", Context: true},
	{Name: "scorecard", Title: "Scorecard", Short: "SCO"},
	{Name: "source", Title: "Source", Short: "SRC"},
}

// Revision is one side of a review.
type Revision struct {
	Name   string // as the person wrote it: "main", "HEAD~3", "working tree", "index"
	Commit string // full hash; "" for the index and the working tree
}

// Review is everything known of one comparison. It is filled by Run and read
// by everyone else; after Handler.Changes it does not change any more.
type Review struct {
	Base, Head Revision
	// Lockfiles is every lockfile of either revision, sorted by path.
	Lockfiles []Lockfile
	Diff      *diff.Diff
	// Errors is what could not be read, sorted by lockfile and revision. While
	// there are any, the review is incomplete.
	Errors []Error
	// LeftOut are lockfiles that differ but lie in vendored copies, which
	// Options left out: nobody looked at them. Sorted.
	LeftOut []string

	// BaseFiles and HeadFiles are the two revisions, for who shows lines and
	// for checks that read the project's settings, of base alone.
	BaseFiles, HeadFiles fs.FS

	// Checks are those that run on each change; Handler.Result names them by
	// their index.
	Checks []CheckInfo
	// Now is the time as of which the review is made.
	Now time.Time

	checks  []Check
	refresh func(context.Context) context.Context
}

// CheckInfo names a check of a review.
type CheckInfo struct {
	Name  string
	Topic string // Topic.Name
}

// Lockfile is a lockfile of the review. Unchanged ones are listed, not read.
type Lockfile struct {
	diff.File
	Changed bool
	Changes int    // how many packages moved in it
	Error   *Error // the first thing that could not be read of it, or nil
}

// Error is something that could not be read, so that nothing is known of it.
type Error struct {
	Lockfile string
	Format   string // the format that its name or content tells
	Revision string // Revision.Name; "" when it is of neither side alone
	Line     int    // 1-based; 0 when no line is to blame
	Message  string // what was being done and why it failed; lower case, no full stop
	Hint     string // the next step, or ""
}
