package analysis

import (
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// Advisories is the body of what is known to be wrong with a package; the
// Advisories screen gathers it from all changes.
type Advisories []Advisory

// Advisory is one advisory that matters to a change, with what only a service
// on the network knows of it.
type Advisory struct {
	advisories.Difference
	Have    string            // the affected version: head's, else base's
	Seen    advisories.Target // the same version, as advisories are held against it
	Summary string            // one line
	Details string            // CommonMark
	URL     string            // where a person reads it
	Path    []string          // names from the direct dependency to the package, at the affected side; empty when not known
	EPSS    *float64          // probability of exploitation within 30 days, 0 to 1; nil is not known
	KEV     lockfiles.Tri     // in CISA's catalogue of what is exploited
}

// Scripts is the body of what runs at install; a screen gathers it too.
type Scripts []Script

// Script is one command, or one kind of code, that installing a package runs.
type Script struct {
	Hook       string // postinstall, build.rs, extension, composer-plugin, setup.py
	Base, Head string // the command on each side; "" where there is none
	Change     ScriptChange
	Allowed    lockfiles.Tri // what the repository's allowlist says of the head version
	Rule       string        // the entry that says so, or "" without one
	File       string        // where the entry stands in the base revision, or ""
	Line       int           // 1-based; 0 when not known
}

// ScriptChange is what became of a script between base and head.
type ScriptChange int

// The changes. The zero value is not known.
const (
	ScriptUnknown ScriptChange = iota
	ScriptAdded
	ScriptChanged
	ScriptRemoved
	ScriptSame // the command; the files that it runs may differ
)

var scriptChanges = [...]string{"unknown", "added", "changed", "removed", "same command"}

func (c ScriptChange) String() string { return scriptChanges[c] }
