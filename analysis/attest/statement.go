package attest

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const payloadType = "application/vnd.in-toto+json"

// statement is an in-toto statement, read from the very bytes that were signed.
type statement struct {
	Type          string         `json:"_type"`
	Subject       []subject      `json:"subject"`
	PredicateType string         `json:"predicateType"`
	Predicate     jsontext.Value `json:"predicate"`
}

type subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

func parseStatement(payload []byte) (*statement, error) {
	if err := shallow(payload); err != nil {
		return nil, err
	}
	s := new(statement)
	if err := json.Unmarshal(payload, s); err != nil {
		return nil, fmt.Errorf("reading the statement: %w", err)
	}
	if !strings.HasPrefix(s.Type, "https://in-toto.io/Statement/") {
		return nil, fmt.Errorf("the statement is of the type %s", quoted(s.Type))
	}
	if len(s.Subject) > mostSubjects {
		return nil, fmt.Errorf("%d subjects are too many", len(s.Subject))
	}
	if len(s.Subject) == 0 {
		return nil, errors.New("the statement is about nothing: it has no subject")
	}
	return s, nil
}

// kind is what the type of the predicate says.
func (s *statement) kind() Kind {
	switch s.PredicateType {
	case "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2":
		return Provenance
	case "https://github.com/npm/attestation/tree/main/specs/publish/v0.1", "https://docs.pypi.org/attestations/publish/v1":
		return Publish
	case "https://sigstore.dev/cosign/sign/v1": // what cosign 3 writes in place of simple signing
		return Signature
	}
	return Statement
}

// builder is the predicate's builder.id, in either version of SLSA.
func (s *statement) builder() string {
	var p struct {
		Builder struct {
			ID string `json:"id"`
		} `json:"builder"`
		RunDetails struct {
			Builder struct {
				ID string `json:"id"`
			} `json:"builder"`
		} `json:"runDetails"`
	}
	if s.kind() != Provenance || json.Unmarshal(s.Predicate, &p) != nil {
		return ""
	}
	if s.PredicateType == "https://slsa.dev/provenance/v1" {
		return p.RunDetails.Builder.ID
	}
	return p.Builder.ID
}

const shownSubjects = 100

// subjects are the first hundred, with their digests in a fixed order.
func (s *statement) subjects() []Subject {
	var all []Subject
	for _, one := range s.Subject[:min(len(s.Subject), shownSubjects)] {
		shown := Subject{Name: one.Name}
		for algorithm, value := range one.Digest {
			shown.Digest = append(shown.Digest, lockfiles.Digest{Algorithm: algorithm, Value: value})
		}
		slices.SortFunc(shown.Digest, func(a, b lockfiles.Digest) int { return strings.Compare(a.Algorithm, b.Algorithm) })
		all = append(all, shown)
	}
	return all
}

// about says why the statement is not about what is wanted, or "". One subject
// must fit in name and digest both. npm and PyPI allow one subject only: where
// several stand, somebody else's tooling wrote it.
func (s *statement) about(want Want, python bool) string {
	if (python || strings.HasPrefix(want.Name, "pkg:npm/")) && len(s.Subject) != 1 {
		return fmt.Sprintf("the statement has %d subjects, and the registry allows one", len(s.Subject))
	}
	reason := ""
	for _, one := range s.Subject {
		if want.Name != "" && !sameName(want.Name, one.Name, python) {
			if reason == "" {
				reason = fmt.Sprintf("it is about %s, not about %s", quoted(one.Name), want.Name)
			}
			continue
		}
		why := agree(want.Digests, one.Digest)
		if why == "" {
			return ""
		}
		reason = why
	}
	return reason
}

// agree says why the digests are not of one file, or "".
func agree(want []lockfiles.Digest, got map[string]string) string {
	common := 0
	for _, d := range want {
		value, stated := got[d.Algorithm]
		raw, strong := digestBytes(d)
		if !stated || !strong {
			continue
		}
		theirs, err := hex.DecodeString(value)
		if err != nil || !slices.Equal(raw, theirs) {
			return fmt.Sprintf("the subject's %s is %s, which is not the one asked for", d.Algorithm, quoted(value))
		}
		common++
	}
	if common == 0 {
		return "no digest of the subject is of an algorithm that was asked for"
	}
	return ""
}

var digestSizes = map[string]int{"sha256": 32, "sha384": 48, "sha512": 64}

// Strong tells whether a digest can prove what a file is: of a known algorithm,
// whole, in hexadecimal or base64.
func Strong(d lockfiles.Digest) bool {
	_, strong := digestBytes(d)
	return strong
}

// digestBytes decodes hexadecimal or base64; false for an algorithm that proves
// nothing about a file's bytes, and for a value that is not of its length.
func digestBytes(d lockfiles.Digest) ([]byte, bool) {
	size := digestSizes[d.Algorithm]
	if size == 0 {
		return nil, false
	}
	var raw []byte
	var err error
	if len(d.Value) == 2*size {
		raw, err = hex.DecodeString(d.Value)
	} else {
		raw, err = base64.StdEncoding.DecodeString(d.Value)
	}
	return raw, err == nil && len(raw) == size
}
