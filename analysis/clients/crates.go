package clients

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"
)

// Crates is crates.io: the sparse index, which is the truth, and the API,
// which knows who published but answers once a second.
type Crates struct {
	t        *Transport
	index    string
	api      string
	crates   *memo[[]CrateVersion]
	releases *memo[[]CrateRelease]
	owners   *memo[[]CrateOwner]
}

// NewCrates asks the two services that the endpoints name.
func NewCrates(t *Transport, e Endpoints) *Crates {
	return &Crates{t: t, index: e.CratesIndex, api: e.CratesAPI,
		crates: newMemo[[]CrateVersion](keptAnswers), releases: newMemo[[]CrateRelease](keptAnswers), owners: newMemo[[]CrateOwner](keptAnswers)}
}

// CrateVersion is one line of the index. Nothing but Yanked ever changes.
type CrateVersion struct {
	Name         string      `json:"name"`
	Version      string      `json:"vers"`
	Checksum     string      `json:"cksum"` // SHA-256 of the .crate, hexadecimal
	Yanked       bool        `json:"yanked"`
	Links        string      `json:"links"` // the native library, so that there is a build script
	RustVersion  lax[string] `json:"rust_version"`
	Published    lax[string] `json:"pubtime"`
	Dependencies []CrateDep  `json:"deps"`
}

// CrateDep is a dependency of a crate.
type CrateDep struct {
	Name     string      `json:"name"`
	Req      string      `json:"req"`
	Kind     lax[string] `json:"kind"` // normal, build, dev
	Optional bool        `json:"optional"`
	Package  lax[string] `json:"package"` // the real name, when Name is another
}

// PublishedAt is zero when the index does not tell, as for older versions.
func (v *CrateVersion) PublishedAt() time.Time { return moment(v.Published.V) }

// crateAbsent: the index says with each of 404, 410 and 451 that there is no
// such crate.
func crateAbsent(r *Response) bool {
	return plainAbsent(r) || bytes.Contains(r.Body, []byte("<Error>"))
}

// Index lists the versions of a crate, in the order of the index.
func (c *Crates) Index(ctx context.Context, name string) ([]CrateVersion, error) {
	path, err := cratePath(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: c.index + "/" + path, Accept: "text/plain, */*", Fresh: metadataFresh, Absent: crateAbsent}
	return lookup(ctx, c.t, c.crates, req, func(r *Response) (versions []CrateVersion, err error) {
		for line := range bytes.Lines(r.Body) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			var v CrateVersion
			if err := decode(line, &v); err != nil {
				return nil, err
			}
			if !strings.EqualFold(v.Name, name) {
				return nil, mismatch(name, v.Name)
			}
			versions = append(versions, v)
		}
		if versions == nil {
			return nil, errors.New("the index has no line")
		}
		return versions, nil
	})
}

// cratePath is where the index has a crate: 1/a, 2/ab, 3/a/abc, ab/cd/abcd.
func cratePath(name string) (string, error) {
	lower := strings.ToLower(name)
	if len(lower) < 4 {
		prefix := []string{"", "1", "2", "3"}[len(lower)]
		if len(lower) == 3 {
			return segment(prefix, lower[:1], lower)
		}
		return segment(prefix, lower)
	}
	return segment(lower[:2], lower[2:4], lower)
}

// CrateRelease is what the API knows of a version beyond the index.
type CrateRelease struct {
	Version      string      `json:"num"`
	CreatedAt    lax[string] `json:"created_at"`
	Yanked       bool        `json:"yanked"`
	YankMessage  lax[string] `json:"yank_message"`
	License      lax[string] `json:"license"`
	Checksum     string      `json:"checksum"`
	Size         lax[int64]  `json:"crate_size"`
	Downloads    lax[int64]  `json:"downloads"`
	Repository   lax[string] `json:"repository"`
	PublishedBy  *CrateOwner `json:"published_by"` // nil for old ones, and for trusted publishing
	TrustedBy    *CrateTrust `json:"trustpub_data"`
	AuditActions []struct {
		Action string     `json:"action"` // publish, yank, unyank
		Time   string     `json:"time"`
		User   CrateOwner `json:"user"`
	} `json:"audit_actions"`
}

// CrateTrust is the workflow that published, as the registry states it; no
// attestation stands behind it.
type CrateTrust struct {
	Provider   string      `json:"provider"` // github, gitlab
	Repository lax[string] `json:"repository"`
	Project    lax[string] `json:"project_path"`
	SHA        lax[string] `json:"sha"`
	RunID      lax[string] `json:"run_id"`
}

// CrateOwner is a person or a team.
type CrateOwner struct {
	Login string      `json:"login"`
	Name  lax[string] `json:"name"`
	Kind  lax[string] `json:"kind"` // user, team
}

// Releases are all versions of a crate as the API has them, in its order: one
// question a crate, since it answers one a second.
func (c *Crates) Releases(ctx context.Context, name string) ([]CrateRelease, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: c.api + "/api/v1/crates/" + path, Accept: acceptJSON, Fresh: metadataFresh, Absent: saysAbsent}
	return lookup(ctx, c.t, c.releases, req, func(r *Response) ([]CrateRelease, error) {
		var wire struct {
			Crate struct {
				Name lax[string] `json:"name"`
			} `json:"crate"`
			Versions []CrateRelease `json:"versions"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if !strings.EqualFold(wire.Crate.Name.V, name) {
			return nil, mismatch(name, wire.Crate.Name.V)
		}
		return wire.Versions, nil
	})
}

// Owners are the people and teams that may publish a crate today.
func (c *Crates) Owners(ctx context.Context, name string) ([]CrateOwner, error) {
	path, err := segment(name)
	if err != nil {
		return nil, err
	}
	req := Request{URL: c.api + "/api/v1/crates/" + path + "/owners", Accept: acceptJSON, Fresh: time.Hour, Absent: saysAbsent}
	return lookup(ctx, c.t, c.owners, req, func(r *Response) ([]CrateOwner, error) {
		var wire struct {
			Users *[]CrateOwner `json:"users"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if wire.Users == nil {
			return nil, errors.New("it names no users")
		}
		return *wire.Users, nil
	})
}
