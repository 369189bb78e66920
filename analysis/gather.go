package analysis

import (
	"context"
	"errors"
	"fmt"
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
)

// Gather runs the checks of the review on the given changes (indexes in
// Diff.Changes; nil means all) and reports each Result to h. It returns when
// every pair has ended, or at once with the error of ctx or of h; checks that
// do not heed ctx are left behind. It calls neither Changes nor Done.
func (r *Review) Gather(ctx context.Context, changes []int, h Handler) (Coverage, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if changes == nil {
		changes = make([]int, len(r.Diff.Changes))
		for i := range changes {
			changes[i] = i
		}
	}
	var coverage Coverage
	total := len(changes) * len(r.checks)
	if total == 0 {
		return coverage, ctx.Err()
	}
	results := make(chan pairResult, 64)
	for check := range r.checks {
		go r.feed(ctx, check, changes, results)
	}
	for done := 1; done <= total; done++ {
		select {
		case p := <-results:
			coverage.Add(&p.Result)
			if err := h.Result(p.change, p.check, p.Result); err != nil {
				return coverage, err
			}
			if err := h.Progress(done, total, "checking"); err != nil {
				return coverage, err
			}
		case <-ctx.Done():
			return coverage, ctx.Err()
		}
	}
	return coverage, nil
}

// Again is Gather for a person who asks again: what the services say now, not
// what is remembered of them.
func (r *Review) Again(ctx context.Context, changes []int, h Handler) (Coverage, error) {
	if r.refresh != nil {
		ctx = r.refresh(ctx)
	}
	return r.Gather(ctx, changes, h)
}

type pairResult struct {
	change, check int
	Result
}

// feed starts one check on change after change.
func (r *Review) feed(ctx context.Context, check int, changes []int, results chan<- pairResult) {
	slots := make(chan struct{}, askedAtOnce)
	for _, change := range changes {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		go func() {
			p := pairResult{change, check, r.ask(ctx, r.checks[check], &r.Diff.Changes[change])}
			<-slots
			select {
			case results <- p:
			case <-ctx.Done():
			}
		}()
	}
}

// ask runs one check on one change and gives up on it when its time is up.
func (r *Review) ask(ctx context.Context, check Check, c *diff.Change) Result {
	ctx, stop := context.WithTimeoutCause(ctx, checkLimit, errTooLong)
	defer stop()
	answer := make(chan Result, 1)
	go func() { answer <- guarded(ctx, check, c, r) }()
	select {
	case result := <-answer:
		return result
	case <-ctx.Done():
	}
	grace := time.NewTimer(checkGrace)
	defer grace.Stop()
	select {
	case result := <-answer:
		return result
	case <-grace.C:
		return settle(Result{}, context.Cause(ctx))
	}
}

var errTooLong = errors.New("the check did not end within " + checkLimit.String())

// guarded turns a panic of a check into a reason: a fault in one check is not
// to cost a person the review.
func guarded(ctx context.Context, check Check, c *diff.Change, r *Review) (result Result) {
	defer func() {
		if p := recover(); p != nil {
			result = Result{Reason: untrusted.Line(fmt.Sprintf("the check failed: %.200v", p))}
		}
	}()
	return settle(check.Run(ctx, c, r))
}
