package analysis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// saying is a check made of a function.
type saying struct {
	name string
	run  func(ctx context.Context, c *diff.Change) (Result, error)
}

func (s saying) Name() string { return s.name }
func (saying) Topic() string  { return "release" }
func (s saying) Run(ctx context.Context, c *diff.Change, _ *Review) (Result, error) {
	return s.run(ctx, c)
}

// ofChanges is a review of n changes with these checks.
func ofChanges(n int, checks ...Check) *Review {
	r := &Review{Diff: &diff.Diff{}}
	for i := range n {
		r.Diff.Changes = append(r.Diff.Changes, diff.Change{Head: &lockfiles.Package{
			ID: lockfiles.ID{Ecosystem: "npm", Name: fmt.Sprintf("package-%d", i)}, Version: "1.0.0"}})
	}
	r.equip(Options{Checks: checks})
	return r
}

// TestEveryPairEnds: whatever a check does, each pair ends once, in the state
// that is true of it, and the others are not held up.
func TestEveryPairEnds(t *testing.T) {
	checks := []Check{
		saying{"content", func(context.Context, *diff.Change) (Result, error) {
			return Result{Findings: []Finding{{Code: "x", Outcome: Warn}}}, nil
		}},
		saying{"failing", func(context.Context, *diff.Change) (Result, error) {
			return Result{Findings: []Finding{{Code: "half", Outcome: Fail}}}, errors.New("half a body\x1b[2J")
		}},
		saying{"elsewhere", func(context.Context, *diff.Change) (Result, error) { return Result{}, DoesNotApply("no scripts in Go") }},
		saying{"foreign", func(context.Context, *diff.Change) (Result, error) {
			return Result{}, fmt.Errorf("ask: %w", Unsupported("no registry"))
		}},
		saying{"panicking", func(context.Context, *diff.Change) (Result, error) { panic("nil map") }},
		saying{"boasting", func(context.Context, *diff.Change) (Result, error) {
			return Result{State: StateDone}, errors.New("it was not")
		}},
		nil, // hanging, see below
		saying{"patient", func(ctx context.Context, _ *diff.Change) (Result, error) { <-ctx.Done(); return Result{}, ctx.Err() }},
	}
	want := []Result{
		{State: StateDone}, {State: StateUnknown, Reason: "half a body<ESC>[2J"}, {State: StateNotApplicable, Reason: "no scripts in Go"},
		{State: StateNotSupported, Reason: "no registry"}, {State: StateUnknown, Reason: "the check failed: nil map"},
		{State: StateUnknown, Reason: "it was not"}, {State: StateUnknown, Reason: "the check did not end within 5m0s"},
		{State: StateUnknown, Reason: "the check did not end within 5m0s"},
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		// One that hangs for ever would keep the test's bubble open.
		release := make(chan struct{})
		checks[6] = saying{"hanging", func(context.Context, *diff.Change) (Result, error) { <-release; return Result{}, nil }}
		defer close(release)
		r := ofChanges(3, checks...)
		seen := make(map[[2]int]Result)
		inside := atomic.Int32{}
		coverage, err := r.Gather(ctx, nil, listener{result: func(change, check int, result Result) error {
			if inside.Add(1) != 1 {
				t.Error("two calls of the handler at the same time")
			}
			defer inside.Add(-1)
			if _, again := seen[[2]int{change, check}]; again {
				t.Errorf("%s of %d ended twice", r.Checks[check].Name, change)
			}
			seen[[2]int{change, check}] = result
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for change := range 3 {
			for check, w := range want {
				got := seen[[2]int{change, check}]
				if got.State != w.State || got.Reason != w.Reason {
					t.Errorf("%s ended %v (%s), want %v (%s)", r.Checks[check].Name, got.State, got.Reason, w.State, w.Reason)
				}
			}
		}
		if got := seen[[2]int{0, 1}].Findings; len(got) != 1 {
			t.Error("what was found before it went wrong is lost")
		}
		if coverage.Done != 3 || coverage.NotApplicable != 3 || coverage.NotSupported != 3 || coverage.Unknown != 15 || coverage.Total() != 24 {
			t.Errorf("coverage %+v", coverage)
		}
		if line := coverage.String(); !strings.HasPrefix(line, "checked 3 of 24; 3 not applicable; 3 not supported; 15 unknown: ") || !strings.Contains(line, ": 6 the check did not end within 5m0s, 3 ") || !strings.HasSuffix(line, "3 for other reasons") {
			t.Errorf("the coverage line is %q", line)
		}
	})
}

// TestBounded: a check works on no more changes at once than a batch holds, and
// on that many.
func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int32
		release := make(chan struct{})
		r := ofChanges(3*askedAtOnce, saying{"crowded", func(context.Context, *diff.Change) (Result, error) {
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-release
			inside.Add(-1)
			return Result{}, nil
		}})
		ended := make(chan Coverage)
		go func() { c, _ := r.Gather(t.Context(), nil, listener{}); ended <- c }()
		time.Sleep(growEvery * 10)
		synctest.Wait()
		if got := inside.Load(); got != askedAtOnce {
			t.Errorf("%d at once, want %d", got, askedAtOnce)
		}
		close(release)
		if c := <-ended; c.Done != 3*askedAtOnce || most.Load() > askedAtOnce {
			t.Errorf("%v, %d at once", c, most.Load())
		}
	})
}

