package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/clients/settings"
	"github.com/depreview/depreview/analysis/origin"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// ofPackage verifies what the registry has of a package that a lockfile pins,
// against the hashes that it pins.
func (c *attestCmd) ofPackage(env *environment) error {
	if len(c.Digest) > 0 || c.Key != "" || c.Name != "" {
		return errors.New("attest: the lockfile says what a package must be, so that it takes no --digest, --name and --key\nhint: depreview attest pkg:npm/NAME@VERSION")
	}
	if env.cli.Record != "" {
		return errors.New("attest: what is recorded is a review\nhint: depreview check --record DIR asks for the same and more")
	}
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
	rev, err := repo.Revision(ctx, cmp.Or(string(c.Rev), "."))
	if err != nil {
		return err
	}
	pinned, err := c.pinned(ctx, env, rev)
	if err != nil {
		return err
	}
	options := attest.Options{Roots: keptRoots}
	if env.cli.Replay != "" {
		options.Roots = nil // what was recorded gives the same on every machine
	}
	if options.TrustedRoot, err = named("--trusted-root", string(c.TrustedRoot)); err != nil {
		return err
	}
	verifier, err := attest.NewVerifier(options)
	if err != nil {
		return err
	}
	base, err := settingsOf(ctx, repo)
	if err != nil {
		return err
	}
	services, err := env.connect(ctx, base)
	if err != nil {
		return err
	}
	found := &report.Attestation{
		Document: pinned.purl, Root: verifier.Root(), Now: time.Now(),
		Want: attest.Want{Digests: pinned.pkg.Integrity, Identity: c.identity()},
	}
	found.Entry = &report.AttestedEntry{Lockfiles: pinned.lockfiles, Revision: rev.Name(), Signed: pinned.pkg.Ecosystem == "golang"}
	release, err := origin.New(services, registry.New(services), verifier).Pinned(ctx, pinned.lockfiles[0], pinned.pkg)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		found.Entry.Why = analysis.Why(err)
		return c.tell(env, found)
	}
	if err := hold(found, release); err != nil {
		return err
	}
	return c.tell(env, found)
}

// hold puts what is known of a release into the report, held to the identity
// that was asked for.
func hold(found *report.Attestation, r *attest.Release) error {
	e := found.Entry
	e.Source, e.Observed, e.Attested, e.Why, e.Signature, found.Proofs = r.Source, r.Observed, r.Attested, r.Why, r.Signature, r.Proofs
	if found.Anybody() {
		return nil
	}
	// A checksum database and a registry's key name nobody.
	e.Signed = false
	if err := found.Want.Identity.Hold(found.Proofs); err != nil {
		return fmt.Errorf("attest: %w", err)
	}
	for _, p := range found.Proofs {
		if p.Standing == attest.Refused && e.Attested == attest.Verified {
			e.Attested, e.Why = attest.Refused, p.Reason
		}
	}
	return nil
}

// pin is an entry of one or more lockfiles that pin it in the same way.
type pin struct {
	purl      string
	pkg       *lockfiles.Package
	lockfiles []string
}

// pinned finds the package. What cannot be read could pin it otherwise, and is
// told.
func (c *attestCmd) pinned(ctx context.Context, env *environment, rev revision.Revision) (*pin, error) {
	wanted, err := packageURL(c.Bundle)
	if err != nil {
		return nil, err
	}
	listing, err := analysis.List(ctx, rev, env.options())
	if err != nil {
		return nil, err
	}
	for _, e := range listing.Errors {
		fmt.Fprintf(env.stderr, "depreview: %s could not be read, and what it pins is not looked at\nhint: depreview --packages %s says why\n", untrusted.Line(e.Lockfile), untrusted.Line(cmp.Or(string(c.Rev), ".")))
	}
	var found []pin
	for i := range listing.Lockfiles {
		file := &listing.Lockfiles[i]
		if c.Lockfile != "" && file.Path != string(c.Lockfile) {
			continue
		}
		for j := range file.Packages {
			p := &file.Packages[j]
			if purl, err := packageURL(p.PURL()); err == nil && purl == wanted {
				found = add(found, pin{purl, p, []string{file.Path}})
			}
		}
	}
	switch {
	case len(found) == 1:
		return &found[0], nil
	case len(found) == 0:
		return nil, fmt.Errorf("attest: no lockfile pins %s (%s)\nhint: depreview --packages %s lists what they pin", wanted, rev.Name(), cmp.Or(string(c.Rev), "."))
	}
	var files []string
	for _, p := range found {
		files = append(files, p.lockfiles...)
	}
	return nil, fmt.Errorf("attest: %s is pinned in different ways by %s\nhint: name one with --lockfile PATH", wanted, strings.Join(files, " and by "))
}

// add joins what is pinned by the same hashes and from the same place.
func add(found []pin, one pin) []pin {
	for i := range found {
		same := &found[i]
		if !slices.Equal(same.pkg.Integrity, one.pkg.Integrity) || same.pkg.Origin != one.pkg.Origin {
			continue
		}
		if !slices.Contains(same.lockfiles, one.lockfiles[0]) {
			same.lockfiles = append(same.lockfiles, one.lockfiles...)
		}
		return found
	}
	return append(found, one)
}

// packageURL is a package-url in its normal form, without what says where from.
func packageURL(text string) (string, error) {
	p, err := packageurl.FromString(text)
	if err != nil {
		return "", fmt.Errorf("attest: %s is no package-url: %w\nhint: pkg:npm/NAME@VERSION", text, err)
	}
	if p.Version == "" {
		return "", fmt.Errorf("attest: %s names no version\nhint: %s@VERSION", text, text)
	}
	p.Qualifiers = nil
	return p.ToString(), nil
}

// settingsOf is the revision whose settings say whom to ask: the merge base with
// the default branch, as in a review, for what is on a branch may send the
// question to somebody of its own. Where there is no such base nobody is asked.
func settingsOf(ctx context.Context, repo revision.Repository) (revision.Revision, error) {
	base, _, err := repo.Range(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("attest: whom to ask is said by the merge base with the default branch: %w", err)
	}
	return base, nil
}

// connect gives the clients alone, with the person's settings and those of the
// project at base.
func (env *environment) connect(ctx context.Context, base revision.Revision) (*clients.Clients, error) {
	project := settings.ReadProject(ctx, base, base.Name())
	if env.cli.Replay != "" {
		recordings, err := replay.New(os.DirFS(env.cli.Replay))
		if err != nil {
			return nil, err
		}
		transport, err := clients.NewTransport(recordings.Options())
		if err != nil {
			return nil, err
		}
		nobody := &settings.Person{Endpoints: recordings.Endpoints(), Closed: recordings.Closed()}
		return clients.With(transport, nobody.For(project)), nil
	}
	trace, err := openTrace(ctx, env.cli.Trace)
	if err != nil {
		return nil, err
	}
	person, err := settings.Read(settings.ThisWorld(), env.config.own())
	if err != nil {
		return nil, err
	}
	a := &asking{notices: person.Notices}
	transport, err := env.transport(person, trace, a)
	if err != nil {
		return nil, err
	}
	for _, n := range a.notices {
		fmt.Fprintf(env.stderr, "depreview: %s\n", n)
	}
	return clients.With(transport, person.For(project)), nil
}
