package checks

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// stillClock does not wait.
type stillClock struct{}

var today = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func (stillClock) Now() time.Time                                   { return today }
func (stillClock) Jitter() float64                                  { return 0 }
func (stillClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// service is OSV, EPSS and KEV. refs are what OSV lists for "name version", for
// "name" (all versions) or for a commit; records are by id.
type service struct {
	refs    map[string][]string
	records map[string]string
	down    bool            // the network is
	broken  map[string]bool // ids whose record cannot be had
	kev     []string
	noEPSS  bool
	batches atomic.Int64
	fetched atomic.Int64
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.down {
		return nil, fmt.Errorf("no route to %s", r.URL.Host)
	}
	status, body := s.answer(r)
	return &http.Response{StatusCode: status, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
}

func (s *service) answer(r *http.Request) (status int, body string) {
	switch {
	case r.URL.Host == "epss.invalid" && s.noEPSS:
		return 500, ""
	case r.URL.Host == "epss.invalid":
		var data []string
		for _, cve := range strings.Split(r.URL.Query().Get("cve"), ",") {
			data = append(data, fmt.Sprintf(`{"cve":%q,"epss":"0.25"}`, cve))
		}
		return 200, `{"data":[` + strings.Join(data, ",") + `]}`
	case r.URL.Host == "kev.invalid":
		var list []string
		for _, cve := range append(s.kev, "CVE-2020-0001") {
			list = append(list, fmt.Sprintf(`{"cveID":%q}`, cve))
		}
		return 200, fmt.Sprintf(`{"count":%d,"vulnerabilities":[%s]}`, len(list), strings.Join(list, ","))
	case strings.HasPrefix(r.URL.Path, "/v1/vulns/"):
		s.fetched.Add(1)
		id := strings.TrimPrefix(r.URL.Path, "/v1/vulns/")
		if s.broken[id] {
			return 500, ""
		}
		if s.records[id] == "" {
			return 404, `{"code":5,"message":"Vulnerability not found"}`
		}
		return 200, s.records[id]
	}
	s.batches.Add(1)
	return s.batch(r)
}

func (s *service) batch(r *http.Request) (status int, body string) {
	var asked struct {
		Queries []struct {
			Commit, Version, Page string
			Package               struct{ Name, Ecosystem string }
			Token                 string `json:"page_token"`
		} `json:"queries"`
	}
	data, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(data, &asked); err != nil {
		return 400, `{"code":3,"message":"invalid"}`
	}
	var results []string
	for i, q := range asked.Queries {
		if q.Package.Name == "refused" {
			return 400, fmt.Sprintf(`{"code":3,"message":"error in query at index %d: invalid"}`, i)
		}
		ids := s.refs[strings.TrimSpace(q.Commit+q.Package.Name+" "+q.Version)]
		next := ""
		if q.Package.Name == "paged" { // one id a page
			at := len(q.Token)
			if at+1 < len(ids) {
				next = strings.Repeat("t", at+1)
			}
			ids = ids[at : at+1]
		}
		var vulns []string
		for _, id := range ids {
			vulns = append(vulns, fmt.Sprintf(`{"id":%q,"modified":"2026-01-02T03:04:05Z"}`, id))
		}
		results = append(results, fmt.Sprintf(`{"vulns":[%s],"next_page_token":%q}`, strings.Join(vulns, ","), next))
	}
	return 200, `{"results":[` + strings.Join(results, ",") + `]}`
}

// osvRecord is the text of a record about one npm package.
func osvRecord(id, name, fields, ranges string) string {
	if fields != "" {
		fields += ","
	}
	return fmt.Sprintf(`{"id":%q,"modified":"2026-01-02T03:04:05Z","published":"2026-01-01T00:00:00Z",%s"affected":[{"package":{"ecosystem":"npm","name":%q},%s}]}`, id, fields, name, ranges)
}

func events(list ...string) string {
	var parts []string
	for i := 0; i+1 < len(list); i += 2 {
		parts = append(parts, fmt.Sprintf(`{%q:%q}`, list[i], list[i+1]))
	}
	return `"ranges":[{"type":"SEMVER","events":[` + strings.Join(parts, ",") + `]}]`
}

const severe = `"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}]`

// sources asks the service.
func (s *service) sources(t testing.TB, dir string) Sources {
	t.Helper()
	transport, err := clients.NewTransport(clients.Options{Clock: stillClock{}, RoundTripper: s, CacheDir: dir, Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return Sources{IndexErr: advisories.ErrAbsent, Clients: clients.New(transport, clients.Endpoints{
		OSV: "https://osv.invalid", EPSS: "https://epss.invalid", KEV: "https://kev.invalid/kev.json"}, nil)}
}

// index makes the offline database of npm from records.
func index(t testing.TB, records map[string]string) *advisories.Index {
	t.Helper()
	dir := t.TempDir()
	writeZip(t, filepath.Join(dir, "npm", "all.zip"), records)
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "npm", "all.zip"), at, at); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "index.db")
	if _, err := advisories.Build(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	x, err := advisories.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// change is of an npm package from a version to another; "" is absent.
func change(name, from, to string) *diff.Change {
	c := &diff.Change{Lockfile: "package-lock.json", Kind: diff.Upgraded}
	if from != "" {
		c.Base = &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: from}
	}
	if to != "" {
		c.Head = &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: name}, Version: to}
	}
	return c
}

// run gives "code outcome title" of each finding, sorted, and the state.
func run(t testing.TB, s Sources, c *diff.Change) (said []string, body analysis.Advisories, r analysis.Result, why string) {
	t.Helper()
	r, err := advisoryCheck{s}.Run(t.Context(), c, &analysis.Review{Diff: &diff.Diff{}})
	if err != nil {
		why = analysis.Why(err)
	}
	for _, f := range r.Findings {
		said = append(said, f.Code+" "+f.Outcome.String()+" "+f.Title)
		if strings.ContainsAny(f.Title+f.Detail+f.Fix, "\n\r") || len(f.Title) > 310 {
			t.Errorf("not one bounded line: %q", f.Title)
		}
	}
	slices.Sort(said)
	for _, e := range r.Evidence {
		if a, ok := e.Body.(analysis.Advisories); ok {
			body = a
		}
	}
	return said, body, r, why
}

var errCanceled = context.Canceled

func canceled(t testing.TB) context.Context {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	return ctx
}
