package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/screens"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// plainPage is how many changes are listed before the next question: what a
// screen reader reads out in one go.
const plainPage = 20

// plain is the review without a screen: sentences out, one line in at a time,
// and the cursor only ever goes forward.
type plain struct {
	ctx    context.Context
	s      *session.Session
	out    io.Writer
	lines  <-chan string // closed at the end of the input
	listed int           // how many changes have been listed
	at     int           // number of the change last opened; 0 before the first
	err    error         // of the first write that failed
}

func runPlain(ctx context.Context, opts Options, t theme.Theme, start func(context.Context, analysis.Handler) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := &plain{ctx: ctx, s: &session.Session{Theme: t}, out: opts.Output, lines: readLines(ctx, opts.Input)}
	if err := start(ctx, p); err != nil {
		if errors.Is(err, errQuit) {
			return nil
		}
		p.say("The review could not be made.")
		p.say(p.s.SafeBlock(err.Error()))
		return err
	}
	if p.s.Review == nil {
		return errors.New("read the two revisions: nothing came of it")
	}
	if err := p.ask(); err != nil && !errors.Is(err, errQuit) {
		return err
	}
	return p.err
}

// errQuit ends a review that the person has had enough of.
var errQuit = errors.New("quit")

// readLines reads in a goroutine, so that a cancelled review does not wait for
// a key. The goroutine ends with the input or the process.
func readLines(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(in); scan.Scan(); {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

func (p *plain) say(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	if _, err := io.WriteString(p.out, format+"\n"); err != nil && p.err == nil {
		p.err = err
	}
}

// Progress says in a sentence how far the review is: at each tenth of the way,
// since every sentence is read out.
func (p *plain) Progress(done, total int, what string) error {
	now := session.Progress{Total: total, What: what}
	if total > 0 {
		now.Done, now.What = done*10/total, ""
	}
	if now == p.s.Progress || total == 0 && what == "" {
		return p.ctx.Err()
	}
	p.s.Progressed(now)
	if p.s.Review != nil {
		p.say("%d of %d checked.", done, total)
	} else if total > 0 {
		p.say("%d of %d: %s.", done, total, p.s.Safe(what))
	} else {
		p.say("%s.", p.s.Safe(what))
	}
	return p.ctx.Err()
}

// Changes tells what moved.
func (p *plain) Changes(r *analysis.Review) error {
	s := p.s
	s.Know(r)
	if len(s.Items) == 0 {
		for _, line := range s.Nothing() {
			p.say("%s", line)
		}
	} else {
		p.say("depreview %s: %s. Nothing is decided here yet.", s.Compared(), session.Count(len(s.Items), "change"))
		if note := s.Unchecked(); note != "" {
			p.say("%s.", strings.ToUpper(note[:1])+note[1:])
		}
		if left := s.LeftOut(); left != "" {
			p.say("%s.", left)
		}
	}
	for _, e := range r.Errors {
		p.say("Error: %s.", s.Problem(e))
		if e.Hint != "" {
			p.say("hint: %s", s.SafeBlock(e.Hint))
		}
	}
	for _, f := range r.Diff.Files {
		p.file(f)
	}
	p.list()
	return p.ctx.Err()
}

func (p *plain) file(f diff.File) {
	s := p.s
	if f.Moved() {
		p.say("%s was moved from %s.", s.Safe(f.Path), s.Safe(f.BasePath))
	}
	if f.Converted() {
		p.say("%s was converted from %s to %s.", s.Safe(f.Path),
			strings.TrimSpace(s.Safe(f.BaseFormat+" "+f.BaseSchema)), strings.TrimSpace(s.Safe(f.Format+" "+f.Schema)))
	}
	for _, x := range f.Settings {
		p.say("Setting %s: before %s, now %s.", s.Safe(x.Name), orNone(s.Safe(x.Base)), orNone(s.Safe(x.Head)))
	}
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// list says the next page of changes, a line each, what needs eyes first.
func (p *plain) list() {
	end := min(p.listed+plainPage, len(p.s.Items))
	for ; p.listed < end; p.listed++ {
		it := &p.s.Items[p.s.Order[p.listed]]
		p.say("%d. %s %s", p.listed+1, p.s.Sentence(it), p.s.Safe(it.Lockfile)+".")
	}
}

// ask asks until the person quits or the input ends.
func (p *plain) ask() error {
	n := len(p.s.Items)
	for n > 0 && p.err == nil {
		more := ""
		if p.listed < n {
			more = fmt.Sprintf("m list %d more, ", min(plainPage, n-p.listed))
		}
		if p.at > 0 && p.s.Checked() {
			more += "e its evidence, r ask again, "
			if screens.RefusesLive(p.s, p.s.Order[p.at-1]) == "" {
				more += "s live score, "
			}
		}
		if _, err := fmt.Fprintf(p.out, "Choose: n next change, 1 to %d open one, %sl list again, q quit. > ", n, more); err != nil {
			return err
		}
		var line string
		var open bool
		select {
		case line, open = <-p.lines:
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
		if !open {
			p.say("")
			return p.ctx.Err() // the input ends with a review that was cancelled, too
		}
		switch answer := strings.ToLower(strings.TrimSpace(line)); answer {
		case "q", "quit":
			return errQuit
		case "m":
			if p.listed == n {
				p.say("All %d are listed.", n)
			}
			p.list()
		case "l":
			p.listed = 0
			p.list()
		case "e", "r", "s":
			if p.at == 0 || !p.s.Checked() {
				p.say("Open a change first.")
			} else if answer == "e" {
				p.evidence()
			} else if answer == "s" {
				if err := p.live(); err != nil {
					return err
				}
			} else if err := p.again(); err != nil {
				return err
			}
		case "n", "":
			if p.at == n {
				p.say("That was the last change.")
				continue
			}
			p.open(p.at + 1)
		default:
			number, err := strconv.Atoi(answer)
			if err != nil || number < 1 || number > n {
				p.say("%q is none of the answers.", p.s.Safe(strings.TrimSpace(line)))
				continue
			}
			p.open(number)
		}
	}
	return nil
}

func (p *plain) open(number int) {
	p.at = number
	item := p.s.Order[number-1]
	p.say("Change %d of %d.", number, len(p.s.Items))
	for _, line := range screens.Sentences(p.s, item) {
		p.say("  %s", line)
	}
}
