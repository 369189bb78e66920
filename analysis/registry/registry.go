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

// Package is what a registry says of one package. Many checks share one, and
// nobody changes it.
type Package struct {
	ID       lockfiles.ID
	Source   string    // the host that answered
	Observed time.Time // when it did
	// Releases is every one that the registry lists, the earliest publication
	// first; those without a time come last, in the registry's order.
	Releases []Release `json:",omitzero"`
	// Maintainers may publish today; nil is not known.
	Maintainers []string `json:",omitzero"`
	// Status is what the registry says of the package as a whole: archived,
	// quarantined, deprecated, abandoned, removed; "" is nothing said.
	Status, StatusReason string `json:",omitzero"`
	// Repository is where the registry says that the source is: a claim.
	Repository string `json:",omitzero"`
	// Weekly is how often it was downloaded in the last week; nil is not known.
	Weekly *int64 `json:",omitzero"`
	// Incomplete is why something is left out here that the registry may well
	// know: one of several questions had no answer. A check that needed it gives
	// this error beside what it found.
	Incomplete error `json:"-"`
}

// Release is one version. The zero value of each field is not known.
type Release struct {
	Version   string
	Published time.Time `json:",omitzero"`
	// Committed is the time of the commit, which its author chose: a claim, and
	// not when the version was published. Go modules have no other.
	Committed time.Time `json:",omitzero"`
	// Withdrawn: yanked, unlisted, retracted, retired or removed; Reason is the
	// maintainer's word. At is when, which few registries tell.
	Withdrawn       lockfiles.Tri `json:",omitzero"`
	WithdrawnReason string        `json:",omitzero"`
	WithdrawnAt     time.Time     `json:",omitzero"`
	// Deprecated is the message that it should not be used; "" where none is
	// known.
	Deprecated string `json:",omitzero"`
	// Detail is there for the versions that were asked for, and for those before
	// them where the registry tells it of all at once.
	Detail *Detail `json:",omitzero"`
}

// Detail is what only matters of the releases that a change compares.
type Detail struct {
	// Publisher is who published it: the account, as the registry names it.
	Publisher string `json:",omitzero"`
	// Trusted is the service that published without a secret, by trusted
	// publishing ("github"), as the registry states it; "" is not known or not so.
	Trusted string `json:",omitzero"`
	// TrustedRepository is where that service found the workflow that published,
	// as the registry states it: an address, or "".
	TrustedRepository string `json:",omitzero"`
	// Approver approved a staged release.
	Approver string `json:",omitzero"`
	// Maintainers could publish at the time; nil is not known.
	Maintainers []string `json:",omitzero"`
	// License is an SPDX expression, or what was written in its place.
	License string `json:",omitzero"`
	// Size is of the archive as installed (unpacked) in bytes, Files how many
	// there are; 0 is not known. Packed tells that Size is of the archive itself.
	Size, Files int64  `json:",omitzero"`
	Packed      bool   `json:",omitzero"`
	Downloads   *int64 `json:",omitzero"` // of this release, all time
	// Repository and Commit are the source of this release, as claimed.
	Repository, Directory, Commit string `json:",omitzero"`
	// Digests are the hashes of the archive as the registry states them.
	Digests []lockfiles.Digest `json:",omitzero"`
	// Attested tells whether the registry says that it holds attestations, and
	// AttestedAs the predicate type of the provenance among them, where it does.
	Attested   lockfiles.Tri `json:",omitzero"`
	AttestedAs string        `json:",omitzero"`
	// Signatures are the registry's own over the release, as it lists them.
	Signatures []Signature `json:",omitzero"`
	// Scripts is what installing runs, by hook, and nil when that is not known;
	// empty means that the metadata names nothing.
	Scripts map[string]string `json:",omitzero"`
	// ScriptsLimit says what the metadata cannot tell of it, or "". It may be
	// why a check ends unknown, so it names nothing in particular; ScriptsHint
	// does, of what the metadata lets one suppose.
	ScriptsLimit string `json:",omitzero"`
	ScriptsHint  string `json:",omitzero"`
	// Requires are the names of what it depends on at run time; nil is not known.
	Requires []string `json:",omitzero"`
}

// Signature is a registry's, by the id of its key; Sig is base64.
type Signature struct{ KeyID, Sig string }

// Find is the release of that version, or nil. A version is found in another
// spelling than the registry's too: 1.0 is 1.0.0 to PyPI.
func (p *Package) Find(version string) *Release {
	if version == "" {
		return nil
	}
	for i := range p.Releases {
		if p.Releases[i].Version == version {
			return &p.Releases[i]
		}
	}
	spell := spellings[p.ID.Ecosystem]
	if spell == nil {
		return nil
	}
	version = spell(version)
	for i := range p.Releases {
		if spell(p.Releases[i].Version) == version {
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
	// what cannot be asked there. Observed may be left to the caller, who takes
	// the oldest answer that was used.
	Package(ctx context.Context, name string, versions []string) (*Package, error)
}

// addressed is an Adapter whose answers are kept on disk in short: Address is
// the service that is asked about a package, which tells one kept answer from
// another.
type addressed interface {
	Address(name string) string
}
