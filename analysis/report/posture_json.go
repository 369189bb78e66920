package report

import (
	"io"

	"github.com/depreview/depreview/analysis/posture"
)

const postureSchema = "depreview.posture/v1"

type jsonPosture struct {
	Schema   string               `json:"schema"`
	Revision jsonRevision         `json:"revision"`
	Findings []jsonPostureFinding `json:"findings"`
	Rules    []jsonPostureRule    `json:"rules"`
	Coverage jsonPostureCoverage  `json:"coverage"`
	// null where it was not asked
	Scorecard *jsonScorecard     `json:"scorecard"`
	Errors    []jsonPostureError `json:"errors"`
}

type jsonScorecard struct {
	Version *string              `json:"version"`
	Failed  *string              `json:"failed"`
	Score   *float64             `json:"score"`
	Checks  []jsonScorecardCheck `json:"checks"`
	Notes   []string             `json:"notes"`
}

type jsonScorecardCheck struct {
	Name    string `json:"name"`
	State   string `json:"state"`
	Score   *int   `json:"score"`
	Reason  string `json:"reason"`
	LeftOut int    `json:"left_out"`
}

func toJSONScorecard(s *posture.Scored) *jsonScorecard {
	if s == nil {
		return nil
	}
	out := &jsonScorecard{Version: maybe(s.Version), Failed: maybe(s.Unknown), Checks: []jsonScorecardCheck{}, Notes: []string{}}
	if s.Result == nil {
		return out
	}
	if s.Result.Score >= 0 {
		out.Score = &s.Result.Score
	}
	for _, c := range s.Result.Checks {
		check := jsonScorecardCheck{c.Name, "scored", &c.Score, c.Reason, c.LeftOut}
		switch {
		case c.NotApplicable:
			check.State, check.Score = string(posture.NotApplicable), nil
		case c.Score < 0:
			check.State, check.Score = string(posture.Unknown), nil
		}
		out.Checks = append(out.Checks, check)
	}
	out.Notes = append(out.Notes, s.Result.Notes...)
	return out
}

type jsonPostureFinding struct {
	Code    string            `json:"code"`
	Rule    *string           `json:"rule"`
	Outcome string            `json:"outcome"`
	File    string            `json:"file"`
	Line    *int              `json:"line"`
	Title   string            `json:"title"`
	Why     string            `json:"why"`
	Put     []jsonPostureEdit `json:"put"`
	Do      *string           `json:"do"`
	FoundBy []string          `json:"found_by"`
}

type jsonPostureEdit struct {
	How  string  `json:"how"`
	File string  `json:"file"`
	Line *int    `json:"line"`
	Text *string `json:"text"`
}

type jsonPostureRule struct {
	Name  string `json:"name"`
	About string `json:"about"`
	State string `json:"state"`
}

type jsonPostureCoverage struct {
	Rules         int `json:"rules"`
	Fine          int `json:"fine"`
	Found         int `json:"found"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"not_applicable"`
	LeftOut       int `json:"left_out"`
}

type jsonPostureError struct {
	Rule    string  `json:"rule"`
	File    string  `json:"file"`
	Line    *int    `json:"line"`
	Message string  `json:"message"`
	Do      *string `json:"do"`
}

// writePostureJSON writes one document, of assets/schema/posture.v1.json.
func writePostureJSON(w io.Writer, p *Posture) error {
	out := jsonPosture{Schema: postureSchema, Revision: toJSONRevision(p.Revision),
		Scorecard: toJSONScorecard(p.Scored), Findings: []jsonPostureFinding{}, Rules: []jsonPostureRule{}, Errors: []jsonPostureError{},
		Coverage: jsonPostureCoverage{len(p.Rules), p.Count(posture.Fine), p.Count(posture.Found), p.Count(posture.Unknown), p.Count(posture.NotApplicable), p.Fixtures}}
	for _, f := range p.Findings {
		found := jsonPostureFinding{f.Code, maybe(f.Rule), f.Outcome.String(), f.File, positive(f.Line), f.Title, f.Why, []jsonPostureEdit{}, maybe(f.Do), f.Finders()}
		for _, e := range f.Put {
			edit := jsonPostureEdit{How: string(e.How), File: e.File, Text: &e.Text}
			if e.How != posture.Create {
				edit.Line = &e.Line
			}
			if e.How == posture.Remove {
				edit.Text = nil
			}
			found.Put = append(found.Put, edit)
		}
		out.Findings = append(out.Findings, found)
	}
	for _, r := range p.Rules {
		out.Rules = append(out.Rules, jsonPostureRule{r.Name, r.About, string(r.State)})
	}
	for _, problem := range p.Problems {
		out.Errors = append(out.Errors, jsonPostureError{problem.Rule, problem.File, positive(problem.Line), problem.Reason, maybe(problem.Do)})
	}
	return writeJSON(w, out)
}

// positive is nil for a line that is not known.
func positive(line int) *int {
	if line <= 0 {
		return nil
	}
	return &line
}
