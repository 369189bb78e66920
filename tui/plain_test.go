package tui

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
)

func playPlain(t *testing.T, review *analysis.Review, input string, environ ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	opts := Options{Plain: len(environ) == 0, Input: strings.NewReader(input), Output: &out, Environ: append([]string{"TERM=xterm"}, environ...)}
	err := Run(t.Context(), opts, func(_ context.Context, h analysis.Handler) error {
		if err := h.Progress(1, 2, "reading pnpm-lock.yaml"); err != nil {
			return err
		}
		if err := h.Changes(review); err != nil || len(review.Checks) == 0 {
			return err
		}
		for n, x := range answers(t, review) {
			if err := h.Result(x.change, x.check, x.result); err != nil {
				return err
			}
			if err := h.Progress(n+1, len(review.Diff.Changes)*len(review.Checks), "checking"); err != nil {
				return err
			}
		}
		return h.Done(analysis.Coverage{})
	})
	return out.String(), err
}

func TestPlainOffline(t *testing.T) {
	var out bytes.Buffer
	err := Run(t.Context(), Options{Plain: true, Input: strings.NewReader("q\n"), Output: &out, Environ: []string{"TERM=xterm"}},
		func(_ context.Context, h analysis.Handler) error {
			r := checked()
			if err := h.Changes(r); err != nil {
				return err
			}
			for i := range r.Diff.Changes {
				for check := range r.Checks {
					if err := h.Result(i, check, unknown("offline, and not in the cache")); err != nil {
						return err
					}
				}
			}
			return h.Done(analysis.Coverage{})
		})
	for _, want := range []string{
		"Offline: OSV, deps.dev and the registries were not asked; 56 facts are unknown.",
		"Checked 0 of 56; 56 unknown: 56 offline, and not in the cache.",
	} {
		if err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%v; %q was not said:\n%s", err, want, out.String())
		}
	}
}

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct {
		review *analysis.Review
		input  string
	}{
		"plain":          {usual(), "n\n7\nn\nx\x1b[2J\n99\nm\nl\nq\n"},
		"plain-troubled": {troubled(), "\n"},
		"plain-hostile":  {hostile(), "1\nq\n"},
		"plain-empty":    {empty(), ""},
		"plain-checked":  {checked(), "e\n4\ne\nr\nq\n"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := playPlain(t, c.review, c.input)
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsRune(out, '\x1b') {
				t.Error("an escape sequence in plain text")
			}
			golden(t, name, out)
		})
	}
}

func TestPlainListsInPages(t *testing.T) {
	out, err := playPlain(t, many(50), "m\nm\nm\nq\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"m list 20 more", "m list 10 more", "\n50. ", "All 50 are listed."} {
		if !strings.Contains(out, want) {
			t.Errorf("%q was not said:\n%s", want, out)
		}
	}
}

func TestPlainByEnvironment(t *testing.T) {
	for _, env := range []string{"ACCESSIBLE=1", "TERM=dumb"} {
		if out, err := playPlain(t, usual(), "q\n", env); err != nil || !strings.Contains(out, "Choose: n next change") {
			t.Errorf("%s: %v\n%s", env, err, out)
		}
	}
}

func TestPlainFailure(t *testing.T) {
	var out bytes.Buffer
	failure := errors.New("read the revision \"x\x1b[2J\": no such\nhint: name another")
	err := Run(t.Context(), Options{Plain: true, Input: strings.NewReader(""), Output: &out, Environ: []string{"TERM=xterm"}},
		func(context.Context, analysis.Handler) error { return failure })
	if !errors.Is(err, failure) {
		t.Errorf("returned %v", err)
	}
	if want := "The review could not be made.\nread the revision \"x<ESC>[2J\": no such\nhint: name another\n"; out.String() != want {
		t.Errorf("said %q, want %q", out.String(), want)
	}
}

func TestPlainStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := Run(ctx, Options{Plain: true, Input: blocking{ctx}, Output: new(bytes.Buffer), Environ: []string{"TERM=xterm"}},
		func(_ context.Context, h analysis.Handler) error {
			defer cancel()
			return h.Changes(usual())
		})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("returned %v", err)
	}
}

// blocking is an input on which nobody types.
type blocking struct{ ctx context.Context }

func (b blocking) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}
