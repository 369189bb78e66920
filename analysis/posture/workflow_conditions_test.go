package posture

import (
	"strings"
	"testing"
)

func TestKeepsForksOut(t *testing.T) {
	const own, label = "github.event.pull_request.head.repo.full_name == github.repository", "contains(github.event.label.name, 'a || b (')"
	for condition, want := range map[string]bool{
		"":                                  false,
		own:                                 true,
		"${{ " + own + " }}":                true,
		own + " && " + label:                true,
		"(" + label + ") && (" + own + ")":  true,
		own + " || " + label:                false,
		label + " || " + own:                false,
		"(" + own + " || " + label + ")":    false,
		label + " && (" + own + ")":         true,
		"(" + own + ") || (" + own + ")":    true,
		"!(" + own + ")":                    false,
		"! (" + own + ") || " + own:         false,
		"always() && " + own:                true,
		"${{ " + own + " }} || ${{ true }}": false,
		"!github.event.pull_request.head.repo.fork && " + label: true,
		"(" + own:                            true,
		own + ")":                            true,
		strings.Repeat("(", 1_000_000) + own: true,
		strings.Repeat("(", 9000) + own + strings.Repeat(")", 9000): false,
	} {
		if got := keepsForksOut(condition); got != want {
			t.Errorf("%.120s: %t", condition, got)
		}
	}
	if !keepsForksOut(label, own) || keepsForksOut(label, "") {
		t.Error("a job's and a step's condition both hold")
	}
}
