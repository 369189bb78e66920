package tui

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/theme"
)

// What Scorecard warns of is on the list with who found it, and what it does not
// know is there as unknown.
func TestPostureScorecard(t *testing.T) {
	read, err := posture.Read(t.Context(), fstest.MapFS{"LICENSE": &fstest.MapFile{Data: []byte("MIT License")}}, posture.Options{Scored: &posture.Scored{
		Version: "v5.5.0", Result: &engines.ScorecardResult{Score: 4.2, Checks: []engines.ScorecardCheck{
			{Name: "SAST", Score: -1, Reason: "not conclusive: left-padz"},
			{Name: "Security-Policy", Score: 0, Reason: "security policy file not detected"},
			{Name: "Binary-Artifacts", Score: 9, Details: []engines.ScorecardDetail{{Warning: true, Path: "lib/a.jar", Line: 1, Text: "binary detected"}}},
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	d := openPosture(t, &report.Posture{Report: read}, theme.Wishes{NoColor: true, NoMotion: true}, 120, 40)
	for _, c := range []struct {
		key  string
		want []string
	}{
		{"", []string{"scorecard-binary-artifacts", "lib/a.jar:1", "gives 9 of 10", "by   scorecard", "Scorecard's file checks: 4.2 of 10"}},
		{"j", []string{"not-known", "There is no answer"}},
		{"j", []string{"security-policy-missing", "by   depreview, scorecard"}},
	} {
		if c.key != "" {
			d.press(c.key)
		}
		d.fits()
		for _, want := range c.want {
			if !strings.Contains(d.screen(), want) {
				t.Errorf("after %q %q is not on screen:\n%s", c.key, want, d.screen())
			}
		}
	}
}
