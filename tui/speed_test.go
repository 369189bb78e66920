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
	for _, c := range []struct {
		name  string
		limit time.Duration
		bench func(*testing.B)
	}{
		{"first frame", 100 * time.Millisecond, func(b *testing.B) {
			for b.Loop() {
				first(b, review)
			}
		}},
		{"key", 16 * time.Millisecond, BenchmarkKey},
		{"frame", 2 * time.Millisecond, BenchmarkFrame},
		{"kept frame", 2 * time.Millisecond, BenchmarkKeptFrame},
		{"two filter keys", 32 * time.Millisecond, BenchmarkFilterKey},
		{"next change", 16 * time.Millisecond, BenchmarkNextChange},
		{"layout", 100 * time.Millisecond, BenchmarkLayout},
	} {
		r := testing.Benchmark(c.bench)
		took := time.Duration(r.NsPerOp())
		t.Logf("%-16s %10v of %v", c.name, took, c.limit)
		if took > factor*c.limit {
			t.Errorf("%s takes %v, promised are %v", c.name, took, c.limit)
		}
	}
}
