package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/origin"
	"github.com/depreview/depreview/diff"
)

// origins is *origin.Asker: it gathers and verifies who made a release.
type origins interface {
	// Release is of one side of a change; an error is why nothing is known.
	Release(ctx context.Context, c *diff.Change, head bool) (*attest.Release, error)
	// Line is the releases before head of its major line, the newest first, by
	// the registry's metadata alone.
	Line(ctx context.Context, c *diff.Change) ([]attest.Release, error)
}

// provenance compares who made two releases. That a release says where it was
// built is context and never a pass: attackers publish from real workflows too.
type provenance struct {
	origins origins
	forge   *clients.GitHub
	// private is the error of a package of which the forge must not be told.
	private func(*diff.Change) error
	// trustErr is why nothing can be verified: the roots that were given are none.
	trustErr error
	// root is the root of trust, once something was verified by it.
	root func() attest.Root
}

func newProvenance(s Sources) *provenance {
	k := &provenance{forge: s.Clients.GitHub, private: func(c *diff.Change) error { return s.Clients.Private(c.Package().ID) }}
	v, err := attest.NewVerifier(s.Attest)
	if err != nil {
		k.trustErr = err
		return k
	}
	k.origins, k.root = origin.New(s.Clients, s.Registry, v), v.Root
	return k
}

func (*provenance) Name() string  { return "provenance" }
func (*provenance) Topic() string { return "provenance" }

func (k *provenance) Run(ctx context.Context, c *diff.Change, _ *analysis.Review) (analysis.Result, error) {
	switch {
	case c.Head == nil:
		return analysis.Result{}, analysis.DoesNotApply("the package is removed")
	case c.To() == "":
		return analysis.Result{}, analysis.DoesNotApply("the lockfile pins no version")
	case k.trustErr != nil:
		return analysis.Result{}, k.trustErr
	}
	m, err := k.gather(ctx, c)
	if err != nil {
		return analysis.Result{}, err
	}
	m.forge, err = k.askForge(ctx, m)
	if err != nil {
		err = plainly(err)
		m.forge.doubt = inWordsOf(attest.Unknown, analysis.Why(err))
	}
	findings := m.judge()
	return analysis.Result{Findings: findings, Evidence: m.evidence(findings)}, cmp.Or(m.unknown(), err)
}

// matter is what is known of who made the two releases of a change.
type matter struct {
	change     *diff.Change
	base, head *attest.Release // base is nil where there is none, or nothing is known of it
	baseErr    error
	line       []attest.Release // before head, final ones where head is final
	lineErr    error
	forge      forgeSays
	root       attest.Root // the zero Root where nothing was held against one
}

func (k *provenance) gather(ctx context.Context, c *diff.Change) (*matter, error) {
	head, err := k.origins.Release(ctx, c, true)
	if err != nil {
		return nil, err
	}
	m := &matter{change: c}
	if c.From() != "" {
		m.base, m.baseErr = k.origins.Release(ctx, c, false)
	}
	var line []attest.Release
	line, m.lineErr = k.origins.Line(ctx, c)
	for _, r := range line {
		if r.Version != c.To() && (isPrerelease(c.To()) || !isPrerelease(r.Version)) {
			m.line = append(m.line, r)
		}
	}
	m.head = m.told(head)
	if m.base != nil {
		m.base = m.told(m.base)
	}
	if k.root != nil && (proved(m.head) || m.base != nil && proved(m.base)) {
		m.root = k.root()
	}
	return m, nil
}

// told is a release of which it is said whether it lost its attestations or
// never had any: that is told by the others.
func (m *matter) told(r *attest.Release) *attest.Release {
	one := *r
	if !one.Without() {
		return &one
	}
	one.Attested = attest.NeverHad
	others := m.line
	if m.base != nil {
		others = append([]attest.Release{*m.base}, others...)
	}
	for i := range others {
		switch other := &others[i]; {
		case other.Version == one.Version:
		case other.Attests() || other.Attested == attest.Refused:
			one.Attested, one.Why = attest.Absent, r.Why // what came before it may not be known
			return &one
		case other.Attested == attest.Unknown:
			one.Attested, one.Why = attest.Absent, "whether an earlier release had one is not known"
		}
	}
	if one.Attested == attest.NeverHad && (m.lineErr != nil || m.baseErr != nil) {
		one.Attested, one.Why = attest.Absent, "whether an earlier release had one is not known"
	}
	if one.Unheard != "" {
		one.Attested, one.Why = attest.Absent, one.Unheard
	}
	return &one
}

// sameLine tells whether base is of head's major line: over its end, people
// change how they publish.
func (m *matter) sameLine() bool {
	return m.base != nil && majorOf(m.change.From()) == majorOf(m.change.To())
}

// unknown is why not all is known, or nil. Reasons are counted, so they name
// no package and no version.
func (m *matter) unknown() error {
	switch {
	case m.head.Attested == attest.Unknown:
		return errors.New("the attestations of " + headSide + " are not known: " + cmp.Or(m.head.Why, m.head.Source+" does not tell"))
	case m.head.Unheard != "":
		return errors.New("not all attestations of " + headSide + " are known: " + m.head.Unheard)
	case m.head.ID.Ecosystem == "golang" && m.head.Signature.Standing == attest.Unknown: // it has no other proof
		return errors.New("the checksum of " + headSide + " is not known to be signed: " + m.head.Signature.Reason)
	case m.baseErr != nil:
		return fmt.Errorf("who made %s is not known: %s", baseSide, analysis.Why(m.baseErr))
	case m.base != nil && m.base.Attested == attest.Unknown:
		return errors.New("the attestations of " + baseSide + " are not known: " + cmp.Or(m.base.Why, m.base.Source+" does not tell"))
	case m.lineErr != nil:
		return fmt.Errorf("how earlier releases were made is not known: %s", analysis.Why(m.lineErr))
	}
	return nil
}

// says is a finding of which the host that gave the proofs is the source.
func (m *matter) says(code string, outcome analysis.Outcome, title, detail string) analysis.Finding {
	return provenanceFinding(m.head.Source, m.head.Observed, code, outcome, title, detail)
}

func provenanceFinding(source string, observed time.Time, code string, outcome analysis.Outcome, title, detail string) analysis.Finding {
	return analysis.Finding{Code: code, Outcome: outcome, Title: releaseLine(shortHashes(title)), Detail: releaseLine(detail), Source: source, Observed: observed}
}

// judge is everything that is to be said, the heaviest families first.
func (m *matter) judge() []analysis.Finding {
	found := m.judgeRefusals()
	if len(found) == 0 { // what was refused was not lost
		found = append(found, m.judgeLosses()...)
	}
	found = append(found, m.judgeIdentity()...)
	found = append(found, m.forge.findings...)
	return append(found, m.standing(found)...)
}
