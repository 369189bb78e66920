// Package posture looks at a repository's own hygiene: how it installs, how it
// is built and published, and who keeps its dependencies up to date. One file a
// group of rules, and one line in Rules.
//
// It stands above lockfiles, analysis/cooldown, analysis/allowlist and
// analysis/spdx, and below analysis/report. It reads the files of one revision
// and nothing else: no network, no settings of a person, nothing is run. What
// Scorecard says of the same revision is handed in, and merged. What
// an organisation sets on its forge, or a person outside of the repository, is
// not known here.
package posture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
)

// Finding is what a rule says of one place.
type Finding struct {
	Code    string // stable: "action-unpinned"
	Rule    string // the rule's name
	Outcome analysis.Outcome
	File    string // from the root of the revision; of a file that is missing, where it belongs
	Line    int    // 1-based; 0 when the finding is about the file as a whole, or the file is missing
	Title   string // one line, with strangers' text in it
	Why     string // one or two sentences
	Put     []Edit // what mends it, lines of the files as they are; nil when the files do not tell the exact text
	Do      string // what to do where Put is nil, or beside it: a command or a sentence; or ""
	// FoundBy is who found it, sorted; nil means Ours alone (see Finders).
	FoundBy []string
}

// How is the way in which an Edit changes a file.
type How string

// The ways.
const (
	Replace How = "replace"      // the line by Text
	Remove  How = "remove"       // the line
	After   How = "insert-after" // Text behind the line; line 0 is the beginning of the file
	Create  How = "create"       // the file, with Text in it
)

// Edit is the smallest change that mends a finding: whole lines of one file.
type Edit struct {
	How  How
	File string
	Line int    // 1-based; 0 of Create
	Text string // one or more lines, without the last line feed
}

// Problem is what could not be read: nothing is known of what it says.
type Problem struct {
	Rule   string // the rule that asked first
	File   string // "" when no file is to blame
	Line   int    // 0 when no line is to blame
	Reason string
	Do     string // the next step, or ""
}

func (p Problem) String() string {
	if p.File == "" {
		return p.Reason
	}
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
	}
	return p.File + ": " + p.Reason
}

// State is how a rule ended.
type State string

// The states. Found means at least one finding that is no Pass; a rule that
// found something and could not read all is Found, and the problem is told.
const (
	Fine          State = "fine"
	Found         State = "found"
	Unknown       State = "unknown"
	NotApplicable State = "not-applicable"
)

// Ruled is a rule and how it ended.
type Ruled struct {
	Name, About string
	State       State
}

// Report is everything that is known of one revision.
type Report struct {
	Rules    []Ruled   // in the order of Rules
	Findings []Finding // the worst first, then by file and line
	Problems []Problem // by file and line; while there are any, the report is incomplete
	// Fixtures counts the lockfiles and manifests in directories of tests and
	// examples, which are left out: nobody installs them.
	Fixtures int
	// Scored is what Scorecard says; nil when it was not asked.
	Scored *Scored
}

// Options are what a report is made with.
type Options struct {
	// Extra are findings of somebody else about the same revision.
	Extra []Finding
	// Scored is what Scorecard says of it; nil when it was not asked. Each
	// warning is a finding, or a word more on one of ours.
	Scored *Scored
}

// Read looks at one revision. The error is that of ctx, or of a tree that cannot
// be listed.
func Read(ctx context.Context, tree fs.FS, o Options) (*Report, error) {
	repo, err := open(ctx, tree)
	if err != nil {
		return nil, err
	}
	report := &Report{Fixtures: repo.fixtures, Scored: o.Scored}
	seen := make(map[Problem]bool)
	for _, rule := range Rules {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := &reading{repo: repo, rule: rule.Name}
		rule.run(r)
		report.Rules = append(report.Rules, Ruled{rule.Name, rule.About, r.state()})
		report.Findings = append(report.Findings, r.findings...)
		for _, p := range r.problems {
			key := Problem{File: p.File, Line: p.Line, Reason: p.Reason}
			if p.Line > 0 { // several readers stumble over one line, in words of their own
				key.Reason = ""
			}
			if !seen[key] {
				seen[key] = true
				report.Problems = append(report.Problems, p)
			}
		}
	}
	if o.Scored != nil {
		found, unknown, err := o.Scored.findings()
		if err != nil {
			return nil, err
		}
		report.Findings, report.Problems = merge(report.Findings, found), append(report.Problems, unknown...)
		report.Rules = append(report.Rules, Ruled{Scorecard, "the file checks of OpenSSF Scorecard warn of nothing", scorecardState(found, unknown)})
	}
	report.Findings = append(slices.Clone(o.Extra), report.Findings...)
	slices.SortStableFunc(report.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[a.Outcome], rank[b.Outcome]), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Code, b.Code))
	})
	slices.SortStableFunc(report.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return report, nil
}

// rank orders outcomes, the worst first.
var rank = map[analysis.Outcome]int{analysis.Fail: 0, analysis.Warn: 1, analysis.Unknown: 2, analysis.Info: 3, analysis.Pass: 4, analysis.NotApplicable: 5}

// Failed tells whether any finding fails the repository.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Outcome == analysis.Fail })
}

// Count is the number of rules that ended in the state.
func (r *Report) Count(s State) (n int) {
	for _, rule := range r.Rules {
		if rule.State == s {
			n++
		}
	}
	return n
}

// reading is one rule at work.
type reading struct {
	*repo
	rule     string
	applies  bool // there was something to look at
	findings []Finding
	problems []Problem
}

func (r *reading) add(f Finding) {
	f.Rule, f.Title, f.Do = r.rule, oneLine(redact(f.Title)), redact(f.Do)
	for _, e := range f.Put {
		if redact(e.Text) != e.Text { // the line that it changes holds a secret
			f.Put, f.Do = nil, "take the secret out of the line first"
			break
		}
	}
	r.findings = append(r.findings, f)
}

// problem keeps that a file could not be read; one that is absent is none.
func (r *reading) problem(file string, line int, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	r.problems = append(r.problems, Problem{Rule: r.rule, File: file, Line: line, Reason: oneLine(err.Error())})
}

func (r *reading) state() State {
	switch {
	case slices.ContainsFunc(r.findings, func(f Finding) bool { return f.Outcome != analysis.Pass }):
		return Found
	case len(r.problems) > 0:
		return Unknown
	case r.applies || len(r.findings) > 0:
		return Fine
	}
	return NotApplicable
}

// oneLine bounds a stranger's text to what a person reads at a glance.
func oneLine(text string) string {
	const most = 200
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
