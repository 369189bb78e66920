package checks

import (
	"context"
	"errors"
	"strings"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// attesting are the ecosystems whose registries keep attestations of where a
// version was built, which deps.dev verifies.
var attesting = map[string]bool{"npm": true, "pypi": true, "gem": true}

// askAttested asks deps.dev of public packages alone.
func askAttested(s Sources) attestedBy {
	return func(ctx context.Context, p *lockfiles.Package) (address, commit, verifier string, err error) {
		if !attesting[p.Ecosystem] || !s.Clients.Public(p.ID) {
			return "", "", "", nil
		}
		version := p.Version
		if p.Ecosystem == "gem" {
			version, _ = lockfiles.SplitGemVersion(version)
		}
		said, err := s.Clients.DepsDev.Version(ctx, clients.DepsDevKey{System: depsDevSystems[p.Ecosystem], Name: p.Name, Version: version})
		if clients.StateOf(err) == clients.Absent {
			return "", "", "", nil // it lags behind the registries; then the rest of the order holds
		}
		if err != nil {
			return "", "", "", err
		}
		address, commit, err = verifiedSource(said)
		return address, commit, s.Clients.DepsDev.Host(), err
	}
}

// verifiedSource is the one repository that the verified attestations of a
// version name. Of two that differ neither is believed.
func verifiedSource(said *clients.DepsDevVersion) (address, commit string, err error) {
	add := func(verified bool, repository, at string) {
		switch {
		case !verified || repository == "" || err != nil:
		case address == "":
			address, commit = repository, at
		case !sameAddress(address, repository):
			address, commit, err = "", "", errors.New("its attestations name several repositories")
		case commit != at:
			commit = ""
		}
	}
	for _, a := range said.Attestations {
		add(a.Verified, a.SourceRepository, a.Commit)
	}
	for _, a := range said.SLSAProvenances {
		add(a.Verified, a.SourceRepository, a.Commit)
	}
	return address, commit, err
}

// sameAddress tells whether two addresses are one repository, with .git or
// without.
func sameAddress(a, b string) bool {
	x, ok := parseRepository(a)
	y, also := parseRepository(b)
	return ok && also && x.host == y.host && strings.EqualFold(x.name, y.name)
}
