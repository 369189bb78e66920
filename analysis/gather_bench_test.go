package analysis

import (
	"context"
	"testing"

	"github.com/depreview/depreview/diff"
)

// BenchmarkGather is what asking costs when there is nothing to wait for: ten
// checks of 10,000 changes, which a review without network pays in full.
func BenchmarkGather(b *testing.B) {
	none := saying{"none", func(context.Context, *diff.Change) (Result, error) { return Result{}, DoesNotApply("nothing to ask") }}
	r := ofChanges(10_000, none, none, none, none, none, none, none, none, none, none)
	b.ReportAllocs()
	for b.Loop() {
		if c, err := r.Gather(b.Context(), nil, listener{}); err != nil || c.NotApplicable != 100_000 {
			b.Fatal(c, err)
		}
	}
}
