package posture

import (
	"fmt"
	"path"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/allowlist"
	"github.com/depreview/depreview/lockfiles"
)

// scriptManagers are the managers whose allowlists package allowlist reads,
// with the setting that runs nothing.
var scriptManagers = []struct {
	name, file, text string
	formats          []string
	classic          bool // yarn 1
}{
	{"npm", ".npmrc", "ignore-scripts=true", []string{"package-lock.json", "npm-shrinkwrap.json"}, false},
	{"yarn 1", ".yarnrc", "ignore-scripts true", []string{"yarn.lock"}, true},
	{"yarn", ".yarnrc.yml", "enableScripts: false", []string{"yarn.lock"}, false},
	{"pnpm", "", "", []string{"pnpm-lock.yaml"}, false},
	{"bun", "", "", []string{"bun.lock"}, false},
}

// installScripts asks the allowlists what becomes of a package that they do not
// name.
func installScripts(r *reading) {
	for _, m := range scriptManagers {
		byOutcome := make(map[lockfiles.Tri][]lock)
		var reason string
		for _, l := range r.locksOf(m.formats...) {
			if l.format == "yarn.lock" && classic(r.text(l.path)) != m.classic {
				continue
			}
			r.applies = true
			verdict, ok := r.unnamed(l)
			if !ok || verdict.Allowed == lockfiles.No || verdict.Allowed == lockfiles.Unclaimed && m.name == "bun" {
				continue // bun runs the scripts of a list of its own
			}
			if byOutcome[verdict.Allowed] == nil {
				reason = strings.TrimSuffix(verdict.Reason, ".")
			}
			byOutcome[verdict.Allowed] = append(byOutcome[verdict.Allowed], l)
		}
		for allowed, locks := range byOutcome {
			f := Finding{Code: "install-scripts-run", Outcome: analysis.Warn, File: locks[0].path, Title: m.name + " runs the install scripts of every package" + of(locks),
				Why: "Install scripts are how most malicious releases act: " + reason + ". The switch also keeps the project's own from running; what needs one is then run by hand, or listed."}
			if allowed == lockfiles.Unclaimed {
				f.Outcome, f.Title = analysis.Info, "whether "+m.name+" runs the install scripts of every package depends on its version"+of(locks)
			}
			if m.file == "" {
				f.Do = "take the setting that allows all away, and list the packages that need it"
				if allowed == lockfiles.Unclaimed {
					f.Do = "pin pnpm 10 or later in packageManager of package.json"
				}
			}
			for _, l := range locks {
				if m.file != "" {
					key, _, _ := strings.Cut(m.text, ":")
					f.Put = append(f.Put, r.set(path.Join(l.dir, m.file), key, m.text)...)
				}
			}
			r.add(f)
		}
	}
}

// unnamed is what the allowlists say of a package that they do not name.
func (r *reading) unnamed(l lock) (allowlist.Verdict, bool) {
	of := &lockfiles.Lockfile{Path: l.path, Format: l.format}
	if l.format == "yarn.lock" {
		read, err := lockfiles.Read(r.ctx, r.tree, l.path)
		if err != nil {
			r.problem(l.path, lineOf(err), cause(err))
			return allowlist.Verdict{}, false
		}
		of.Schema = read.Schema
	}
	list := allowlist.Read(r.tree, of)
	broken := false
	for _, s := range list.Sections {
		if s.Err != nil {
			r.problem(at(s.Err, l.path), lineOf(s.Err), cause(s.Err))
			broken = true
		}
	}
	return list.Says(&lockfiles.Package{ID: someone("npm"), Version: "1.0.0", Path: "node_modules/a-package-that-nobody-named"}), !broken
}

// of names the lockfiles that a finding is about, where there are several.
func of(locks []lock) string {
	if len(locks) == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d lockfiles)", len(locks))
}

func at(err error, otherwise string) string {
	if parse, ok := err.(*lockfiles.ParseError); ok && parse.Path != "" {
		return parse.Path
	}
	return otherwise
}
