package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/session"
)

// deliverEvery is the tick of what is learnt: results wait that long for
// others, so that thousands a second make twenty frames a second.
const deliverEvery = 50 * time.Millisecond

// postbox is the Handler that turns reports into messages. Results gather for
// a tick and go as one message; progress is only kept, and read once a tick: a
// message each would draw a frame each.
type postbox struct {
	ctx  context.Context
	send func(tea.Msg)

	mu       sync.Mutex
	progress session.Progress
	waiting  []told
	ordered  bool // a delivery is on its way

	delivering sync.Mutex // one delivery at a time, in the order of the reports
}

// Changes hands the review to the screens.
func (p *postbox) Changes(r *analysis.Review) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	p.send(changesMsg{r})
	return nil
}

// Result keeps what a check says for the next delivery.
func (p *postbox) Result(change, check int, r analysis.Result) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, told{change, check, r})
	if !p.ordered {
		p.ordered = true
		time.AfterFunc(deliverEvery, p.deliver)
	}
	return p.ctx.Err()
}

// deliver sends what has gathered. While a message waits for a busy screen,
// what comes gathers for the next one.
func (p *postbox) deliver() {
	p.delivering.Lock()
	defer p.delivering.Unlock()
	p.mu.Lock()
	list := p.waiting
	p.waiting, p.ordered = nil, false
	p.mu.Unlock()
	if len(list) > 0 && p.ctx.Err() == nil {
		p.send(resultsMsg{list})
	}
}

// Done tells that every check of every change has ended.
func (p *postbox) Done(analysis.Coverage) error {
	p.deliver()
	if err := p.ctx.Err(); err != nil {
		return err
	}
	p.send(doneMsg{})
	return nil
}

// Progress keeps how far the review is.
func (p *postbox) Progress(done, total int, what string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.progress = session.Progress{Done: done, Total: total, What: what}
	return p.ctx.Err()
}

func (p *postbox) told() session.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.progress
}

// again asks for changes anew; what comes goes the same way as before, and a
// person who quits ends it.
func (p *postbox) again(review *analysis.Review, changes []int) tea.Cmd {
	return p.asks(review.Again, askedMsg{changes: changes})
}

// live asks for the live scores of changes.
func (p *postbox) live(review *analysis.Review, changes []int) tea.Cmd {
	return p.asks(review.Live, askedMsg{changes: changes, live: true})
}

func (p *postbox) asks(gather func(context.Context, []int, analysis.Handler) (analysis.Coverage, error), done askedMsg) tea.Cmd {
	return func() tea.Msg {
		_, done.err = gather(p.ctx, done.changes, results{p})
		p.deliver()
		if p.ctx.Err() != nil {
			return nil
		}
		return done
	}
}

// results passes results on alone: the progress of asking again is not that of
// the review.
type results struct{ *postbox }

// Progress is left out.
func (r results) Progress(int, int, string) error { return r.ctx.Err() }
