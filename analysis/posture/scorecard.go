package posture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/assets"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// Scored is what OpenSSF Scorecard's file checks say of the revision: a result,
// or why there is none.
type Scored struct {
	Version string                   // of the library; "" without a result
	Result  *engines.ScorecardResult // nil without one
	Unknown string                   // why there is none, one line
	Do      string                   // the next step then, or ""
}

// Who finds things.
const (
	Ours      = "depreview"
	Scorecard = "scorecard" // its rule's name too
)

// scorecardRule is one of its checks, as a finding tells it.
type scorecardRule struct {
	check    string
	Code     string
	outcome  analysis.Outcome
	belongs  string // the file of what is missing; "." is the repository
	narrower string // what the check knows elsewhere, and files do not tell
	// likes pairs words of a detail with our codes that say the same.
	likes []like
}

// like is a detail of Scorecard's that a rule of ours tells too.
type like struct {
	words string // that the detail holds, or the reason of a check as a whole
	codes []string
	lines int // that ours may stand below it; -1: anywhere in the file
}

// scorecardRules are the checks that the engine runs. The outcome follows the
// risk that Scorecard gives the check, and our own rules on the same matter.
var scorecardRules = []scorecardRule{
	{check: "Binary-Artifacts", Code: "scorecard-binary-artifacts", outcome: analysis.Warn, belongs: "."},
	{check: "Dangerous-Workflow", Code: "scorecard-dangerous-workflow", outcome: analysis.Fail, belongs: ".github/workflows", likes: []like{
		{"checkout", []string{"privileged-checkout"}, 10}, // ours is at the ref, its at the step
		{"script injection", []string{"script-injection"}, 60},
	}},
	{check: "Dependency-Update-Tool", Code: "scorecard-dependency-update-tool", outcome: analysis.Warn, belongs: ".github/dependabot.yml",
		narrower: "It looks at files alone: the commits of a bot that is configured elsewhere are not seen.",
		likes:    []like{{"no update tool detected", []string{"update-bot-missing"}, -1}}},
	{check: "License", Code: "scorecard-license", outcome: analysis.Info, belongs: "LICENSE",
		narrower: "It goes by the name of the file, and does not read the text.",
		likes:    []like{{"license file not detected", []string{"license-file-missing"}, -1}}},
	{check: "Pinned-Dependencies", Code: "scorecard-pinned-dependencies", outcome: analysis.Info, belongs: ".", likes: []like{
		{"GitHubAction not pinned", []string{"action-unpinned"}, 0},
		{"containerImage not pinned", []string{"image-unpinned"}, 0},
		{"Command not pinned", []string{"ci-ignores-lockfile", "ci-installs-unhashed", "ci-installs-newest"}, 0},
	}},
	{check: "SAST", Code: "scorecard-sast", outcome: analysis.Info, belongs: ".github/workflows",
		narrower: "It looks at files alone: what analyses commits and pull requests from outside of the repository is not seen."},
	{check: "Security-Policy", Code: "scorecard-security-policy", outcome: analysis.Info, belongs: "SECURITY.md",
		narrower: "It looks at files alone: one that the organisation keeps for all its repositories is not seen.",
		likes:    []like{{"security policy file not detected", []string{"security-policy-missing"}, -1}}},
	{check: "Token-Permissions", Code: "scorecard-token-permissions", outcome: analysis.Warn, belongs: ".github/workflows", likes: []like{
		{"no topLevel permission defined", []string{"workflow-permissions-missing"}, -1},
		{"no jobLevel permission defined", []string{"workflow-permissions-missing"}, -1},
		{"set to 'write-all'", []string{"workflow-permissions-write-all"}, -1},
	}},
}

// told is one detail of Scorecard's as a finding, with who of ours says it too.
type told struct {
	Finding
	likes []like
	whole bool // of the check, not of a place
}

// findings are the warnings of checks below 10, and what is not known.
func (s *Scored) findings() (found []told, unknown []Problem, err error) {
	unread := func(reason, do string) {
		unknown = append(unknown, Problem{Rule: Scorecard, Reason: oneLine(reason), Do: do})
	}
	if s.Result == nil {
		unread("Scorecard's checks: "+s.Unknown, s.Do)
		return nil, unknown, nil
	}
	texts, err := assets.Scorecard()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range s.Result.Checks {
		at := slices.IndexFunc(scorecardRules, func(r scorecardRule) bool { return r.check == c.Name })
		text := texts.Of(c.Name)
		switch {
		case at < 0 || text == nil:
			unread(fmt.Sprintf("Scorecard's check %s is not known to depreview", c.Name), "")
		case c.NotApplicable || c.Score == 10:
		case c.Score < 0:
			unread(fmt.Sprintf("Scorecard's check %s: %s", c.Name, c.Reason), "")
		default:
			found = append(found, scorecardRules[at].tell(c, text)...)
		}
	}
	return found, unknown, nil
}

