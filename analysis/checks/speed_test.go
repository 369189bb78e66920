package checks

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

const speedEach, speedTotal = 100, 64

// speedHandler takes the time from the first question to the last answer, and
// notes what no service could say.
type speedHandler struct {
	review       *analysis.Review
	began, ended time.Time
	coverage     analysis.Coverage
	unanswered   map[string]int // by check and reason
}

func (h *speedHandler) Changes(r *analysis.Review) error {
	h.review, h.began, h.unanswered = r, time.Now(), make(map[string]int)
	return nil
}

func (h *speedHandler) Result(_, check int, r analysis.Result) error {
	// What runs at install, metadata alone never tells of some ecosystems.
	if name := h.review.Checks[check].Name; r.State == analysis.StateUnknown && name != "install-scripts" {
		h.unanswered[name+": "+r.Reason]++
	}
	return nil
}

func (h *speedHandler) Done(c analysis.Coverage) error {
	h.ended, h.coverage = time.Now(), c
	return nil
}

func (h *speedHandler) Progress(int, int, string) error { return nil }

func (h *speedHandler) took() time.Duration { return h.ended.Sub(h.began) }

// inProcess leads each host to a service, without a network.
type inProcess map[string]http.Handler

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p[r.URL.Host].ServeHTTP(w, r)
	return w.Result(), nil
}

func newSpeedServices(latency time.Duration) *speedServices {
	return &speedServices{latency: latency, asked: make(map[string]int)}
}

// checksums makes the checksum database of the services, and believes it.
func (s *speedServices) checksums(t testing.TB, e *clients.Endpoints) {
	t.Helper()
	signer, key, err := note.GenerateKey(rand.Reader, "sumdb.invalid")
	if err != nil {
		t.Fatal(err)
	}
	s.sums = sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		return fmt.Appendf(nil, "%s %s %s\n%s %s/go.mod %s\n", path, version, speedSum, path, version, speedSum), nil
	}))
	e.SumDBKey = key
}

// speedEndpoints gives each service an address.
func speedEndpoints(t testing.TB, address func(service string) string) clients.Endpoints {
	t.Helper()
	others := make(map[string]string)
	for _, name := range clients.EndpointNames() {
		if name != "sumdb-key" {
			others[name] = address(name)
		}
	}
	e, err := clients.DefaultEndpoints().Override(others)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// speedRun reviews everything once.
func speedRun(t testing.TB, e clients.Endpoints, opts clients.Options) *speedHandler {
	t.Helper()
	transport, err := clients.NewTransport(opts)
	if err != nil {
		t.Fatal(err)
	}
	c := clients.New(transport, e, nil)
	repo, base, head := speedRepository(t, speedEach, e)
	defer repo.Close()
	h := &speedHandler{}
	list := All(Sources{Clients: c, Registry: registry.New(c)})
	if err := analysis.Run(t.Context(), repo, base, head, analysis.Options{Checks: list, Now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, h); err != nil {
		t.Fatal(err)
	}
	if want := 5 * speedEach * len(list); h.coverage.Total() != want {
		t.Fatalf("%d of %d: %s", h.coverage.Total(), want, h.coverage)
	}
	return h
}

// bound is the least time in which the services may be asked what they were
// asked: by what each takes at once and how often, and by what all do.
func (s *speedServices) bound(limits map[string]clients.Limit, host func(service string) string) time.Duration {
	rounds := func(n, atOnce int) time.Duration { return time.Duration((n+atOnce-1)/atOnce) * s.latency }
	most, all := time.Duration(0), 0
	for service, n := range s.asked {
		limit := limits[host(service)]
		all += n
		most = max(most, rounds(n, max(1, limit.Concurrent)), time.Duration(n-1)*limit.Interval+s.latency)
	}
	return max(most, rounds(all, speedTotal))
}

// TestSpeed reviews 500 changes of five ecosystems with services that answer
// after 50 ms, in the time of a synctest bubble, which the work of this
// computer does not move: what is measured is how well the questions are
// spread, against what the limits of the services allow.
func TestSpeed(t *testing.T) {
	for name, impatient := range map[string]bool{"with the services' own limits": false, "without pauses between requests": true} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { speed(t, impatient) }) })
	}
}

