package assets

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// TestScorecardTexts holds the embedded texts against the version of the
// library that go.mod selects.
func TestScorecardTexts(t *testing.T) {
	texts, err := Scorecard()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(mod.Require, func(r *modfile.Require) bool { return r.Mod.Path == texts.Module })
	if at < 0 || mod.Require[at].Mod.Version != texts.Version {
		t.Errorf("the texts are of %s %s, which go.mod does not select\nhint: go generate ./assets", texts.Module, texts.Version)
	}
	if !strings.Contains(texts.Notice, "Apache License") {
		t.Error("the notice of the library is missing")
	}
	if len(texts.Checks) < 18 || !slices.IsSortedFunc(texts.Checks, func(a, b ScorecardText) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%d checks, which are not all, or are not sorted", len(texts.Checks))
	}
	risks := []string{"Critical", "High", "Medium", "Low"}
	for _, c := range texts.Checks {
		if c.Name == "" || !slices.Contains(risks, c.Risk) || len(c.Short) < 20 || strings.Contains(c.Short, "\n") {
			t.Errorf("%+v", c)
		}
	}
	if c := texts.Of("Dangerous-Workflow"); c == nil || c.Risk != "Critical" {
		t.Errorf("%+v", c)
	}
	if texts.Of("dangerous-workflow") != nil || texts.Of("") != nil {
		t.Error("a check is found under a name that it does not have")
	}
}
