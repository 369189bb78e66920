// Package registry asks the registry of a package what it says of the package
// and of its releases, and brings the answer of every ecosystem into one shape,
// so that a check is written once for all of them: one file an ecosystem.
//
// It stands above analysis/clients, which speak to the services, and below
// analysis/checks, which judge. What a registry leaves out stays unknown here.
package registry

import (
	"context"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// Package is what a registry says of one package.
type Package struct {
	ID       lockfiles.ID
	Source   string    // the host that answered
	Observed time.Time // when it did
	// Releases is every one that the registry lists, the earliest publication
	// first; those without a time come last, in the registry's order.
	Releases []Release
	// Maintainers may publish today; nil is not known.
	Maintainers []string
	// Status is what the registry says of the package as a whole: archived,
	// quarantined, deprecated, abandoned; "" is nothing said.
	Status, StatusReason string
	// Repository is where the registry says that the source is: a claim.
	Repository string
	// Weekly is how often it was downloaded in the last week; nil is not known.
	Weekly *int64
}

// Release is one version. The zero value of each field is not known.
type Release struct {
	Version   string
	Published time.Time
	// Withdrawn: yanked, unlisted, retracted, retired or removed; Reason is the
	// maintainer's word.
	Withdrawn       lockfiles.Tri
	WithdrawnReason string
	WithdrawnAt     time.Time
	// Deprecated is the message that it should not be used; "" where none is
	// known.
	Deprecated string
	// Detail is there for the versions that were asked for.
	Detail *Detail
}

// Detail is what only matters of the releases that a change compares.
type Detail struct {
	// Publisher is who published it: the account, as the registry names it.
	Publisher string
	// Trusted is the service that published without a secret, by trusted
	// publishing ("github"), as the registry states it; "" is not known or not so.
	Trusted string
	// Approver approved a staged release.
	Approver string
	// Maintainers could publish at the time; nil is not known.
	Maintainers []string
	// License is an SPDX expression, or what was written in its place.
	License string
	// Size is of the archive as installed (unpacked) in bytes, Files how many
	// there are; 0 is not known. Packed tells that Size is of the archive itself.
	Size, Files int64
	Packed      bool
	Downloads   *int64 // of this release, all time
	// Repository and Commit are the source of this release, as claimed.
	Repository, Directory, Commit string
	// Digests are the hashes of the archive as the registry states them.
	Digests []lockfiles.Digest
	// Attested tells whether the registry says that it holds attestations.
	Attested lockfiles.Tri
	// Scripts is what installing runs, by hook, and nil when that is not known;
	// empty means that the metadata names nothing.
	Scripts map[string]string
	// ScriptsLimit says what the metadata cannot tell of it, or "".
	ScriptsLimit string
	// Requires are the names of what it depends on at run time; nil is not known.
	Requires []string
}

// Find is the release of that version, or nil.
func (p *Package) Find(version string) *Release {
	for i := range p.Releases {
		if p.Releases[i].Version == version {
			return &p.Releases[i]
		}
	}
	return nil
}

// Adapter asks the registry of one ecosystem.
type Adapter interface {
	// Ecosystems are the package-url types that it answers for.
	Ecosystems() []string
	// Package gives what the registry says, with a Detail for each of the
	// versions that it has. A version that the registry does not list is no
	// error. Errors are those of analysis/clients, and analysis.Unsupported for
	// what cannot be asked there.
	Package(ctx context.Context, name string, versions []string) (*Package, error)
}
