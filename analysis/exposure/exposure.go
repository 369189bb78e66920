// Package exposure is what is known to be wrong with everything that one
// revision pins: the answer to `depreview audit`. It takes the review without a
// base that analysis.RunPinned makes, asks nothing itself, and puts together
// what the checks said: one Package for all places at which the same version
// is pinned, what needs doing first in front. What another engine found is
// merged into it by the advisories' aliases.
//
// It stands above analysis and below analysis/report and cmd. A package without
// a row here is not clean by that alone: Coverage counts what nobody answered.
package exposure

import (
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// Ours is who found a row, where depreview's own matching did.
const Ours = "depreview"

// Exposure is what is known of one revision.
type Exposure struct {
	Revision  analysis.Revision
	Now       time.Time           // as of when it was looked at; zero is not known
	Lockfiles []analysis.Lockfile // sorted by path
	Errors    []analysis.Error
	LeftOut   []string // lockfiles in vendored copies
	// Pinned counts the packages of all lockfiles, the same version in one
	// lockfile once. Each of them is one pair of Coverage.
	Pinned   int
	Coverage analysis.Coverage
	// Packages are those with at least one advisory, what needs doing first in
	// front.
	Packages []Package
	// Sources are who was asked, and when they said so; sorted.
	Sources []Source
	// Engines are the other engines that were asked.
	Engines []Engine

	pins []pin // everything that Pinned counts
}

// Source is who said what is known of the packages.
type Source struct {
	Name     string // a host, or "offline advisories of 2026-01-02"
	Observed string // RFC 3339, the oldest of its answers; "" is not known
}

// Package is one version of a package with the advisories that name it.
type Package struct {
	lockfiles.ID
	Version string
	Label   string // the human name beside an opaque version, or ""
	PURL    string
	// Direct: a manifest names it in some place. Dev and Optional: in every
	// place; what one project needs in production is needed.
	Direct, Dev, Optional bool
	Places                []Place // sorted by lockfile and line
	Rows                  []Row   // malware first, then what is exploited, sure, severe
	// Unknown is why more may be wrong with it in some place, or "".
	Unknown string
	Action  Action
}

// Place is where a package is pinned.
type Place struct {
	Lockfile              string
	Kind                  string // "" of a lockfile, else BesideSBOM or BesideVendored
	Line                  int    // 1-based; 0 when not known
	Direct, Dev, Optional bool
	Copies                int // install paths and variants in this lockfile
	// Path is the names from the direct dependency to the package; empty when
	// the lockfile does not say.
	Path []string
}

// Row is one advisory of a package.
type Row struct {
	analysis.Advisory
	FoundBy []string // sorted: Ours, and the engines that found it too
	Reach   Reach
}

// Reach is whether the project's own code can come to what is vulnerable, where
// an engine looked. The zero Reach is not known.
type Reach int

// The answers.
const (
	ReachUnknown Reach = iota
	Called             // a way leads from the project's code to it
	NotCalled          // an engine looked, and saw none
)

// String is the word in JSON.
func (r Reach) String() string { return [...]string{"unknown", "called", "not_called"}[r] }

// Affects tells whether the row says that the version is affected by something
// that is a vulnerability or malware; others cannot be told, were taken back,
// or are notices such as "unmaintained".
func (r *Row) Affects() bool {
	return r.Status == advisories.IsAffected && !r.Withdrawn && (r.Malware || r.Informational == "")
}

// Counts is how many rows there are of each kind; each row counts once.
type Counts struct {
	Malware, Exploited int
	// Levels counts the others that affect a version, by severity.
	Levels        [advisories.Critical + 1]int
	Informational int // notices, and what was taken back
	Unclear       int // it cannot be told whether they affect the version
}

// Count counts the rows of all packages.
func (x *Exposure) Count() (c Counts) {
	for i := range x.Packages {
		for j := range x.Packages[i].Rows {
			switch r := &x.Packages[i].Rows[j]; {
			case r.Status != advisories.IsAffected:
				c.Unclear++
			case !r.Affects():
				c.Informational++
			case r.Malware:
				c.Malware++
			case r.KEV == lockfiles.Yes:
				c.Exploited++
			default:
				c.Levels[r.Severity.Level]++
			}
		}
	}
	return c
}

// Reaches tells whether some row affects a version and is at least as bad as
// level; advisories.Unknown stands for any. What is of unknown severity, is
// malware or is exploited counts at every level.
func (x *Exposure) Reaches(level advisories.Level) bool {
	c := x.Count()
	if c.Malware+c.Exploited+c.Levels[advisories.Unknown] > 0 {
		return true
	}
	for l, n := range c.Levels {
		if n > 0 && advisories.Level(l) >= level {
			return true
		}
	}
	return false
}

// Incomplete says in words what is not known, or is "" when everything was
// read, asked and told.
func (x *Exposure) Incomplete() string { return x.incomplete() }
