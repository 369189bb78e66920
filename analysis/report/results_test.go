package report

import (
	"time"

	"github.com/depreview/depreview/analysis"
)

// checked are the checks of the recorded review.
var checked = []analysis.CheckInfo{{Name: "advisories", Topic: "advisories"}, {Name: "install-scripts", Topic: "scripts"}, {Name: "release-age", Topic: "release"}}

// said is what they say of each change: every state and every outcome,
// findings beside a failure, and hostile text wherever a stranger writes.
func said(change, check int) analysis.Result {
	observed := time.Date(2026, 11, 20, 20, 31, 0, 0, time.FixedZone("east", 3600))
	switch {
	case check == 0 && change == 1:
		return analysis.Result{State: analysis.StateDone, Findings: []analysis.Finding{
			{Code: "advisory-fixed", Outcome: analysis.Pass, Title: "GHSA-aaaa-bbbb-cccc is fixed", Source: "osv.invalid", Observed: observed},
			{Code: "advisory-remains", Outcome: analysis.Warn, Title: "GO-2026-0001 " + hostile, Detail: hostile, Fix: "upgrade to 9.9.9\u202e", Source: "osv.invalid\x1b", Observed: observed},
			{Code: "malware", Outcome: analysis.Fail, Title: "MAL-2026-0001 malicious code", Source: "offline advisories"},
		}}
	case check == 1 && change%3 == 1:
		return analysis.Result{State: analysis.StateNotApplicable, Reason: "nothing of it is installed"}
	case check == 1 && change%3 == 2:
		return analysis.Result{State: analysis.StateNotSupported, Reason: "no registry of terraform is known"}
	case check == 2 && change%2 == 0:
		return analysis.Result{Reason: "registry.invalid answered 503", Findings: []analysis.Finding{{Code: "release-age", Outcome: analysis.Info, Title: "published 5 hours ago"}}}
	case check == 2 && change == 3:
		return analysis.Result{State: analysis.StateDone, Findings: []analysis.Finding{{Code: "release-too-young", Outcome: analysis.Warn, Title: "published 5 hours ago; .npmrc:2 asks for 3 days", Source: "npm.invalid", Observed: observed}}}
	case check == 2 && change == 5:
		return analysis.Result{}
	}
	return analysis.Result{State: analysis.StateDone}
}

// stream tells a handler the review as Run does, the results in no useful
// order.
func stream(h analysis.Handler, r *analysis.Review) error {
	if err := h.Changes(r); err != nil {
		return err
	}
	var coverage analysis.Coverage
	for check := len(r.Checks) - 1; check >= 0; check-- {
		for change := range r.Diff.Changes {
			result := said(change, check)
			coverage.Add(&result)
			if err := h.Result(change, check, result); err != nil {
				return err
			}
		}
	}
	return h.Done(coverage)
}
