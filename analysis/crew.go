package analysis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
)

const (
	// askedAtOnce bounds the changes that one check works on at a time. It is
	// as large as the largest batch of a service, so that a thousand changes
	// are one question; what waits for the network costs a stack each. What a
	// host is asked at once is the transport's to bound.
	askedAtOnce = 1000
	// checkLimit ends a check that says nothing. It is long, because a service
	// that wants to be asked once a second makes hundreds of crates wait.
	checkLimit = 5 * time.Minute
	// checkGrace is how long a check whose time is up may take to say so
	// itself, before it is left behind.
	checkGrace = 2 * time.Second
	// A check that answers at once needs few workers; one that waits gets all
	// of them within milliseconds, before a client sends its batch.
	firstWorkers = 2
	growEvery    = time.Millisecond
	growBy       = 8
	watchEvery   = time.Second
)

var errTooLong = errors.New("the check did not end within " + checkLimit.String())

// pairResult is how a check of a change ended.
type pairResult struct {
	change, check int
	Result
}

// crew runs one check on change after change, with as many workers as it takes
// and no more, and leaves behind the one that hangs.
type crew struct {
	review  *Review
	check   int
	changes []int
	results chan<- pairResult

	mu      sync.Mutex
	next    int // index in changes of the one to take up next
	ended   int
	workers []*worker // those at work
}

// worker is one goroutine of a crew; its fields are the crew's to lock.
type worker struct {
	change int
	since  time.Time // zero while it is between two changes
	warned bool      // its context has ended because its time was up
	left   bool      // it was left behind: whatever it says comes too late
	stop   context.CancelCauseFunc
}

// run ends when every change has had its answer, or with ctx.
func (c *crew) run(ctx context.Context) {
	c.hire(ctx, firstWorkers)
	tick := time.NewTicker(growEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		c.mu.Lock()
		waiting, at := len(c.changes)-c.next, len(c.workers)
		done := c.ended == len(c.changes)
		c.mu.Unlock()
		if done {
			return
		}
		if more := min(waiting, askedAtOnce-at, at*(growBy-1)); more > 0 {
			c.hire(ctx, more)
		} else if at > 0 {
			tick.Reset(watchEvery)
		}
		c.watch(ctx)
	}
}

func (c *crew) hire(ctx context.Context, number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range number {
		w := &worker{}
		c.workers = append(c.workers, w)
		go c.work(ctx, w)
	}
}

// work takes up change after change until there is none left.
func (c *crew) work(parent context.Context, w *worker) {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	for {
		c.mu.Lock()
		if w.left || c.next == len(c.changes) || parent.Err() != nil {
			c.dismiss(w)
			c.mu.Unlock()
			return
		}
		if w.warned { // but it answered within the grace
			ctx, stop = context.WithCancelCause(parent)
		}
		*w = worker{change: c.changes[c.next], since: time.Now(), stop: stop}
		c.next++
		c.mu.Unlock()

		result := guarded(ctx, c.review.checks[c.check], &c.review.Diff.Changes[w.change], c.review)

		c.mu.Lock()
		left := w.left
		w.since = time.Time{} // the answer is here: nobody else gives one
		c.mu.Unlock()
		if !left {
			c.tell(parent, w.change, result)
		}
	}
}

// dismiss takes a worker off the list.
func (c *crew) dismiss(w *worker) {
	for i, other := range c.workers {
		if other == w {
			c.workers[i] = c.workers[len(c.workers)-1]
			c.workers = c.workers[:len(c.workers)-1]
			return
		}
	}
}

// watch ends the contexts of those whose time is up, and gives their changes
// the reason when they do not heed that.
func (c *crew) watch(ctx context.Context) {
	now := time.Now()
	var late []int
	c.mu.Lock()
	for i := 0; i < len(c.workers); i++ {
		w := c.workers[i]
		switch took := now.Sub(w.since); {
		case w.since.IsZero() || took < checkLimit:
		case !w.warned:
			w.warned = true
			w.stop(errTooLong)
		case took >= checkLimit+checkGrace:
			w.left = true
			late = append(late, w.change)
			c.dismiss(w)
			i--
		}
	}
	c.mu.Unlock()
	for _, change := range late {
		c.tell(ctx, change, settle(Result{}, errTooLong))
		c.hire(ctx, 1)
	}
}

func (c *crew) tell(ctx context.Context, change int, result Result) {
	select {
	case c.results <- pairResult{change, c.check, result}:
	case <-ctx.Done():
	}
	c.mu.Lock()
	c.ended++
	c.mu.Unlock()
}

// guarded turns a panic of a check into a reason: a fault in one check is not
// to cost a person the review.
func guarded(ctx context.Context, check Check, c *diff.Change, r *Review) (result Result) {
	defer func() {
		if p := recover(); p != nil {
			result = Result{Reason: untrusted.Line(fmt.Sprintf("the check failed: %.200v", p))}
		}
	}()
	result, err := check.Run(ctx, c, r)
	if err != nil && errors.Is(context.Cause(ctx), errTooLong) {
		err = errTooLong
	}
	return settle(result, err)
}
