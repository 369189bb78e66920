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
	Errors   []jsonPostureError   `json:"errors"`
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
	Rule    string `json:"rule"`
	File    string `json:"file"`
	Line    *int   `json:"line"`
	Message string `json:"message"`
}

// writePostureJSON writes one document, of assets/schema/posture.v1.json.
func writePostureJSON(w io.Writer, p *Posture) error {
	out := jsonPosture{Schema: postureSchema, Revision: toJSONRevision(p.Revision),
		Findings: []jsonPostureFinding{}, Rules: []jsonPostureRule{}, Errors: []jsonPostureError{},
		Coverage: jsonPostureCoverage{len(p.Rules), p.Count(posture.Fine), p.Count(posture.Found), p.Count(posture.Unknown), p.Count(posture.NotApplicable), p.Fixtures}}
	for _, f := range p.Findings {
		found := jsonPostureFinding{f.Code, maybe(f.Rule), f.Outcome.String(), f.File, positive(f.Line), f.Title, f.Why, []jsonPostureEdit{}, maybe(f.Do)}
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
		out.Errors = append(out.Errors, jsonPostureError{problem.Rule, problem.File, positive(problem.Line), problem.Reason})
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
