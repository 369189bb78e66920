package roots

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// TestOverTheNetwork: the same over the transport that everything goes through,
// with its trace; offline nothing is asked, and what is kept stays.
func TestOverTheNetwork(t *testing.T) {
	p, dir := publish(t), t.TempDir()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, ok := p.files[strings.TrimPrefix(r.URL.Path, "/mirror")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(data)
	}))
	defer server.Close()
	var trace strings.Builder
	options := clients.Options{CacheDir: t.TempDir(), Trace: &trace, Getenv: func(string) string { return "" }}
	refresh := func(now time.Time) Outcome {
		transport, err := clients.NewTransport(options)
		if err != nil {
			t.Fatal(err)
		}
		return p.repository().Refresh(t.Context(), clients.NewTUF(transport, server.URL+"/mirror"), dir, now)
	}
	if out := refresh(today); out.Err != nil || !out.Changed {
		t.Fatal(out.Err)
	}
	if !strings.Contains(trace.String(), "/mirror/timestamp.json") || !strings.Contains(trace.String(), "/mirror/targets/registry.npmjs.org/") {
		t.Errorf("the trace:\n%s", &trace)
	}
	p.publish()
	if out := refresh(today.Add(time.Minute)); out.Err != nil || out.Changed {
		t.Errorf("%+v", out.Err)
	}
	options.Offline = true
	if out := refresh(today.Add(time.Hour)); out.Err == nil || !strings.Contains(out.Err.Error(), "offline") || !out.Date.Equal(today.Add(time.Minute)) {
		t.Errorf("%s, %v", out.Date, out.Err)
	}
}

// TestUse: nothing kept is no problem, and what is embedded is said to be so.
func TestUse(t *testing.T) {
	dir := t.TempDir()
	if used := Use(dir); used.Problem != "" || used.Sigstore != nil || used.GitHub != nil {
		t.Errorf("%+v", used)
	}
	all := List(dir)
	if len(all) != 2 || all[0].From != attest.Embedded || !all[0].Date.Equal(attest.EmbeddedRoot().Date) || !all[1].Date.IsZero() {
		t.Errorf("%+v", all)
	}
}

// TestAnchors: each first root is one, signed by its own keys; what it would be
// asked for after that is the only thing missing.
func TestAnchors(t *testing.T) {
	for _, r := range Repositories() {
		_, err := r.verify(&kept{Refreshed: time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil || !strings.Contains(err.Error(), "timestamp.json, http status code: 404") {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
}
