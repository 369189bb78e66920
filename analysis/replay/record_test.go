package replay

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/clients"
)

// said is a network that answers as the services do.
type said struct{}

func (said) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	asked := ""
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		asked = string(body)
	}
	switch path := r.URL.Path; {
	case path == "/acme-http":
		_, _ = w.WriteString(`{"name":"acme-http","versions":{}}`)
	case path == "/limited":
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	case path == "/v1/querybatch" && strings.Index(asked, "one") < strings.Index(asked, "two"):
		_, _ = w.WriteString(`{"results":[{"vulns":[{"id":"A-1"}]},{}]}`)
	case path == "/v1/querybatch":
		_, _ = w.WriteString(`{"results":[{},{"vulns":[{"id":"A-1"}]}]}`)
	case path == "/v3alpha/versionbatch":
		_, _ = w.WriteString(`{"responses":[{"request":{"versionKey":{"system":"NPM","name":"acme-http","version":"1"}},"version":{"versionKey":{"version":"1"},"licenses":["MIT"]}},
			{"request":{"versionKey":{"system":"NPM","name":"acme-http","version":"2"}}}]}`)
	case strings.HasSuffix(path, "/epss"):
		_, _ = w.WriteString(`{"data":[{"cve":"CVE-2026-40001","epss":"0.5"}]}`)
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.WriteString(`{"error":"Not found"}`)
	}
	return w.Result(), nil
}

// askAll asks what said answers, in batches where there are any, and tells
// what came of it.
func askAll(ctx context.Context, c *clients.Clients) []error {
	_, found := c.NPM.Packument(ctx, "acme-http")
	_, gone := c.NPM.Packument(ctx, "left-padz")
	_, limited := c.NPM.Packument(ctx, "limited")
	errs := []error{found, gone, limited}
	for _, a := range c.OSV.Batch(ctx, []clients.OSVQuery{{Ecosystem: "npm", Name: "one", Version: "1"}, {Ecosystem: "npm", Name: "two", Version: "1"}}) {
		if errs = append(errs, a.Err); len(a.Value) > 0 {
			errs = append(errs, errors.New(a.Value[0].ID))
		}
	}
	for _, a := range c.DepsDev.Batch(ctx, []clients.DepsDevKey{{System: "NPM", Name: "acme-http", Version: "1"}, {System: "NPM", Name: "acme-http", Version: "2"}}) {
		errs = append(errs, a.Err)
	}
	_, likely := c.EPSS.Probability(ctx, "CVE-2026-40001")
	_, unlisted := c.EPSS.Probability(ctx, "CVE-2026-40002")
	return append(errs, likely, unlisted)
}

// TestRecord: what is recorded of a run says the same in a replay, and holds
// no token.
func TestRecord(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "recorded")
	services := recorded(t, day).Endpoints()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	recorder, err := NewRecorder(dir, services, at)
	if err != nil {
		t.Fatal(err)
	}
	opts := recorder.Options(clients.Options{RoundTripper: said{}, Clock: clock{at},
		Tokens: []clients.Token{{Origin: services.NPM, Value: "Bearer hush-hush"}}})
	transport, err := clients.NewTransport(opts)
	if err != nil {
		t.Fatal(err)
	}
	live := askAll(t.Context(), clients.New(transport, services, nil))
	if err := recorder.Err(); err != nil {
		t.Fatal(err)
	}
	again, err := New(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if !again.Now().Equal(at) || again.Endpoints() != services {
		t.Errorf("recorded at %v of %+v", again.Now(), again.Endpoints())
	}
	c, err := again.Clients()
	if err != nil {
		t.Fatal(err)
	}
	replayed := askAll(t.Context(), c)
	if len(live) != len(replayed) || len(live) != 10 {
		t.Fatalf("%d answers, then %d", len(live), len(replayed))
	}
	for i := range live {
		if clients.Why(live[i]) != clients.Why(replayed[i]) {
			t.Errorf("answer %d: %v, then %v", i, live[i], replayed[i])
		}
	}
	if !errors.Is(replayed[1], clients.ErrAbsent) {
		t.Errorf("what is absent is %v", replayed[1])
	}
	_ = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if data, _ := os.ReadFile(filepath.Join(dir, name)); strings.Contains(string(data), "hush") {
			t.Errorf("%s holds the token", name)
		}
		return nil
	})

	if _, err := NewRecorder(dir, services, at); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a directory with something in it: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewRecorder(filepath.Join(file, "below"), services, at); err == nil {
		t.Error("below a file")
	}
}
