package cmd

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
)

// twice tells two handlers of one review.
type twice struct{ first, second analysis.Handler }

func (t *twice) Changes(r *analysis.Review) error {
	return errors.Join(t.first.Changes(r), t.second.Changes(r))
}

func (t *twice) Progress(done, total int, what string) error {
	return errors.Join(t.first.Progress(done, total, what), t.second.Progress(done, total, what))
}

func (t *twice) Result(change, check int, r analysis.Result) error {
	return errors.Join(t.first.Result(change, check, r), t.second.Result(change, check, r))
}

func (t *twice) Done(c analysis.Coverage) error {
	return errors.Join(t.first.Done(c), t.second.Done(c))
}

// progressLine shows a person who waits for a report how far it is: one line of
// a terminal that is written over, and gone in the end. Anywhere else it is
// silent.
type progressLine struct {
	to    io.Writer
	shows bool // to is a terminal that can take a line back
	now   func() time.Time
	last  time.Time
	stand bool // a line stands there
}

// progressEvery is how often the line changes.
const progressEvery = 100 * time.Millisecond

func newProgressLine(to io.Writer, shows bool) *progressLine {
	return &progressLine{to: to, shows: shows, now: time.Now}
}

// Changes says what is waited for until the first answer comes.
func (p *progressLine) Changes(r *analysis.Review) error {
	p.say(fmt.Sprintf("asking about %d packages", len(r.Diff.Changes)))
	return nil
}

// Result says nothing: Progress does.
func (p *progressLine) Result(int, int, analysis.Result) error { return nil }

// Done says nothing: the report follows.
func (p *progressLine) Done(analysis.Coverage) error { return nil }

// Progress writes the line, unless it was written just now.
func (p *progressLine) Progress(done, total int, what string) error {
	now := p.now()
	if now.Sub(p.last) < progressEvery {
		return nil
	}
	p.last = now
	if total > 0 {
		what = fmt.Sprintf("%s %d of %d", what, done, total)
	}
	p.say(what)
	return nil
}

// say puts a sentence in place of the line.
func (p *progressLine) say(what string) {
	if p.shows {
		p.stand = true
		fmt.Fprintf(p.to, "\r\x1b[Kdepreview: %.60s", untrusted.Line(what))
	}
}

// Write is for what stays there: the line gives way to it.
func (p *progressLine) Write(text []byte) (int, error) {
	p.clear()
	return p.to.Write(text)
}

// clear takes the line away.
func (p *progressLine) clear() {
	if p.stand {
		p.stand = false
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
