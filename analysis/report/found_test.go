package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// A warning that many packages share is told once; a failure, an advisory and a
// script are told each time.
func TestSharedWarningsAreToldOnce(t *testing.T) {
	for _, packages := range []int{fewest - 1, fewest, 12} {
		r := &Recording{Review: &analysis.Review{Diff: &diff.Diff{}, Checks: checked}}
		for i := range packages {
			p := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: fmt.Sprintf("event-flow-%c", 'a'+i)}, Version: "1.0.0"}
			r.Diff.Changes = append(r.Diff.Changes, diff.Change{Kind: diff.Added, Head: p, Lockfile: "package-lock.json"})
			say := func(code string, outcome analysis.Outcome) analysis.Result {
				return analysis.Result{State: analysis.StateDone, Findings: []analysis.Finding{{Code: code, Outcome: outcome, Title: "said of " + p.Name, Fix: "wait"}}}
			}
			age := say("release-too-young", analysis.Warn)
			age.Findings = append(age.Findings, say("malware", analysis.Fail).Findings...)
			r.Results = append(r.Results, []analysis.Result{say("advisory-remains", analysis.Warn), say("script-changed", analysis.Warn), age})
		}
		var out strings.Builder
		writeFound(&out, r)
		want := map[string]int{"warn advisory-remains": packages, "warn script-changed": packages, "fail malware": packages, "warn release-too-young": packages}
		if packages >= fewest {
			want["warn release-too-young"] = 1
			want[fmt.Sprintf("release-too-young: npm event-flow-a, npm event-flow-b, npm event-flow-c and %d more\n         the first: said of event-flow-a\n         fix: wait\n", packages-mostNames)] = 1
		}
		for text, n := range want {
			if got := strings.Count(out.String(), text); got != n {
				t.Errorf("%d packages: %q stands %d times, want %d:\n%s", packages, text, got, n, out.String())
			}
		}
	}
}
