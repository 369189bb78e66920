// Package allowlist reads what a repository says about code that runs while
// its packages are installed: which packages may run it, which may not, and
// what becomes of those that nobody named. Every package manager has a dialect
// of its own: one file each, and one line in Dialects.
//
// It stands above lockfiles and below analysis/checks. It says what the files
// of a revision say; what a person's own configuration or the command line
// adds lies outside of the repository, and outside of what is known here.
package allowlist

import (
	"fmt"
	"io/fs"

	"github.com/depreview/depreview/lockfiles"
)

// Dialect is one notation of an allowlist. A dialect that can be written too
// will have a method of its own for that: a Rule names its place (file,
// setting, key, line), which is what a writer needs to change it and to leave
// the rest of the file as it is.
type Dialect interface {
	// Name is stable: "npm", "pnpm", "lavamoat".
	Name() string
	// Serves tells whether installs from that lockfile obey the dialect.
	Serves(p *Project) bool
	// Read reads what the project says in this dialect. A file that is absent
	// says nothing and is no error; one that cannot be understood is, because
	// then nothing is known of what it allows. Errors are *lockfiles.ParseError.
	Read(p *Project) (Section, error)
}

// Dialects is every dialect. A package manager's own comes before those of the
// tools that run scripts in its stead. To add one, write its file and add its
// line.
var Dialects = []Dialect{
	npm{},
	pnpm{},
	yarnBerry{},
	yarnClassic{},
	bun{},
	deno{},
	composer{},
	always{},
	allowScriptsTool{},
	lavaMoat{},
}

// List is what one revision says about the packages of one lockfile.
type List struct {
	Lockfile string // its path
	// Manager is the package manager as the repository pins it ("npm@11.16.0"),
	// or "".
	Manager  string
	Sections []Section
}

// Section is what is said in one dialect.
type Section struct {
	Dialect string
	// Tool: not the package manager but a program that runs scripts in its
	// stead, so that either of the two may run one.
	Tool  bool
	Rules []Rule // in the order of their files
	// Err is why nothing is known of what the section allows, or nil.
	Err error

	judge func(p *lockfiles.Package) Verdict
}

// Rule is one statement of a file.
type Rule struct {
	File    string // from the root of the revision
	Line    int    // 1-based; 0 when it is not known
	Setting string // "allowScripts", "pnpm.onlyBuiltDependencies", "ignore-scripts"
	Key     string // which packages, as written; "" for a setting that is for all
	Value   string // as written: "true", "^1.2.0"
	// Ignored is why the package manager passes over the rule, or "".
	Ignored string
}

// String is the rule as one line, without its place.
func (r Rule) String() string {
	text := r.Setting
	if r.Key != "" {
		text += ": " + r.Key
	}
	if r.Value != "" {
		text += ": " + r.Value
	}
	return bounded(text)
}

// Verdict is what a list says of one package.
type Verdict struct {
	// Allowed: may it run code at install? Unclaimed is not known, and the
	// Reason tells why.
	Allowed lockfiles.Tri
	Rule    string // the rule that says so; "" when none names the package
	File    string // where the rule stands
	Line    int
	Named   bool   // the rule names the package, and is not for all
	Pinned  bool   // the rule names this very version, or this commit
	Reason  string // one line: what follows from the rule, or from its absence
	// Stale is a rule that allows another version of the package, where none
	// says anything of this one; "" without one.
	Stale string
}

// Read reads what the revision in tree says about the packages of a lockfile,
// of which only Path, Format, Schema and the pinned package manager matter.
// What cannot be read stands in the Sections, and makes the verdicts unknown.
func Read(tree fs.FS, l *lockfiles.Lockfile) *List {
	p := newProject(tree, l)
	list := &List{Lockfile: l.Path, Manager: p.pinned()}
	for _, d := range Dialects {
		if !d.Serves(p) {
			continue
		}
		section, err := d.Read(p)
		section.Dialect, section.Err = d.Name(), err
		if len(section.Rules) > maxRules {
			section.Err = fmt.Errorf("%s holds more than %d rules", section.Rules[0].File, maxRules)
		}
		list.Sections = append(list.Sections, section)
	}
	return list
}

// Says is what the list says of a package. Where a tool runs scripts beside
// the package manager, whoever allows it decides.
func (l *List) Says(p *lockfiles.Package) Verdict {
	if l == nil || len(l.Sections) == 0 {
		return Verdict{Reason: "no allowlist of this package manager is known"}
	}
	var said Verdict
	for i := range l.Sections {
		said = join(said, l.Sections[i].says(p), i == 0)
	}
	return said
}

func (s *Section) says(p *lockfiles.Package) Verdict {
	if s.Err != nil {
		return Verdict{Reason: bounded(s.Err.Error())}
	}
	if s.judge == nil {
		return Verdict{}
	}
	return s.judge(p)
}

// join puts what another section says beside what is said already.
func join(said, next Verdict, first bool) Verdict {
	stale := said.Stale
	if stale == "" {
		stale = next.Stale
	}
	switch {
	case first:
		return next
	case said.Allowed == lockfiles.Yes:
		return said
	case next.Allowed == lockfiles.Yes:
		return next
	case next.Allowed == lockfiles.Unclaimed && next.Reason == "":
		return said // the tool is not used here
	case next.Allowed == lockfiles.Unclaimed && said.Allowed == lockfiles.No:
		said = next
	case said.Allowed == lockfiles.No && said.Rule == "" && next.Rule != "":
		said = next
	}
	said.Stale = stale
	return said
}

// verdict is that of one rule.
func (r *Rule) verdict(allowed lockfiles.Tri, pinned bool) Verdict {
	v := Verdict{Allowed: allowed, Rule: r.String(), File: r.File, Line: r.Line, Named: r.Key != "", Pinned: pinned}
	switch allowed {
	case lockfiles.Yes:
		v.Reason = "allowed by " + v.Rule
	case lockfiles.No:
		v.Reason = "refused by " + v.Rule
	}
	return v
}

const (
	// maxRules bounds what is kept; the largest real list has some hundred.
	maxRules = 20_000
	// maxShown bounds a stranger's text within a line.
	maxShown = 200
)

// bounded cuts a text to what fits into a line.
func bounded(text string) string {
	out := []rune(text[:min(len(text), 4*maxShown)])
	for i, r := range out {
		if r == '\n' || r == '\r' {
			out[i] = ' '
		}
	}
	if len(out) > maxShown {
		return string(out[:maxShown]) + "..."
	}
	return string(out)
}
