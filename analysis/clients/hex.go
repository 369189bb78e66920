package clients

import (
	"context"
	"time"
)

// Hex is the registry of Elixir and Erlang.
type Hex struct {
	t        *Transport
	base     string
	packages *memo[*HexPackage]
	releases *memo[*HexRelease]
}

// NewHex asks the registry that the endpoints name.
func NewHex(t *Transport, e Endpoints) *Hex {
	return &Hex{t: t, base: e.Hex, packages: newMemo[*HexPackage](keptAnswers), releases: newMemo[*HexRelease](keptAnswers)}
}

// HexPackage is a package with the times of its releases.
type HexPackage struct {
	Name      string `json:"name"`
	Downloads lax[struct {
		All  *int64 `json:"all"`
		Week *int64 `json:"week"`
	}] `json:"downloads"`
	// Meta is of the package, not of one release.
	Meta struct {
		Licenses lax[[]string]          `json:"licenses"`
		Links    lax[map[string]string] `json:"links"`
	} `json:"meta"`
	Owners lax[[]struct {
		Username string `json:"username"`
	}] `json:"owners"` // today's; empty is unknown
	Releases []struct {
		Version  string      `json:"version"`
		Inserted lax[string] `json:"inserted_at"`
	} `json:"releases"`
	Retirements lax[map[string]HexRetirement] `json:"retirements"` // by version
}

// HexRetirement is why a release should not be used any more.
type HexRetirement struct {
	Reason  string      `json:"reason"` // security, deprecated, invalid, renamed, other
	Message lax[string] `json:"message"`
}

// HexRelease is one release.
type HexRelease struct {
	Version   string      `json:"version"`
	Checksum  lax[string] `json:"checksum"` // SHA-256 of the outer tarball, hexadecimal
	Inserted  lax[string] `json:"inserted_at"`
	Publisher lax[struct {
		Username string `json:"username"`
	}] `json:"publisher"`
	Retirement lax[*HexRetirement] `json:"retirement"`
	Downloads  lax[*int64]         `json:"downloads"` // nil is unknown
	Meta       lax[struct {
		BuildTools lax[[]string] `json:"build_tools"` // mix, rebar3, make; nil is unknown
	}] `json:"meta"`
	// Requirements by application name; nil is unknown.
	Requirements lax[map[string]struct {
		Optional bool `json:"optional"`
	}] `json:"requirements"`
}

// PublishedAt is zero when the registry does not tell.
func (p *HexPackage) PublishedAt(i int) time.Time { return moment(p.Releases[i].Inserted.V) }

// PublishedAt is zero when the registry does not tell.
func (r *HexRelease) PublishedAt() time.Time { return moment(r.Inserted.V) }

// Package is a package by name.
func (h *Hex) Package(ctx context.Context, name string) (*HexPackage, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: h.base + "/api/packages/" + path, Accept: acceptJSON, Fresh: metadataFresh, Absent: saysAbsent}
	return lookup(ctx, h.t, h.packages, req, func(r *Response) (*HexPackage, error) {
		p := &HexPackage{}
		if err := decode(r.Body, p); err != nil {
			return nil, err
		}
		if p.Name != name {
			return nil, mismatch(name, p.Name)
		}
		return p, nil
	})
}

// Release is one release of a package.
func (h *Hex) Release(ctx context.Context, name, version string) (*HexRelease, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	v, err := segment(version)
	if err != nil {
		return nil, err
	}
	req := Request{URL: h.base + "/api/packages/" + path + "/releases/" + v, Accept: acceptJSON, Fresh: metadataFresh, Absent: saysAbsent}
	return lookup(ctx, h.t, h.releases, req, func(r *Response) (*HexRelease, error) {
		release := &HexRelease{}
		if err := decode(r.Body, release); err != nil {
			return nil, err
		}
		if release.Version != version {
			return nil, mismatch(version, release.Version)
		}
		return release, nil
	})
}
