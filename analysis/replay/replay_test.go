package replay

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

const day = "now -- 2026-11-20T09:00:00Z"

// recorded makes recordings of "name -- content" texts.
func recorded(t *testing.T, files ...string) *Recordings {
	t.Helper()
	r, err := New(tree(files...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tree(files ...string) fs.FS {
	fsys := fstest.MapFS{}
	for _, file := range files {
		name, content, _ := strings.Cut(file, " -- ")
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func asked(t *testing.T, files ...string) *clients.Clients {
	t.Helper()
	c, err := recorded(t, append(files, day)...).Clients()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLayout asks each service for what one file answers: the layout is what
// people write, and does not change under them.
func TestLayout(t *testing.T) {
	for _, test := range []struct {
		file string
		ask  func(context.Context, *clients.Clients) (any, error)
		want string
	}{
		{`npm/acme-http.json -- {"name":"acme-http","versions":{}}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				p, err := c.NPM.Packument(ctx, "acme-http")
				return p.Name, err
			}, "acme-http"},
		{`npm/@acme/http.json -- {"name":"@acme/http","versions":{}}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				p, err := c.NPM.Abbreviated(ctx, "@acme/http")
				return p.Name, err
			}, "@acme/http"},
		{`npm-downloads/last-week/acme-http.json -- {"downloads":7,"package":"acme-http"}`,
			func(ctx context.Context, c *clients.Clients) (any, error) { return c.NPM.LastWeek(ctx, "acme-http") }, "7"},
		{`npm/-/npm/v1/attestations/acme-http@1.7.4.json -- {}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				raw, err := c.NPM.Attestations(ctx, "acme-http", "1.7.4")
				return string(raw), err
			}, "{}"},
		{`osv/query/npm/@acme/http@1.0.0.json -- {"vulns":[{"id":"GHSA-aaaa-bbbb-cccc"}]}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				return c.OSV.Refs(ctx, clients.OSVQuery{Ecosystem: "npm", Name: "@acme/http", Version: "1.0.0"})
			}, "[{GHSA-aaaa-bbbb-cccc }]"},
		{`osv/query/commit/86f7e437faa5.json -- {}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				return c.OSV.Refs(ctx, clients.OSVQuery{Commit: "86f7e437faa5"})
			}, "[]"},
		{`osv/vulns/GHSA-aaaa-bbbb-cccc.json -- {"id":"GHSA-aaaa-bbbb-cccc"}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				raw, err := c.OSV.Record(ctx, clients.OSVRef{ID: "GHSA-aaaa-bbbb-cccc"})
				return string(raw), err
			}, `{"id":"GHSA-aaaa-bbbb-cccc"}`},
		{`deps-dev/go/example.org/net@v0.33.0.json -- {"versionKey":{"system":"GO","name":"example.org/net","version":"v0.33.0"},"licenses":["MIT"]}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				v, err := c.DepsDev.Version(ctx, clients.DepsDevKey{System: "go", Name: "example.org/net", Version: "v0.33.0"})
				if err != nil {
					return nil, err
				}
				return v.Licenses, nil
			}, "[MIT]"},
		{`deps-dev/projects/github.com/acme/http.json -- {"projectKey":{"id":"github.com/acme/http"},"license":"MIT"}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				p, err := c.DepsDev.Project(ctx, "github.com/acme/http")
				return p.License, err
			}, "MIT"},
		{`pypi/fast-forms/2.2.0.json -- {"info":{"name":"Fast_Forms","version":"2.2.0"},"urls":[]}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				r, err := c.PyPI.Release(ctx, "fast_forms", "2.2.0")
				return r.Version, err
			}, "2.2.0"},
		{`pypi/simple/fast-forms.json -- {"name":"fast-forms","files":[],"versions":["1"]}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				p, err := c.PyPI.Project(ctx, "fast-forms")
				return p.Versions, err
			}, "[1]"},
		{`crates-index/se/rd/serde-lite.json -- {"name":"serde-lite","vers":"1.0.0","cksum":"","deps":[]}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				v, err := c.Crates.Index(ctx, "serde-lite")
				return len(v), err
			}, "1"},
		{`crates-api/serde-lite.json -- {"crate":{"name":"serde-lite"},"versions":[{"num":"1.0.200"}]}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				v, err := c.Crates.Releases(ctx, "serde-lite")
				return len(v), err
			}, "1"},
		{"go-proxy/example.org/net/@v/list.json -- v0.30.0\nv0.33.0\n",
			func(ctx context.Context, c *clients.Clients) (any, error) {
				return c.GoProxy.List(ctx, "example.org/net")
			},
			"[v0.30.0 v0.33.0]"},
		{`rubygems/versions/page-maker.json -- [{"number":"4.3.4"}]`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				v, err := c.RubyGems.Versions(ctx, "page-maker")
				return len(v), err
			}, "1"},
		{`github/acme/http/releases.json -- [{"tag_name":"v1.7.4"}]`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				r, err := c.GitHub.Releases(ctx, "acme/http")
				return len(r), err
			}, "1"},
		{`github/acme/http/compare/v1.7.2...v1.7.4.json -- {"status":"ahead"}`,
			func(ctx context.Context, c *clients.Clients) (any, error) {
				r, err := c.GitHub.Compare(ctx, "acme/http", "v1.7.2", "v1.7.4")
				return r.Status, err
			}, "ahead"},
	} {
		name, _, _ := strings.Cut(test.file, " -- ")
		t.Run(name, func(t *testing.T) {
			got, err := test.ask(t.Context(), asked(t, test.file))
			if err != nil || fmt.Sprint(got) != test.want {
				t.Errorf("got %v, %v; want %s", got, err, test.want)
			}
		})
	}
}

