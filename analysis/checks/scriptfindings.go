package checks

import (
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/allowlist"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// scriptView is everything that is known of one change.
type scriptView struct {
	change     *diff.Change
	review     *analysis.Review
	lists      *listPair
	base, head scriptSide
	source     string
	observed   time.Time
	ungoverned bool // the allowlist is not for what this package runs
}

// filesNotCompared is what the check does not do yet, in every output.
const filesNotCompared = "the files that they run are not compared yet"

func (v *scriptView) findings() (found []analysis.Finding) {
	found = append(found, v.moved()...)
	found = append(found, v.claims()...)
	return append(found, v.approvals()...)
}

func (v *scriptView) registrySays(code string, outcome analysis.Outcome, title, detail string) analysis.Finding {
	return analysis.Finding{Code: code, Outcome: outcome, Title: title, Detail: detail, Source: v.source, Observed: v.observed}
}

// moved compares the commands of both sides, where both are known.
func (v *scriptView) moved() (found []analysis.Finding) {
	if v.base.scripts == nil || v.head.scripts == nil {
		return nil
	}
	same := 0
	for _, hook := range hooksOf(v.base.scripts, v.head.scripts) {
		before, was := v.base.scripts[hook]
		after, is := v.head.scripts[hook]
		name := brief(hook, 40)
		switch {
		case !was && v.base.pkg == nil:
			found = append(found, v.registrySays("script-added", analysis.Fail,
				fmt.Sprintf("a new package that runs code %s: %s: %s", when(hook), name, brief(after, 120)), v.allowedNow()))
		case !was:
			found = append(found, v.registrySays("script-added", analysis.Fail,
				fmt.Sprintf("%s adds code that runs %s: %s: %s", brief(v.head.version, 40), when(hook), name, brief(after, 120)), v.allowedNow()))
		case !is:
			found = append(found, v.registrySays("script-removed", analysis.Info,
				fmt.Sprintf("%s no longer runs %s: %s", brief(v.head.version, 40), name, brief(before, 120)), ""))
		case sameCommand(hook, before, after):
			same++
		case sameButVersion(before, v.base.version, after, v.head.version):
			found = append(found, v.registrySays("script-changed", analysis.Info,
				fmt.Sprintf("%s changes only its own version in what runs %s: %s: %s", brief(v.head.version, 40), when(hook), name, brief(after, 120)), v.allowedNow()))
		default:
			found = append(found, v.registrySays("script-changed", analysis.Warn,
				fmt.Sprintf("%s changes what runs %s: %s: %s", brief(v.head.version, 40), when(hook), name, brief(after, 120)),
				"before: "+brief(before, 400)+"\n"+v.allowedNow()))
		}
	}
	if v.newlyUntold() {
		found = append(found, v.registrySays("scripts-untold", analysis.Info, "the metadata names no install script, and cannot tell all: "+brief(v.head.limit, 200), ""))
	}
	if same > 0 && same == len(v.head.scripts) && len(found) == 0 {
		found = append(found, v.registrySays("scripts-same", analysis.Pass,
			fmt.Sprintf("runs the same commands at install as %s: %s", brief(v.base.version, 40), brief(strings.Join(hooksOf(nil, v.head.scripts), ", "), 120)),
			filesNotCompared))
	}
	return found
}

// newlyUntold tells that what the metadata cannot tell is worth a finding. Of
// an npm package that is a binding.gyp in the archive, which may be in any of
// them: that stands in the evidence of each, and is news of none. Elsewhere it
// is a property of the release, and news where base had it not.
func (v *scriptView) newlyUntold() bool {
	return len(v.head.scripts) == 0 && v.head.limit != "" && v.base.limit == "" && v.change.Package().Ecosystem != "npm"
}

// when is the moment at which the code of a hook runs.
func when(hook string) string {
	switch hook {
	case "autoload.files":
		return "at every start"
	case "build.rs":
		return "when it is compiled"
	case "msbuild", "analyzer", "powershell":
		return "in the build"
	}
	return "at install"
}

// sameCommand compares two commands. The source archive of a Python package is
// named by its version, and is built in the same way.
func sameCommand(hook, before, after string) bool { return before == after || hook == "sdist" }

// sameButVersion tells that two commands differ by the version of their own
// package alone.
func sameButVersion(before, base, after, head string) bool {
	const version = "\x00"
	return base != "" && head != "" && strings.ReplaceAll(before, base, version) == strings.ReplaceAll(after, head, version)
}

// allowedNow is what the allowlist makes of the head version, as a sentence.
func (v *scriptView) allowedNow() string {
	verdict := v.head.verdict
	switch verdict.Allowed {
	case lockfiles.Yes:
		return "it will run: " + verdict.Reason
	case lockfiles.No:
		return "it will not run: " + verdict.Reason
	}
	return "whether it will run is not known: " + verdict.Reason
}

// npmHooks run at the install of a package from a registry, and are what the
// lockfiles of npm's world claim.
var npmHooks = []string{"preinstall", "install", "postinstall"}

// claims holds what the lockfile says against what the registry says, and
// takes its word alone where there is no other.
func (v *scriptView) claims() (found []analysis.Finding) {
	before, now := v.base.claim(), v.head.claim()
	says := func(code string, outcome analysis.Outcome, title, detail string) {
		found = append(found, analysis.Finding{Code: code, Outcome: outcome, Title: title, Detail: detail, Source: v.change.Lockfile})
	}
	if v.head.scripts == nil {
		switch {
		case now != lockfiles.Yes || before == lockfiles.Yes:
		case v.guessed():
			says("script-claimed", analysis.Info, "the lockfile says it may run an install script, as pnpm says of every optional package; the commands are unknown", v.allowedNow())
		default:
			says("script-claimed", analysis.Warn, "the lockfile says it runs an install script; the commands are unknown", v.allowedNow())
		}
		return found
	}
	switch {
	case now == lockfiles.No && claimable(v.change.Package().Ecosystem, v.head.scripts):
		says("lockfile-claim-differs", analysis.Warn, fmt.Sprintf("the lockfile says it runs nothing at install, but %s names %s", v.source, brief(strings.Join(hooksOf(nil, v.head.scripts), ", "), 120)), "")
	case now == lockfiles.Yes && len(v.head.scripts) == 0 && !v.guessed():
		// What was so before is no news.
		outcome := analysis.Warn
		if before == lockfiles.Yes {
			outcome = analysis.Info
		}
		says("lockfile-claim-differs", outcome, fmt.Sprintf("the lockfile says it runs code at install, but %s names none", v.source),
			"what is in the archive alone, such as a binding.gyp, is not in the metadata")
	}
	return found
}

// guessed tells that the claim is pnpm's assumption: before version 9 of the
// lockfile it marks every optional package as requiresBuild, because it does not
// fetch those of other platforms (the notes of @pnpm/resolve-dependencies 21.0.0).
func (v *scriptView) guessed() bool {
	return v.head.pkg.Optional && v.lockfileFormat() == "pnpm-lock.yaml"
}

func (v *scriptView) lockfileFormat() string {
	if v.review.Diff == nil {
		return ""
	}
	if l := lockfileOf(v.review.Diff.Head[v.change.Lockfile]); l != nil {
		return l.Format
	}
	return ""
}

// claimable tells whether a lockfile would have to claim one of the scripts.
func claimable(ecosystem string, scripts map[string]string) bool {
	if ecosystem != "npm" {
		return len(scripts) > 0
	}
	for _, hook := range npmHooks {
		if _, ok := scripts[hook]; ok {
			return true
		}
	}
	return false
}

// approvals says what the repository's allowlist makes of the move.
func (v *scriptView) approvals() (found []analysis.Finding) {
	base, head := v.base.verdict, v.head.verdict
	says := func(code string, outcome analysis.Outcome, title, detail, source string) {
		found = append(found, analysis.Finding{Code: code, Outcome: outcome, Title: title, Detail: detail, Source: source})
	}
	fresh := v.change.Kind != diff.Edited
	switch {
	// A setting that lets everything run approves nothing in particular: what it
	// does is in the evidence, once for all packages.
	case head.Allowed == lockfiles.Yes && head.Named && !head.Pinned && fresh && v.head.runs():
		says("script-approved-by-name", analysis.Warn,
			fmt.Sprintf("%s would run unreviewed: the approval pins no version (%s)", brief(v.head.version, 40), head.Rule), "", place(head))
	case head.Allowed != lockfiles.Yes && head.Stale != "" && fresh && (base.Allowed == lockfiles.Yes && base.Pinned || v.head.runs()):
		says("approval-stale", analysis.Info,
			fmt.Sprintf("the approval does not cover %s: %s", brief(v.head.version, 40), head.Stale), head.Reason, place(base))
	}
	if head.Allowed == lockfiles.No && v.head.runs() {
		says("script-denied", analysis.Info, fmt.Sprintf("%s will not run its scripts: %s", brief(v.head.version, 40), head.Reason), "", place(head))
	}
	if v.lists.base == nil || v.lists.head == nil || v.ungoverned {
		return found
	}
	if next := v.lists.head.Says(v.change.Head); next.Allowed != head.Allowed || next.Rule != head.Rule {
		if !next.Named && !head.Named && !v.head.runs() {
			return found // a setting for all matters where something runs
		}
		outcome := analysis.Info
		if next.Allowed == lockfiles.Yes && head.Allowed != lockfiles.Yes {
			outcome = analysis.Warn
		}
		says("allowlist-changed", outcome, "this branch changes what the allowlist says of it: "+brief(saying(next), 160),
			"base: "+saying(head)+"\nhead: "+saying(next), place(next))
	}
	return found
}

// saying is a verdict in words.
func saying(v allowlist.Verdict) string {
	words := map[lockfiles.Tri]string{lockfiles.Yes: "runs", lockfiles.No: "does not run"}[v.Allowed]
	if words == "" {
		words = "not known"
	}
	if v.Reason != "" {
		words += ": " + v.Reason
	}
	return words
}

// place is where a verdict's rule stands, or "" without one.
func place(v allowlist.Verdict) string {
	if v.File != "" && v.Line > 0 {
		return fmt.Sprintf("%s:%d", v.File, v.Line)
	}
	return v.File
}

// unknown is why not all can be said, or nil.
func (v *scriptView) unknown() error {
	switch {
	case v.head.scripts == nil:
		return v.head.why
	case len(v.head.scripts) > 0 && v.base.scripts == nil:
		return fmt.Errorf("what %s ran at install is not known: %w", baseSide, v.base.why)
	}
	return nil
}

// brief is a stranger's text as one line of at most so many characters.
func brief(text string, limit int) string {
	text = strings.Join(strings.Fields(text[:min(len(text), 8*limit)]), " ")
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "..."
	}
	return text
}
