package tui

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/screens"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// scoring is a check with a live score for who asks for it.
type scoring struct{}

func (scoring) Name() string  { return "scorecard" }
func (scoring) Topic() string { return analysis.LiveTopic }
func (scoring) Run(ctx context.Context, c *diff.Change, _ *analysis.Review) (analysis.Result, error) {
	if c.Kind == diff.Removed {
		return analysis.Result{}, analysis.DoesNotApply("nothing is installed any more")
	}
	if !analysis.LiveAsked(ctx) {
		return analysis.Result{}, io.ErrUnexpectedEOF
	}
	return analysis.Result{Evidence: []analysis.Evidence{{Claim: "live score of " + c.Package().Name, Body: analysis.Facts{{Name: "total", Base: "7", Head: "3"}, {Name: "scored by", Head: "Scorecard", Shared: true}, {Name: "scored on", Head: "today"}}}}}, nil
}

// TestLiveScore runs the real gathering behind the real postbox: s asks for
// one live score, the tab says that it is being made, and then what it is.
func TestLiveScore(t *testing.T) {
	k, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	messages := make(chan tea.Msg, 100)
	post := &postbox{ctx: t.Context(), send: func(m tea.Msg) { messages <- m }}
	d := &driver{t: t, r: newRoot(theme.New(theme.Wishes{NoColor: true, NoMotion: true}), k, func() session.Progress { return session.Progress{} }, outside{ask: post.again, live: post.live})}
	d.r.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	d.send(sized(100, 40))
	take := func() {
		for len(messages) > 0 {
			d.send(<-messages)
		}
	}
	if err := runDemo(t, t.Context(), analysis.Options{Checks: []analysis.Check{scoring{}}}, post); err != nil {
		t.Fatal(err)
	}
	take()
	press := func() tea.Cmd {
		_, cmd := d.r.Update(tea.KeyPressMsg{Code: 's', Text: "s"})
		return cmd
	}
	says := func(want string) {
		t.Helper()
		if screen := d.screen(); !strings.Contains(screen, want) {
			t.Errorf("%q is not on screen:\n%s", want, screen)
		}
	}
	d.press("/", "=acme-http", "enter", "enter")
	press()
	says("only the Scorecard tab has a live score to ask for")
	d.press("tab")
	says("s fetches the source and scores it at both versions")
	cmd := press()
	says("the source of both versions is being fetched and scored, which takes up to 4 minutes")
	press()
	says("its source is being fetched and scored")
	if _, of, c := d.r.s.Covered(); c.Unknown == 0 || of == 0 {
		t.Errorf("before the answer: %+v", c)
	}
	msg := cmd()
	take()
	d.send(msg)
	says("live score of acme-http")
	says("asked for the live score of npm acme-http")
	for _, line := range strings.Split(d.screen(), "\n") {
		if name, rest, ok := strings.Cut(strings.TrimSpace(line), "scored "); ok && name == "" && strings.Contains(rest, "?") != strings.HasPrefix(rest, "on") {
			t.Errorf("what serves both sides is not told from what is not known: %q", line)
		}
	}
	if strings.Contains(d.screen(), "4 minutes") {
		t.Errorf("it does not end:\n%s", d.screen())
	}
}

// TestLiveScoreInPlain: the same in questions and answers.
func TestLiveScoreInPlain(t *testing.T) {
	var out bytes.Buffer
	err := Run(t.Context(), Options{Plain: true, Input: strings.NewReader("s\n1\ns\nq\n"), Output: &out, Environ: []string{"TERM=xterm"}},
		func(ctx context.Context, h analysis.Handler) error {
			return runDemo(t, ctx, analysis.Options{Checks: []analysis.Check{scoring{}}}, h)
		})
	if err != nil {
		t.Fatal(err)
	}
	_, after, opened := strings.Cut(out.String(), "r ask again, s live score, ")
	for _, want := range []string{"The source of both versions is being fetched and scored", "live score of ", "total: "} {
		if !opened || !strings.Contains(after, want) {
			t.Errorf("%q is not said:\n%s", want, out.String())
		}
	}
	if !strings.Contains(out.String(), "Open a change first.") {
		t.Errorf("it asks of no change:\n%s", out.String())
	}
}

// TestLiveScoreRefused: why not, where it cannot be.
func TestLiveScoreRefused(t *testing.T) {
	s := &session.Session{}
	r := usual()
	r.Checks = []analysis.CheckInfo{{Name: "scorecard", Topic: analysis.LiveTopic}}
	s.Know(r)
	s.Learn(0, 0, analysis.Result{State: analysis.StateNotApplicable, Reason: "nothing is installed any more"})
	s.Learn(1, 0, analysis.Result{State: analysis.StateUnknown})
	s.AskingLive(1, true)
	for item, want := range []string{"nothing to score: nothing is installed any more", "its source is being fetched and scored", "its Scorecard is still waiting for its answer"} {
		if got := screens.RefusesLive(s, item); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	s.AskingLive(1, false)
	if got := screens.RefusesLive(s, 1); got != "" {
		t.Error(got)
	}
	d := openAt(t, "full", theme.Wishes{NoColor: true, NoMotion: true}, 80, 24).press("enter", "s")
	if !strings.Contains(d.screen(), "only the Scorecard tab") {
		t.Error(d.screen())
	}
}
