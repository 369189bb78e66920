package attest

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// AboutOthers tells that a proof was refused because it is about other bytes:
// it lists subjects with hashes of an algorithm that is pinned, and none of
// them is the pinned one.
func (r *Release) AboutOthers(p *Proof) bool {
	if p.Standing != Refused {
		return false
	}
	others := false
	for _, s := range p.Subjects {
		for _, d := range s.Digest {
			for _, pinned := range r.Pinned {
				if d.Algorithm != pinned.Algorithm {
					continue
				}
				if bareDigest(d) == bareDigest(pinned) {
					return false
				}
				others = true
			}
		}
	}
	return others
}

// bareDigest is a hash without its encoding: statements write hexadecimal,
// lockfiles base64.
func bareDigest(d lockfiles.Digest) string {
	if raw, err := hex.DecodeString(d.Value); err == nil {
		return string(raw)
	}
	if raw, err := base64.StdEncoding.DecodeString(d.Value); err == nil {
		return string(raw)
	}
	return strings.ToLower(d.Value)
}
