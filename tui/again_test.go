package tui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// counting is a check that counts how often it was asked.
type counting struct {
	asked *atomic.Int32
	hang  *atomic.Bool // it waits until its context ends
	begun chan struct{}
}

func (counting) Name() string  { return "counting" }
func (counting) Topic() string { return "release" }
func (c counting) Run(ctx context.Context, _ *diff.Change, _ *analysis.Review) (analysis.Result, error) {
	n := c.asked.Add(1)
	if c.hang.Load() {
		close(c.begun)
		<-ctx.Done()
		return analysis.Result{}, ctx.Err()
	}
	return analysis.Result{Findings: []analysis.Finding{{Code: "asked", Outcome: analysis.Warn, Title: fmt.Sprintf("time %d", n)}}}, nil
}

// TestResultsReachTheScreen runs the real gathering behind the real postbox.
func TestResultsReachTheScreen(t *testing.T) {
	k, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, quit := context.WithCancel(t.Context())
	defer quit()
	// What the postbox sends is taken by the model one at a time, as by the
	// program.
	messages := make(chan tea.Msg, 100)
	post := &postbox{ctx: ctx, send: func(m tea.Msg) { messages <- m }}
	d := &driver{t: t, r: newRoot(theme.New(theme.Wishes{NoColor: true, NoMotion: true}), k, func() session.Progress { return session.Progress{} }, outside{ask: post.again, live: post.live})}
	d.r.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	d.send(sized(100, 40))
	take := func() {
		for {
			select {
			case m := <-messages:
				d.send(m)
			default:
				return
			}
		}
	}
	check := counting{new(atomic.Int32), new(atomic.Bool), make(chan struct{})}
	refreshed := 0
	opts := analysis.Options{Checks: []analysis.Check{check}, Refresh: func(ctx context.Context) context.Context { refreshed++; return ctx }}
	if err := runDemo(t, ctx, opts, post); err != nil {
		t.Fatal(err)
	}
	take()
	n := len(d.r.s.Items)
	if screen := d.screen(); n == 0 || int(check.asked.Load()) != n || !strings.Contains(screen, fmt.Sprintf("%d facts asked for, all known", n)) {
		t.Fatalf("%d asked of %d:\n%s", check.asked.Load(), n, screen)
	}
	again := func() tea.Cmd {
		_, cmd := d.r.Update(tea.KeyPressMsg{Code: 'r', Text: "r"})
		return cmd
	}
	cmd := again()
	if !strings.Contains(d.screen(), "being asked again") {
		t.Error("that it is asked again is not shown")
	}
	msg := cmd()
	take() // the results come before the end of asking
	d.send(msg)
	if screen := d.screen(); refreshed != 1 || int(check.asked.Load()) != n+1 || !strings.Contains(screen, fmt.Sprintf("time %d", n+1)) || strings.Contains(screen, "~") {
		t.Errorf("asked %d times, refreshed %d times:\n%s", check.asked.Load(), refreshed, screen)
	}
	// Quitting ends what is being asked again.
	check.hang.Store(true)
	cmd = again()
	ended := make(chan tea.Msg)
	go func() { ended <- cmd() }()
	<-check.begun
	quit()
	if msg := <-ended; msg != nil {
		t.Errorf("after quitting it tells %v", msg)
	}
}

func TestRunTakesResultsAndQuits(t *testing.T) {
	told := make(chan struct{})
	p := play(t, t.Context(), nil, func(_ context.Context, h analysis.Handler) error {
		r := checked()
		if err := h.Changes(r); err != nil {
			return err
		}
		for _, x := range answers(t, r) {
			if err := h.Result(x.change, x.check, x.result); err != nil {
				return err
			}
		}
		defer close(told)
		return h.Done(analysis.Coverage{})
	})
	<-told
	io.WriteString(p.keys, "q")
	if err := p.ends(t); err != nil {
		t.Error(err)
	}
}
