package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/policy"
)

// demanded holds head against every rule of the policy that is about it.
func (k *imageSignature) demanded(m *imageMatter) (found []analysis.Finding) {
	var by []string
	for i := range m.rules {
		rule := &m.rules[i]
		for _, kind := range rule.Require {
			who, why, err := k.holds(m.head, rule, kind)
			switch {
			case who != "":
				by = append(by, fmt.Sprintf("%s by %s", kind, who))
			case err != nil:
				f := m.says("image-signature-unknown", analysis.Warn, fmt.Sprintf("the policy demands a %s, and whether there is one is not known", kind), analysis.Why(err)+"; "+ruleAt(rule))
				found = append(found, f)
			default:
				f := m.says("image-unsigned-by-policy", analysis.Fail, fmt.Sprintf("no %s is by whom the policy names", kind), strings.TrimPrefix(why+"; "+ruleAt(rule), "; "))
				f.Fix = "do not run it before you know who made it; or change [[images]] of " + policy.File
				found = append(found, f)
			}
		}
	}
	if len(m.rules) > 0 && len(found) == 0 {
		slices.Sort(by)
		found = append(found, m.says("image-signed-by-policy", analysis.Pass, "made by whom the policy names", strings.Join(slices.Compact(by), "; ")))
	}
	return found
}

func ruleAt(rule *policy.ImageRule) string {
	if rule.Line > 0 {
		return fmt.Sprintf("%s:%d at base", policy.File, rule.Line)
	}
	return policy.File + " at base"
}

// holds names the signer of the rule who made a proof of that kind; else why
// there is none, or the error because of which that is not known.
func (k *imageSignature) holds(s *imageSide, rule *policy.ImageRule, kind attest.Kind) (who, why string, err error) {
	if len(s.Pinned) == 0 {
		return "", "no digest holds the image, so that none can be of it", nil
	}
	for _, signer := range rule.Signers {
		proofs := s.Proofs
		if signer.Key != "" {
			verifier, keyErr := k.verifierOf(signer.Key)
			if keyErr == nil {
				proofs, keyErr = verifier.Image(s.attached, attest.Want{Digests: s.Pinned[:1]})
			}
			if keyErr != nil {
				err = cmp.Or(err, keyErr)
				continue
			}
		}
		for i := range proofs {
			p := &proofs[i]
			if p.Kind != kind {
				continue
			}
			switch {
			case signer.Key != "" && p.Standing == attest.Verified && p.Identity.Key != "":
				return "the key " + p.Identity.Key, "", nil
			case signer.Key != "":
				why = cmp.Or(why, p.Reason)
			default:
				reason := signer.Refuses(p)
				if reason == "" {
					return p.Identity.SAN, "", nil
				}
				if p.Standing != attest.Verified {
					reason = cmp.Or(p.Reason, reason)
				}
				why = cmp.Or(why, reason)
			}
			if p.Standing == attest.Unknown {
				err = cmp.Or(err, error(unknownProof(p.Reason)))
			}
		}
	}
	if why == "" && s.err == nil {
		why = fmt.Sprintf("no %s of cosign's is attached", kind)
	}
	return "", why, cmp.Or(s.err, err)
}

// unknownProof is the reason of a proof that may be the one.
type unknownProof string

func (u unknownProof) Error() string { return string(u) }

// verifierOf makes one verifier a key, which parses the roots once.
func (k *imageSignature) verifierOf(key string) (imageVerifier, error) {
	made, _ := k.keys.LoadOrStore(key, sync.OnceValues(func() (imageVerifier, error) { return k.keyed(key) }))
	return made.(func() (imageVerifier, error))()
}
