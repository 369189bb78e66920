package clients

import (
	"context"
	"errors"
	"time"
)

// RubyGems is the gem registry.
type RubyGems struct {
	t        *Transport
	base     string
	versions *memo[[]GemVersion]
	owners   *memo[[]GemOwner]
	proofs   *memo[[]byte]
}

// NewRubyGems asks the registry that the endpoints name.
func NewRubyGems(t *Transport, e Endpoints) *RubyGems {
	return &RubyGems{t: t, base: e.RubyGems, versions: newMemo[[]GemVersion](keptAnswers), owners: newMemo[[]GemOwner](keptAnswers),
		proofs: newMemo[[]byte](keptAnswers)}
}

// GemVersion is one version for one platform.
type GemVersion struct {
	Number     string                 `json:"number"`
	Platform   string                 `json:"platform"` // "ruby" where it is for all
	Created    lax[string]            `json:"created_at"`
	SHA        lax[string]            `json:"sha"` // SHA-256 of the .gem, hexadecimal
	Licenses   lax[[]string]          `json:"licenses"`
	Prerelease bool                   `json:"prerelease"`
	Downloads  lax[int64]             `json:"downloads_count"`
	Metadata   lax[map[string]string] `json:"metadata"`
}

// PublishedAt is zero when the registry does not tell.
func (v *GemVersion) PublishedAt() time.Time { return moment(v.Created.V) }

// GemOwner is a person who may publish a gem today.
type GemOwner struct {
	Handle lax[string] `json:"handle"`
	Role   lax[string] `json:"role"`
}

// Versions are those that are not yanked, newest first.
func (g *RubyGems) Versions(ctx context.Context, name string) ([]GemVersion, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: g.base + "/api/v1/versions/" + path + ".json", Accept: acceptJSON, Fresh: metadataFresh, Absent: plainAbsent}
	return lookup(ctx, g.t, g.versions, req, func(r *Response) (versions []GemVersion, err error) {
		if err := decode(r.Body, &versions); err != nil {
			return nil, err
		}
		for _, v := range versions {
			if v.Number == "" {
				return nil, errors.New("a version has no number")
			}
		}
		return versions, nil
	})
}

// Owners are the people who may publish a gem today.
func (g *RubyGems) Owners(ctx context.Context, name string) ([]GemOwner, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: g.base + "/api/v1/gems/" + path + "/owners.json", Accept: acceptJSON, Fresh: time.Hour, Absent: plainAbsent}
	return lookup(ctx, g.t, g.owners, req, func(r *Response) (owners []GemOwner, err error) {
		return owners, decode(r.Body, &owners)
	})
}
