package checks

import (
	"cmp"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/lockfiles"
)

// evidence is what a person reads: the commands side by side, and what else
// speaks of them.
func (v *scriptView) evidence() (shown []analysis.Evidence) {
	if body := v.commands(); len(body) > 0 {
		shown = append(shown, analysis.Evidence{
			Claim:  "what runs when it is installed; " + filesNotCompared,
			Source: v.source, Observed: v.observed, Body: body,
		})
	} else if v.head.scripts != nil {
		shown = append(shown, analysis.Evidence{Claim: "the metadata names nothing that runs at install", Source: v.source, Observed: v.observed})
	}
	facts := v.facts()
	if len(facts) > 0 {
		shown = append(shown, analysis.Evidence{Claim: "what the lockfile and the base revision's allowlist say of it", Source: v.change.Lockfile, Body: facts})
	}
	return shown
}

func (v *scriptView) commands() (rows analysis.Scripts) {
	verdict := v.head.verdict
	for _, hook := range hooksOf(v.base.scripts, v.head.scripts) {
		before, was := v.base.scripts[hook]
		after, is := v.head.scripts[hook]
		row := analysis.Script{Hook: hook, Base: before, Head: after, Allowed: verdict.Allowed, Rule: verdict.Rule, File: verdict.File, Line: verdict.Line}
		switch {
		case v.base.scripts == nil || v.head.scripts == nil:
			row.Change = analysis.ScriptUnknown
		case !was:
			row.Change = analysis.ScriptAdded
		case !is:
			row.Change = analysis.ScriptRemoved
		case !sameCommand(hook, before, after):
			row.Change = analysis.ScriptChanged
		default:
			row.Change = analysis.ScriptSame
		}
		rows = append(rows, row)
	}
	return rows
}

func (v *scriptView) facts() (facts analysis.Facts) {
	add := func(name, base, head string, look analysis.Outcome) {
		if base != "" || head != "" {
			facts = append(facts, analysis.Fact{Name: name, Base: base, Head: head, Look: look})
		}
	}
	claim := func(s *scriptSide) string {
		if s.pkg == nil || s.claim() == lockfiles.Unclaimed {
			return ""
		}
		return s.claim().String()
	}
	look := analysis.Info
	if v.head.claim() == lockfiles.Yes && v.base.claim() != lockfiles.Yes {
		look = analysis.Warn
	}
	add("lockfile claims install scripts", claim(&v.base), claim(&v.head), look)
	allowed := func(s *scriptSide) string {
		if s.pkg == nil {
			return ""
		}
		return saying(s.verdict)
	}
	if v.head.runs() || v.head.scripts == nil || v.head.verdict.Named || v.base.verdict.Named {
		add("allowlist", allowed(&v.base), allowed(&v.head), analysis.Info)
		add("allowlist rule", rule(&v.base), rule(&v.head), analysis.Info)
		add("approval of another version", "", v.head.verdict.Stale, analysis.Info)
	}
	if v.lists.base != nil && v.lists.head != nil {
		add("package manager", v.lists.base.Manager, v.lists.head.Manager, analysis.Info)
	}
	add("not in the metadata", v.base.untold(), v.head.untold(), analysis.Info)
	add("by the metadata", v.base.hint, v.head.hint, analysis.Info)
	return facts
}

// untold is what the metadata cannot tell, with what the lockfile says of it:
// npm looks into the archive before it writes that there is nothing.
func (s *scriptSide) untold() string {
	if s.limit != "" && s.scripts != nil && s.claim() == lockfiles.No {
		return s.limit + "; the lockfile says that nothing runs"
	}
	return s.limit
}

// rule is the rule with its place.
func rule(s *scriptSide) string {
	if s.pkg == nil || s.verdict.Rule == "" {
		return ""
	}
	return cmp.Or(place(s.verdict), s.verdict.File) + " " + s.verdict.Rule
}
