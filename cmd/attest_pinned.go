package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/origin"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// isPURL tells a package from a file; ./pkg:x is a file of that name.
func (c *attestCmd) isPURL() bool { return strings.HasPrefix(c.Bundle, "pkg:") }

// runPinned verifies what its registry holds of a package that the working tree
// pins. The hashes are the lockfile's, and the registry is the one that base's
// settings name, as in a review: a branch must not choose who vouches for it.
func (c *attestCmd) runPinned(env *environment) error {
	if len(c.Digest) > 0 || c.Name != "" || c.Key != "" {
		return errors.New("attest: of a package URL the lockfile tells what it must be about\nhint: leave out --digest, --name and --key")
	}
	wanted, err := parsePURL(c.Bundle)
	if err != nil {
		return err
	}
	found := &report.Attestation{Document: c.Bundle, Want: attest.Want{Identity: c.identity()}}
	options := attest.Options{}
	if options.TrustedRoot, err = named("--trusted-root", c.TrustedRoot); err != nil {
		return err
	}
	verifier, err := attest.NewVerifier(options)
	if err != nil {
		return fmt.Errorf("attest: %w", err)
	}
	// What is wrong with the root or the expression is said before anybody is asked.
	if _, err := verifier.Verify([]byte("[]"), found.Want); err != nil {
		return fmt.Errorf("attest: %w", err)
	}
	found.Root = verifier.RootDate()
	if err := env.configure(); err != nil {
		return err
	}
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	repo, err := openRepository(ctx, env)
	if err != nil {
		return err
	}
	defer repo.Close()
	base, head, err := repo.Range(ctx, nil)
	if err != nil {
		return err
	}
	entries, err := pinnedAs(ctx, head, env, wanted)
	if err != nil {
		return err
	}
	a, err := env.ask(ctx, base, head)
	if err != nil {
		return err
	}
	for _, notice := range a.notices {
		fmt.Fprintf(env.stderr, "depreview: %s\n", notice)
	}
	if a.sources == nil {
		return errors.New("attest: the services are not asked with --checks none\nhint: leave it out")
	}
	asker := origin.New(a.sources.Clients, a.sources.Registry, identified{verifier, found.Want.Identity})
	for _, e := range entries {
		c.about(ctx, asker, e, found, len(entries) > 1)
	}
	if a.ended != nil {
		if err := a.ended(); err != nil {
			return err
		}
	}
	return c.tell(env, found)
}

// identified asks for an identity beside what a release must be about.
type identified struct {
	*attest.Verifier
	identity attest.IdentityPolicy
}

// Verify implements origin.Verifier.
func (v identified) Verify(document []byte, want attest.Want) ([]attest.Proof, error) {
	want.Identity = v.identity
	return v.Verifier.Verify(document, want)
}

// about adds one entry of a lockfile to what was found. The first thing for
// which one of them is not verified is the reason for all.
func (c *attestCmd) about(ctx context.Context, asker *origin.Asker, e entry, found *report.Attestation, several bool) {
	fail := func(why string) {
		if several {
			why = e.lockfile + ": " + why
		}
		if found.Reason == "" {
			found.Reason = why
		}
	}
	found.Want.Digests = append(found.Want.Digests, e.pinned.Integrity...)
	r, err := asker.Release(ctx, &diff.Change{Lockfile: e.lockfile, Head: e.pinned, Kind: diff.Added}, true)
	if err != nil {
		fail(attest.Unknown.String() + ": " + analysis.Why(err))
		return
	}
	switch r.Signature.Standing {
	case attest.Verified, attest.Refused:
		found.Proofs = append(found.Proofs, r.Signature)
	default:
		found.Notes = append(found.Notes, note(r.Signature.Kind, r.Signature.Standing, r.Signature.Reason))
	}
	found.Proofs = append(found.Proofs, r.Proofs...)
	signedAlone := r.Attested == attest.NeverHad && r.Signature.Standing == attest.Verified
	switch {
	case r.Signature.Standing == attest.Refused:
		fail(r.Signature.Reason)
	case signedAlone:
		found.Notes = append(found.Notes, note("attestation", r.Attested, r.Why))
	case r.Attested == attest.NeverHad: // the signature is all that there could be
		fail(note(r.Signature.Kind, r.Signature.Standing, r.Signature.Reason))
	case r.Attested != attest.Verified:
		fail(note("attestation", r.Attested, r.Why))
	}
	if found.Want.Identity != (attest.IdentityPolicy{}) && r.Identity() == (attest.Identity{}) {
		fail("no certificate that holds has the identity")
	}
}

func note(of attest.Kind, standing attest.Standing, why string) string {
	text := string(of) + ": " + standing.String()
	if why != "" {
		text += ": " + why
	}
	return text
}

// entry is a package as one lockfile pins it.
type entry struct {
	lockfile string
	pinned   *lockfiles.Package
}

// mostEntries bounds how many lockfiles of one package are asked about.
const mostEntries = 16

// pinnedAs finds a package in the lockfiles of the working tree, each set of hashes once.
func pinnedAs(ctx context.Context, rev revision.Revision, env *environment, wanted packageurl.PackageURL) (entries []entry, err error) {
	listing, err := analysis.List(ctx, rev, env.options())
	if err != nil {
		return nil, err
	}
	for _, file := range listing.Lockfiles {
		for i := range file.Packages {
			p := &file.Packages[i]
			same := func(e entry) bool {
				return slices.Equal(e.pinned.Integrity, p.Integrity) && e.pinned.Origin == p.Origin
			}
			if p.Ecosystem == wanted.Type && isPackage(p, wanted) && !slices.ContainsFunc(entries, same) {
				entries = append(entries, entry{file.Path, p})
			}
		}
	}
	switch {
	case len(entries) > mostEntries:
		return nil, fmt.Errorf("attest: %d lockfiles pin %s with other hashes each, and %d are the most", len(entries), untrusted.Line(wanted.ToString()), mostEntries)
	case len(entries) > 0:
		return entries, nil
	case len(listing.Errors) > 0:
		e := listing.Errors[0]
		return nil, fmt.Errorf("attest: no lockfile of the working tree that could be read pins %s, and %s could not: %s", untrusted.Line(wanted.ToString()), untrusted.Line(e.Lockfile), untrusted.Line(e.Message))
	}
	return nil, fmt.Errorf("attest: no lockfile of the working tree pins %s\nhint: depreview --packages . lists what is pinned", untrusted.Line(wanted.ToString()))
}

func isPackage(p *lockfiles.Package, wanted packageurl.PackageURL) bool {
	is, err := packageurl.FromString(p.PURL())
	return err == nil && is.Type == wanted.Type && is.Namespace == wanted.Namespace && is.Name == wanted.Name && is.Version == wanted.Version
}

func parsePURL(text string) (packageurl.PackageURL, error) {
	wanted, err := packageurl.FromString(text)
	if err != nil || wanted.Version == "" {
		return wanted, fmt.Errorf("attest: %q is no package URL with a version\nhint: depreview attest pkg:npm/acme-http@1.2.3", text)
	}
	return wanted, nil
}