// tell makes a finding of each place that a check warns of, and one of the check
// as a whole where it names none: a low score is never silent.
func (r scorecardRule) tell(c engines.ScorecardCheck, text *assets.ScorecardText) (found []told) {
	f := Finding{Code: r.Code, Rule: Scorecard, Outcome: r.outcome, FoundBy: []string{Scorecard}}
	f.Why = fmt.Sprintf("Scorecard's check %s (risk: %s) gives %d of 10. It %s", c.Name, strings.ToLower(text.Risk), c.Score, lowerFirst(text.Short))
	if r.narrower != "" {
		f.Why += " " + r.narrower
	}
	for _, d := range c.Details {
		if !d.Warning || d.Path == "" {
			continue
		}
		f := f
		f.File, f.Line, f.Title, f.Do = d.Path, max(d.Line, 0), oneLine(d.Text), remedy(text, d.Path)
		same := func(t told) bool { return t.File == f.File && t.Line == f.Line && t.Title == f.Title }
		if !slices.ContainsFunc(found, same) {
			found = append(found, told{f, r.likely(d.Text), false})
		}
	}
	if len(found) == 0 {
		title := c.Name + ": " + c.Reason
		for _, d := range c.Details { // at 0 the reason says it all
			if d.Warning && c.Score > 0 && !strings.Contains(title, d.Text) {
				title += "; " + d.Text
			}
		}
		f.File, f.Title, f.Do = r.belongs, oneLine(title), remedy(text, r.belongs)
		found = append(found, told{f, r.likely(c.Reason), true})
	}
	return found
}

func (r scorecardRule) likely(text string) (likes []like) {
	for _, l := range r.likes {
		if strings.Contains(text, l.words) {
			likes = append(likes, l)
		}
	}
	return likes
}

// merge puts what Scorecard found among our own findings: what a rule of ours
// says of the same place is said once, and both are named. The worse outcome of
// the two stands: to ask one more must not make a revision look better.
func merge(own []Finding, found []told) []Finding {
	rules := len(own)
	for _, t := range found {
		merged := false
		for _, l := range t.likes {
			for i := range own[:rules] {
				f := &own[i]
				below := f.Line - t.Line
				here := t.whole || f.File == t.File && (l.lines < 0 || below >= 0 && below <= l.lines)
				if here && slices.Contains(l.codes, f.Code) {
					f.FoundBy, merged = []string{Ours, Scorecard}, true
					f.Outcome = max(f.Outcome, t.Outcome)
				}
			}
		}
		if !merged {
			own = append(own, t.Finding)
		}
	}
	return own
}

// Finders are those who found it.
func (f *Finding) Finders() []string {
	if len(f.FoundBy) == 0 {
		return []string{Ours}
	}
	return f.FoundBy
}

// kinds of files that paragraphs of a remediation are about.
var remedies = []struct{ file, paragraph *pattern.Pattern }{
	{pattern.New(`(?i)(^|/)[^/]*dockerfile[^/]*$`), pattern.New(`^For Dockerfiles`)},
	{pattern.New(`^\.github/workflows/`), pattern.New(`^For GitHub workflows`)},
}

var markdownLink = pattern.New(`\[([^\]]*)\]\(([^)\s]+)\)`)

// remedy is what Scorecard's documentation says to do: the paragraph about that
// kind of file where there is one, else the first.
func remedy(text *assets.ScorecardText, file string) string {
	if len(text.Remediation) == 0 {
		return ""
	}
	chosen := text.Remediation[0]
	for _, r := range remedies {
		for _, p := range text.Remediation {
			if r.file.MatchString(file) && r.paragraph.MatchString(p) {
				chosen = p
			}
		}
	}
	return markdownLink.ReplaceAllString(chosen, "$1 ($2)")
}

func lowerFirst(text string) string {
	return strings.ToLower(text[:min(1, len(text))]) + text[min(1, len(text)):]
}

// scorecardState is how the rule ended that Scorecard stands for.
func scorecardState(found []told, unknown []Problem) State {
	switch {
	case len(found) > 0:
		return Found
	case len(unknown) > 0:
		return Unknown
	}
	return Fine
}
