package clients

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// tick is how long the first question waits for company. Checks ask about one
// change each, all at once; the network takes ten times as long.
const tick = 10 * time.Millisecond

// ticks is how often it waits again while others are still joining: a computer
// with much to do needs longer to start a thousand checks.
const ticks = 10

// Coalescer turns questions that are asked one at a time into batches. The
// same question, asked twice within a tick, is in the batch once.
type Coalescer[Q comparable, A any] struct {
	most int
	ask  func(ctx context.Context, questions []Q) ([]Answer[A], error)
	// wait returns when the batch is to be sent.
	wait func(ctx context.Context)

	mu      sync.Mutex
	pending [2]*batch[Q, A] // as kept, and asked again: Refresh holds for a whole batch
}

// batch is how many questions one request may hold: as many as the service
// takes, and one in a replay.
func (t *Transport) batch(most int) int {
	if t.opts.Replay {
		return 1
	}
	return most
}

// Answer is one of a batch: the answer, or why there is none.
type Answer[A any] struct {
	Value A
	At    time.Time // when the service said so; zero where that is not kept
	Err   error
}

type batch[Q comparable, A any] struct {
	ctx       context.Context
	stop      context.CancelFunc
	index     map[Q]int
	questions []Q
	waiting   int
	done      chan struct{}
	answers   []Answer[A]
	err       error
}

func newCoalescer[Q comparable, A any](clock Clock, most int, ask func(context.Context, []Q) ([]Answer[A], error)) *Coalescer[Q, A] {
	wait := func(ctx context.Context) { _ = clock.Sleep(ctx, tick) }
	return &Coalescer[Q, A]{most: most, ask: ask, wait: wait}
}

// Ask waits for the answer to one question.
func (c *Coalescer[Q, A]) Ask(ctx context.Context, question Q) (A, error) {
	a := c.Answer(ctx, question)
	return a.Value, a.Err
}

// Answer is Ask with the time of the answer.
func (c *Coalescer[Q, A]) Answer(ctx context.Context, question Q) (none Answer[A]) {
	b, at := c.join(ctx, question)
	select {
	case <-b.done:
	case <-ctx.Done():
		c.leave(b)
		none.Err = canceled(ctx)
		return none
	}
	switch {
	case b.err != nil:
		none.Err = b.err
	case at >= len(b.answers):
		none.Err = &Error{Reason: ReasonMismatch, Detail: "a batch came back with too few answers"}
	default:
		return b.answers[at]
	}
	return none
}

func (c *Coalescer[Q, A]) join(ctx context.Context, question Q) (*batch[Q, A], int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kind := 0
	if refreshing(ctx) {
		kind = 1
	}
	b := c.pending[kind]
	if b == nil {
		// The batch outlives who asked first, and ends when nobody waits for it.
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		b = &batch[Q, A]{ctx: own, stop: stop, index: make(map[Q]int), done: make(chan struct{})}
		c.pending[kind] = b
		go func() {
			c.gather(own, b)
			c.send(kind, b)
		}()
	}
	b.waiting++
	at, known := b.index[question]
	if !known {
		at = len(b.questions)
		b.index[question] = at
		b.questions = append(b.questions, question)
		if len(b.questions) >= c.most {
			c.pending[kind] = nil // full: the next question opens another
		}
	}
	return b, at
}

func (c *Coalescer[Q, A]) leave(b *batch[Q, A]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.waiting--; b.waiting > 0 {
		return
	}
	b.stop()
	for kind := range c.pending {
		if c.pending[kind] == b {
			c.pending[kind] = nil // nobody may join what is stopped
		}
	}
}

// gather returns when nobody has joined for a tick.
func (c *Coalescer[Q, A]) gather(ctx context.Context, b *batch[Q, A]) {
	joined := 1
	for range ticks {
		c.wait(ctx)
		c.mu.Lock()
		now := len(b.questions)
		c.mu.Unlock()
		if now == joined || now >= c.most {
			return
		}
		joined = now
	}
}

func (c *Coalescer[Q, A]) send(kind int, b *batch[Q, A]) {
	c.mu.Lock()
	if c.pending[kind] == b {
		c.pending[kind] = nil
	}
	c.mu.Unlock()
	defer b.stop()
	defer close(b.done)
	// Nobody above this goroutine could catch a panic, and who waits is to learn
	// that there is no answer.
	defer func() {
		if p := recover(); p != nil {
			b.err = &Error{Reason: ReasonMismatch, Detail: clip(fmt.Sprint("reading the answers failed: ", p))}
		}
	}()
	b.answers, b.err = c.ask(b.ctx, b.questions)
}
