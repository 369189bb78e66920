package origin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// services answer by address without the scheme. A body that begins with
// "NNN " has that status; one that begins with "CUT " is cut off; what they do
// not have is 404 in the services' own words.
type services struct {
	bodies map[string]string
	mu     sync.Mutex
	asked  map[string]int
}

func (s *services) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.Host + r.URL.EscapedPath()
	s.mu.Lock()
	s.asked[address]++
	s.mu.Unlock()
	body, ok := s.bodies[address]
	status, length := http.StatusOK, 0
	switch {
	case !ok:
		status, body = http.StatusNotFound, `{"error":"not found","message":"not found"}`
	case strings.HasPrefix(body, "403 "):
		status, body = http.StatusForbidden, body[4:]
	case strings.HasPrefix(body, "CUT "):
		body, length = body[4:], 1000
	}
	var reader io.Reader = strings.NewReader(body)
	if length > 0 {
		reader = io.MultiReader(reader, broken{})
	}
	return &http.Response{StatusCode: status, Request: r, Header: http.Header{}, ContentLength: int64(max(length, len(body))), Body: io.NopCloser(reader)}, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type clock struct{}

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func (clock) Now() time.Time                                   { return today }
func (clock) Jitter() float64                                  { return 0.5 }
func (clock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// verifier believes what a test tells it to: a document that has the word
// "good" holds, of which "mixed" gives a second proof that does not.
type verifier struct {
	mu    sync.Mutex
	wants []attest.Want
	keys  string // ids that it knows
}

func (v *verifier) HasKey(id string) bool { return strings.Contains(v.keys, id) }

func (v *verifier) Verify(document []byte, want attest.Want) ([]attest.Proof, error) {
	v.mu.Lock()
	v.wants = append(v.wants, want)
	v.mu.Unlock()
	text := string(document)
	p := attest.Proof{Kind: attest.Provenance, PredicateType: "https://slsa.dev/provenance/v1"}
	switch {
	case strings.Contains(text, "strange"):
		return nil, errors.New("a document of no known shape")
	case strings.Contains(text, "nothing"):
		return nil, nil
	case strings.Contains(text, "of the second") && want.Digests[0].Value == sum(1):
		p.Standing, p.Reason = attest.Refused, "of another file"
	case strings.Contains(text, "publish alone"):
		p = attest.Proof{Kind: attest.Publish, Standing: attest.Verified}
	case strings.Contains(text, "good"):
		p.Standing, p.Identity.Issuer = attest.Verified, "https://issuer.invalid"
	default:
		p.Standing, p.Reason = attest.Refused, "it does not hold"
	}
	proofs := []attest.Proof{p}
	if strings.Contains(text, "mixed") {
		proofs = append(proofs, attest.Proof{Kind: attest.Publish, Standing: attest.Refused, Reason: "the other does not"})
	}
	return proofs, nil
}

func (v *verifier) Registry(_, _ string, integrity lockfiles.Digest, sigs []attest.RegistrySig, _ time.Time) attest.Proof {
	p := attest.Proof{Kind: attest.RegistrySignature, Standing: attest.Refused, Reason: "it does not hold"}
	if integrity.Value == "" {
		return attest.Proof{Kind: attest.RegistrySignature, Reason: "no hash is pinned"}
	}
	if v.HasKey(sigs[0].KeyID) && sigs[0].Sig == "good" {
		p.Standing, p.Reason, p.Identity.Key = attest.Verified, "", sigs[0].KeyID
	}
	return p
}

var endpoints = clients.Endpoints{
	NPM: "https://npm.invalid", NPMDownloads: "https://counts.invalid", PyPI: "https://pypi.invalid",
	CratesIndex: "https://index.invalid", CratesAPI: "https://crates.invalid", GoProxy: "https://proxy.invalid",
	SumDB: "https://sum.invalid", SumDBKey: "sum.invalid+0+none", RubyGems: "https://gems.invalid",
	NuGet: "https://nuget.invalid/index.json", Maven: "https://maven.invalid/m2", GitHub: "https://forge.invalid",
}

// asking makes an Asker of services that answer with the given bodies.
func asking(t *testing.T, v Verifier, e clients.Endpoints, bodies map[string]string) (*Asker, *services) {
	t.Helper()
	s := &services{bodies: bodies, asked: make(map[string]int)}
	transport, err := clients.NewTransport(clients.Options{RoundTripper: s, Clock: clock{}, Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	c := clients.New(transport, e, nil)
	return New(c, registry.New(c), v), s
}

// pinned is a package with its hashes.
func pinned(ecosystem, name, version string, hashes ...string) *lockfiles.Package {
	p := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: ecosystem, Name: name}, Version: version}
	for _, h := range hashes {
		at := strings.Index(h, ":")
		if at < 0 {
			at = strings.Index(h, "-")
		}
		p.Integrity = append(p.Integrity, lockfiles.Digest{Algorithm: h[:at], Value: h[at+1:]})
	}
	return p
}

func head(t *testing.T, a *Asker, p *lockfiles.Package) *attest.Release {
	t.Helper()
	r, err := a.Release(t.Context(), &diff.Change{Head: p}, true)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantStanding compares, and asks for a reason where one is due.
func wantStanding(t *testing.T, r *attest.Release, want attest.Standing, why string) {
	t.Helper()
	if r.Attested != want || !strings.Contains(r.Why, why) || r.Why == "" && (want == attest.Unknown || want == attest.Refused) {
		t.Errorf("attested: %v (%q), want %v (%q)", r.Attested, r.Why, want, why)
	}
}

func wantSignature(t *testing.T, r *attest.Release, want attest.Standing, why string) {
	t.Helper()
	if p := r.Signature; p.Kind != attest.RegistrySignature || p.Standing != want || !strings.Contains(p.Reason, why) || p.Reason == "" && want == attest.Unknown {
		t.Errorf("signature: %+v, want %v (%q)", p, want, why)
	}
}
