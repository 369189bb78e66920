package screens

import (
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// named is a line of a name and what there is to say to it.
func named(t theme.Theme, gutter, name, value string, look theme.Style) components.Line {
	return components.Line{Gutter: gutter, Runs: []components.Run{
		{Text: components.Fit(name, 12, ""), Style: t.Faint}, {Text: value, Style: look}}}
}

// advisoryLook is how much an advisory asks for attention.
func advisoryLook(t theme.Theme, a *analysis.Advisory) theme.Style {
	switch {
	case a.Effect == advisories.Fixed:
		return t.Pass
	case a.Malware || a.Effect == advisories.Introduced:
		return t.Block
	case a.Effect == advisories.EffectUnknown:
		return t.Unknown
	}
	return t.Warn
}

// advisoryLines is one advisory, with at most limit bytes of what its record
// tells.
func advisoryLines(s *session.Session, l *session.Listed, limit int) []components.Line {
	t, plain := s.Theme, theme.Style{}
	headline := l.Headline
	if headline == "" {
		headline = "its record has no summary"
	}
	lines := []components.Line{{Runs: []components.Run{
		{Text: l.Name, Style: t.Strong}, {Text: "  " + s.Safe(session.SeverityWord(&l.Advisory)), Style: advisoryLook(t, &l.Advisory)}, {Text: "  " + headline}}}}
	add := func(name, value string, look theme.Style) {
		if value != "" {
			lines = append(lines, named(t, bodyGutter, name, value, look))
		}
	}
	effect := map[advisories.Effect]string{
		advisories.Introduced: "brought by this change: the version before was not affected, or there was none",
		advisories.Fixed:      "fixed by this change",
		advisories.Remains:    "remains: both versions are affected",
	}[l.Effect]
	if effect == "" {
		effect = "unknown"
		if l.Why != "" {
			effect += ": " + s.Safe(l.Why)
		}
	}
	add("effect", effect, advisoryLook(t, &l.Advisory))
	add("comes in by", strings.Join(l.Way, " > "), plain)
	lines = append(lines, advisoryFacts(s, l)...)
	add("read", s.Said(l.Source, l.Observed), t.Faint)
	add("link", s.Safe(l.URL), t.Accent)
	if strings.TrimSpace(l.Details) != "" {
		lines = appendApart(lines, boundedText(s, l.Details, limit))
	}
	return lines
}

// advisoryFacts are what its records say of an advisory, but for the text.
func advisoryFacts(s *session.Session, l *session.Listed) (lines []components.Line) {
	t, plain := s.Theme, theme.Style{}
	add := func(name, value string, look theme.Style) {
		if value != "" {
			lines = append(lines, named(t, bodyGutter, name, value, look))
		}
	}
	switch {
	case l.Effect == advisories.Fixed:
		add("fixed in", orUnknown(l.Now), plain)
	case l.Now != "":
		add("fixed in", l.Now, plain)
	default:
		add("fixed in", "no version that the records name", t.Warn)
	}
	add("severity", severityText(s, &l.Advisory), plain)
	add("aliases", l.Others, plain)
	if l.EPSS != nil {
		add("EPSS", fmt.Sprintf("%.1f%% likely to be exploited within 30 days", *l.EPSS*100), plain)
	}
	switch l.KEV {
	case lockfiles.Yes:
		add("exploited", "yes: in CISA's catalogue of known exploited vulnerabilities", t.Block)
	case lockfiles.No:
		add("exploited", "not in CISA's catalogue of known exploited vulnerabilities", plain)
	}
	if l.Withdrawn {
		add("withdrawn", "its records were taken back", t.Warn)
	}
	return lines
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

// severityText is the level with the ratings behind it, or the word of the
// database where no rating can be read.
func severityText(s *session.Session, a *analysis.Advisory) string {
	text := a.Severity.Level.String()
	if a.Malware {
		text = "malware"
	}
	for _, r := range a.Severity.Ratings {
		text += fmt.Sprintf(", CVSS %s: %.1f (%s)", s.Safe(r.Version), r.Score, s.Safe(r.Vector))
	}
	if len(a.Severity.Ratings) == 0 && a.Severity.Word != "" {
		text += ", in the database's word: " + s.Safe(a.Severity.Word)
	}
	if a.Informational != "" {
		text += ", " + s.Safe(a.Informational)
	}
	return text
}

// scriptLines are the commands that installing runs. What the commands reach
// is not looked at, and that is said.
func scriptLines(s *session.Session, scripts analysis.Scripts) (lines []components.Line) {
	t := s.Theme
	for _, x := range scripts {
		word, look := strings.ToUpper(x.Change.String()), theme.Style{}
		switch x.Change {
		case analysis.ScriptAdded, analysis.ScriptChanged:
			look = t.Warn
		case analysis.ScriptUnknown:
			look = t.Unknown
		case analysis.ScriptRemoved, analysis.ScriptSame:
			look = t.Faint
		}
		block := []components.Line{{Gutter: bodyGutter, Runs: []components.Run{
			{Text: word + "  ", Style: look}, {Text: s.Safe(x.Hook), Style: t.Strong}}}}
		command := func(name, text string, look theme.Style) {
			if text == "" {
				text, look = "none", t.Faint
			}
			block = append(block, named(t, bodyGutter+"  ", name, s.Safe(text), look))
		}
		if x.Base == x.Head {
			command("runs", x.Head, theme.Style{})
		} else {
			command("before", x.Base, t.Removed)
			command("now", x.Head, t.Added)
		}
		allowed := x.Allowed.String()
		if x.Rule != "" {
			allowed += ", by " + s.Safe(x.Rule)
			if x.File != "" {
				allowed += "   " + s.Safe(x.File)
				if x.Line > 0 {
					allowed += fmt.Sprintf(":%d", x.Line)
				}
			}
		} else if x.Allowed == lockfiles.Unclaimed {
			allowed = "unknown: no entry of an allowlist names it"
		}
		block = append(block, named(t, bodyGutter+"  ", "allowed", allowed, theme.Style{}))
		lines = appendApart(lines, block)
	}
	if len(scripts) > 0 && !slices.ContainsFunc(scripts, func(x analysis.Script) bool { return x.Change == analysis.ScriptSame }) {
		return lines // the claim above says that files are not compared
	}
	return appendApart(lines, []components.Line{{Gutter: t.Unknown.Paint(components.Fit(t.Symbols.Unknown, signGutter, "")),
		Runs: []components.Run{{Text: "The files behind the commands are not compared yet: the same command may run other code.", Style: t.Unknown}}}})
}
