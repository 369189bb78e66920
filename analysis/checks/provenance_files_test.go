package checks

import (
	"testing"

	"github.com/depreview/depreview/analysis/attest"
)

// TestProvenanceFiles: each file of a release is signed on its own, and one that
// somebody else made stands out beside those that are as ever.
func TestProvenanceFiles(t *testing.T) {
	up := releaseMove("npm", "1.0.5", "1.0.6")
	beside := func(change func(*attest.Identity)) func(*attest.Release) {
		return func(r *attest.Release) {
			first := attest.Release{Version: r.Version}
			fromWorkflow()(&first)
			fromWorkflow(change)(r)
			r.Proofs = append(first.Proofs, r.Proofs...)
		}
	}
	eve := func(i *attest.Identity) { i.Repository, i.RepositoryID = "https://github.invalid/eve/http", "9" }
	wheels := func(i *attest.Identity) { i.Workflow = ".github/workflows/wheels.yml" }
	again := func(i *attest.Identity) { i.Run, i.Trigger = "https://github.invalid/run/2", "workflow_dispatch" }
	for name, test := range map[string]struct {
		base, head func(*attest.Release)
		want       string
	}{
		"one of another repository":   {fromWorkflow(), beside(eve), "warn files-differ: not all files of it were made by one: other repository"},
		"a second run":                {fromWorkflow(), beside(again), ""},
		"two workflows, as ever":      {beside(wheels), beside(wheels), "info files-differ: not all files of it were made by one: other workflow"},
		"two workflows now":           {fromWorkflow(), beside(wheels), "warn files-differ: not all files of it were made by one: other workflow"},
		"of two, as ever, one is his": {beside(wheels), beside(eve), "warn files-differ: not all files of it were made by one: other repository"},
		"the other of two alone":      {beside(wheels), fromWorkflow(wheels), ""},
	} {
		t.Run(name, func(t *testing.T) {
			of := &fakeOrigins{base: made("1.0.5", test.base), head: made("1.0.6", test.head), line: lineOfThree(saysAttested)}
			result, err := offForge(t, of).Run(t.Context(), up, releaseReview(nil, nil))
			last := len(result.Findings) - 1
			if last < 0 || result.Findings[last].Code != "provenance-verified" {
				t.Fatalf("findings: %+v", result.Findings)
			}
			wantReleases(t, result.Findings[:last], err, test.want)
		})
	}
}
