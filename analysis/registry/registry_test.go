package registry

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// services answer by address without the scheme; a body that begins with a
// number and a space has that status; what they do not have is absent.
type services struct {
	mu     sync.Mutex
	bodies map[string]string
	asked  map[string]int
	hold   chan struct{} // when not nil, answers wait until it is closed
	silent string        // this host never answers
}

func (s *services) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.Host + r.URL.EscapedPath()
	s.mu.Lock()
	s.asked[address]++
	body, ok := s.bodies[address]
	hold := s.hold
	if s.silent == r.URL.Host {
		hold = make(chan struct{})
	}
	s.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	status := http.StatusOK
	switch {
	case !ok:
		status, body = http.StatusNotFound, `{"error":"not found","message":"not found","errors":[{"detail":"not found"}]}`
	case strings.HasPrefix(body, "500 "):
		status, body = http.StatusInternalServerError, body[4:]
	}
	return &http.Response{StatusCode: status, Request: r, Header: http.Header{}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (s *services) count(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[address]
}

func (s *services) total() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.asked {
		n += one
	}
	return n
}

// clock stands still, and pauses take no time.
type clock struct{ now time.Time }

func (c clock) Now() time.Time                                   { return c.now }
func (c clock) Jitter() float64                                  { return 0.5 }
func (c clock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var endpoints = clients.Endpoints{
	NPM: "https://npm.invalid", NPMDownloads: "https://counts.invalid", PyPI: "https://pypi.invalid",
	CratesIndex: "https://index.invalid", CratesAPI: "https://crates.invalid", GoProxy: "https://proxy.invalid",
	RubyGems: "https://gems.invalid",
}

// serving makes clients of services that answer with the given bodies.
func serving(t testing.TB, bodies map[string]string, change ...func(*clients.Options)) (*clients.Clients, *services) {
	t.Helper()
	s := &services{bodies: bodies, asked: make(map[string]int)}
	opts := clients.Options{RoundTripper: s, Clock: clock{today}, Getenv: func(string) string { return "" }}
	for _, f := range change {
		f(&opts)
	}
	transport, err := clients.NewTransport(opts)
	if err != nil {
		t.Fatal(err)
	}
	return clients.New(transport, endpoints, map[string]string{"@acme": "https://npm.acme.invalid"}), s
}

// brief is the releases in one line: what a test wants to see of them.
func brief(p *Package) string {
	var parts []string
	for _, r := range p.Releases {
		part := r.Version
		if !r.Published.IsZero() {
			part += r.Published.Format(" 2006-01-02")
		}
		if !r.Committed.IsZero() {
			part += r.Committed.Format(" committed 2006-01-02")
		}
		if r.Withdrawn != lockfiles.No {
			part += " withdrawn:" + r.Withdrawn.String()
		}
		for _, word := range []string{r.WithdrawnReason, r.Deprecated} {
			if word != "" {
				part += " (" + word + ")"
			}
		}
		if r.Detail != nil {
			part += " *"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func wantBrief(t *testing.T, p *Package, want string) {
	t.Helper()
	if got := brief(p); got != want {
		t.Errorf("releases\n got %s\nwant %s", got, want)
	}
}