func speed(t *testing.T, impatient bool) {
	services := newSpeedServices(50 * time.Millisecond)
	e := speedEndpoints(t, func(service string) string { return "https://" + service + ".invalid" })
	hosts := inProcess{}
	names := map[string]string{}
	for _, service := range clients.EndpointNames() {
		names[service] = service + ".invalid"
		hosts[names[service]] = services.handler(service)
	}
	services.web = e.GitHubWeb()
	services.checksums(t, &e)
	limits := e.Limits()
	if impatient {
		for host, limit := range limits {
			limits[host] = clients.Limit{Concurrent: limit.Concurrent}
		}
	}
	opts := clients.Options{RoundTripper: hosts, Limits: limits, Total: speedTotal}
	if impatient {
		opts.CacheDir = t.TempDir()
	}
	first := speedRun(t, e, opts)
	bound := services.bound(limits, func(service string) string { return names[service] })
	t.Logf("bound %v, took %v; asked %v; %s", bound, first.took(), services.asked, first.coverage)
	if first.took() > bound*3/2 {
		t.Errorf("took %v where the limits allow %v", first.took(), bound)
	}
	for _, service := range []string{"osv", "npm", "pypi", "crates-index", "go-proxy", "rubygems", "github"} {
		if services.asked[service] == 0 {
			t.Errorf("%s was not asked", service)
		}
	}
	if len(services.unknown) > 0 {
		t.Errorf("asked what the test does not know: %v", services.unknown[:min(5, len(services.unknown))])
	}
	// The interface of crates.io takes one question a second: of a hundred crates
	// some facts are given up, so that nobody waits for five minutes.
	if len(first.unanswered) > 0 && impatient {
		t.Errorf("unknown: %v", first.unanswered)
	}
	queries := 0
	for _, n := range services.queries {
		queries += n
	}
	if allowed := (queries + 999) / 1000; len(services.queries) > allowed {
		t.Errorf("%d batches for %d questions: %v", len(services.queries), queries, services.queries)
	}

	if !impatient {
		return
	}
	services.asked = map[string]int{}
	second := speedRun(t, e, opts)
	if len(services.asked) > 0 || second.took() > 300*time.Millisecond {
		t.Errorf("the second run took %v and asked %v", second.took(), services.asked)
	}
}

// BenchmarkSpeed is TestSpeed over a loopback network and by the clock of this
// computer. What crates.io and RubyGems want between two requests is left out:
// it would be five minutes.
func BenchmarkSpeed(b *testing.B) {
	services, e, host := speedLoopback(b, 50*time.Millisecond)
	limits := e.Limits()
	for h, limit := range limits {
		limits[h] = clients.Limit{Concurrent: limit.Concurrent}
	}
	for b.Loop() {
		services.asked, services.queries = map[string]int{}, nil
		first := speedRun(b, e, clients.Options{Limits: limits, Total: speedTotal, CacheDir: b.TempDir()})
		b.ReportMetric(services.bound(limits, host).Seconds(), "s-bound")
		b.ReportMetric(first.took().Seconds(), "s-took")
		b.ReportMetric(float64(len(services.queries)), "osv-batches")
	}
}

// BenchmarkSpeedCached is the run after it, on the next morning or in the next
// terminal: ms-took is without reading the repository.
func BenchmarkSpeedCached(b *testing.B) {
	services, e, _ := speedLoopback(b, 0)
	opts := clients.Options{Total: speedTotal, CacheDir: b.TempDir()}
	speedRun(b, e, opts)
	services.asked = map[string]int{}
	var took time.Duration
	runs := 0
	for b.Loop() {
		took += speedRun(b, e, opts).took()
		runs++
	}
	b.ReportMetric(float64(took.Milliseconds())/float64(runs), "ms-took")
	if len(services.asked) > 0 {
		b.Errorf("asked %v", services.asked)
	}
}

// speedLoopback is a server on this computer for each service.
func speedLoopback(b *testing.B, latency time.Duration) (services *speedServices, e clients.Endpoints, host func(service string) string) {
	services = newSpeedServices(latency)
	addresses := map[string]string{}
	for _, service := range clients.EndpointNames() {
		server := httptest.NewServer(services.handler(service))
		b.Cleanup(server.Close)
		addresses[service] = server.URL
	}
	e = speedEndpoints(b, func(service string) string { return addresses[service] })
	services.web = e.GitHubWeb()
	services.checksums(b, &e)
	return services, e, func(service string) string { return strings.TrimPrefix(addresses[service], "http://") }
}
