package checks

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// unclearMost is how many advisories of which nothing can be told are findings
// of their own; a package without a version would make hundreds.
const unclearMost = 3

// findings judges each advisory. Titles are one line, and their texts a
// stranger's.
func (a advisoryCheck) findings(c *diff.Change, k *knowledge, list analysis.Advisories) (all []analysis.Finding) {
	var unclear []analysis.Advisory
	for _, d := range list {
		code, outcome := judge(d)
		if code == "advisory-unclear" && outcome == analysis.Warn {
			unclear = append(unclear, d)
		}
		all = append(all, analysis.Finding{
			Code: code, Outcome: outcome, Title: title(d), Detail: detail(d), Fix: fix(d, code),
			Source: k.source, Observed: k.at,
		})
		if d.KEV == lockfiles.Yes && d.Head == advisories.IsAffected {
			all = append(all, analysis.Finding{
				Code: "known-exploited", Outcome: analysis.Fail,
				Title:  line(d.ID + " is being exploited: " + d.Summary),
				Detail: detail(d), Fix: fix(d, code), Source: a.s.Clients.KEV.Host(),
			})
		}
	}
	if len(unclear) <= unclearMost {
		return all
	}
	kept := all[:0]
	for _, f := range all {
		if f.Code != "advisory-unclear" || f.Outcome != analysis.Warn {
			kept = append(kept, f)
		}
	}
	var ids []string
	for _, d := range unclear[:min(len(unclear), 10)] {
		ids = append(ids, d.ID)
	}
	return append(kept, analysis.Finding{
		Code: "advisory-unclear", Outcome: analysis.Warn,
		Title:  line(fmt.Sprintf("%d advisories name %s, and it cannot be told whether they affect %s", len(unclear), c.Package().Name, cmp.Or(c.To(), c.From(), "it"))),
		Detail: line(firstOf(unclear[0].Why, "the reasons differ") + ": " + strings.Join(ids, ", ")),
		Source: k.source, Observed: k.at,
	})
}

// judge gives an advisory its code and outcome.
func judge(d analysis.Advisory) (code string, outcome analysis.Outcome) {
	severe := d.Severity.Level >= advisories.High
	switch {
	case d.Effect == advisories.Fixed:
		return "advisory-fixed", analysis.Pass
	case d.Head == advisories.IsAffected && d.Withdrawn:
		return "advisory-informational", analysis.Info
	case d.Head == advisories.IsAffected && d.Malware:
		return "malware", analysis.Fail
	case d.Head == advisories.IsAffected && d.Informational != "":
		return "advisory-informational", analysis.Info
	case d.Effect == advisories.Remains && severe:
		return "advisory-remains", analysis.Warn
	case d.Effect == advisories.Remains:
		return "advisory-remains", analysis.Info
	case d.Head == advisories.IsAffected && severe: // whether base was too may not be known
		return "advisory-introduced", analysis.Fail
	case d.Head == advisories.IsAffected:
		return "advisory-introduced", analysis.Warn
	case d.Head == advisories.NotAffected || d.Withdrawn:
		return "advisory-unclear", analysis.Info // of the base alone
	}
	return "advisory-unclear", analysis.Warn
}

func title(d analysis.Advisory) string {
	words := []string{d.ID}
	if d.Withdrawn {
		words = append(words, "withdrawn")
	}
	switch {
	case d.Malware:
		words = append(words, "malware")
	case d.Informational != "":
		words = append(words, d.Informational)
	default:
		words = append(words, severity(d.Severity))
	}
	return line(strings.Join(words, " ") + ": " + d.Summary)
}

// severity is the word and the score of the newest version of CVSS.
func severity(s advisories.Severity) string {
	switch {
	case s.Level == advisories.Unknown:
		return "severity unknown"
	case len(s.Ratings) > 0:
		return fmt.Sprintf("%s %.1f", s.Level, s.Ratings[0].Score)
	}
	return s.Level.String()
}

func detail(d analysis.Advisory) string {
	var parts []string
	if len(d.IDs) > 1 {
		parts = append(parts, "also "+strings.Join(d.IDs[1:], ", "))
	}
	if d.Head == advisories.IsAffected && d.Base == advisories.CannotTell {
		parts = append(parts, "whether the version of before was affected cannot be told")
	}
	if d.Why != "" {
		parts = append(parts, d.Why)
	}
	if d.EPSS != nil {
		parts = append(parts, fmt.Sprintf("EPSS %.1f%%", *d.EPSS*100))
	}
	if len(d.Path) > 1 {
		parts = append(parts, "brought by "+strings.Join(d.Path, " > "))
	}
	return line(strings.Join(parts, "; "))
}

func fix(d analysis.Advisory, code string) string {
	switch {
	case d.Head != advisories.IsAffected || code == "advisory-fixed":
		return ""
	case d.Malware && d.Fixed == "":
		return "do not install it"
	case d.Malware:
		return line("do not install it; " + d.Fixed + " is not affected")
	case d.Fixed != "":
		return line("fixed in " + d.Fixed)
	}
	return "no fixed version is known"
}

// claim says in one line what was found.
func claim(c *diff.Change, list analysis.Advisories) string {
	if len(list) == 0 {
		versions := c.From()
		if versions == "" || c.To() != "" && c.To() != versions {
			versions = strings.TrimPrefix(versions+" and "+c.To(), " and ")
		}
		return line(fmt.Sprintf("no advisory is known of %s %s", c.Package().Name, versions))
	}
	counts := make(map[advisories.Effect]int)
	for _, d := range list {
		counts[d.Effect]++
	}
	var parts []string
	for _, e := range []advisories.Effect{advisories.Introduced, advisories.Fixed, advisories.Remains, advisories.EffectUnknown} {
		if counts[e] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[e], e))
		}
	}
	return "advisories: " + strings.Join(parts, ", ")
}

// line makes one bounded line of a stranger's text.
func line(text string) string { return bounded(strings.Join(strings.Fields(text), " "), 300) }

// bounded cuts text to so many bytes, between characters.
func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "..."
}