// TestNotRecorded holds the promise of the room: what nobody recorded is
// unknown for that reason, and for no other.
func TestNotRecorded(t *testing.T) {
	c := asked(t, `npm/broken.http -- no status line`)
	_, missing := c.NPM.Packument(t.Context(), "left-padz")
	_, broken := c.NPM.Packument(t.Context(), "broken")
	_, query := c.OSV.Refs(t.Context(), clients.OSVQuery{Ecosystem: "npm", Name: "left-padz", Version: "1.0.2"})
	_, odd := c.OSV.Refs(t.Context(), clients.OSVQuery{Ecosystem: "npm", Name: "a/./b", Version: "/"})
	_, keys := c.DepsDev.Version(t.Context(), clients.DepsDevKey{System: "NPM", Name: "left-padz", Version: "1.0.2"})
	for name, err := range map[string]error{"missing": missing, "broken": broken, "query": query, "deps.dev": keys} {
		if !errors.Is(err, clients.ErrNotRecorded) || clients.StateOf(err) != clients.Unknown {
			t.Errorf("%s: %v", name, err)
		}
	}
	if odd == nil || clients.StateOf(odd) != clients.Unknown {
		t.Errorf("a name that is no path: %v", odd)
	}
	if got := clients.Why(missing); got != "no answer of npm.invalid was recorded" {
		t.Errorf("it reads %q", got)
	}
}

// TestOneByOne: what one recording lacks says nothing of its neighbours, in
// whatever order they are asked.
func TestOneByOne(t *testing.T) {
	files := []string{`osv/query/npm/known@1.json -- {"vulns":[{"id":"A-1"}]}`}
	for n := range 40 {
		files = append(files, fmt.Sprintf("osv/query/npm/failed%d@1.http -- HTTP/1.1 503 Service Unavailable\n\nlater", n))
	}
	c := asked(t, files...)
	var queries []clients.OSVQuery
	for n := range 40 {
		queries = append(queries, clients.OSVQuery{Ecosystem: "npm", Name: fmt.Sprint("failed", n), Version: "1"},
			clients.OSVQuery{Ecosystem: "npm", Name: fmt.Sprint("missing", n), Version: "1"})
	}
	queries = append(queries, clients.OSVQuery{Ecosystem: "npm", Name: "known", Version: "1"})
	answers := c.OSV.Batch(t.Context(), queries)
	for i, a := range answers[:80] {
		var e *clients.Error
		want := []clients.Reason{clients.ReasonServer, clients.ReasonNotRecorded}[i%2]
		if !errors.As(a.Err, &e) || e.Reason != want {
			t.Fatalf("question %d: %v", i, a.Err)
		}
	}
	if last := answers[80]; last.Err != nil || len(last.Value) != 1 {
		t.Errorf("the recorded one: %v", last)
	}
}

