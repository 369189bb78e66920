package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
)

// mostWords bounds a title in the text report: a line of a log.
const mostWords = 200

// writeFound writes what the checks found that deserves notice, change by
// change, the worst first. What is only information is counted.
func writeFound(w io.Writer, r *Recording) {
	type noted struct {
		change   int
		worst    analysis.Outcome
		number   int // of findings as bad as that
		findings []analysis.Finding
	}
	var all []noted
	informational := 0
	for i, results := range r.Results {
		n := noted{change: i}
		for _, result := range results {
			for _, f := range result.Findings {
				switch {
				case f.Outcome != analysis.Warn && f.Outcome != analysis.Fail:
					informational++
					continue
				case f.Outcome > n.worst:
					n.worst, n.number = f.Outcome, 1
				case f.Outcome == n.worst:
					n.number++
				}
				n.findings = append(n.findings, f)
			}
		}
		if len(n.findings) > 0 {
			slices.SortStableFunc(n.findings, func(a, b analysis.Finding) int { return int(b.Outcome) - int(a.Outcome) })
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b noted) int {
		return cmp.Or(int(b.worst)-int(a.worst), b.number-a.number)
	})
	if len(all) > 0 {
		fmt.Fprint(w, "\nfound, the worst first\n")
	}
	for _, n := range all {
		c := &r.Diff.Changes[n.change]
		p := c.Package()
		fmt.Fprintf(w, "  %s %s %s  (%s)\n", ecosystemName(p.Ecosystem), untrusted.Line(p.Name), untrusted.Line(Move(c)), untrusted.Line(c.Lockfile))
		for _, f := range n.findings {
			fmt.Fprintf(w, "    %-4s %s: %s\n", f.Outcome, f.Code, excerpt(f.Title))
			if f.Fix != "" {
				fmt.Fprintf(w, "         fix: %s\n", excerpt(f.Fix))
			}
		}
	}
	if informational > 0 {
		fmt.Fprintf(w, "\n%s for information (--format json has them)\n", plural(informational, "more finding"))
	}
}

// excerpt is a stranger's text cut to one line of a log.
func excerpt(text string) string {
	runes := []rune(untrusted.Line(text))
	if len(runes) <= mostWords {
		return string(runes)
	}
	return string(runes[:mostWords-3]) + "..."
}
