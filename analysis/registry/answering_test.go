package registry

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/clients"
)

// answering is all registries, which know what the fixtures say: by address
// without the scheme, and 404 with absent to everything else.
type answering struct {
	t       *testing.T
	answers map[string]string
	absent  string
	fail    string // a part of the addresses that are answered 500
}

// newest is when every fixture is written: its Last-Modified too.
var newest = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.Host + r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		address += "?" + r.URL.RawQuery
	}
	status := http.StatusOK
	body, ok := a.answers[address]
	if !ok {
		a.t.Log("no such address:", address)
		status, body = http.StatusNotFound, a.absent
	}
	if a.fail != "" && strings.Contains(address, a.fail) {
		status, body = http.StatusInternalServerError, "{}"
	}
	header := http.Header{"Last-Modified": {newest.Format(http.TimeFormat)}}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// clientsOf are the clients of those registries.
func clientsOf(t *testing.T, a answering) *clients.Clients {
	t.Helper()
	a.t = t
	transport, err := clients.NewTransport(clients.Options{RoundTripper: a, Clock: still{}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := clients.DefaultEndpoints().Override(map[string]string{
		"packagist-p2": "https://p2.example", "packagist": "https://site.example", "nuget": "https://nuget.example/index.json",
		"maven": "https://maven.example/m2", "hex": "https://hex.example", "pub": "https://pub.example", "github": "https://forge.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	return clients.New(transport, e, nil)
}

// ask is the one question of most tests.
func ask(t *testing.T, a Adapter, name string, versions ...string) *Package {
	t.Helper()
	p, err := a.Package(t.Context(), name, versions)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantAbsent: a package that the registry does not know is an error that says so.
func wantAbsent(t *testing.T, a Adapter, name string) {
	t.Helper()
	if _, err := a.Package(t.Context(), name, []string{"1.0.0"}); clients.StateOf(err) != clients.Absent {
		t.Errorf("%s: %v", name, err)
	}
}

// still is a clock that stands, and does not wait.
type still struct{}

func (still) Now() time.Time                                   { return newest.Add(24 * time.Hour) }
func (still) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
func (still) Jitter() float64                                  { return 0 }
