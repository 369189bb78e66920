package report

import (
	"time"

	"github.com/depreview/depreview/analysis"
)

type jsonCoverage struct {
	Done          int          `json:"done"`
	NotApplicable int          `json:"not_applicable"`
	NotSupported  int          `json:"not_supported"`
	Unknown       int          `json:"unknown"`
	Reasons       []jsonReason `json:"reasons"`
	NotChecked    []string     `json:"not_checked"`
}

type jsonReason struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

type jsonFinding struct {
	Code     string  `json:"code"`
	Outcome  string  `json:"outcome"`
	Title    string  `json:"title"`
	Detail   *string `json:"detail"`
	Fix      *string `json:"fix"`
	Topic    string  `json:"topic"`
	Check    string  `json:"check"`
	Source   *string `json:"source"`
	Observed *string `json:"observed"`
}

type jsonCheck struct {
	Name   string  `json:"name"`
	Topic  string  `json:"topic"`
	State  string  `json:"state"`
	Reason *string `json:"reason"`
}

func toJSONCoverage(r *Recording) jsonCoverage {
	c := r.Coverage
	out := jsonCoverage{Done: c.Done, NotApplicable: c.NotApplicable, NotSupported: c.NotSupported, Unknown: c.Unknown,
		Reasons: []jsonReason{}, NotChecked: list(unchecked(r.Review))}
	for _, reason := range c.ByReason() {
		out.Reasons = append(out.Reasons, jsonReason{reason, c.Reasons[reason]})
	}
	return out
}

// toJSONResults is what the checks said of one change, in their order.
func toJSONResults(r *Recording, change int) (findings []jsonFinding, checks []jsonCheck) {
	findings, checks = []jsonFinding{}, []jsonCheck{}
	for i, info := range r.Checks {
		result := &r.Results[change][i]
		checks = append(checks, jsonCheck{info.Name, info.Topic, result.State.String(), maybe(result.Reason)})
		for _, f := range result.Findings {
			out := jsonFinding{Code: f.Code, Outcome: f.Outcome.String(), Title: f.Title, Detail: maybe(f.Detail), Fix: maybe(f.Fix),
				Topic: info.Topic, Check: info.Name, Source: maybe(f.Source)}
			if !f.Observed.IsZero() {
				out.Observed = maybe(f.Observed.UTC().Format(time.RFC3339))
			}
			findings = append(findings, out)
		}
	}
	return findings, checks
}

// unchecked are the names of the topics that no check of the review is about.
func unchecked(r *analysis.Review) (names []string) {
	has := make(map[string]bool)
	for _, c := range r.Checks {
		has[c.Topic] = true
	}
	for _, t := range analysis.Topics {
		if !has[t.Name] {
			names = append(names, t.Name)
		}
	}
	return names
}
