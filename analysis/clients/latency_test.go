package clients

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// TestLatencyBound asks 500 questions of five slow hosts: in not much more
// time than the limits allow, and never more at once than they allow.
func TestLatencyBound(t *testing.T) {
	const perHost, atOnce, latency = 100, 10, 10 * time.Millisecond
	var slow atomic.Bool
	var addresses []string
	limits := map[string]Limit{}
	var most [5]atomic.Int64
	for i := range 5 {
		var now atomic.Int64
		address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if n := now.Add(1); n > most[i].Load() {
				most[i].Store(n)
			}
			defer now.Add(-1)
			if slow.Load() {
				<-time.After(latency)
			}
			answer(200, `{"name":"a"}`)(w, r)
		})
		addresses = append(addresses, address)
		limits[strings.TrimPrefix(address, "http://")] = Limit{Concurrent: atOnce}
	}
	run := func(late bool) time.Duration {
		slow.Store(late)
		transport, _ := newTransport(t, func(o *Options) { o.Limits = limits })
		began := time.Now()
		var group errgroup.Group
		for n := range perHost {
			for _, address := range addresses {
				group.Go(func() error {
					_, err := transport.Do(t.Context(), question(fmt.Sprint(address, "/", n), new(document)))
					return err
				})
			}
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		return time.Since(began)
	}
	bound := perHost / atOnce * latency
	// What this machine needs for 500 requests without any latency is not the
	// limits' doing; it may be busy with other tests, so the first good one of ten counts.
	var work, took time.Duration
	for range 10 {
		work, took = run(false), run(true)
		t.Logf("bound %v, took %v, of which %v is work", bound, took, work)
		if took <= bound*3/2+work {
			break
		}
	}
	if took > bound*3/2+work {
		t.Errorf("took %v where the limits allow %v and the work takes %v", took, bound, work)
	}
	for i := range most {
		if most[i].Load() > atOnce {
			t.Errorf("host %d had %d requests at once", i, most[i].Load())
		}
	}
}

func TestMemo(t *testing.T) {
	m := newMemo[int](2)
	var asked atomic.Int64
	gate := make(chan struct{})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			v, err := m.get(t.Context(), "a", func(context.Context) (int, error) { <-gate; return int(asked.Add(1)), nil })
			if v != 1 || err != nil {
				t.Error(v, err)
			}
		})
	}
	close(gate)
	group.Wait()

	// Who asked first gives up; who waits asks in their own name.
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan struct{})
	go func() {
		_, _ = m.get(ctx, "b", func(ctx context.Context) (int, error) {
			close(started)
			<-ctx.Done()
			return 0, canceled(ctx)
		})
	}()
	<-started
	done := make(chan int)
	go func() {
		v, _ := m.get(t.Context(), "b", func(context.Context) (int, error) { return 7, nil })
		done <- v
	}()
	cancel()
	if v := <-done; v != 7 {
		t.Errorf("got %d", v)
	}
	for _, key := range []string{"c", "d", "e"} {
		_, _ = m.get(t.Context(), key, func(context.Context) (int, error) { return 1, nil })
	}
	if len(m.kept) != 2 || len(m.order) != 2 {
		t.Errorf("keeps %d", len(m.kept))
	}
}
