package origin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// side is one side of a change: what the lockfile pins, and what the registry
// says of that release.
type side struct {
	pinned *lockfiles.Package
	said   *registry.Package
	listed *registry.Release
	detail *registry.Detail // never nil
}

// ecosystem asks for the proofs of a release of its kind, and puts them into r.
type ecosystem func(a *Asker, ctx context.Context, s *side, r *attest.Release)

// ecosystems is every kind of which somebody attests releases. To add one,
// write its file and add its line.
var ecosystems = map[string]ecosystem{
	"npm":    (*Asker).npm,
	"pypi":   (*Asker).pypi,
	"gem":    (*Asker).gem,
	"cargo":  (*Asker).cargo,
	"golang": (*Asker).golang,
	"nuget":  (*Asker).nuget,
	"maven":  (*Asker).maven,
}

// unsigned are the registries that sign no releases, in words.
var unsigned = map[string]string{
	"pypi": "Python indexes sign no releases", "gem": "RubyGems signs no releases", "cargo": "crates.io signs no releases",
}

func (a *Asker) release(ctx context.Context, c *diff.Change, head bool) (*attest.Release, error) {
	p := c.Base
	if head {
		p = c.Head
	}
	if p == nil {
		return nil, analysis.DoesNotApply("the package is not there on this side")
	}
	ask := ecosystems[p.Ecosystem]
	if ask == nil {
		return nil, analysis.DoesNotApply("nobody signs or attests releases of this kind in a way that is read")
	}
	s, err := a.side(ctx, c, p, head)
	if err != nil {
		return nil, err
	}
	r := s.release()
	r.Signature.Kind = attest.RegistrySignature
	if why := unsigned[p.Ecosystem]; why != "" {
		signed(r, attest.NeverHad, why)
	}
	ask(a, ctx, s, r)
	return r, nil
}

// side asks the registry once for both sides of a change, as the other checks
// do, so that it is one question for all of them.
func (a *Asker) side(ctx context.Context, c *diff.Change, p *lockfiles.Package, head bool) (*side, error) {
	said, err := a.registry.Compare(ctx, c)
	var failed *clients.Error
	if err != nil && !head && c.Head != nil && !errors.As(err, &failed) {
		// The bytes of head come from elsewhere, which says nothing of base's.
		one := &diff.Change{Lockfile: c.Lockfile, Head: p}
		said, err = a.registry.Compare(ctx, one)
		head = true
	}
	s := &side{pinned: p, detail: &registry.Detail{}}
	switch {
	case err != nil && p.Ecosystem == "golang" && errors.As(err, &failed) && !failed.NotAsked():
		// The checksum database may answer all the same.
		s.said = &registry.Package{ID: p.ID, Incomplete: err}
		return s, nil
	case err != nil:
		return nil, err
	case !head && said.BaseUnasked != "":
		return nil, analysis.Unsupported(said.BaseUnasked)
	}
	s.said = said.Package
	s.listed = said.Base
	if head {
		s.listed = said.Head
	}
	if s.listed == nil {
		s.listed = spelt(said.Package, p.Version)
	}
	switch {
	case s.listed == nil && p.Ecosystem == "golang":
		return s, nil
	case s.listed == nil && s.said.Incomplete != nil:
		return nil, s.said.Incomplete
	case s.listed == nil:
		return nil, fmt.Errorf("%s does not list this version", s.said.Source)
	case s.listed.Detail != nil:
		s.detail = s.listed.Detail
	}
	return s, nil
}

// spelt finds a release that the registry spells otherwise than the lockfile.
func spelt(p *registry.Package, version string) *registry.Release {
	for i := range p.Releases {
		if order, ok := diff.Compare(p.ID.Ecosystem, p.Releases[i].Version, version); ok && order == 0 {
			return &p.Releases[i]
		}
	}
	return nil
}

// release is what the registry states of a side, before any proof.
func (s *side) release() *attest.Release {
	r := stated(s.said, s.listed, s.detail)
	r.Version, r.Pinned = s.pinned.Version, s.pinned.Integrity
	return r
}

// stated is what a registry's metadata says of who made a release.
func stated(said *registry.Package, listed *registry.Release, d *registry.Detail) *attest.Release {
	r := &attest.Release{
		ID: said.ID, Source: said.Source, Observed: said.Observed, PublisherKnown: statesPublishers(said) && listed != nil && listed.Detail != nil,
		Publisher: d.Publisher, Service: d.Trusted, Approver: d.Approver, Repository: d.Repository, Commit: d.Commit,
	}
	if listed != nil {
		r.Version, r.Published = listed.Version, listed.Published
	}
	if address := forgeAddress(d.TrustedRepository); address != "" {
		r.Repository = address // the registry's own statement comes before the publisher's
	}
	return r
}

// statesPublishers tells whether the registry says who published: one that
// names nobody for any release, such as a mirror that leaves it out, does not.
func statesPublishers(said *registry.Package) bool {
	return slices.ContainsFunc(said.Releases, func(r registry.Release) bool {
		return r.Detail != nil && (r.Detail.Publisher != "" || r.Detail.Trusted != "" || r.Detail.Approver != "")
	})
}

// forgeAddress is the address of "github:owner/name" as a registry names a
// repository, or "".
func forgeAddress(named string) string {
	forge, path, ok := strings.Cut(named, ":")
	if host := map[string]string{"github": "github.com", "gitlab": "gitlab.com"}[forge]; ok && host != "" {
		return "https://" + host + "/" + path
	}
	if strings.HasPrefix(named, "https://") {
		return named
	}
	return ""
}

// strong are the pinned hashes that a proof can be held against.
func strong(pinned []lockfiles.Digest) (of []lockfiles.Digest) {
	for _, d := range pinned {
		if d.Algorithm == "sha256" || d.Algorithm == "sha384" || d.Algorithm == "sha512" {
			of = append(of, d)
		}
	}
	return of
}

// unknown is why the attestations of a release are not known.
func unknown(r *attest.Release, why string) { r.Attested, r.Why = attest.Unknown, oneLine(why) }

// signed puts what is said of the registry's signature.
func signed(r *attest.Release, s attest.Standing, why string) {
	r.Signature = attest.Proof{Kind: attest.RegistrySignature, Standing: s, Reason: oneLine(why)}
}

// oneLine bounds a reason, which may hold a stranger's words.
func oneLine(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
