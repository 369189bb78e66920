package checks

import (
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
)

// TestProvenanceRoot: by which root it was verified is said where anything was
// held against one, with its age.
func TestProvenanceRoot(t *testing.T) {
	fresh := attest.Root{From: attest.Refreshed, Date: relNow.AddDate(0, 0, -1)}
	old := attest.Root{Date: relNow.AddDate(-2, 0, 0), Problem: "the kept roots are damaged"}
	golang := func(r *attest.Release) { r.ID.Ecosystem = "golang" }
	for name, c := range map[string]struct {
		head *attest.Release
		root attest.Root
		want string
	}{
		"refreshed":           {made("1.0.6", fromWorkflow()), fresh, fresh.String()},
		"old":                 {made("1.0.6", refusing("")), old, old.String() + ", older than a year; the kept roots are damaged"},
		"nothing to verify":   {made("1.0.6", strippedAll), fresh, ""},
		"a checksum database": {made("1.0.6", golang), fresh, ""},
	} {
		k := offForge(t, &fakeOrigins{head: c.head})
		k.root = func() attest.Root { return c.root }
		result, err := k.Run(t.Context(), change("acme-http", "", "1.0.6"), nil)
		if len(result.Evidence) == 0 {
			t.Fatalf("%s: no evidence, %v", name, err)
		}
		got := ""
		for _, fact := range result.Evidence[0].Body.(analysis.Facts) {
			if fact.Name == "verified by" {
				got = fact.Head
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
