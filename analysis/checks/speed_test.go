package checks

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

const speedEach, speedTotal = 100, 64

// speedHandler takes the time from the first question to the last answer.
type speedHandler struct {
	began, ended time.Time
	coverage     analysis.Coverage
}

func (h *speedHandler) Changes(r *analysis.Review) error       { h.began = time.Now(); return nil }
func (h *speedHandler) Progress(int, int, string) error        { return nil }
func (h *speedHandler) Result(int, int, analysis.Result) error { return nil }
func (h *speedHandler) Done(c analysis.Coverage) error {
	h.ended, h.coverage = time.Now(), c
	return nil
}
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
	if err := analysis.Run(t.Context(), repo, base, head, analysis.Options{Checks: list}, h); err != nil {
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
	if len(services.unknown) > 0 {
		t.Errorf("asked what the test does not know: %v", services.unknown[:min(5, len(services.unknown))])
	}
	if first.coverage.Unknown > 0 {
		t.Errorf("unknown: %s", first.coverage)
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
// computer, first without a cache and then with one. What crates.io and
// RubyGems want between two requests is left out: it would be five minutes.
func BenchmarkSpeed(b *testing.B) {
	services := newSpeedServices(50 * time.Millisecond)
	addresses := map[string]string{}
	for _, service := range clients.EndpointNames() {
		server := httptest.NewServer(services.handler(service))
		b.Cleanup(server.Close)
		addresses[service] = server.URL
	}
	e := speedEndpoints(b, func(service string) string { return addresses[service] })
	services.web = e.GitHubWeb()
	limits := e.Limits()
	for host, limit := range limits {
		limits[host] = clients.Limit{Concurrent: limit.Concurrent}
	}
	for b.Loop() {
		services.asked = map[string]int{}
		opts := clients.Options{Limits: limits, Total: speedTotal, CacheDir: b.TempDir()}
		first := speedRun(b, e, opts)
		bound := services.bound(limits, func(service string) string { return strings.TrimPrefix(addresses[service], "http://") })
		second := speedRun(b, e, opts)
		b.ReportMetric(bound.Seconds(), "s-bound")
		b.ReportMetric(first.took().Seconds(), "s-first")
		b.ReportMetric(float64(second.took().Milliseconds()), "ms-cached")
	}
	b.Logf("asked %v in %v", services.asked, slices.Sorted(maps.Keys(services.asked)))
}
