package analysis

import "context"

// LiveTopic is the Topic of the check that can look at a repository's source
// itself: the live Scorecard.
const LiveTopic = "scorecard"

type liveKey struct{}

// LiveAsked tells whether a person waits for the live score of the changes that
// are checked under ctx.
func LiveAsked(ctx context.Context) bool { return ctx.Value(liveKey{}) != nil }

// WithLive makes ctx that of a person who waits for live scores.
func WithLive(ctx context.Context) context.Context { return context.WithValue(ctx, liveKey{}, true) }

// Live is Gather for a person who asks for the live score: of the checks of
// LiveTopic alone, for it takes minutes. What the services said is not asked
// for again.
func (r *Review) Live(ctx context.Context, changes []int, h Handler) (Coverage, error) {
	var checks []int
	for i, c := range r.checks {
		if c.Topic() == LiveTopic {
			checks = append(checks, i)
		}
	}
	return r.gather(WithLive(ctx), changes, checks, h)
}
