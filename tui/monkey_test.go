package tui

import (
	"math/rand/v2"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/keys"
)

// Whatever is typed on whatever review at whatever size: no panic, no frame
// larger than the terminal, no escape sequence of a stranger.
func TestAnyKeys(t *testing.T) {
	names := []string{"=a", "=e", "=x", "backspace"}
	for _, b := range keys.Table {
		if b.Action != keys.Close && b.Action != keys.Quit {
			names = append(names, b.Keys...)
		}
	}
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		review := []func() *analysis.Review{usual, troubled, hostile, empty, blind}[seed%5]()
		d := open(t, review, 80, 24)
		if seed%2 == 0 {
			review.Checks, review.Now = invented, reviewed
			d.send(changesMsg{review})
		}
		var typed []string
		for range 200 {
			if random.IntN(20) == 0 {
				d.send(sized(60+random.IntN(120), 15+random.IntN(40)))
			}
			if n := len(review.Diff.Changes); n > 0 && len(review.Checks) > 0 && random.IntN(4) == 0 {
				result := []analysis.Result{done(), unknown("no answer"), hostileResult(), done(finding("a", analysis.Warn, "b"))}[random.IntN(4)]
				d.send(resultsMsg{[]told{{random.IntN(n), random.IntN(len(invented)), result}}})
				if random.IntN(10) == 0 {
					d.send(doneMsg{})
				}
			}
			name := names[random.IntN(len(names))]
			typed = append(typed, name)
			d.press(name)
			d.fits()
			if t.Failed() {
				t.Fatalf("seed %d after %q:\n%s", seed, typed, d.screen())
			}
		}
	}
}
