package origin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// lineMost is how many releases before head tell what is usual.
const lineMost = 10

func (a *Asker) line(ctx context.Context, c *diff.Change) ([]attest.Release, error) {
	switch {
	case c.Head == nil:
		return nil, analysis.DoesNotApply("the package is removed")
	case ecosystems[c.Head.Ecosystem] == nil:
		return nil, analysis.DoesNotApply("nobody signs or attests releases of this kind in a way that is read")
	}
	said, err := a.registry.Compare(ctx, c)
	if err != nil {
		return nil, err
	}
	head := said.Head
	if head == nil {
		head = spelt(said.Package, c.To())
	}
	if head == nil {
		return nil, errors.New(said.Package.Source + " does not list this version, so that the releases before it are not known")
	}
	before := earlier(said.Package, head)
	more, err := a.detailed(ctx, c, said.Package, before)
	signs := lists(more, func(d *registry.Detail) bool { return len(d.Signatures) > 0 })
	attests := lists(more, claimed)
	public := a.clients.Public(c.Head.ID)
	var line []attest.Release
	for _, r := range before {
		if found := more.Find(r.Version); found != nil {
			r = *found
		}
		line = append(line, *hearsay(more, &r, signs, attests || public))
	}
	if said.Package.Incomplete != nil && (len(line) == 0 || slices.ContainsFunc(line, silent)) {
		err = errors.Join(err, said.Package.Incomplete)
	}
	return line, err
}

// silent tells that the registry says nothing of who made a release, so that a
// question without an answer may be why.
func silent(r attest.Release) bool {
	return r.Attested == attest.Unknown && r.Publisher == "" && r.Service == ""
}

// earlier are the releases before head of its major version, newest first.
// Where the registry tells times they count: a fix of an old line is younger
// than its number.
func earlier(p *registry.Package, head *registry.Release) []registry.Release {
	var before []registry.Release
	for _, r := range p.Releases {
		order, ok := diff.Compare(p.ID.Ecosystem, r.Version, head.Version)
		timed := !r.Published.IsZero() && !head.Published.IsZero()
		switch {
		case !ok || order == 0 || major(p.ID.Ecosystem, r.Version) != major(p.ID.Ecosystem, head.Version):
		case r.Detail == nil && r.Withdrawn == lockfiles.Yes: // removed: nothing is left to know
		case prerelease(p.ID.Ecosystem, r.Version) && !prerelease(p.ID.Ecosystem, head.Version):
		case timed && r.Published.Before(head.Published), !timed && order < 0:
			before = append(before, r)
		}
	}
	slices.SortStableFunc(before, func(x, y registry.Release) int {
		if !x.Published.IsZero() && !y.Published.IsZero() && !x.Published.Equal(y.Published) {
			return y.Published.Compare(x.Published)
		}
		order, _ := diff.Compare(p.ID.Ecosystem, y.Version, x.Version)
		return order
	})
	return before[:min(len(before), lineMost)]
}

// major is what a version's compatibility goes by; a gem for another platform
// is another line.
func major(ecosystem, version string) string {
	platform := ""
	if ecosystem == "gem" {
		version, platform = lockfiles.SplitGemVersion(version)
	}
	version = strings.TrimPrefix(strings.TrimPrefix(version, "v"), "V")
	if at := strings.IndexAny(version, ".-+"); at >= 0 {
		version = version[:at]
	}
	return version + "/" + platform
}

// prerelease goes by the signs of the ecosystems together: a hyphen (semver),
// or a letter right after a number (1.0rc1, 1.0.beta).
func prerelease(ecosystem, version string) bool {
	if ecosystem == "gem" {
		version, _ = lockfiles.SplitGemVersion(version)
	}
	version = strings.TrimPrefix(version, "v")
	version, _, _ = strings.Cut(version, "+")
	for _, word := range []string{"-", "a", "b", "rc", "dev", "pre"} {
		if strings.Contains(version, word) {
			return true
		}
	}
	return false
}

// detailed asks for the releases whose details did not come with the compared
// ones, where one document of the registry tells of all.
func (a *Asker) detailed(ctx context.Context, c *diff.Change, p *registry.Package, before []registry.Release) (*registry.Package, error) {
	whole := p.ID.Ecosystem == "npm" || p.ID.Ecosystem == "cargo"
	if !whole || !slices.ContainsFunc(before, func(r registry.Release) bool { return r.Detail == nil }) {
		return p, nil
	}
	var versions []string
	for _, r := range before {
		versions = append(versions, r.Version)
	}
	more, err := a.registry.Releases(ctx, c, versions)
	if err != nil {
		return p, err
	}
	return more, nil
}

// hearsay is a release by the registry's metadata alone. Attests: the registry
// is one that says so where there are attestations.
func hearsay(said *registry.Package, listed *registry.Release, signs, attests bool) *attest.Release {
	d := listed.Detail
	if d == nil {
		d = &registry.Detail{}
	}
	r := stated(said, listed, d)
	r.Signature.Kind = attest.RegistrySignature
	if why := unsigned[said.ID.Ecosystem]; why != "" {
		signed(r, attest.NeverHad, why)
	}
	switch {
	case len(d.Signatures) > 0:
		signed(r, attest.Claimed, "not verified: it is of an earlier release")
	case signs && listed.Detail != nil:
		signed(r, attest.Absent, "")
	}
	switch {
	case d.Attested == lockfiles.Yes:
		r.Attested, r.Why = attest.Claimed, "the registry says so; not verified: it is of an earlier release"
		kind := attest.Publish
		if d.AttestedAs != "" {
			kind = attest.Provenance
		}
		r.Proofs = []attest.Proof{{Kind: kind, Standing: attest.Claimed, PredicateType: d.AttestedAs, Reason: r.Why}}
	case d.Trusted != "" && said.ID.Ecosystem == "cargo":
		r.Attested, r.Why = attest.Claimed, "the registry states which workflow published, and no signature proves it"
		r.Proofs = []attest.Proof{{Kind: attest.Publish, Standing: attest.Claimed, Reason: r.Why}}
	case d.Attested == lockfiles.No && attests, said.ID.Ecosystem == "cargo" && d.Publisher != "":
		r.Attested = attest.Absent
	case said.ID.Ecosystem == "golang":
		r.Attested, r.Why = attest.NeverHad, noGoAttestations
	default:
		unknown(r, "the registry does not say")
	}
	return r
}
