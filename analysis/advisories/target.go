package advisories

import (
	"strings"

	"github.com/google/osv-scalibr/semantic"

	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// Target is the version of a package that records are held against.
type Target struct {
	ID      lockfiles.ID
	Version string // as the lockfile pins it, or ""

	eco    *ecosystem
	listed map[string]bool  // see Listed
	commit bool             // see AtCommit
	name   string           // normalised
	bare   string           // without prefix and platform
	parsed semantic.Version // nil when the version has no place in an order
	plain  release          // the same where it is that simple
}

// NewTarget reads a version. One that no order knows (none at all, a commit,
// a branch) is only decided by records that list it or mean every version.
func NewTarget(id lockfiles.ID, version string) Target {
	t := Target{ID: id, Version: version, eco: ecosystemOf(OSVEcosystem(id.Ecosystem))}
	if t.eco == nil {
		return t
	}
	t.name = t.eco.normal(id.Name)
	number := version
	if id.Ecosystem == "gem" {
		// The platform is no part of the number. Only lockfiles write one;
		// what follows the hyphen in a record is a prerelease.
		number, _ = lockfiles.SplitGemVersion(version)
	}
	t = t.at(number)
	t.Version = version
	return t
}

// Listed adds the ids of the records of which the database itself says that
// they concern this very version. Where Match comes to another answer, that is
// shown as what cannot be told, and never left out.
func (t Target) Listed(ids map[string]bool) Target {
	t.listed = ids
	return t
}

// AtCommit is a package that is taken from a repository, at a commit. Names and
// numbers say nothing of it: the database alone decides, by Listed.
func (t Target) AtCommit() Target {
	t.commit = true
	return t
}

// Question is the target as OSV's service is asked about it: the name as its
// registry spells it, the version without what means nothing there. The version
// is "" for an ecosystem whose versions OSV does not order.
func (t Target) Question() (ecosystem, name, version string) {
	name, version = t.ID.Name, t.bare
	switch t.eco.purl {
	case "pypi", "composer":
		name = t.name
	case "swift":
		_, rest, ok := strings.Cut(name, "://")
		if ok {
			name = rest
		}
		name = strings.TrimSuffix(strings.TrimRight(name, "/"), ".git")
	case "githubactions": // owner/repository, without a directory in it
		if parts := strings.SplitN(name, "/", 3); len(parts) == 3 {
			name = parts[0] + "/" + parts[1]
		}
		version = ""
	}
	return t.eco.osv, name, version
}

// Placed tells whether the version has a place in the order of releases, so
// that ranges can be held against it.
func (t Target) Placed() bool { return t.parsed != nil }

// at is the target at a version as records write it.
func (t Target) at(version string) Target {
	t.Version, t.bare = version, t.eco.bare(version)
	t.parsed, t.plain = t.eco.parse(t.bare), plainRelease(t.bare)
	return t
}

// Supported tells whether OSV has advisories for such packages.
func (t Target) Supported() bool { return t.eco != nil }

// bare is a version without a prefix that means nothing.
func (e *ecosystem) bare(version string) string {
	if e.v {
		version = strings.TrimLeft(version, "vV")
	}
	return version
}

var (
	// numbered is how a version begins that an order can be asked about:
	// semantic orders any text, branches and hashes too.
	numbered   = pattern.New(`^[vV]?(\d+!)?\d`)
	commitHash = pattern.New(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
	// complete is a release of an action. v4 alone is a tag that moves with
	// every release, so it has no place among them.
	complete = pattern.New(`^\d+\.\d+\.\d+`)
)

// longest is a version's length beyond which nobody released it and comparing
// it would cost.
const longest = 256

// parse gives a version its place in the ecosystem's order, or nil.
func (e *ecosystem) parse(version string) semantic.Version {
	if e.order == "" || len(version) > longest || !numbered.MatchString(version) || commitHash.MatchString(version) {
		return nil
	}
	if e.purl == "githubactions" && !complete.MatchString(version) {
		return nil
	}
	parsed, err := semantic.Parse(version, e.order)
	if err != nil {
		return nil
	}
	return parsed
}

// compare orders the target and the version of an event. ok is false when
// nothing can be said.
func (t Target) compare(version string) (order int, ok bool) {
	if version == "0" { // before every version, -1.a of PyPI's too
		return 1, t.parsed != nil
	}
	if t.parsed == nil || len(version) > longest || version == "" {
		return 0, false
	}
	version = t.eco.bare(version)
	if t.plain.ok {
		if other := plainRelease(version); other.ok {
			return t.plain.compare(other), true
		}
	}
	order, err := t.parsed.CompareStr(version)
	return order, err == nil
}

// spelled tells whether a record's listed version is the target's, as written.
func (t Target) spelled(version string) bool {
	return t.bare != "" && (version == t.Version || version == t.bare)
}

// is tells whether a record's listed version is the target's, in whichever
// spelling: 1.0 and 1.0.0 are one release to most registries.
func (t Target) is(version string) bool {
	if t.spelled(version) {
		return true
	}
	if t.parsed == nil || leadingNumber(version) != leadingNumber(t.bare) {
		return false // the cheap half of the comparison: lists are long
	}
	order, ok := t.compare(version)
	return ok && order == 0
}

// leadingNumber is the first number of a version without its zeros.
func leadingNumber(version string) string {
	start := 0
	for start < len(version) && (version[start] == 'v' || version[start] == 'V' || version[start] == '0') {
		start++
	}
	end := start
	for end < len(version) && version[end] >= '0' && version[end] <= '9' {
		end++
	}
	if end < len(version) && version[end] == '!' { // an epoch, which 0! may leave out
		return leadingNumber(version[end+1:])
	}
	return version[start:end]
}
