package checks

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// ask finds the records that matter to either side. What it returns beside an
// error was found all the same.
func (a advisoryCheck) ask(ctx context.Context, base, head *side) (*knowledge, error) {
	k := &knowledge{indexed: make(map[*advisories.Record]bool)}
	if !a.online() {
		return k, a.fromIndex(k, base, head)
	}
	k.source = a.s.Clients.OSV.Host()
	refs, err := a.refs(ctx, k, base, head)
	if err != nil && a.s.Index != nil && ctx.Err() == nil {
		// What the service said in part is kept; the index has the rest.
		if a.fromIndex(k, base, head) == nil {
			err = nil
		}
	} else if a.s.Withdrawn && a.s.Index != nil {
		// The service leaves out what was withdrawn.
		offline := &knowledge{indexed: k.indexed}
		_ = a.fromIndex(offline, base, head)
		for _, r := range offline.records {
			if r.IsWithdrawn() {
				k.add(r)
			}
		}
	}
	return k, errors.Join(err, a.read(ctx, k, refs, base, head))
}

// refs asks the service for both sides at once, so that they are in one batch.
func (a advisoryCheck) refs(ctx context.Context, k *knowledge, sides ...*side) ([]clients.OSVRef, error) {
	answers := make([]clients.Answer[[]clients.OSVRef], len(sides))
	var wait sync.WaitGroup
	for i, s := range sides {
		if !s.outside() {
			wait.Go(func() { answers[i] = a.s.Clients.OSV.Answer(ctx, s.query) })
		}
	}
	wait.Wait()
	var refs []clients.OSVRef
	var failed error
	for i, answer := range answers {
		if failed == nil {
			failed = answer.Err
		}
		k.at = older(k.at, answer.At)
		for _, ref := range answer.Value {
			if !sides[i].query.Every {
				sides[i].listed[ref.ID] = true
			}
			at := slices.IndexFunc(refs, func(r clients.OSVRef) bool { return r.ID == ref.ID })
			if at < 0 {
				refs = append(refs, ref)
			} else if refs[at].Modified < ref.Modified {
				refs[at] = ref
			}
		}
	}
	return refs, failed
}

// read reads the records, also from the index where the service fails. One
// that nobody can read stays in the list, as what cannot be told.
func (a advisoryCheck) read(ctx context.Context, k *knowledge, refs []clients.OSVRef, sides ...*side) error {
	records := make([]*advisories.Record, len(refs))
	errs := make([]error, len(refs))
	var wait sync.WaitGroup
	for i, ref := range refs {
		wait.Go(func() { records[i], errs[i] = a.record(ctx, ref) })
	}
	wait.Wait()
	var failed error
	var fallback *knowledge
	for i, ref := range refs {
		r := records[i]
		if errs[i] != nil && a.s.Index != nil && !k.has(ref.ID) {
			if fallback == nil {
				fallback = &knowledge{indexed: make(map[*advisories.Record]bool)}
				_ = a.fromIndex(fallback, sides...)
			}
			for _, kept := range fallback.records {
				if kept.ID == ref.ID {
					r, k.indexed[kept] = kept, true
				}
			}
		}
		switch {
		case r != nil && r.ID != ref.ID: // OSV has it under another name
			for _, s := range sides {
				if s != nil && s.listed[ref.ID] {
					s.listed[r.ID] = true
				}
			}
		case r == nil && k.has(ref.ID): // the index had it
			continue
		case r == nil:
			failed = errs[i]
			r = &advisories.Record{ID: ref.ID, Unread: analysis.Why(errs[i])}
			for _, s := range sides {
				if s != nil && s.query.Every {
					s.listed[ref.ID] = true // of some version, and this may be it
				}
			}
		}
		// What the service has is newer than what the index holds.
		k.records = slices.DeleteFunc(k.records, func(old *advisories.Record) bool { return old.ID == r.ID })
		k.add(r)
	}
	return failed
}

func (a advisoryCheck) record(ctx context.Context, ref clients.OSVRef) (*advisories.Record, error) {
	raw, err := a.s.Clients.OSV.Record(ctx, ref)
	if err != nil {
		return nil, err
	}
	r, err := advisories.Parse(raw)
	if err != nil {
		return nil, &clients.Error{Reason: clients.ReasonNotJSON, Host: a.s.Clients.OSV.Host(), Err: err}
	}
	return r, nil
}

// fromIndex adds what the offline database knows of both sides.
func (a advisoryCheck) fromIndex(k *knowledge, sides ...*side) error {
	if a.s.Index == nil {
		return noIndex(a.s.IndexErr)
	}
	k.source, k.at = "offline advisories", a.asOf(sides...)
	if !k.at.IsZero() {
		k.source += " of " + k.at.UTC().Format("2006-01-02")
	}
	var failed error
	var asked []lockfiles.ID
	for _, s := range sides {
		if s == nil || s.query.Ecosystem == "" || slices.Contains(asked, s.target.ID) {
			continue
		}
		asked = append(asked, s.target.ID)
		answer, err := a.s.Index.Lookup(s.target.ID)
		if err != nil {
			return noIndex(err)
		}
		if answer.Unknown != "" && failed == nil {
			failed = errors.New(answer.Unknown)
		}
		for _, r := range answer.Records {
			if !k.has(r.ID) {
				k.indexed[r] = true
				k.add(r)
			}
		}
	}
	return failed
}

// noIndex is the reason in a few words, without the path of this computer, so
// that reasons can be counted.
func noIndex(err error) error {
	for _, known := range []error{advisories.ErrAbsent, advisories.ErrDamaged, advisories.ErrSchema} {
		if errors.Is(err, known) {
			return known
		}
	}
	if err == nil {
		return advisories.ErrAbsent
	}
	return errors.New("the offline advisory database cannot be opened")
}
