package clients

import (
	"context"
	"errors"
	"sync"
)

// memo answers one question once, however many checks ask it at the same time
// or later in the run. Errors are not kept, so that asking again asks.
type memo[V any] struct {
	mu      sync.Mutex
	flights map[string]*flight[V]
	kept    map[string]V
	order   []string // of kept, oldest first
	most    int      // how many answers are kept
}

type flight[V any] struct {
	done  chan struct{}
	value V
	err   error
}

func newMemo[V any](most int) *memo[V] {
	return &memo[V]{flights: make(map[string]*flight[V]), kept: make(map[string]V), most: most}
}

func (m *memo[V]) get(ctx context.Context, key string, ask func(context.Context) (V, error)) (V, error) {
	for {
		m.mu.Lock()
		if v, ok := m.kept[key]; ok && !refreshing(ctx) {
			m.mu.Unlock()
			return v, nil
		}
		f := m.flights[key]
		if f == nil {
			f = &flight[V]{done: make(chan struct{})}
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
		// Who asked first may have given up; that says nothing of the answer.
		if f.err == nil || !gaveUp(f.err) || ctx.Err() != nil {
			return f.value, f.err
		}
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
			m.keep(key, f.value)
		}
		m.mu.Unlock()
		close(f.done)
	}()
	f.value, f.err = ask(ctx)
	return f.value, f.err
}

func (m *memo[V]) keep(key string, v V) {
	if _, ok := m.kept[key]; !ok {
		if len(m.order) >= m.most {
			delete(m.kept, m.order[0])
			m.order = m.order[1:]
		}
		m.order = append(m.order, key)
	}
	m.kept[key] = v
}

type refreshKey struct{}

// Refresh makes every question under ctx ask the service, however fresh the
// cached answer is: what a person means by asking again.
func Refresh(ctx context.Context) context.Context { return context.WithValue(ctx, refreshKey{}, true) }

func refreshing(ctx context.Context) bool { return ctx.Value(refreshKey{}) != nil }

func canceled(ctx context.Context) *Error {
	reason := ReasonCanceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		reason = ReasonTimeout
	}
	return &Error{Reason: reason, Err: ctx.Err()}
}