// TestGatherStops: a person who quits waits for nobody, and neither does an
// error of the handler.
func TestGatherStops(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	check := saying{"stuck", func(context.Context, *diff.Change) (Result, error) { <-stuck; return Result{}, nil }}
	quick := saying{"quick", func(context.Context, *diff.Change) (Result, error) { return Result{}, nil }}
	ctx, stop := context.WithCancel(t.Context())
	_, err := ofChanges(2, check, quick).Gather(ctx, nil, listener{result: func(int, int, Result) error { stop(); return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	enough := errors.New("enough")
	for _, h := range []listener{
		{result: func(int, int, Result) error { return enough }},
		{progress: func(int, int, string) error { return enough }},
	} {
		if _, err := ofChanges(2, check, quick).Gather(t.Context(), nil, h); !errors.Is(err, enough) {
			t.Errorf("an error of the handler: %v", err)
		}
	}
}

// TestAgain asks for some changes alone, under the context of the clients.
func TestAgain(t *testing.T) {
	type key struct{}
	var asked []string
	r := ofChanges(3, saying{"one", func(ctx context.Context, c *diff.Change) (Result, error) {
		if ctx.Value(key{}) == nil {
			t.Error("what is remembered would answer")
		}
		asked = append(asked, c.Head.Name)
		return Result{}, nil
	}})
	r.refresh = func(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, true) }
	if c, err := r.Again(t.Context(), []int{1}, listener{}); err != nil || c.Done != 1 || len(asked) != 1 || asked[0] != "package-1" {
		t.Errorf("%v %v, asked %v", c, err, asked)
	}
}

// TestLive asks the check of the live score alone, and tells it so.
func TestLive(t *testing.T) {
	asked := 0
	other := saying{"other", func(context.Context, *diff.Change) (Result, error) {
		t.Error("another check was asked")
		return Result{}, nil
	}}
	score := looking{saying{"score", func(ctx context.Context, c *diff.Change) (Result, error) {
		if asked++; !LiveAsked(ctx) || c.Head.Name != "package-1" {
			t.Errorf("asked of %s, live %v", c.Head.Name, LiveAsked(ctx))
		}
		return Result{}, nil
	}}}
	r := ofChanges(3, other, score)
	told := -1
	h := listener{result: func(change, check int, _ Result) error { told = check; return nil }}
	if c, err := r.Live(t.Context(), []int{1}, h); err != nil || c.Done != 1 || asked != 1 || told != 1 {
		t.Errorf("%v %v, asked %d times, told of check %d", c, err, asked, told)
	}
	if c, err := ofChanges(3, other).Live(t.Context(), []int{1}, listener{}); err != nil || c.Total() != 0 {
		t.Errorf("without such a check: %v %v", c, err)
	}
	if LiveAsked(t.Context()) {
		t.Error("live without being asked")
	}
}

// looking is a check of LiveTopic.
type looking struct{ saying }

func (looking) Topic() string { return LiveTopic }

func TestWorst(t *testing.T) {
	for _, c := range []struct {
		r    Result
		want Outcome
	}{
		{Result{}, Unknown},
		{Result{State: StateDone}, Pass},
		{Result{State: StateNotApplicable}, NotApplicable},
		{Result{State: StateNotSupported}, Unknown},
		{Result{State: StateDone, Findings: []Finding{{Outcome: Info}, {Outcome: Fail}, {Outcome: Warn}}}, Fail},
		{Result{State: StateUnknown, Findings: []Finding{{Outcome: Warn}}}, Warn},
		{Result{State: StateUnknown, Findings: []Finding{{Outcome: Info}}}, Unknown},
		{Result{State: StateUnknown, Findings: []Finding{{Outcome: Pass}}}, Unknown},
	} {
		if got := c.r.Worst(); got != c.want {
			t.Errorf("%+v is %v, want %v", c.r, got, c.want)
		}
	}
}
