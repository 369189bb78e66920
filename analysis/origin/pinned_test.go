package origin

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// TestPinned: an entry without attestations lost them, or never had any; where
// the releases before it are not known, neither is said.
func TestPinned(t *testing.T) {
	public := endpoints
	public.NPM = clients.DefaultEndpoints().NPM
	host := strings.TrimPrefix(public.NPM, "https://")
	for name, c := range map[string]struct {
		first, second string
		want          attest.Standing
		why           string
	}{
		"it has":    {goodSig, goodSig + attestations, attest.Verified, ""},
		"never had": {goodSig, goodSig, attest.NeverHad, ""},
		"had":       {goodSig + attestations, goodSig, attest.Absent, "version 1.0.0 had one"},
	} {
		bodies := map[string]string{host + "/acme-http": packument(c.first, c.second), host + npmAt: `{"attestations":["good"]}`}
		a, _ := asking(t, &verifier{keys: "SHA256:known"}, public, bodies)
		r, err := a.Pinned(t.Context(), "package-lock.json", pinned("npm", "acme-http", "1.1.0", sha512))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Attested != c.want || c.why != "" && r.Why != c.why {
			t.Errorf("%s: %s %q", name, r.Attested, r.Why)
		}
	}
	a, _ := asking(t, &verifier{}, public, nil)
	if r, err := a.Pinned(t.Context(), "package-lock.json", pinned("npm", "acme-http", "1.1.0", sha512)); err == nil {
		t.Errorf("nobody answers, and it is %s", r.Attested)
	}
}
