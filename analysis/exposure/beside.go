package exposure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/engines"
)

// Beside is a file that was given to another engine beside the lockfiles.
type Beside struct {
	Path string // from the root of the revision
	Kind string // BesideSBOM or BesideVendored
	// Packages counts what the engine lists of it, Unknown those of them that it
	// could not look up, and Reason is why, or why it could not read the file.
	Packages, Unknown int
	Reason            string
}

// The kinds of Beside.
const (
	BesideSBOM     = "sbom"     // a CycloneDX or SPDX document
	BesideVendored = "vendored" // what a copy of someone else's package tells of itself
)

// answered fills in what the engine said of each file. One of which it said
// nothing at all is noted as not supported: nobody knows what is in it.
func answered(a engines.OSVAnswer, files []Beside, unsupported map[string]string) []Beside {
	var out []Beside
	for _, b := range files {
		b.Packages, b.Unknown, b.Reason = 0, 0, engines.OneLine(unread(a.Unread, b.Path), 200)
		for i := range a.Packages {
			if p := &a.Packages[i]; p.Source == b.Path {
				b.Packages++
				if p.Unknown != "" {
					b.Unknown, b.Reason = b.Unknown+1, cmp.Or(b.Reason, engines.OneLine(p.Unknown, 200))
				}
			}
		}
		if b.Packages == 0 && b.Reason == "" {
			unsupported[b.Path] = cmp.Or(unsupported[b.Path], Scanner+" finds no package in it")
			continue
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b Beside) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// unread is why the engine could not read a file, or "": its lines are
// "path: why", and a path may hold a colon too.
func unread(lines []string, path string) string {
	for _, line := range lines {
		if why, ok := strings.CutPrefix(line, path+": "); ok {
			return why
		}
	}
	return ""
}

// besideUnknown says in words what the engine could not tell of the files beside the
// lockfiles, or "".
func (e *Engine) besideUnknown() string {
	packages, files := 0, 0
	for _, b := range e.Beside {
		packages += b.Unknown
		if b.Packages == 0 {
			files++
		}
	}
	var parts []string
	if packages > 0 {
		parts = append(parts, plural(packages, "package"))
	}
	if files > 0 {
		parts = append(parts, plural(files, "whole file"))
	}
	return strings.Join(parts, " and ")
}
