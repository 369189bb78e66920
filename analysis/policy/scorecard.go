package policy

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/depreview/depreview/assets"
)

// ScorecardRules is what a project demands of the OpenSSF Scorecard of what it
// depends on:
//
//	[scorecard]
//	minimum = 4.5                       # the overall score, at least
//	max-fall = 2                        # points that it may lose
//	fail = { "Dangerous-Workflow" = 0 } # a check fails at this score, or below
//
// Scores are from 0 to 10.
type ScorecardRules struct {
	Minimum, MaxFall *float64 // nil is not demanded
	Fail             map[string]float64
}

// Checks are the names in Fail, sorted.
func (r *ScorecardRules) Checks() []string { return slices.Sorted(maps.Keys(r.Fail)) }

// Scorecard is the [scorecard] of the policy. It is nil without an error where
// there is no file, or nothing in it about Scorecard. A file that cannot be
// read, and a check that Scorecard does not have, are errors that name the file
// and the line.
func Scorecard(tree fs.FS) (*ScorecardRules, error) {
	data, table, err := section(tree, "scorecard")
	if len(table) == 0 || err != nil {
		return nil, err
	}
	rules := &ScorecardRules{}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		at := func() int { return lineOf(data, unstable.Key, key) }
		switch key {
		case "minimum", "max-fall":
			points, ok := points(table[key])
			switch {
			case !ok:
				return nil, problem(at(), key+" of scorecard is no number from 0 to 10")
			case key == "minimum":
				rules.Minimum = &points
			default:
				rules.MaxFall = &points
			}
		case "fail":
			checks, ok := table[key].(map[string]any)
			if !ok {
				return nil, problem(at(), "fail of scorecard is no table of checks\nhint: write it as fail = { \"Dangerous-Workflow\" = 0 }")
			}
			if rules.Fail, err = checkRules(data, checks); err != nil {
				return nil, err
			}
		default: // a misspelt one would demand nothing
			return nil, problem(at(), fmt.Sprintf("scorecard has no key %.60q\nhint: the keys are minimum, max-fall and fail", key))
		}
	}
	return rules, nil
}

func checkRules(data []byte, checks map[string]any) (map[string]float64, error) {
	texts, err := assets.Scorecard()
	if err != nil {
		return nil, err
	}
	rules := make(map[string]float64, len(checks))
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		line := lineOf(data, unstable.Key, name)
		if texts.Of(name) == nil {
			var names []string
			for _, c := range texts.Checks {
				names = append(names, c.Name)
			}
			return nil, problem(line, fmt.Sprintf("scorecard %s has no check %.60q\nhint: its checks are %s", texts.Version, name, strings.Join(names, ", ")))
		}
		most, ok := points(checks[name])
		if !ok {
			return nil, problem(line, fmt.Sprintf("%s of scorecard is no number from 0 to 10", name))
		}
		rules[name] = most
	}
	return rules, nil
}

// points reads a score of the policy.
func points(value any) (float64, bool) {
	var n float64
	switch value := value.(type) {
	case int64:
		n = float64(value)
	case float64:
		n = value
	default:
		return 0, false
	}
	return n, n >= 0 && n <= 10
}
