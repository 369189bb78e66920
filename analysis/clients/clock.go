package clients

import (
	"context"
	"math/rand/v2"
	"time"
)

// Clock is the time of the transport: ages of cached answers, pauses between
// attempts, minimum intervals. Tests and replays give their own.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or at once with the error of ctx when that ends.
	Sleep(ctx context.Context, d time.Duration) error
	// Jitter is a number in [0,1) that spreads retries.
	Jitter() float64
}

// SystemClock is the computer's own clock.
type SystemClock struct{}

// Now implements Clock.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep implements Clock.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Jitter implements Clock.
func (SystemClock) Jitter() float64 { return rand.Float64() }
