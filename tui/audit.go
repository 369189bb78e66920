package tui

import (
	"context"
	"slices"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/screens"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// RunAudit shows what is known to be wrong with everything that a revision
// pins. gather looks it up in its own goroutine, reports to the handler as
// analysis.RunPinned does, so that rows appear as they are known, and gives the
// whole in the end; what it does after the last result it says with doing. It
// is cancelled through ctx when the person quits. Its error is shown as an
// error screen and returned, as with Run. Who wants no screen writes the text
// report instead: see WantsPlain.
func RunAudit(ctx context.Context, opts Options,
	gather func(ctx context.Context, h analysis.Handler, doing func(what string)) (*exposure.Exposure, error)) error {
	t, k, err := opts.equip()
	if err != nil {
		return err
	}
	post := &auditPost{postbox: &postbox{}}
	return runScreens(ctx, opts, newAuditRoot(t, k, post.told, outside{open: opts.Open}), post.postbox, func(ctx context.Context, _ analysis.Handler) error {
		x, err := gather(ctx, post, post.do)
		post.end(x, err)
		return err
	})
}

// newAuditRoot is the root before it is known what is pinned.
func newAuditRoot(t theme.Theme, k *keys.Map, told func() session.Progress, world outside) *root {
	r := newRoot(t, k, told, world)
	r.stack = []screens.Screen{screens.NewAuditMessage(r.s, k, false)}
	return r
}

// audited shows what is known of an audit now.
func (r *root) audited(msg auditMsg) {
	if r.audit == nil {
		r.audit = screens.NewAudit(r.s, r.keys, msg.exposure, msg.doing)
		r.stack = []screens.Screen{r.audit}
		return
	}
	r.audit.Know(msg.exposure, msg.doing)
	r.refresh()
}

// auditEvery is the tick of an audit: putting together what is known takes
// milliseconds of everything that is pinned, so that it is done four times a
// second and outside of the screen.
const auditEvery = 250 * time.Millisecond

// auditPost is the postbox of an audit: what is learnt within a tick goes as
// one message with everything that is known so far.
type auditPost struct {
	*postbox // its lock guards the rest

	review   *analysis.Review
	results  [][]analysis.Result // by change; replaced, and never written into
	coverage analysis.Coverage
	doing    string
	over     bool
}

// Changes shows at once what is pinned.
func (p *auditPost) Changes(r *analysis.Review) error {
	p.mu.Lock()
	p.review, p.results, p.doing = r, make([][]analysis.Result, len(r.Diff.Changes)), "asking"
	p.mu.Unlock()
	p.deliver()
	return p.ctx.Err()
}

// Result keeps what a check says for the next tick.
func (p *auditPost) Result(change, _ int, r analysis.Result) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.results[change] = append(slices.Clip(p.results[change]), r)
	p.coverage.Add(&r)
	p.order()
	return p.ctx.Err()
}

// Done shows what all checks have said; what is done beside them may go on.
func (p *auditPost) Done(analysis.Coverage) error {
	p.deliver()
	return p.ctx.Err()
}

// do shows what is under way from now on.
func (p *auditPost) do(what string) {
	p.mu.Lock()
	p.doing = what
	p.mu.Unlock()
	p.deliver()
}

// order makes a delivery due, if none is; the lock is held.
func (p *auditPost) order() {
	if !p.ordered {
		p.ordered = true
		time.AfterFunc(auditEvery, p.deliver)
	}
}

// deliver sends everything that is known now. One delivery goes after the
// other, and none after the end.
func (p *auditPost) deliver() {
	p.delivering.Lock()
	defer p.delivering.Unlock()
	p.mu.Lock()
	p.ordered = false
	review, results, coverage, doing, over := p.review, slices.Clone(p.results), p.coverage.Clone(), p.doing, p.over
	p.mu.Unlock()
	if review != nil && !over && p.ctx.Err() == nil {
		p.send(auditMsg{exposure.New(review, results, coverage), doing})
	}
}

// end shows the whole; where there is none, all that came before the error.
func (p *auditPost) end(x *exposure.Exposure, err error) {
	if err != nil || x == nil {
		p.do("")
	}
	p.delivering.Lock()
	defer p.delivering.Unlock()
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	if err == nil && x != nil && p.ctx.Err() == nil {
		p.send(auditMsg{x, ""})
	}
}
