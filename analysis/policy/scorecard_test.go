package policy

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

func TestScorecard(t *testing.T) {
	if rules, err := Scorecard(fstest.MapFS{}); rules != nil || err != nil {
		t.Errorf("no file: %v, %v", rules, err)
	}
	number := func(n *float64) string {
		if n == nil {
			return "none"
		}
		return fmt.Sprint(*n)
	}
	for text, want := range map[string]string{
		"": "nothing", "[licenses]\nallow = []\n": "nothing", "[scorecard]\n": "nothing",
		"[scorecard]\nminimum = 4.5\n":                                            "4.5 none []",
		"[scorecard]\nmax-fall = 0\nfail = {}\n":                                  "none 0 []",
		"scorecard.fail = { Maintained = 2, \"Dangerous-Workflow\" = 0 }\n":       "none none [Dangerous-Workflow Maintained]",
		"[scorecard]\nminimum = 10\n[scorecard.fail]\nDangerous-Workflow = 0.5\n": "10 none [Dangerous-Workflow]",
	} {
		rules, err := Scorecard(tree(text))
		got := "nothing"
		if rules != nil {
			got = fmt.Sprint(number(rules.Minimum), " ", number(rules.MaxFall), " ", rules.Checks())
		}
		if err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestBrokenScorecard(t *testing.T) {
	for text, want := range map[string]string{
		"[scorecard\n":                                          "policy.toml:1: ",
		"x = 1\nscorecard = 5\n":                                "policy.toml:2: scorecard is no table",
		"[scorecard]\nminimum = 11\n":                           "policy.toml:2: minimum of scorecard is no number from 0 to 10",
		"[scorecard]\nminimum = nan\n":                          "policy.toml:2: minimum of scorecard is no number",
		"[scorecard]\n\nmax-fall = -1\n":                        "policy.toml:3: max-fall of scorecard is no number",
		"[scorecard]\nminimum = \"5\"\n":                        "policy.toml:2: minimum of scorecard is no number",
		"[scorecard]\nminimun = 5\n":                            "policy.toml:2: scorecard has no key \"minimun\"",
		"[scorecard]\nfail = 0\n":                               "policy.toml:2: fail of scorecard is no table",
		"[scorecard.fail]\nMaintained = 0\nmaintained = 0\n":    "policy.toml:3: scorecard v",
		"[scorecard]\nfail = { Dangerous_Workflow = 0 }\n":      "has no check \"Dangerous_Workflow\"\nhint: its checks are Binary-Artifacts, ",
		"[scorecard]\nfail = { Maintained = \"0\" }\n":          "policy.toml:2: Maintained of scorecard is no number",
		"[scorecard]\nfail = { Maintained = -1 }\nminimum= 1\n": "policy.toml:2: Maintained of scorecard is no number",
	} {
		rules, err := Scorecard(tree(text))
		if rules != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read .depreview/policy.toml") {
			t.Errorf("%q: %v, %v; want %s", text, rules, err, want)
		}
	}
}
