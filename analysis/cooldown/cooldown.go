// Package cooldown reads how old a release must be before a project takes it,
// from the settings of package managers and update bots in the project itself:
// one file a tool.
//
// It stands below analysis/checks and above diff and lockfiles, and reads one
// revision as an fs.FS. Which revision may be believed is the caller's to know:
// base's settings are policy, head's are shown. Settings outside the repository
// (a user's ~/.npmrc, the environment, a tool's own default) are not read.
package cooldown

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Settings are what one revision says about the packages of one lockfile. The
// zero value demands nothing, and has not read anything.
type Settings struct {
	asks     []ask
	problems []Problem
}

// Query is the release that is asked about.
type Query struct {
	lockfiles.ID
	Version string     // at head
	Class   diff.Class // how far it is from base; NoClass for an addition
	Origin  string     // lockfiles.Package.Origin
}

// Demand is one setting that bears on the release.
type Demand struct {
	Tool    string // npm, pnpm, yarn, bun, deno, uv, pip, poetry, cargo, Dependabot, Renovate
	File    string // path from the root of the revision
	Line    int    // 1-based
	Setting string // as the file states it: "min-release-age 7"
	// Age is how old a release must be. Before is the time by which it must
	// have been published, or zero. With neither, the setting switches the
	// cooldown off.
	Age    time.Duration
	Before time.Time
	// Exempt says which entry exempts the package, with its place; "" when none
	// does.
	Exempt string
}

// Problem is a setting of which it is not known what it demands: never to be
// taken for no cooldown.
type Problem struct {
	Tool, File string
	Line       int // 0 when no line is to blame
	Reason     string
}

func (p Problem) String() string { return place(p.File, p.Line) + ": " + p.Reason }

// Place is the file and line, as editors take it.
func (d Demand) Place() string { return place(d.File, d.Line) }

// Off tells that the setting asks for no age at all.
func (d Demand) Off() bool { return d.Age <= 0 && d.Before.IsZero() }

// Ready is when a release of that time becomes old enough: the zero time when
// it is never, because the setting names a day that the release came after.
func (d Demand) Ready(published time.Time) time.Time {
	if !d.Before.IsZero() && published.After(d.Before) {
		return time.Time{}
	}
	return published.Add(d.Age)
}

// Met tells whether a release of that time may be taken now.
func (d Demand) Met(published, now time.Time) bool {
	if d.Exempt != "" || d.Off() {
		return true
	}
	ready := d.Ready(published)
	return !ready.IsZero() && !ready.After(now)
}

// For is what the settings demand of a release, the order of the tools kept,
// and what could not be found out. None of either means that no cooldown is
// set for it.
func (s *Settings) For(q Query) ([]Demand, []Problem) {
	var demands []Demand
	problems := slices.Clone(s.problems)
	for _, ask := range s.asks {
		d, p := ask(q)
		demands = append(demands, d...)
		problems = append(problems, p...)
	}
	return demands, problems
}

// Strictest is the demand that makes wait longest for a release of that time,
// and has not been met; nil when all are.
func Strictest(demands []Demand, published, now time.Time) *Demand {
	var worst *Demand
	for i := range demands {
		if demands[i].Met(published, now) {
			continue
		}
		if worst == nil || later(demands[i].Ready(published), worst.Ready(published)) {
			worst = &demands[i]
		}
	}
	return worst
}

// later compares two times of Ready: the zero time is never, and the latest.
func later(a, b time.Time) bool {
	if a.IsZero() || b.IsZero() {
		return a.IsZero() && !b.IsZero()
	}
	return a.After(b)
}

// ask is what one file says of a release.
type ask func(q Query) ([]Demand, []Problem)

// Read reads the settings that bear on the lockfile at path. It looks into
// the directory of the lockfile, and above it where the tool does too; the
// nearest file that says something is the one that counts.
func Read(tree fs.FS, lockfile string) *Settings {
	s := &Settings{}
	for _, r := range readers {
		if !r.serves(lockfile) {
			continue
		}
		ask, problem := r.find(tree, lockfile)
		if ask != nil {
			s.asks = append(s.asks, ask)
		}
		if problem != nil {
			s.problems = append(s.problems, *problem)
		}
	}
	return s
}

func place(file string, line int) string {
	if line <= 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// byLine puts problems of one file into the order of the file.
func byLine(a, b Problem) int { return cmp.Compare(a.Line, b.Line) }
