package clients

import (
	"context"
	"slices"
	"sync"
	"testing"
)

// TestCoalescerWaitsWhileOthersJoin: a busy computer starts a thousand checks
// over several ticks, and they are one batch all the same; but nobody waits for
// ever, and who is alone waits for one tick.
func TestCoalescerWaitsWhileOthersJoin(t *testing.T) {
	for joining, want := range map[int]int{0: 1, 3: 4, 50: ticks + 1} {
		var mu sync.Mutex
		var batches []int
		c := newCoalescer(SystemClock{}, 1000, func(_ context.Context, qs []int) ([]Answer[int], error) {
			mu.Lock()
			defer mu.Unlock()
			batches = append(batches, len(qs))
			return make([]Answer[int], len(qs)), nil
		})
		var asking sync.WaitGroup
		first, waits := true, 0
		c.wait = func(context.Context) {
			mu.Lock()
			mine := first
			waits++
			n := waits
			mu.Unlock()
			if !mine || n > joining {
				return
			}
			asking.Go(func() { _, _ = c.Ask(t.Context(), n) })
			waitFor(t, func() bool {
				c.mu.Lock()
				defer c.mu.Unlock()
				return len(c.pending[0].questions) > n
			})
			if n == ticks { // who joins after this opens another batch
				mu.Lock()
				first = false
				mu.Unlock()
			}
		}
		if _, err := c.Ask(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		asking.Wait()
		if !slices.Equal(batches, []int{want}) {
			t.Errorf("with %d others in as many ticks: %v", joining, batches)
		}
	}
}
