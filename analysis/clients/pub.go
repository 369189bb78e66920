package clients

import (
	"context"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Pub is the registry of Dart and Flutter.
type Pub struct {
	t        *Transport
	base     string
	packages *memo[*PubPackage]
	owners   *memo[string]
	scores   *memo[*PubScore]
}

// NewPub asks the registry that the endpoints name.
func NewPub(t *Transport, e Endpoints) *Pub {
	return &Pub{t: t, base: e.Pub, packages: newMemo[*PubPackage](keptAnswers),
		owners: newMemo[string](keptAnswers), scores: newMemo[*PubScore](keptAnswers)}
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
		// Dependencies by name, whatever their constraint is.
		Dependencies lax[map[string]jsontext.Value] `json:"dependencies"`
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

// PubScore is what pub.dev's analysis says of a version.
type PubScore struct {
	// Tags: "license:mit", "license:osi-approved", "is:obsolete"; none before
	// the version was analysed.
	Tags lax[[]string] `json:"tags"`
}

// Score is the analysis of one version. A mirror has none.
func (p *Pub) Score(ctx context.Context, name, version string) (*PubScore, error) {
	path, err := segment(name, "versions", version, "score")
	if err != nil {
		return nil, err
	}
	req := Request{URL: p.base + "/api/packages/" + path, Accept: acceptJSON, Fresh: metadataFresh, Absent: pubAbsent}
	return lookup(ctx, p.t, p.scores, req, func(r *Response) (*PubScore, error) {
		found := &PubScore{}
		return found, decode(r.Body, found)
	})
}

// Publisher is the verified publisher of a package ("dart.dev"), or "" when
// single accounts publish it, which are not told.
func (p *Pub) Publisher(ctx context.Context, name string) (string, error) {
	path, err := segment(name, "publisher")
	if err != nil {
		return "", err
	}
	req := Request{URL: p.base + "/api/packages/" + path, Accept: acceptJSON, Fresh: metadataFresh, Absent: pubAbsent}
	return lookup(ctx, p.t, p.owners, req, func(r *Response) (string, error) {
		var wire struct {
			ID lax[string] `json:"publisherId"`
		}
		err := decode(r.Body, &wire)
		return wire.ID.V, err
	})
}
