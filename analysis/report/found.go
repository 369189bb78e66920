package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
)

const (
	mostWords = 200 // of a title in the text report: a line of a log
	fewest    = 4   // packages with the same warning from which it is told once
	mostNames = 3   // of those that are named then
)

// noted is what is wrong with a change.
type noted struct {
	change   int
	worst    analysis.Outcome
	number   int // of findings as bad as that
	findings []analysis.Finding
}

// writeFound writes what the checks found that deserves notice, change by
// change, the worst first. A warning that many packages share is told once,
// behind those of a single one; what is only information is counted.
func writeFound(w io.Writer, r *Recording) {
	shared := sharedWarnings(r)
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
				case f.Outcome == analysis.Warn && shared[f.Code] != nil:
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
	if len(all)+len(shared) > 0 {
		fmt.Fprint(w, "\nfound, the worst first\n")
	}
	for _, n := range all {
		c := &r.Diff.Changes[n.change]
		fmt.Fprintf(w, "  %s %s  (%s)\n", named(r, n.change), untrusted.Line(Move(c)), untrusted.Line(c.Lockfile))
		for _, f := range n.findings {
			fmt.Fprintf(w, "    %-4s %s: %s\n", f.Outcome, f.Code, excerpt(f.Title))
			if f.Fix != "" {
				fmt.Fprintf(w, "         fix: %s\n", excerpt(f.Fix))
			}
		}
	}
	writeShared(w, r, shared)
	if informational > 0 {
		fmt.Fprintf(w, "\n%s for information (--format json has them)\n", plural(informational, "more finding"))
	}
}

// sharedWarnings are the changes of each code that many of them share. A
// failure is never one of them, nor is an advisory or a script: of those each
// is another one, and has its own line.
func sharedWarnings(r *Recording) map[string][]int {
	of := make(map[string][]int)
	for i, results := range r.Results {
		for j, result := range results {
			if topic := r.Checks[j].Topic; topic == "advisories" || topic == "scripts" {
				continue
			}
			for _, f := range result.Findings {
				if list := of[f.Code]; f.Outcome == analysis.Warn && (len(list) == 0 || list[len(list)-1] != i) {
					of[f.Code] = append(list, i)
				}
			}
		}
	}
	for code, list := range of {
		if len(list) < fewest {
			delete(of, code)
		}
	}
	return of
}

// writeShared tells what many packages share: "warn release-too-young: 12
// packages, a, b, c and 9 more", with what it says of the first.
func writeShared(w io.Writer, r *Recording, shared map[string][]int) {
	codes := make([]string, 0, len(shared))
	for code := range shared {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(len(shared[b])-len(shared[a]), strings.Compare(a, b))
	})
	for _, code := range codes {
		list := shared[code]
		var names []string
		for _, i := range list[:min(mostNames, len(list))] {
			names = append(names, named(r, i))
		}
		text := strings.Join(names, ", ")
		if more := len(list) - len(names); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		fmt.Fprintf(w, "  %s\n    %-4s %s: %s\n", plural(len(list), "package"), analysis.Warn, code, text)
		if f := findingOf(r, list[0], code); f != nil {
			fmt.Fprintf(w, "         the first: %s\n", excerpt(f.Title))
			if f.Fix != "" {
				fmt.Fprintf(w, "         fix: %s\n", excerpt(f.Fix))
			}
		}
	}
}

func findingOf(r *Recording, change int, code string) *analysis.Finding {
	for _, result := range r.Results[change] {
		for i, f := range result.Findings {
			if f.Code == code && f.Outcome == analysis.Warn {
				return &result.Findings[i]
			}
		}
	}
	return nil
}

// named is the ecosystem and the name of what changed.
func named(r *Recording, change int) string {
	p := r.Diff.Changes[change].Package()
	return ecosystemName(p.Ecosystem) + " " + untrusted.Line(p.Name)
}

// excerpt is a stranger's text cut to one line of a log.
func excerpt(text string) string {
	runes := []rune(untrusted.Line(text))
	if len(runes) <= mostWords {
		return string(runes)
	}
	return string(runes[:mostWords-3]) + "..."
}
