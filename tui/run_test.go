package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
)

// terminal collects what the program writes and tells when a text came.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func (o *terminal) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.news <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *terminal) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until the program has written text.
func (o *terminal) await(t *testing.T, text string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for !strings.Contains(o.String(), text) {
		select {
		case <-o.news:
		case <-late:
			t.Errorf("%q never came; so far %q", text, o.String())
			return
		}
	}
}

type played struct {
	out  *terminal
	keys io.Writer
	done chan error
}

// play runs the whole program between two pipes.
func play(t *testing.T, ctx context.Context, environ []string, start func(context.Context, analysis.Handler) error) played {
	in, keys := io.Pipe()
	t.Cleanup(func() { keys.Close() })
	p := played{&terminal{news: make(chan struct{}, 1)}, keys, make(chan error, 1)}
	go func() {
		p.done <- Run(ctx, Options{Input: in, Output: p.out, Environ: append([]string{"TERM=xterm-256color"}, environ...), NoMotion: true}, start)
	}()
	return p
}

func (p played) ends(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
		return nil
	}
}

func show(review *analysis.Review) func(context.Context, analysis.Handler) error {
	return func(_ context.Context, h analysis.Handler) error { return h.Changes(review) }
}

func TestRunShowsAndQuits(t *testing.T) {
	p := play(t, t.Context(), nil, show(usual()))
	// Without a terminal there is no size, so the program is told one by hand
	// elsewhere; here it is enough that it starts and ends as asked.
	io.WriteString(p.keys, "q")
	if err := p.ends(t); err != nil {
		t.Error(err)
	}
}

func TestRunCancelsTheGathering(t *testing.T) {
	cancelled := make(chan struct{})
	begun := make(chan struct{})
	p := play(t, t.Context(), nil, func(ctx context.Context, h analysis.Handler) error {
		close(begun)
		<-ctx.Done()
		close(cancelled)
		return h.Progress(1, 2, "late")
	})
	<-begun
	io.WriteString(p.keys, "\x03")
	if err := p.ends(t); err != nil {
		t.Error(err)
	}
	<-cancelled
}

func TestRunDoesNotWaitForOneThatHangs(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	p := play(t, t.Context(), nil, func(context.Context, analysis.Handler) error {
		close(begun)
		<-release
		return nil
	})
	<-begun
	io.WriteString(p.keys, "q")
	if err := p.ends(t); err != nil {
		t.Error(err)
	}
}

func TestRunReturnsTheError(t *testing.T) {
	failure := errors.New("read the revision: no")
	p := play(t, t.Context(), nil, func(context.Context, analysis.Handler) error { return failure })
	io.WriteString(p.keys, "q")
	if err := p.ends(t); !errors.Is(err, failure) {
		t.Errorf("returned %v", err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{})
	p := play(t, ctx, nil, func(ctx context.Context, _ analysis.Handler) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	})
	<-begun
	cancel()
	if err := p.ends(t); !errors.Is(err, context.Canceled) {
		t.Errorf("returned %v", err)
	}
}

func TestRunRefusesAClash(t *testing.T) {
	err := Run(t.Context(), Options{Keys: map[string][]string{"copy": {"f"}}, Input: strings.NewReader(""), Output: io.Discard, Environ: []string{"TERM=xterm"}}, show(usual()))
	if err == nil || !regexp.MustCompile(`filter.*copy`).MatchString(err.Error()) {
		t.Errorf("returned %v", err)
	}
}
