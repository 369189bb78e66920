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
	Name string `json:"name"`
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
}

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

// Pub is the registry of Dart and Flutter.
type Pub struct {
	t        *Transport
	base     string
	packages *memo[*PubPackage]
}

// NewPub asks the registry that the endpoints name.
func NewPub(t *Transport, e Endpoints) *Pub {
	return &Pub{t: t, base: e.Pub, packages: newMemo[*PubPackage](keptAnswers)}
}

// PubPackage is a package with all its versions.
type PubPackage struct {
	Name         string       `json:"name"`
	Discontinued bool         `json:"isDiscontinued"`
	ReplacedBy   lax[string]  `json:"replacedBy"`
	Versions     []PubVersion `json:"versions"`
}

// PubVersion is one version.
type PubVersion struct {
	Version   string      `json:"version"`
	Archive   lax[string] `json:"archive_url"`
	SHA256    lax[string] `json:"archive_sha256"` // hexadecimal
	Published lax[string] `json:"published"`
	Retracted bool        `json:"retracted"`
	Pubspec   lax[struct {
		Repository lax[string] `json:"repository"`
		Homepage   lax[string] `json:"homepage"`
	}] `json:"pubspec"`
}

// PublishedAt is zero when the registry does not tell.
func (v *PubVersion) PublishedAt() time.Time { return moment(v.Published.V) }

// Package is a package by name.
func (p *Pub) Package(ctx context.Context, name string) (*PubPackage, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.base + "/api/packages/" + path, Accept: "application/vnd.pub.v2+json", Fresh: metadataFresh, Absent: pubAbsent}
	return lookup(ctx, p.t, p.packages, req, func(r *Response) (*PubPackage, error) {
		found := &PubPackage{}
		if err := decode(r.Body, found); err != nil {
			return nil, err
		}
		if found.Name != name {
			return nil, mismatch(name, found.Name)
		}
		return found, nil
	})
}

// pubAbsent: the error of pub is an object with a message in it.
func pubAbsent(r *Response) bool {
	var wire struct {
		Error lax[struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		}] `json:"error"`
	}
	return decode(r.Body, &wire) == nil && (wire.Error.V.Code != "" || wire.Error.V.Message != "") || saysAbsent(r)
}
