package attest

import (
	"errors"
	"fmt"
	"regexp"
)

// Signer is one who may have signed: an identity and its issuer, or a key.
type Signer struct {
	Identity     IdentityPolicy
	IssuerRegexp string // RE2, found anywhere; in place of Identity.Issuer
	Key          string // one public key in PEM; then the rest is empty
}

// Check says what is wrong with a Signer: an expression that is none, a key
// that is none, or one that names nobody.
func (s Signer) Check() error {
	names := s.Identity.SAN != "" || s.Identity.SANRegexp != ""
	issued := s.Identity.Issuer != "" || s.IssuerRegexp != ""
	switch {
	case s.Key != "" && (names || issued):
		return errors.New("a key names nobody, so that it takes no identity and no issuer")
	case s.Key != "":
		if _, err := parsePublicKey([]byte(s.Key)); err != nil {
			return fmt.Errorf("reading the public key: %w", err)
		}
		return nil
	case !names || !issued:
		return errors.New("nobody is named: it takes an identity and its issuer, or a key")
	case s.Identity.SAN != "" && s.Identity.SANRegexp != "", s.Identity.Issuer != "" && s.IssuerRegexp != "":
		return errors.New("the same is named twice, exactly and as an expression")
	}
	if _, err := s.Identity.compile(); err != nil {
		return err
	}
	if _, err := regexp.Compile(s.IssuerRegexp); err != nil {
		return fmt.Errorf("reading the expression of the issuer: %w", err)
	}
	return nil
}

// Refuses says why a verified proof is not this signer's, or "". One with a Key
// is told by who verified with that key, and refuses here.
func (s Signer) Refuses(p *Proof) string {
	switch {
	case p.Standing != Verified:
		return "it is " + p.Standing.String()
	case s.Key != "", p.Identity.Issuer == "":
		return "it was signed by a key"
	}
	san, err := s.Identity.compile()
	if err != nil {
		return oneLine(err.Error())
	}
	if reason := s.Identity.refuses(p.Identity, san); reason != "" {
		return reason
	}
	if s.IssuerRegexp != "" {
		issuer, err := regexp.Compile(s.IssuerRegexp)
		if err != nil {
			return oneLine(err.Error())
		}
		if !issuer.MatchString(p.Identity.Issuer) {
			return fmt.Sprintf("the identity was issued by %s, which the expression %s does not match", quoted(p.Identity.Issuer), s.IssuerRegexp)
		}
	}
	return ""
}
