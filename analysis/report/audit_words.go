package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/lockfiles"
)

// The words of an audit, for its text and for its screen: each is one line, fit
// for a terminal.

// AuditPackage is the ecosystem and the name of a package as people say them.
func AuditPackage(p *exposure.Package) string {
	return ecosystemName(p.Ecosystem) + " " + untrusted.Line(p.Name)
}

// AuditVersion is what is pinned, as people call it.
func AuditVersion(p *exposure.Package) string {
	return untrusted.Line(Version(&lockfiles.Package{ID: p.ID, Version: p.Version, Label: p.Label}))
}

// AuditFixed is a record's version as the lockfile would pin it: the records
// of Go leave out the v of a module's.
func AuditFixed(p *exposure.Package, version string) string {
	if p.Ecosystem == "golang" && strings.HasPrefix(p.Version, "v") && !strings.HasPrefix(version, "v") {
		version = "v" + version
	}
	return untrusted.Line(shorten(version))
}

func actionNotes(p *exposure.Package) string {
	a := p.Action
	switch {
	case a.Kind == exposure.Upgrade && a.Leaves > 0:
		return fmt.Sprintf("fixes %s, leaves %d", plural(a.Fixes, "advisory"), a.Leaves)
	case a.Kind == exposure.Upgrade:
		return "fixes " + plural(a.Fixes, "advisory")
	}
	return plural(len(p.Rows), "advisory")
}

// AuditWhence is how a package comes into the project.
func AuditWhence(p *exposure.Package) (words []string) {
	switch by := p.Places; {
	case p.Direct:
		words = append(words, "direct")
	case len(by) > 0 && len(by[0].Path) > 1:
		words = append(words, "by "+untrusted.Line(by[0].Path[0]))
	}
	if p.Dev {
		words = append(words, "dev")
	}
	if p.Optional {
		words = append(words, "optional")
	}
	if n := lockfilesOf(p); n > 1 {
		words = append(words, plural(n, "lockfile"))
	}
	return words
}

func lockfilesOf(p *exposure.Package) int {
	var paths []string
	for _, at := range p.Places {
		if !slices.Contains(paths, at.Lockfile) {
			paths = append(paths, at.Lockfile)
		}
	}
	return len(paths)
}

// AuditSeverity is how bad an advisory is, in one word.
func AuditSeverity(r *exposure.Row) string {
	switch {
	case r.Withdrawn:
		return "withdrawn"
	case r.Malware:
		return "malware"
	case r.Informational != "":
		return untrusted.Line(r.Informational)
	}
	return r.Severity.Level.String()
}

// AuditPlace is where a package is pinned: the lockfile, its line, and what it
// is there; without the way that leads to it.
func AuditPlace(at exposure.Place) string {
	text := untrusted.Line(at.Lockfile)
	if at.Line > 0 {
		text += fmt.Sprintf(":%d", at.Line)
	}
	for _, m := range []struct {
		set  bool
		word string
	}{{at.Kind != "", kindWords(at.Kind)}, {at.Direct, "direct"}, {at.Dev, "dev"}, {at.Optional, "optional"}, {at.Copies > 1, fmt.Sprintf("%d copies", at.Copies)}} {
		if m.set {
			text += ", " + m.word
		}
	}
	return text
}

// placeWords is the same with the way.
func placeWords(at exposure.Place) string {
	if len(at.Path) < 2 {
		return AuditPlace(at)
	}
	return AuditPlace(at) + ", by " + untrusted.Line(shorten(strings.Join(at.Path, " > ")))
}

// AuditAction is what to do about a package, in one line: "upgrade to 1.7.4:
// fixes 2 advisories, leaves 1".
func AuditAction(p *exposure.Package) string {
	switch p.Action.Kind {
	case exposure.RemoveIt:
		return "remove it, or replace it at once: made or changed to do harm"
	case exposure.Upgrade:
		return "upgrade to " + AuditFixed(p, p.Action.To) + ": " + actionNotes(p)
	case exposure.Replace:
		return "replace it, or weigh the risk: no fixed version is known"
	case exposure.Note:
		return "nothing at once: notices alone"
	}
	return "look: it cannot be told whether the pinned version is affected"
}
