package posture

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/lockfiles"
)

// extraIndexes: pip asks all indexes and takes the highest version of any.
func extraIndexes(r *reading) {
	const why = "pip asks every index and takes the highest version that any of them has: whoever registers the name of an internal package on the public index is installed. " +
		"Hashes close this; so does one index that serves both."
	for _, file := range r.named("pip.conf") {
		d, ok := r.ask(file)
		if !ok {
			continue
		}
		r.applies = true
		for _, e := range d.entries() {
			if key := strings.ReplaceAll(strings.ToLower(e.key()), "_", "-"); key == "extra-index-url" {
				r.extraIndex(file, e.line, e.key()+" "+e.value, why)
			}
		}
	}
	for _, l := range r.locksOf("requirements.txt") {
		read, err := lockfiles.Read(r.ctx, r.tree, l.path)
		if err != nil {
			r.problem(l.path, lineOf(err), cause(err))
			continue
		}
		r.applies = true
		hashed, _ := hashes(read.Packages)
		for _, s := range read.Settings {
			if s.Name == "--extra-index-url" && (hashed < len(read.Packages) || hashed == 0) {
				r.extraIndex(l.path, s.Line, s.Name+" "+s.Value, why)
			}
		}
	}
	for _, file := range r.named("uv.toml", "pyproject.toml") {
		d, ok := r.ask(file)
		if !ok {
			continue
		}
		root := d.Value
		if path.Base(file) == "pyproject.toml" {
			root = root.Get("tool", "uv")
		}
		r.applies = r.applies || root.There()
		for _, section := range []string{"", "pip"} {
			strategy := root.Get("index-strategy")
			if section != "" {
				strategy = root.Get(section, "index-strategy")
			}
			if strings.HasPrefix(strategy.Text(), "unsafe-") {
				r.add(Finding{Code: "extra-index", Outcome: analysis.Warn, File: file, Line: strategy.Line(), Put: d.removeLine(strategy.Line()),
					Title: "index-strategy is " + strategy.Text(),
					Why:   "uv then looks for a package in every index, as pip does, and takes the highest version of any. Without the line the first index that knows the name counts."})
			}
		}
	}
}

func (r *reading) extraIndex(file string, line int, what, why string) {
	r.add(Finding{Code: "extra-index", Outcome: analysis.Warn, File: file, Line: line, Title: redact(what), Why: why,
		Do: "pin the requirements with hashes (uv pip compile --generate-hashes), or name one index that serves both (index-url)"})
}

// hashes counts the packages with hashes, and gives the line of the first that
// could have one and has none.
func hashes(packages []lockfiles.Package) (hashed, line int) {
	for _, p := range packages {
		switch {
		case len(p.Integrity) > 0:
			hashed++
		case line == 0:
			line = p.Line
		}
	}
	return hashed, line
}

// requirementHashes: a version is a name, a hash is the file.
func requirementHashes(r *reading) {
	for _, l := range r.locksOf("requirements.txt") {
		read, err := lockfiles.Read(r.ctx, r.tree, l.path)
		if err != nil {
			r.problem(l.path, lineOf(err), cause(err))
			continue
		}
		pinned := slices.ContainsFunc(read.Packages, func(p lockfiles.Package) bool { return p.Version != "" })
		hashed, line := hashes(read.Packages)
		if len(read.Packages) == 0 {
			continue
		}
		r.applies = true
		if hashed == len(read.Packages) {
			continue
		}
		f := Finding{Code: "requirements-unhashed", Outcome: analysis.Info, File: l.path, Line: line,
			Title: fmt.Sprintf("%d of %d requirements have no hash", len(read.Packages)-hashed, len(read.Packages)),
			Why:   "What the index serves for a version can be another file tomorrow, or another for you; pip compares nothing without a hash.",
			Do:    "uv pip compile --generate-hashes requirements.in -o " + path.Base(l.path) + " writes them; then install with --require-hashes"}
		if !pinned {
			f.Code, f.Title = "requirements-unpinned", fmt.Sprintf("none of %d requirements has one version", len(read.Packages))
			f.Why = "Every installation takes what is the newest at that time, a release of the last minute too."
		}
		r.add(f)
	}
}
