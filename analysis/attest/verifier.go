package attest

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"github.com/depreview/depreview/lockfiles"
)

// Options say whom to trust. The zero Options trust what is embedded: Sigstore's
// public-good instance and npm's registry keys.
type Options struct {
	// TrustedRoot is a trusted_root.json of Sigstore, nil for the embedded one.
	TrustedRoot []byte
	// NPMKeys is a registry's answer to /-/npm/v1/keys, or the target keys.json
	// of Sigstore's TUF repository; nil for the embedded ones, which are npmjs's.
	NPMKeys []byte
	// Roots gives newer roots than the embedded ones; nil gives none. It is called
	// once, when a root is first needed, and not where TrustedRoot is named.
	Roots func() Roots
	// PublicKey is a key in PEM. With it, bundles must be signed by this key, and
	// a certificate does not do.
	PublicKey []byte
}

// Verifier verifies without asking anybody. It is safe for concurrent use.
type Verifier struct {
	options Options
	roots   func() roots
	// load parses the roots once, when the first bundle comes.
	load func() (*trust, error)
	// keys does the same for npm's keys, which need no root.
	keys func() (npmKeys, error)
}

// NewVerifier is cheap: the roots are parsed when they are first needed, and
// what is wrong with them is the error of Verify. A key that is none is an error
// here.
func NewVerifier(o Options) (*Verifier, error) {
	if o.PublicKey != nil {
		if _, err := parsePublicKey(o.PublicKey); err != nil {
			return nil, fmt.Errorf("reading the public key: %w", err)
		}
	}
	v := &Verifier{options: o}
	v.roots = sync.OnceValue(o.roots)
	v.keys = sync.OnceValues(func() (npmKeys, error) { return parseNPMKeys(v.roots().keys) })
	v.load = sync.OnceValues(func() (*trust, error) { return newTrust(o, v.roots(), v.keys) })
	return v, nil
}

// WithNPMKeys trusts the same root, and other keys of a registry (see
// Options.NPMKeys).
func (v *Verifier) WithNPMKeys(keys []byte) (*Verifier, error) {
	o, r := v.options, v.roots
	o.NPMKeys = keys
	other, err := NewVerifier(o)
	if err != nil {
		return nil, err
	}
	other.roots = func() roots { // what is kept is read once for all of them
		same := r()
		same.keys = keys
		return same
	}
	return other, nil
}

// Root is the root of trust, for outputs.
func (v *Verifier) Root() Root { return v.roots().root }

// Want is what a proof must be about.
type Want struct {
	// Digests are of ONE file: a subject must have an algorithm in common with
	// them (sha256, sha384 or sha512), and all in common must be equal. Values
	// are hexadecimal or base64. Without one nothing is verified.
	Digests []lockfiles.Digest
	// Name of the subject: pkg:npm/NAME@VERSION, compared as written, or the name
	// of a Python distribution file, compared parsed. "" is any.
	Name string
	// Identity is who must have signed; the zero one is nobody in particular.
	Identity IdentityPolicy
}

// IdentityPolicy is who must have signed: every field that is set must hold.
type IdentityPolicy struct {
	SAN       string // the certificate's subject alternative name, exactly
	SANRegexp string // RE2, found anywhere in it: anchor it with ^ and $
	Issuer    string // of the identity token, exactly
}

func (p IdentityPolicy) none() bool { return p == IdentityPolicy{} }

// compile is an error for an expression that is none.
func (p IdentityPolicy) compile() (*regexp.Regexp, error) {
	if p.SANRegexp == "" {
		return nil, nil
	}
	re, err := regexp.Compile(p.SANRegexp)
	if err != nil {
		return nil, fmt.Errorf("reading the expression of the identity: %w", err)
	}
	return re, nil
}

// Loose says what else than one would think the expression lets pass, or "": it
// is found anywhere in an identity, and a stranger chooses the names of his
// repositories, branches and files.
func (p IdentityPolicy) Loose() string {
	re, err := syntax.Parse(p.SANRegexp, syntax.Perl)
	if p.SANRegexp == "" || err != nil {
		return ""
	}
	parts := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		parts = re.Sub
	}
	last := parts[len(parts)-1]
	switch {
	case parts[0].Op != syntax.OpBeginText:
		return "the expression does not begin with ^, so that an identity need only contain what it matches"
	case last.Op == syntax.OpLiteral && !strings.ContainsRune("/@", last.Rune[len(last.Rune)-1]):
		return "the expression ends in the middle of a name, and without $, so that longer names pass too"
	}
	return ""
}

// refuses says why the identity is not the one that was asked for, or "".
func (p IdentityPolicy) refuses(id Identity, re *regexp.Regexp) string {
	switch {
	case p.Issuer != "" && p.Issuer != id.Issuer:
		return fmt.Sprintf("the identity was issued by %s, not by %s", quoted(id.Issuer), p.Issuer)
	case p.SAN != "" && p.SAN != id.SAN:
		return fmt.Sprintf("it was signed by %s, not by %s", quoted(id.SAN), p.SAN)
	case re != nil && !re.MatchString(id.SAN):
		return fmt.Sprintf("it was signed by %s, which the expression %s does not match", quoted(id.SAN), p.SANRegexp)
	}
	return ""
}

// Hold holds what was verified already to the policy: a proof by another
// identity becomes Refused, and so does one by a key, which names nobody, where
// no proof beside it has the identity. The zero policy changes nothing.
func (p IdentityPolicy) Hold(proofs []Proof) error {
	if p.none() {
		return nil
	}
	expression, err := p.compile()
	if err != nil {
		return err
	}
	identified := false
	for i, proof := range proofs {
		if proof.Standing != Verified || proof.Identity.Issuer == "" {
			continue
		}
		if reason := p.refuses(proof.Identity, expression); reason != "" {
			proofs[i] = refused(proof, "%s", reason)
			continue
		}
		identified = true
	}
	if !identified {
		byKeys(proofs)
	}
	return nil
}

// byKeys refuses what is verified: a key has no identity.
func byKeys(proofs []Proof) {
	for i, proof := range proofs {
		if proof.Standing == Verified {
			proofs[i] = refused(proof, "it was signed by a key, which names nobody")
		}
	}
}

const longest = 300 // of a reason, in bytes

// oneLine bounds what a library or a stranger says; the gate that makes it fit
// for a screen stands with whoever draws.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}

func quoted(s string) string {
	if s == "" {
		return "nobody"
	}
	return oneLine(s)
}

func refused(p Proof, reason string, args ...any) Proof {
	return Proof{
		Kind: p.Kind, PredicateType: p.PredicateType, Subjects: p.Subjects,
		Standing: Refused, Reason: oneLine(fmt.Sprintf(reason, args...)),
	}
}
