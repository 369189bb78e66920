package assets

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"
)

//go:generate go run -tags engines ../cmd/scorecard-texts scorecard/checks.json

//go:embed scorecard/checks.json
var scorecardTexts []byte

// ScorecardTexts is what the documentation of the Scorecard library says of its
// checks. cmd/scorecard-texts writes it.
type ScorecardTexts struct {
	Notice  string          `json:"notice"`
	Module  string          `json:"module"`
	Version string          `json:"version"` // of the module
	Checks  []ScorecardText `json:"checks"`  // sorted by name
}

// ScorecardText is one check.
type ScorecardText struct {
	Name        string   `json:"name"`        // "Dangerous-Workflow"
	Risk        string   `json:"risk"`        // Critical, High, Medium or Low
	Short       string   `json:"short"`       // one sentence
	Remediation []string `json:"remediation"` // paragraphs with Markdown's links
}

// Scorecard reads the texts, once.
var Scorecard = sync.OnceValues(func() (*ScorecardTexts, error) {
	var texts ScorecardTexts
	if err := json.Unmarshal(scorecardTexts, &texts); err != nil {
		return nil, fmt.Errorf("read the bundled texts of Scorecard's checks: %w", err)
	}
	return &texts, nil
})

// Of is the check of that name, or nil.
func (t *ScorecardTexts) Of(name string) *ScorecardText {
	for i := range t.Checks {
		if t.Checks[i].Name == name {
			return &t.Checks[i]
		}
	}
	return nil
}
