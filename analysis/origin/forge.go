package origin

import (
	"context"
	"strings"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// forgeMost is how many pinned hashes the forge is asked about: it answers sixty
// questions an hour to who has no token.
const forgeMost = 2

// forge asks GitHub for attestations of the pinned bytes, where the registry has
// none of its own. The repository is the one that the metadata claims; what
// verifies names its own. That the forge has none leaves the standing as it is.
func (a *Asker) forge(ctx context.Context, s *side, r *attest.Release) {
	repo, ok := a.repository(r.Repository)
	if !ok || !a.clients.Public(s.pinned.ID) {
		return
	}
	var hashes []lockfiles.Digest
	for _, d := range strong(s.pinned.Integrity) {
		if d.Algorithm == "sha256" {
			hashes = append(hashes, d)
		}
	}
	if len(hashes) == 0 || len(hashes) > forgeMost {
		return
	}
	var proofs []attest.Proof
	found := 0
	for _, d := range hashes {
		document, err := a.clients.GitHub.Attestations(ctx, repo, hexOf(d))
		if clients.StateOf(err) == clients.Absent {
			continue
		}
		if err != nil {
			// The registry's own word stands: to lose it here would be to hide
			// that an attestation is gone whenever the forge is out of reach.
			r.Unheard = oneLine("whether the forge has attestations is not known: " + clients.Why(err))
			r.Why = oneLine(strings.TrimPrefix(r.Why+"; "+r.Unheard, "; "))
			break
		}
		of := verify(a.verifier, document, []lockfiles.Digest{d}, "")
		if len(of) > 0 {
			found++
		}
		proofs = append(proofs, of...)
	}
	if found == 0 {
		return
	}
	r.Proofs = append(proofs, r.Proofs...)
	s.judgeForge(r, proofs, found == len(hashes))
}

// judgeForge: attestations of the forge replace a claim of the registry. All
// pinned files must have them: any of them may be the one that is installed.
func (s *side) judgeForge(r *attest.Release, proofs []attest.Proof, all bool) {
	standing, why := whole(proofs)
	if standing == attest.Verified && !all {
		return
	}
	r.Attested, r.Why = standing, why
}

// repository is owner/name of an address at the forge that is asked.
func (a *Asker) repository(address string) (string, bool) {
	rest, ok := strings.CutPrefix(address, a.clients.GitHub.Web()+"/")
	if !ok {
		return "", false
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return "", false
	}
	return parts[0] + "/" + strings.TrimSuffix(parts[1], ".git"), true
}
