package clients

import (
	"context"
	"errors"
	"sync"
	"time"
)

// memo answers one question once, however many checks ask it at the same time
// or later in the run. Errors are not kept, so that asking again asks.
type memo[V any] struct {
	mu      sync.Mutex
	flights map[string]*flight[V]
	kept    map[string]*flight[V]
	order   []string // of kept, oldest first
	most    int      // how many answers are kept
}

type flight[V any] struct {
	done  chan struct{}
	value V
	at    time.Time // when the oldest answer in the value was given
	asked any       // the asking again under which it was asked, or nil
	err   error
}

func newMemo[V any](most int) *memo[V] {
	return &memo[V]{flights: make(map[string]*flight[V]), kept: make(map[string]*flight[V]), most: most}
}

func (m *memo[V]) get(ctx context.Context, key string, ask func(context.Context) (V, error)) (V, error) {
	again := Refreshed(ctx)
	for {
		m.mu.Lock()
		if f, ok := m.kept[key]; ok && (again == nil || again == f.asked) {
			m.mu.Unlock()
			answeredAt(ctx, f.at)
			return f.value, nil
		}
		f := m.flights[key]
		if f == nil {
			f = &flight[V]{done: make(chan struct{}), asked: again}
			m.flights[key] = f
			m.mu.Unlock()
			return m.lead(ctx, key, f, ask)
		}
		m.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			var none V
			return none, canceled(ctx)
		}
		switch {
		case again != nil && again != f.asked && ctx.Err() == nil:
			// It was asked before the person asked again.
		case f.err == nil || !gaveUp(f.err) || ctx.Err() != nil:
			answeredAt(ctx, f.at)
			return f.value, f.err
		}
		// Else who asked first has given up, which says nothing of the answer.
	}
}

func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (m *memo[V]) lead(ctx context.Context, key string, f *flight[V], ask func(context.Context) (V, error)) (V, error) {
	// A panic of ask must not leave the others waiting for ever.
	f.err = &Error{Reason: ReasonCanceled, Err: context.Canceled}
	defer func() {
		m.mu.Lock()
		delete(m.flights, key)
		if f.err == nil && m.most > 0 {
			m.keep(key, f)
		}
		m.mu.Unlock()
		close(f.done)
	}()
	under, seen := Observe(ctx)
	f.value, f.err = ask(under)
	f.at = seen.Oldest()
	answeredAt(ctx, f.at)
	return f.value, f.err
}

func (m *memo[V]) keep(key string, f *flight[V]) {
	if _, ok := m.kept[key]; !ok {
		if len(m.order) >= m.most {
			delete(m.kept, m.order[0])
			m.order = m.order[1:]
		}
		m.order = append(m.order, key)
	}
	m.kept[key] = f
}

func canceled(ctx context.Context) *Error {
	reason := ReasonCanceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		reason = ReasonTimeout
	}
	return &Error{Reason: reason, Err: ctx.Err()}
}
