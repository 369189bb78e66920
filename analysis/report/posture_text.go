package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/untrusted"
)

// writePostureText writes findings for a person, the worst first. Why a thing
// matters is told with the first finding that says it.
func writePostureText(out io.Writer, p *Posture) error {
	w := bufio.NewWriter(out)
	at := untrusted.Line(describeRevision(p.Revision))
	if len(p.Findings) == 0 {
		fmt.Fprintf(w, "No finding at %s.\n", at)
	} else {
		fmt.Fprintf(w, "%s at %s: %s\n", plural(len(p.Findings), "finding"), at, outcomesOf(p.Findings))
	}
	told := make(map[string]bool)
	for _, f := range p.Findings {
		fmt.Fprintf(w, "\n%s  %s  %s%s\n", f.Outcome, untrusted.Line(placeOf(f.File, f.Line)), f.Code, FoundBy(&f))
		fmt.Fprintf(w, "  %s\n", untrusted.Line(f.Title))
		if !told[f.Why] {
			told[f.Why] = true
			fmt.Fprintf(w, "  why: %s\n", untrusted.Line(f.Why))
		}
		for _, e := range f.Put {
			fmt.Fprintf(w, "  put: %s\n", untrusted.Line(EditWords(e)))
			if e.How == posture.Remove {
				continue
			}
			for line := range strings.SplitSeq(untrusted.Block(e.Text), "\n") {
				fmt.Fprintf(w, "    | %s\n", line)
			}
		}
		if f.Do != "" && !(f.Rule == posture.Scorecard && told[f.Do]) { // a paragraph is read once
			told[f.Do] = true
			fmt.Fprintf(w, "  do: %s\n", untrusted.Line(f.Do))
		}
	}
	if len(p.Problems) > 0 {
		fmt.Fprintf(w, "\nNot read, so that nothing is known of it:\n")
	}
	for _, problem := range p.Problems {
		fmt.Fprintf(w, "  %s\n", untrusted.Line(problem.String()))
		if problem.Do != "" {
			fmt.Fprintf(w, "    do: %s\n", untrusted.Line(problem.Do))
		}
	}
	writeScores(w, p.Scored)
	fmt.Fprintf(w, "\n%s\n", PostureCoverage(p.Report))
	if p.Scored == nil {
		fmt.Fprintf(w, "%s\n", NotScored)
	}
	return w.Flush()
}

// NotScored says what was not asked, and how it is.
const NotScored = "Scorecard's checks were not run: --engine scorecard runs them"

// writeScores writes each check's score: also of those that warn of nothing.
func writeScores(w io.Writer, s *posture.Scored) {
	if s == nil || s.Result == nil {
		return
	}
	fmt.Fprintf(w, "\nScorecard %s, file checks: %s of 10\n", untrusted.Line(s.Version), score(s.Result.Score))
	for _, c := range s.Result.Checks {
		fmt.Fprintf(w, "  %2s  %s: %s\n", ScoreOf(c), untrusted.Line(c.Name), untrusted.Line(c.Reason))
		if c.LeftOut > 0 {
			fmt.Fprintf(w, "      %s more not listed\n", plural(c.LeftOut, "detail"))
		}
	}
	for _, note := range s.Result.Notes {
		fmt.Fprintf(w, "  note: %s\n", untrusted.Line(note))
	}
}

// ScoreOf is a check's score in a cell: ? of what is not known, - where there is
// nothing that it looks at.
func ScoreOf(c engines.ScorecardCheck) string {
	switch {
	case c.NotApplicable:
		return "-"
	case c.Score < 0:
		return "?"
	}
	return fmt.Sprint(c.Score)
}

// score is an overall score; no check may have been conclusive.
func score(s float64) string {
	if s < 0 {
		return "?"
	}
	return fmt.Sprintf("%.1f", s)
}

// FoundBy says who found it where that is not depreview alone.
func FoundBy(f *posture.Finding) string {
	if by := f.Finders(); len(by) > 1 || by[0] != posture.Ours {
		return " (found by " + strings.Join(by, " and ") + ")"
	}
	return ""
}

// PostureCoverage says how the rules ended, and what was left out.
func PostureCoverage(r *posture.Report) string {
	var parts []string
	for _, s := range []struct {
		state posture.State
		words string
	}{{posture.Fine, "fine"}, {posture.Found, "found"}, {posture.Unknown, "not known"}, {posture.NotApplicable, "not applicable"}} {
		if n := r.Count(s.state); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.words))
		}
	}
	text := fmt.Sprintf("%s: %s", plural(len(r.Rules), "rule"), strings.Join(parts, ", "))
	if r.Fixtures > 0 {
		text += fmt.Sprintf("; %s of tests and examples left out", plural(r.Fixtures, "lockfile"))
	}
	if r.Scored != nil && r.Scored.Result != nil {
		text += "; Scorecard's file checks: " + score(r.Scored.Result.Score) + " of 10"
	}
	return text
}

func outcomesOf(findings []posture.Finding) string {
	var parts []string
	for _, o := range []analysis.Outcome{analysis.Fail, analysis.Warn, analysis.Unknown, analysis.Info, analysis.Pass} {
		n := 0
		for _, f := range findings {
			if f.Outcome == o {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}

// EditWords says where the text of an edit goes.
func EditWords(e posture.Edit) string {
	switch {
	case e.How == posture.Create:
		return "a new file " + e.File
	case e.How == posture.Remove:
		return "nothing: remove " + placeOf(e.File, e.Line)
	case e.How == posture.Replace:
		return "in place of " + placeOf(e.File, e.Line)
	case e.Line == 0:
		return "at the beginning of " + e.File
	}
	return "behind " + placeOf(e.File, e.Line)
}

func placeOf(file string, line int) string {
	if line <= 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}
