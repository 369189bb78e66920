package clients

import (
	"context"
	"sync"
	"time"
)

type refreshKey struct{}

// refresh is one asking again. It has a size, so that no two are one.
type refresh struct{ _ byte }

// Refresh makes every question under ctx ask the service, however fresh the
// cached answer is: what a person means by asking again. What many checks ask
// under one Refresh is asked once.
func Refresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, refreshKey{}, new(refresh))
}

// Refreshed tells one Refresh from another, for who remembers answers: it is
// nil where ctx is under none.
func Refreshed(ctx context.Context) any {
	if r, ok := ctx.Value(refreshKey{}).(*refresh); ok {
		return r
	}
	return nil
}

func refreshing(ctx context.Context) bool { return Refreshed(ctx) != nil }

type observationKey struct{}

// Observation is when services gave the answers that were used.
type Observation struct {
	mu     sync.Mutex
	oldest time.Time
}

// Observe notes the time of every answer that is used under ctx, kept ones as
// of the day on which the service gave them.
func Observe(ctx context.Context) (context.Context, *Observation) {
	o := new(Observation)
	return context.WithValue(ctx, observationKey{}, o), o
}

// Oldest is when the oldest of the answers was given; zero without any.
func (o *Observation) Oldest() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.oldest
}

func answeredAt(ctx context.Context, at time.Time) {
	o, ok := ctx.Value(observationKey{}).(*Observation)
	if !ok || at.IsZero() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.oldest.IsZero() || at.Before(o.oldest) {
		o.oldest = at
	}
}
