package origin

import (
	"context"
	"net/url"
	"strings"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

const noGoAttestations = "module proxies keep no attestations"

// golang: the checksum database is the one signature of a module. The client
// verifies the tree head and that the record is in the tree; here its hash is
// held against the one that is pinned.
func (a *Asker) golang(ctx context.Context, s *side, r *attest.Release) {
	r.Attested = attest.NeverHad
	r.Why = noGoAttestations
	host := "the checksum database"
	if u, err := url.Parse(a.clients.Endpoints.SumDB); err == nil && u.Host != "" {
		host = u.Host
	}
	if r.Source == "" {
		r.Source = host
	}
	lines, err := a.clients.SumDB.Lookup(ctx, s.pinned.Name, s.pinned.Version)
	if err != nil {
		// An answer that does not verify speaks against the database or who
		// stands between, and not of the module.
		signed(r, attest.Unknown, clients.Why(err))
		return
	}
	var content lockfiles.Digest
	for _, line := range lines {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == s.pinned.Name && fields[1] == s.pinned.Version {
			content, _ = lockfiles.ParseDigest(fields[2])
		}
	}
	held := false
	for _, d := range s.pinned.Integrity {
		// Of several lines the go command may be content with the one that fits, so
		// that each must be what was signed.
		if d.Algorithm == "h1" && (d != content || d.Value == "") {
			signed(r, attest.Refused, host+" has signed another hash than go.sum pins")
			return
		}
		held = held || d.Algorithm == "h1"
	}
	if !held {
		signed(r, attest.Claimed, "it is in "+host+", and go.sum pins no hash of it")
		return
	}
	r.Signature = attest.Proof{
		Kind: attest.RegistrySignature, Standing: attest.Verified, Log: host, Identity: attest.Identity{Key: keyName(a.clients.Endpoints.SumDBKey)},
		Subjects: []attest.Subject{{Name: s.pinned.Name + "@" + s.pinned.Version, Digest: []lockfiles.Digest{content}}},
	}
}

// keyName is the name in a key of golang.org/x/mod/sumdb/note: name+hash+key.
func keyName(key string) string {
	name, _, _ := strings.Cut(key, "+")
	return name
}
