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
	var pinned []lockfiles.Digest
	for _, d := range s.pinned.Integrity {
		if d.Algorithm == "h1" {
			pinned = append(pinned, d)
		}
	}
	lines, err := a.clients.SumDB.Lookup(ctx, s.pinned.Name, s.pinned.Version)
	if err != nil {
		// An answer that does not verify speaks against the database or who
		// stands between, and not of the module.
		signed(r, attest.Unknown, clients.Why(err))
		return
	}
	if len(pinned) == 0 {
		signed(r, attest.Claimed, "it is in "+host+", and go.sum pins no hash of it")
		return
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != s.pinned.Name || fields[1] != s.pinned.Version {
			continue
		}
		stated, ok := lockfiles.ParseDigest(fields[2])
		for _, d := range pinned {
			if ok && d == stated {
				r.Signature = attest.Proof{
					Kind: attest.RegistrySignature, Standing: attest.Verified, Log: host, Identity: attest.Identity{Key: keyName(a.clients.Endpoints.SumDBKey)},
					Subjects: []attest.Subject{{Name: s.pinned.Name + "@" + s.pinned.Version, Digest: []lockfiles.Digest{stated}}},
				}
				return
			}
		}
	}
	signed(r, attest.Refused, host+" has signed another hash than go.sum pins")
}

// keyName is the name in a key of golang.org/x/mod/sumdb/note: name+hash+key.
func keyName(key string) string {
	name, _, _ := strings.Cut(key, "+")
	return name
}
