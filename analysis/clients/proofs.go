package clients

import (
	"context"
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// mostProofs bounds a document of attestations, which is not larger than this
// to be verified either.
const mostProofs = 8 << 20

// Attestations is the registry's array of the Sigstore bundles of one .gem:
// version is with its platform, as in a Gemfile.lock. An empty array is the
// registry's "none".
func (g *RubyGems) Attestations(ctx context.Context, name, version string) ([]byte, error) {
	path, err := segment(name + "-" + version)
	if err != nil {
		return nil, err
	}
	req := Request{URL: g.base + "/api/v1/attestations/" + path + ".json", Accept: acceptJSON, Fresh: time.Hour, MaxBody: mostProofs, Absent: plainAbsent}
	return lookup(ctx, g.t, g.proofs, req, func(r *Response) ([]byte, error) {
		var bundles []jsontext.Value
		return r.Body, decode(r.Body, &bundles)
	})
}

// Attestations is the forge's document of what it keeps of a file by its
// SHA-256, in hexadecimal: {"attestations":[{"bundle"}]}. Nobody has verified
// it. ErrAbsent is none, and also a repository that may not be seen.
func (g *GitHub) Attestations(ctx context.Context, repo, sha256 string) ([]byte, error) {
	digest, err := segment(sha256)
	if err != nil {
		return nil, err
	}
	req, err := g.request(repo, "/attestations/sha256:"+digest, time.Hour)
	if err != nil {
		return nil, err
	}
	req.MaxBody = mostProofs
	return lookup(ctx, g.t, g.proofs, req, func(r *Response) ([]byte, error) {
		var wire struct {
			Attestations []struct {
				Bundle jsontext.Value `json:"bundle"`
			} `json:"attestations"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		for _, one := range wire.Attestations {
			// Newer answers name an address in its place, which is storage of
			// somebody else's and no endpoint.
			if one.Bundle.Kind() != '{' {
				return nil, errors.New("it names an attestation without its bundle")
			}
		}
		return r.Body, nil
	})
}

// Beside is a file that lies beside the jar of a version, by what its name ends
// with: ".asc" is an OpenPGP signature, ".sigstore.json" a bundle.
func (m *Maven) Beside(ctx context.Context, name, version, ending string) ([]byte, error) {
	_, artifact, dir, err := m.dir(name)
	if err != nil {
		return nil, err
	}
	path, err := segment(version, artifact+"-"+version+".jar"+ending)
	if err != nil {
		return nil, err
	}
	req := m.request(dir+"/"+path, 24*time.Hour)
	req.MaxBody = mostProofs
	return lookup(ctx, m.t, m.besides, req, func(r *Response) ([]byte, error) {
		if looksLikeHTML(r.Body) || len(r.Body) == 0 {
			return nil, errors.New("it is no such file")
		}
		return r.Body, nil
	})
}
