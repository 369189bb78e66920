package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/theme"
)

const manyChanges = 10_000

var down = tea.KeyPressMsg{Code: tea.KeyDown}

// first is the time from the arrival of the changes to the frame of them.
func first(t testing.TB, review *analysis.Review) {
	d := newDriver(t, theme.Wishes{}, 160, 50)
	d.send(changesMsg{review})
	d.r.View()
}

func BenchmarkFirstFrame(b *testing.B) {
	review := many(manyChanges)
	for b.Loop() {
		first(b, review)
	}
}

func BenchmarkKey(b *testing.B) {
	d := open(b, many(manyChanges), 160, 50)
	for b.Loop() {
		d.r.Update(down)
		d.r.View()
	}
}

// BenchmarkFrame draws a frame of which nothing was kept.
func BenchmarkFrame(b *testing.B) {
	d := open(b, many(manyChanges), 160, 50)
	for b.Loop() {
		d.r.refresh()
		d.r.View()
	}
}

// BenchmarkKeptFrame draws a frame after a message that changed nothing.
func BenchmarkKeptFrame(b *testing.B) {
	d := open(b, many(manyChanges), 160, 50)
	for b.Loop() {
		d.r.View()
	}
}

func BenchmarkFilterKey(b *testing.B) {
	d := open(b, many(manyChanges), 160, 50).press("/")
	for b.Loop() {
		d.press("=e")
		d.r.View()
		d.press("backspace")
		d.r.View()
	}
}

func BenchmarkNextChange(b *testing.B) {
	d := open(b, many(manyChanges), 160, 50).press("enter")
	for b.Loop() {
		d.press("J")
		d.r.View()
	}
}

func BenchmarkLayout(b *testing.B) {
	d := open(b, many(manyChanges), 160, 50)
	for b.Loop() {
		d.press("t")
		d.r.View()
	}
}

// TestSpeed holds the promises of the design with a factor for busy machines.
func TestSpeed(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("timing means nothing here")
	}
	const factor = 5
	review := many(manyChanges)
	d := open(t, review, 160, 50)
	key := func() { d.r.Update(down); d.r.View() }
	for _, c := range []struct {
		name  string
		limit time.Duration
		setup []string
		do    func()
	}{
		{"first frame", 100 * time.Millisecond, nil, func() { first(t, review) }},
		{"key", 16 * time.Millisecond, nil, key},
		{"frame", 2 * time.Millisecond, nil, func() { d.r.refresh(); d.r.View() }},
		{"kept frame", 2 * time.Millisecond, nil, func() { d.r.View() }},
		{"layout", 100 * time.Millisecond, nil, func() { d.press("t"); d.r.View() }},
		{"filter key", 16 * time.Millisecond, []string{"/"}, func() { d.press("=e"); d.r.View() }},
		{"next change", 16 * time.Millisecond, []string{"esc", "enter"}, func() { d.press("J"); d.r.View() }},
	} {
		d.press(c.setup...)
		best := time.Hour // a busy machine makes some slow, none fast
		for range 5 {
			start := time.Now()
			c.do()
			best = min(best, time.Since(start))
		}
		t.Logf("%-12s %10v of %v", c.name, best, c.limit)
		if best > factor*c.limit {
			t.Errorf("%s takes %v, promised are %v", c.name, best, c.limit)
		}
	}
}
