package clients

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A batch is sent when no question has joined it for the quiet time. Checks ask
// about one change each, all at once, but a busy computer takes its time to let
// them: what came too late would cost a request, and the network takes ten
// times as long. Whoever trickles holds nobody up for longer than the patience.
const (
	quietTime = 10 * time.Millisecond
	patience  = 150 * time.Millisecond
	// longPatience is for a batch whose next questions are known to be coming.
	longPatience = 2 * time.Second
	// glance is how often it is looked whether questions still come.
	glance = quietTime / 4
)

// Coalescer turns questions that are asked one at a time into batches. The
// same question, asked twice before the batch is sent, is in it once.
type Coalescer[Q comparable, A any] struct {
	most int
	ask  func(ctx context.Context, questions []Q) ([]Answer[A], error)
	// pause lasts for a glance, or until ctx ends.
	pause func(ctx context.Context)
	// coming tells that others are about to ask; nil is not known.
	coming func() bool

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
	filling   context.Context // ends when the batch is full
	full      context.CancelFunc
	index     map[Q]int
	questions []Q
	waiting   int
	done      chan struct{}
	answers   []Answer[A]
	err       error
}

func newCoalescer[Q comparable, A any](clock Clock, most int, ask func(context.Context, []Q) ([]Answer[A], error)) *Coalescer[Q, A] {
	pause := func(ctx context.Context) { _ = clock.Sleep(ctx, glance) }
	return &Coalescer[Q, A]{most: most, ask: ask, pause: pause}
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
		b.filling, b.full = context.WithCancel(own)
		c.pending[kind] = b
		go func() {
			c.gather(b)
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
			c.pending[kind] = nil // the next question opens another
			b.full()
		}
	}
	return b, at
}

// gather returns when the batch is to be sent. It counts the pauses and reads
// no clock: that of a review as of some day stands still.
func (c *Coalescer[Q, A]) gather(b *batch[Q, A]) {
	known := c.size(b)
	var silent, trickled, waited time.Duration
	for b.filling.Err() == nil {
		// While others are known to come there is no quiet, and the patience
		// begins anew, for the last of them.
		if c.coming != nil && waited < longPatience && c.coming() {
			silent, trickled = 0, 0
		}
		if silent >= quietTime || trickled >= patience {
			return
		}
		c.pause(b.filling)
		silent, trickled, waited = silent+glance, trickled+glance, waited+glance
		if n := c.size(b); n > known {
			known, silent = n, 0
		}
	}
}

func (c *Coalescer[Q, A]) size(b *batch[Q, A]) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(b.questions)
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

func (c *Coalescer[Q, A]) send(kind int, b *batch[Q, A]) {
	c.mu.Lock()
	if c.pending[kind] == b {
		c.pending[kind] = nil
	}
	c.mu.Unlock()
	defer b.stop()
	defer close(b.done)
	defer b.full()
	// Nobody above this goroutine could catch a panic, and who waits is to learn
	// that there is no answer.
	defer func() {
		if p := recover(); p != nil {
			b.err = &Error{Reason: ReasonMismatch, Detail: clip(fmt.Sprint("reading the answers failed: ", p))}
		}
	}()
	b.answers, b.err = c.ask(b.ctx, b.questions)
}
