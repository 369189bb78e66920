package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// imageRegistries is *clients.OCI.
type imageRegistries interface {
	Registry(name string) (host string, known bool)
	Attached(ctx context.Context, image string, digest lockfiles.Digest) (*clients.OCIAttached, error)
}

// imageVerifier is *attest.Verifier.
type imageVerifier interface {
	Image(attached []attest.Attached, want attest.Want) ([]attest.Proof, error)
}

// imageSignature looks at who signed a container image and attested how it was
// made, before and after, and holds head's against the policy of base. Without
// a policy nothing it says is good: everybody can sign.
type imageSignature struct {
	registries imageRegistries
	verifier   imageVerifier
	// keyed is the verifier of what one key signed (PEM).
	keyed func(key string) (imageVerifier, error)

	reviews sync.Map // *analysis.Review: func() *imageProject
	keys    sync.Map // PEM: func() (imageVerifier, error)
}

func newImageSignature(s Sources) analysis.Check {
	k := &imageSignature{registries: s.Clients.OCI}
	verifier := func(o attest.Options) (imageVerifier, error) {
		v, err := attest.NewVerifier(o)
		if err != nil {
			return nil, err
		}
		return v, nil
	}
	k.keyed = func(key string) (imageVerifier, error) {
		o := s.Attest
		o.PublicKey = []byte(key)
		return verifier(o)
	}
	v, err := verifier(s.Attest)
	if err != nil {
		v = noVerifier{err}
	}
	k.verifier = v
	return k
}

// noVerifier stands where the roots that were given are none.
type noVerifier struct{ err error }

func (n noVerifier) Image([]attest.Attached, attest.Want) ([]attest.Proof, error) { return nil, n.err }

func (*imageSignature) Name() string  { return "image-signature" }
func (*imageSignature) Topic() string { return "provenance" }

// imageProject is what the base revision says of images.
type imageProject struct {
	rules []policy.ImageRule
	err   error           // the policy cannot be read
	hosts map[string]bool // registries that base names
}

// project reads the base revision once a review.
func (k *imageSignature) project(review *analysis.Review) *imageProject {
	read, _ := k.reviews.LoadOrStore(review, sync.OnceValue(func() *imageProject {
		p := &imageProject{hosts: make(map[string]bool)}
		if review.BaseFiles != nil {
			p.rules, p.err = policy.Images(review.BaseFiles)
		}
		for i := range p.rules {
			for _, host := range p.rules[i].Hosts() {
				p.hosts[host] = true
			}
		}
		if review.Diff != nil {
			for _, graph := range review.Diff.Base {
				for _, one := range graph.Lockfile.Packages {
					if one.Ecosystem == "docker" {
						p.hosts[strings.ToLower(policy.ImageHost(one.Name))] = true
					}
				}
			}
		}
		return p
	}))
	return read.(func() *imageProject)()
}

// rulesOf are those that are about an image.
func (p *imageProject) rulesOf(name string) (rules []policy.ImageRule) {
	for i := range p.rules {
		if p.rules[i].Matches(name) {
			rules = append(rules, p.rules[i])
		}
	}
	return rules
}

// imageSide is what is known of who made one side of a change.
type imageSide struct {
	attest.Release
	attached []attest.Attached
	others   []string // what else is attached
	err      error    // why not all is known, or nil
}

// Run implements analysis.Check.
func (k *imageSignature) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	switch {
	case c.Package().Ecosystem != "docker":
		return analysis.Result{}, analysis.DoesNotApply("it is no container image")
	case c.Head == nil:
		return analysis.Result{}, analysis.DoesNotApply("the image is removed")
	}
	project := k.project(review)
	m := &imageMatter{change: c, head: k.side(ctx, c.Head, project)}
	m.rules = project.rulesOf(c.Head.Name)
	if c.Base != nil && len(c.Base.Integrity) > 0 {
		m.base = k.side(ctx, c.Base, project)
		if m.base.Version = "base"; c.Base.Version != c.Head.Version && c.Base.Version != "" {
			m.base.Version = c.Base.Version
		}
	}
	found := append(m.judge(), k.demanded(m)...)
	return analysis.Result{Findings: found, Evidence: m.evidence(found)}, cmp.Or(project.err, m.unknown())
}

