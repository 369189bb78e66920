package tui

import (
	"runtime"
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

// pour makes results as fast as a person reads: a tenth of a second's worth of
// 2,000 a second, in two ticks, then a key.
func pour(d *driver, from int) {
	n := len(d.r.s.Items)
	for tick := range 2 {
		list := make([]told, 100)
		for i := range list {
			at := from + tick*len(list) + i
			result := done()
			if at%7 == 0 {
				result = done(finding("release-too-young", analysis.Warn, "an hour old"))
			}
			list[i] = told{at % n, at / n % len(invented), result}
		}
		d.r.Update(resultsMsg{list})
		d.r.View()
	}
}

func manyChecked() *analysis.Review {
	r := many(manyChanges)
	r.Checks, r.Now = invented, reviewed
	return r
}

// BenchmarkKeyWhileResultsCome is a tick of 100 results and a key after it.
func BenchmarkKeyWhileResultsCome(b *testing.B) {
	d := open(b, manyChecked(), 160, 50)
	for i := 0; b.Loop(); i++ {
		pour(d, 200*i)
		d.r.Update(down)
		d.r.View()
	}
}

// TestManyResultsAreKeptSmall holds what a session keeps of a result that has
// little to say.
func TestManyResultsAreKeptSmall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has its own memory")
	}
	review := manyChecked()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := open(t, review, 160, 50)
	for i := range manyChanges * len(invented) / 200 {
		pour(d, 200*i)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	ended, of, _ := d.r.s.Covered()
	each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / int64(of)
	if t.Logf("%d bytes for each of %d results", each, of); each > 1024 || ended != of {
		t.Errorf("%d bytes for each of %d results, of which %d have come", each, of, ended)
	}
	runtime.KeepAlive(d)
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
	poured := open(t, manyChecked(), 160, 50)
	next := 0
	key := func() { d.r.Update(down); d.r.View() }
	for _, c := range []struct {
		name  string
		limit time.Duration
		setup []string
		do    func()
	}{
		{"first frame", 100 * time.Millisecond, nil, func() { first(t, review) }},
		{"key", 16 * time.Millisecond, nil, key},
		{"key while 2,000 results a second arrive", 16 * time.Millisecond, nil, func() {
			pour(poured, next)
			next += 200
			poured.r.Update(down)
			poured.r.View()
		}},
		{"sort", 100 * time.Millisecond, nil, func() {
			pour(poured, next)
			next += 200
			if poured.r.s.Unsorted() == 0 {
				t.Error("there is nothing to sort: this measures nothing")
			}
			poured.press("S")
			poured.r.View()
		}},
		{"advisories", 16 * time.Millisecond, nil, func() { poured.press("2"); poured.r.View() }},
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
