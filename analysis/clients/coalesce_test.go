package clients

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestCoalescerWaitsForQuiet: when each batch is sent, and with how many
// questions, in the time of a synctest bubble.
func TestCoalescerWaitsForQuiet(t *testing.T) {
	every := func(n int, pause time.Duration) (at []time.Duration) {
		for i := range n {
			at = append(at, time.Duration(i)*pause)
		}
		return at
	}
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		most int
		at   []time.Duration // of each question
		sent []string        // "questions at the latest time"
	}{
		"alone":                   {10, every(1, 0), []string{"1 by 10ms"}},
		"all at once":             {1000, every(1000, 0), []string{"1000 by 0s"}},
		"a trickle is one":        {1000, every(10, 8*ms), []string{"10 by 85ms"}}, // the last comes at 72ms
		"a pause ends a batch":    {1000, []time.Duration{0, 5 * ms, 40 * ms}, []string{"2 by 17.5ms", "1 by 50ms"}},
		"full is not waited for":  {2, []time.Duration{0, 3 * ms, 5 * ms}, []string{"2 by 3ms", "1 by 15ms"}},
		"without end, it is sent": {1000, every(70, 4100*time.Microsecond), []string{"37 by 150ms", "33 by 296ms"}},
		"one at a time":           {1, every(2, ms), []string{"1 by 0s", "1 by 1ms"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var mu sync.Mutex
				type batch struct {
					questions int
					at        time.Duration
				}
				var sent []batch
				co := newCoalescer(SystemClock{}, c.most, func(_ context.Context, qs []int) ([]Answer[int], error) {
					mu.Lock()
					defer mu.Unlock()
					sent = append(sent, batch{len(qs), time.Since(began)})
					answers := make([]Answer[int], len(qs))
					for i, q := range qs {
						answers[i].Value = -q
					}
					return answers, nil
				})
				var asking sync.WaitGroup
				for i, at := range c.at {
					asking.Go(func() {
						time.Sleep(at)
						if v, err := co.Ask(t.Context(), i); v != -i || err != nil {
							t.Errorf("%d: %d, %v", i, v, err)
						}
					})
				}
				asking.Wait()
				var got []string
				for i, b := range sent {
					by := b.at.String()
					if i < len(c.sent) {
						var n int
						var text string
						_, _ = fmt.Sscanf(c.sent[i], "%d by %s", &n, &text)
						if latest, err := time.ParseDuration(text); err == nil && b.at <= latest && b.at > latest-2*glance {
							by = text
						}
					}
					got = append(got, fmt.Sprintf("%d by %s", b.questions, by))
				}
				if !slices.Equal(got, c.sent) {
					t.Errorf("sent %v, want %v", got, c.sent)
				}
			})
		})
	}
}