// TestAnswers are answers other than 200, as a file states them.
func TestAnswers(t *testing.T) {
	c := asked(t,
		"npm/gone.http -- HTTP/1.1 404 Not Found\n\n{\"error\":\"Not found\"}",
		"npm/limited.http -- HTTP/1.1 429 Too Many Requests\nRetry-After: 7200\n\n",
		"npm/moved.http -- HTTP/1.1 302 Found\nLocation: https://elsewhere.example/moved\n\n",
		"deps-dev/npm/gone@1.http -- HTTP/1.1 404 Not Found\n\n")
	for name, want := range map[string]clients.Reason{"gone": clients.ReasonAbsent, "limited": clients.ReasonRateLimited, "moved": clients.ReasonNotRecorded} {
		_, err := c.NPM.Packument(t.Context(), name)
		var e *clients.Error
		if !errors.As(err, &e) || e.Reason != want {
			t.Errorf("%s: %v", name, err)
		}
		if name == "limited" && e.Wait != 2*time.Hour {
			t.Errorf("the header is lost: %v", e.Wait)
		}
	}
	if _, err := c.DepsDev.Version(t.Context(), clients.DepsDevKey{System: "NPM", Name: "gone", Version: "1"}); !errors.Is(err, clients.ErrAbsent) {
		t.Errorf("deps.dev: %v", err)
	}
}

