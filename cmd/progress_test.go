package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
)

// TestProgressLine: one line that is written over, gives way to what stays, and
// is gone in the end; nothing at all where there is no terminal.
func TestProgressLine(t *testing.T) {
	for _, c := range []struct {
		shows bool
		want  string
	}{
		{true, "\r\x1b[Kdepreview: asking about 9 packages\r\x1b[Kdepreview: checking 1 of 9\r\x1b[Kdepreview: checking 3 of 9\r\x1b[Ka notice\n\r\x1b[Kdepreview: asking <ESC>[2J\r\x1b[K"},
		{false, "a notice\n"},
	} {
		var out bytes.Buffer
		line := newProgressLine(&out, c.shows)
		at := time.Unix(1_000_000, 0)
		line.now = func() time.Time { return at }
		_ = line.Changes(&analysis.Review{Diff: &diff.Diff{Changes: make([]diff.Change, 9)}})
		for done := range 3 {
			_ = line.Progress(done+1, 9, "checking")
			at = at.Add(progressEvery * 2 / 3)
		}
		fmt.Fprintln(line, "a notice")
		line.say("asking \x1b[2J")
		line.clear()
		line.clear()
		if out.String() != c.want {
			t.Errorf("got  %q\nwant %q", out.String(), c.want)
		}
	}
}

// counting is a handler that counts its calls and refuses.
type counting struct {
	calls int
	err   error
}

func (c *counting) Changes(*analysis.Review) error         { c.calls++; return c.err }
func (c *counting) Progress(int, int, string) error        { c.calls++; return c.err }
func (c *counting) Result(int, int, analysis.Result) error { c.calls++; return c.err }
func (c *counting) Done(analysis.Coverage) error           { c.calls++; return c.err }

// TestTwice: both handlers hear everything, and the error of either counts.
func TestTwice(t *testing.T) {
	no := errors.New("no")
	for _, pair := range [][2]*counting{{{err: no}, {}}, {{}, {err: no}}} {
		both := &twice{pair[0], pair[1]}
		for _, err := range []error{both.Changes(nil), both.Progress(1, 2, ""), both.Result(0, 0, analysis.Result{}), both.Done(analysis.Coverage{})} {
			if !errors.Is(err, no) {
				t.Errorf("got %v", err)
			}
		}
		if pair[0].calls != 4 || pair[1].calls != 4 {
			t.Errorf("%d and %d calls", pair[0].calls, pair[1].calls)
		}
	}
}
