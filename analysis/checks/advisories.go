package checks

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/diff"
)

// advisoryCheck tells which advisories a change brings, fixes and leaves: by
// the service where that can be asked, else by the offline database.
type advisoryCheck struct{ s Sources }

func (advisoryCheck) Name() string  { return "advisories" }
func (advisoryCheck) Topic() string { return "advisories" }

// looking bounds the changes that are held against the offline database at a
// time. Nothing is gained by more than there are processors, and each holds all
// the records of its package.
var looking = make(chan struct{}, runtime.GOMAXPROCS(0))

// Run looks at both versions of a change.
func (a advisoryCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	ecosystem := c.Package().Ecosystem
	if advisories.OSVEcosystem(ecosystem) == "" {
		return analysis.Result{}, analysis.Unsupported("OSV has no advisories for " + ecosystem)
	}
	base, head := newSide(c.Base), newSide(c.Head)
	if base.outside() && head.outside() {
		return analysis.Result{}, analysis.Unsupported(firstOf(head.limit(), base.limit()))
	}
	if !a.online() {
		looking <- struct{}{}
		defer func() { <-looking }()
	}
	k, err := a.ask(ctx, base, head)
	if err != nil && ctx.Err() != nil {
		return analysis.Result{}, err
	}
	differences := advisories.Between(base.seen(), head.seen(), k.standing(a.s.AsOf), advisories.Options{Withdrawn: a.s.Withdrawn})
	list := make(analysis.Advisories, len(differences))
	baseView, headView := &view{pkg: c.Base, graphs: baseGraphs(review)}, &view{pkg: c.Head, graphs: headGraphs(review)}
	for i, d := range differences {
		seen := headView
		if c.Head == nil || d.Head != advisories.IsAffected && d.Base == advisories.IsAffected {
			seen = baseView
		}
		list[i] = k.describe(a.s, c, seen, d)
		if seen == headView {
			list[i].Seen = head.target
		} else {
			list[i].Seen = base.target
		}
	}
	if a.online() {
		a.exploited(ctx, list)
	}
	result := analysis.Result{Findings: a.findings(c, k, list)}
	err = errors.Join(err, base.incomplete(), head.incomplete())
	if len(list) > 0 || err == nil {
		e := analysis.Evidence{Claim: claim(c, list), Source: k.source, Observed: k.at}
		if len(list) > 0 {
			e.Body = list
		}
		result.Evidence = append(result.Evidence, e)
	}
	return result, oneReason(err)
}

func (a advisoryCheck) online() bool { return !a.s.Offline && a.s.Clients != nil }

// knowledge is what was learnt of both sides.
type knowledge struct {
	records []*advisories.Record
	indexed map[*advisories.Record]bool // those whose text is still in the index
	source  string
	at      time.Time
}

func (k *knowledge) add(records ...*advisories.Record) {
	for _, r := range records {
		if !k.has(r.ID) {
			k.records = append(k.records, r)
		}
	}
}

func (k *knowledge) has(id string) bool {
	for _, r := range k.records {
		if r.ID == id {
			return true
		}
	}
	return false
}

// standing is the records that were published by then; a zero time is now.
func (k *knowledge) standing(then time.Time) []*advisories.Record {
	if then.IsZero() {
		return k.records
	}
	var list []*advisories.Record
	for _, r := range k.records {
		if !r.Published.After(then) {
			list = append(list, r)
		}
	}
	return list
}

// older keeps the earlier of two times: an answer is as old as its oldest part.
func older(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// oneReason makes several errors one that has a single line: the first counts,
// and the others are of the same kind.
func oneReason(err error) error {
	for {
		many, ok := err.(interface{ Unwrap() []error })
		if !ok {
			return err
		}
		err = many.Unwrap()[0]
	}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
