package replay

import (
	"context"
	"time"
)

// clock stands still. Pauses between attempts take no time: what was recorded
// does not get better.
type clock struct{ now time.Time }

func (c clock) Now() time.Time { return c.now }

func (clock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func (clock) Jitter() float64 { return 0.5 }
