package origin

import (
	"context"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// Pinned is Release for one entry of a lockfile, without another side. Where it
// has no attestations the releases before it tell whether that is a loss: then
// Attested is Absent, and NeverHad where none of them had one.
func (a *Asker) Pinned(ctx context.Context, lockfile string, p *lockfiles.Package) (*attest.Release, error) {
	c := &diff.Change{Lockfile: lockfile, Head: p, Kind: diff.Added}
	r, err := a.release(ctx, c, true)
	if err != nil || !r.Without() {
		return r, err
	}
	r.Attested = attest.NeverHad
	line, err := a.line(ctx, c)
	for i := range line {
		switch before := &line[i]; {
		case before.Version == r.Version:
		case before.Attests() || before.Attested == attest.Refused:
			r.Attested, r.Why = attest.Absent, "version "+before.Version+" had one"
			return r, nil
		case before.Attested == attest.Unknown:
			r.Attested, r.Why = attest.Absent, "whether an earlier release had one is not known"
		}
	}
	if err != nil {
		r.Attested, r.Why = attest.Absent, "whether an earlier release had one is not known"
	}
	if r.Unheard != "" {
		r.Attested, r.Why = attest.Absent, r.Unheard
	}
	return r, nil
}
