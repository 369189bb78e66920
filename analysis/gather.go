package analysis

import (
	"context"
)

// Gather runs the checks of the review on the given changes (indexes in
// Diff.Changes; nil means all) and reports each Result to h. It returns when
// every pair has ended, or at once with the error of ctx or of h; checks that
// do not heed ctx are left behind. It calls neither Changes nor Done.
func (r *Review) Gather(ctx context.Context, changes []int, h Handler) (Coverage, error) {
	checks := make([]int, len(r.checks))
	for i := range checks {
		checks[i] = i
	}
	return r.gather(ctx, changes, checks, h)
}

// gather is Gather with some of the checks, by their indexes.
func (r *Review) gather(ctx context.Context, changes, checks []int, h Handler) (Coverage, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if changes == nil {
		changes = make([]int, len(r.Diff.Changes))
		for i := range changes {
			changes[i] = i
		}
	}
	var coverage Coverage
	total := len(changes) * len(checks)
	if total == 0 {
		return coverage, ctx.Err()
	}
	results := make(chan pairResult, 1024)
	for _, check := range checks {
		c := &crew{review: r, check: check, changes: changes, results: results}
		go c.run(ctx)
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