// side asks the registry about one side, and has the answers verified.
func (k *imageSignature) side(ctx context.Context, p *lockfiles.Package, project *imageProject) *imageSide {
	host, known := k.registries.Registry(p.Name)
	s := &imageSide{Release: attest.Release{ID: p.ID, Version: p.Version, Pinned: p.Integrity, Source: host}}
	s.Signature.Kind = attest.Signature
	var proofs []attest.Proof
	switch {
	case len(p.Integrity) == 0:
		s.err = errors.New("no digest holds the image, so that no signature can be of it")
	case !known && !project.hosts[strings.ToLower(policy.ImageHost(p.Name))]:
		// The reviewed branch does not choose whom depreview calls.
		s.err = &clients.Error{Reason: clients.ReasonNotAsked, Detail: "base names no image of " + host + ", and no policy: not asked"}
	default:
		under, seen := clients.Observe(ctx)
		got, err := k.registries.Attached(under, p.Name, p.Integrity[0])
		s.err, s.Observed = err, seen.Oldest()
		if got != nil {
			s.Source, s.others = got.Source, got.Others
			for _, d := range got.Documents {
				s.attached = append(s.attached, attest.Attached{MediaType: d.MediaType, Annotations: d.Annotations, Body: d.Body})
			}
		}
		proofs, err = k.verifier.Image(s.attached, attest.Want{Digests: p.Integrity[:1]})
		k.byKeys(s, proofs, project)
		s.err = cmp.Or(s.err, err)
	}
	s.Proofs = proofs
	s.Signature = s.strongest(attest.Signature)
	made := s.strongest(attest.Provenance)
	s.Attested, s.Why = made.Standing, made.Reason
	return s
}

// byKeys puts what the keys of the policy prove in the place of claims.
func (k *imageSignature) byKeys(s *imageSide, proofs []attest.Proof, project *imageProject) {
	for _, rule := range project.rulesOf(s.ID.Name) {
		for _, signer := range rule.Signers {
			if signer.Key == "" || len(s.attached) == 0 {
				continue
			}
			verifier, err := k.verifierOf(signer.Key)
			if err != nil {
				continue // holds says so
			}
			keyed, err := verifier.Image(s.attached, attest.Want{Digests: s.Pinned[:1]})
			for i := range keyed {
				if err == nil && i < len(proofs) && proofs[i].Standing == attest.Claimed && keyed[i].Standing == attest.Verified {
					proofs[i] = keyed[i]
				}
			}
		}
	}
}

// notary is what a signature of the Notary Project is attached as.
const notary = "application/vnd.cncf.notary.signature"

// standingOrder is which of several proofs counts: what holds, whatever else
// lies beside it.
var standingOrder = map[attest.Standing]int{attest.Verified: 4, attest.Claimed: 3, attest.Unknown: 2, attest.Refused: 1}

// strongest is the best proof of a kind; without any it says why: unknown where
// not all could be asked, else absent.
func (s *imageSide) strongest(kind attest.Kind) attest.Proof {
	best := attest.Proof{Kind: kind}
	there := false
	for _, p := range s.Proofs {
		if p.Kind == kind && (!there || standingOrder[p.Standing] > standingOrder[best.Standing]) {
			best, there = p, true
		}
	}
	if there {
		return best
	}
	best.Standing = attest.Absent
	switch {
	case s.err != nil:
		best.Standing, best.Reason = attest.Unknown, analysis.Why(s.err)
	case kind == attest.Signature && slices.Contains(s.others, notary):
		best.Standing, best.Reason = attest.Unknown, "a signature of the Notary Project is there, which is not read"
	}
	return best
}

// unknown is why not all is known, or nil.
func (m *imageMatter) unknown() error {
	switch {
	case m.head.err != nil:
		return m.head.err
	case m.head.Signature.Standing == attest.Unknown:
		return errors.New("who signed " + headSide + " is not known: " + m.head.Signature.Reason)
	case m.head.Attested == attest.Unknown:
		return errors.New("the attestations of " + headSide + " are not known: " + m.head.Why)
	case m.base != nil && m.base.err != nil:
		return fmt.Errorf("who signed %s is not known: %w", baseSide, m.base.err)
	case m.base != nil && m.base.Signature.Standing == attest.Unknown:
		return errors.New("who signed " + baseSide + " is not known: " + m.base.Signature.Reason)
	case m.base != nil && m.base.Attested == attest.Unknown:
		return errors.New("the attestations of " + baseSide + " are not known: " + m.base.Why)
	}
	return nil
}