func TestBatchIsTakenApart(t *testing.T) {
	r := recorded(t, day, `osv/query/npm/a@1.json -- {}`, `osv/query/npm/b@1.json -- {"vulns":[{"id":"B-1"}],"next_page_token":"x"}`,
		`osv/query/npm/b@1,page=x.json -- {"vulns":[{"id":"B-2"}]}`)
	post := func(body string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://osv.invalid/v1/querybatch", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return r.RoundTrip(req)
	}
	got, err := post(`{"queries":[{"package":{"name":"b","ecosystem":"npm"},"version":"1"},{"package":{"name":"a","ecosystem":"npm"},"version":"1"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body := make([]byte, 200)
	n, _ := got.Body.Read(body)
	if want := `{"results":[{"vulns":[{"id":"B-1"}],"next_page_token":"x"},{}]}`; string(body[:n]) != want {
		t.Errorf("got %s", body[:n])
	}
	if _, err := post(`{"queries":[{"package":{"name":"a","ecosystem":"npm"},"version":"1"},{"package":{"name":"c","ecosystem":"npm"},"version":"1"}]}`); !errors.Is(err, clients.ErrNotRecorded) {
		t.Errorf("with one that is not recorded: %v", err)
	}
	c, err := r.Clients()
	if err != nil {
		t.Fatal(err)
	}
	refs, err := c.OSV.Refs(t.Context(), clients.OSVQuery{Ecosystem: "npm", Name: "b", Version: "1"})
	if err != nil || len(refs) != 2 {
		t.Errorf("pages: %v, %v", refs, err)
	}
}

func TestEndpoints(t *testing.T) {
	r := recorded(t, day, "endpoints -- npm https://registry.npm.invalid/\n", `npm/a.json -- {"name":"a","versions":{}}`)
	if got := r.Endpoints(); got.NPM != "https://registry.npm.invalid" || got.OSV != "https://osv.invalid" {
		t.Errorf("got %+v", got)
	}
	c, err := r.Clients()
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.NPM.Packument(t.Context(), "a")
	if err != nil || !p.At.Equal(r.Now()) || r.Now().Day() != 20 {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		files []string
		want  string
	}{
		"no time":       {nil, `the file "now" holds one`},
		"no such time":  {[]string{"now -- yesterday"}, "cannot parse"},
		"no address":    {[]string{day, "endpoints -- npm"}, "line 1"},
		"plain http":    {[]string{day, "endpoints -- npm http://registry.npm.invalid"}, "not https"},
		"no service":    {[]string{day, "endpoints -- spm https://spm.invalid"}, `"spm"`},
		"same host":     {[]string{day, "endpoints -- npm https://pypi.invalid"}, "npm and pypi"},
		"a key, no URL": {[]string{day, "endpoints -- sumdb-key https://key.invalid"}, "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(tree(test.files...)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestDelay measures nothing: it only sees that each service is asked for its own.
func TestDelay(t *testing.T) {
	r := recorded(t, day, `npm/a.json -- {"name":"a","versions":{}}`)
	var services []string
	r.Delay(func(service string) time.Duration { services = append(services, service); return 0 })
	c, err := r.Clients()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.NPM.Packument(t.Context(), "a"); err != nil || len(services) != 1 || services[0] != "npm" {
		t.Errorf("asked %v, %v", services, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.NPM.Packument(ctx, "b"); err == nil {
		t.Error("an answer came after the end")
	}
}

// FuzzKey: no address leads out of the directory of its service.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"/acme-http", "/@acme%2fhttp", "/..%2f..%2fnow", "/%00", "/v1/", "//", "/a?b=%2F..", "/v3/systems/npm/packages/%2e%2e/versions/1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse("https://npm.invalid" + address)
		if err != nil {
			return
		}
		for _, service := range []string{"npm", "deps-dev", "osv", "pypi"} {
			key := keyOf(service, u.EscapedPath(), u.Query())
			if key != "" && (!fs.ValidPath(key) || !strings.HasPrefix(key, service+"/")) {
				t.Errorf("%q has the key %q", address, key)
			}
		}
	})
}

// TestArchive: a txtar archive is a directory of recordings.
func TestArchive(t *testing.T) {
	fsys, err := txtar.FS(txtar.Parse([]byte("-- now --\n2026-11-20T09:00:00Z\n-- npm/a.json --\n{\"name\":\"a\",\"versions\":{}}\n")))
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(fsys)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Clients()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.NPM.Packument(t.Context(), "a"); err != nil {
		t.Error(err)
	}
}

// TestEPSS: its questions are lists in the address.
func TestEPSS(t *testing.T) {
	c := asked(t, `epss/CVE-2026-40001.json -- {"data":[{"cve":"CVE-2026-40001","epss":"0.25"}]}`)
	if p, err := c.EPSS.Probability(t.Context(), "CVE-2026-40001"); err != nil || p != 0.25 {
		t.Errorf("got %v, %v", p, err)
	}
	if _, err := c.EPSS.Probability(t.Context(), "CVE-2026-40002"); !errors.Is(err, clients.ErrNotRecorded) {
		t.Errorf("of another: %v", err)
	}
}

// TestNothingIsPrivate: that a name stays from a second service is for its
// sake, and here no service hears of it.
func TestNothingIsPrivate(t *testing.T) {
	if c := asked(t); !c.Public(lockfiles.ID{Ecosystem: "npm", Name: "acme-http"}) {
		t.Error("deps.dev would not be asked")
	}
}

// TestOneHost: behind a proxy for everything, paths tell the services apart.
func TestOneHost(t *testing.T) {
	c := asked(t, "endpoints -- npm https://proxy.invalid/api/npm\npypi https://proxy.invalid/api\nnuget https://nuget.invalid/v3/index.json",
		`npm/acme-http.json -- {"name":"acme-http","versions":{}}`, `pypi/simple/npm.json -- {"name":"npm","files":[],"versions":["1"]}`,
		`nuget/index.json -- {"version":"3.0.0","resources":[{"@id":"https://nuget.invalid/v3/registration/","@type":"RegistrationsBaseUrl/3.6.0"}]}`,
		`nuget/v3/registration/acme.http/index.json -- {}`)
	if _, err := c.NPM.Packument(t.Context(), "acme-http"); err != nil {
		t.Error(err)
	}
	if _, err := c.PyPI.Project(t.Context(), "npm"); err != nil {
		t.Error(err)
	}
	if _, err := c.NuGet.Versions(t.Context(), "Acme.Http"); errors.Is(err, clients.ErrNotRecorded) {
		t.Error(err)
	}
}
