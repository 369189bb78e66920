package attest

import "testing"

// TestWordsDiffer: no two standings may read alike, and the zero one is unknown.
func TestWordsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for s := Unknown; s <= Refused; s++ {
		if word := s.String(); word == "" || seen[word] {
			t.Errorf("standing %d reads %q, which is empty or another's", s, word)
		}
		seen[s.String()] = true
	}
	if zero := (Standing(0)).String(); zero != "unknown" {
		t.Errorf("the zero standing reads %q", zero)
	}
}

// TestIdentityIsOfWhatWasVerified: what was refused or only claimed names nobody.
func TestIdentityIsOfWhatWasVerified(t *testing.T) {
	issuer := Identity{Issuer: "https://issuer.invalid", Commit: "a"}
	r := Release{Proofs: []Proof{
		{Kind: Provenance, Standing: Refused, Identity: Identity{Issuer: "https://other.invalid"}},
		{Kind: Provenance, Standing: Claimed, Identity: Identity{Issuer: "https://other.invalid"}},
		{Kind: Publish, Standing: Verified, Identity: issuer},
	}}
	if got := r.Identity(); got != issuer {
		t.Errorf("identity %+v, want %+v", got, issuer)
	}
}
