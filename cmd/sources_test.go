package cmd

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff/revision"
)

// isolated keeps the settings of whoever runs the tests out of them.
func isolated(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData", "USERPROFILE"} {
		t.Setenv(name, home)
	}
	for _, line := range os.Environ() {
		name, _, _ := strings.Cut(line, "=")
		upper := strings.ToUpper(name)
		if strings.HasPrefix(upper, "NPM_CONFIG_") || strings.HasPrefix(upper, "GO") && upper != "GOCOVERDIR" || strings.HasPrefix(upper, "PIP_") ||
			strings.HasPrefix(upper, "GH_") || strings.HasPrefix(upper, "GITHUB_") || strings.HasSuffix(upper, "_PROXY") || strings.HasPrefix(upper, "SSL_") || upper == "NODE_EXTRA_CA_CERTS" || upper == "REQUESTS_CA_BUNDLE" {
			t.Setenv(name, "")
		}
	}
	return home
}

// everywhere is a configuration of which each service lies at one address.
func everywhere(t *testing.T, address, more string) (path string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("[endpoints]\n")
	for _, name := range clients.EndpointNames() {
		if name != "sumdb-key" {
			fmt.Fprintf(&b, "%s = %q\n", name, address)
		}
	}
	path = filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(b.String()+more), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func lockfile(patch int, names ...string) []byte {
	var b strings.Builder
	b.WriteString(`{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{`)
	for i, name := range names {
		fmt.Fprintf(&b, "%s%q:\"^1.0.0\"", map[bool]string{true: ","}[i > 0], name)
	}
	b.WriteString("}}")
	for _, name := range names {
		fmt.Fprintf(&b, ",%q:{\"version\":\"1.0.%d\"}", "node_modules/"+name, patch)
	}
	b.WriteString("}}\n")
	return []byte(b.String())
}

// pair is a repository in which the packages move, with further files of base
// and of head.
func pair(t *testing.T, base, head map[string]string, names ...string) (dir string) {
	t.Helper()
	files := func(patch int, more map[string]string) map[string][]byte {
		all := map[string][]byte{"package-lock.json": lockfile(patch, names...)}
		for name, text := range more {
			all[name] = []byte(text)
		}
		return all
	}
	dir = t.TempDir()
	err := revision.Create(dir, revision.Commit{Branch: "main", Message: "before", Files: files(0, base)},
		revision.Commit{Branch: "main", Message: "after", Files: files(1, head)})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(args ...string) (code int, out, told string) {
	var stdout, stderr bytes.Buffer
	code = Main(append([]string{"check", "HEAD~1..HEAD", "--go-git"}, args...), nil, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestHostileServices: whatever the services answer, the review is written,
// says that nothing is known and why, and nothing hangs.
func TestHostileServices(t *testing.T) {
	isolated(t)
	dir := pair(t, nil, nil, "acme-http", "left-padz")
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer elsewhere.Close()
	for name, test := range map[string]struct {
		status int
		body   string
		header [2]string
		says   string
	}{
		"401":                     {401, `{"message":"who are you"}`, [2]string{}, "refused it (401)"},
		"403":                     {403, "<html>no</html>", [2]string{}, "refused it (403)"},
		"404 of somebody else":    {404, "<html>no</html>", [2]string{}, "answered 404"},
		"429 for an hour":         {429, "", [2]string{"Retry-After", "3600"}, "answers no more until"},
		"a page":                  {200, "<!doctype html><title>Sign in</title>", [2]string{}, "answered something else than was asked for"},
		"a giant":                 {200, "{", [2]string{"Content-Length", "1099511627776"}, "is too large"},
		"a redirect to plain ftp": {302, "", [2]string{"Location", "ftp://elsewhere.example/"}, "redirects where no request goes"},
		"control characters":      {401, "{\"message\":\"\\u001b[2J\\u202e\"}", [2]string{}, "refused it (401)"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.header[0] != "" {
					w.Header().Set(test.header[0], test.header[1])
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			defer server.Close()
			began := time.Now()
			code, out, told := run("--repo", dir, "--config", everywhere(t, server.URL, ""))
			if code != exitOK || told != "" {
				t.Errorf("exit code %d, %s", code, told)
			}
			// What is known without asking is known: registry-source, of both packages.
			if !strings.Contains(out, test.says) || !strings.Contains(out, "checked 2 of ") {
				t.Errorf("the report lacks %q:\n%s", test.says, out)
			}
			if strings.ContainsAny(out, "\x1b\u202e") {
				t.Errorf("%q", out)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestBaseNamesTheRegistry: the project's registry is base's word; what head
// makes of it is not asked, and no token but the registry's own goes there.
func TestBaseNamesTheRegistry(t *testing.T) {
	home := isolated(t)
	var mu sync.Mutex
	seen := make(map[string][]string) // server -> Authorization
	serve := func(name string) string {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			seen[name] = append(seen[name], r.URL.Path+" "+r.Header.Get("Authorization"))
			mu.Unlock()
			w.WriteHeader(http.StatusUnauthorized)
		}))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		file := filepath.Join(home, "ca.pem")
		data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		if err := os.WriteFile(file, data, 0o600); err != nil { // httptest's is one for all
			t.Fatal(err)
		}
		t.Setenv("DEPREVIEW_CA_FILE", file)
		return server.URL
	}
	public, project, private, evil := serve("public"), serve("project"), serve("private"), serve("evil")
	npmrc := "@private:registry=" + private + "\n" + strings.TrimPrefix(private, "https:") + "/:_authToken=${NPM_SECRET}\n"
	if err := os.WriteFile(filepath.Join(home, ".npmrc"), []byte(npmrc), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NPM_SECRET", "s3cr3t")
	t.Setenv("GITHUB_TOKEN", "ghs3cr3t")
	dir := pair(t, map[string]string{".npmrc": "@acme:registry=" + project + "\n" + strings.TrimPrefix(project, "https:") + "/:_authToken=${NPM_SECRET}\n"},
		map[string]string{".npmrc": "@acme:registry=" + evil + "\n@private:registry=" + evil + "\n"}, "@acme/http", "@private/tool", "left-padz")
	trace := filepath.Join(home, "trace")
	if err := os.WriteFile(trace, []byte("of before"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, told := run("--repo", dir, "--config", everywhere(t, public, ""), "--trace", trace)
	if code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, told)
	}
	for _, finding := range []string{"has this package come from " + evil + ", HEAD~1 from " + project, "has this package come from " + evil + ", HEAD~1 from " + private} {
		if !strings.Contains(out, finding) {
			t.Errorf("what head changes is not said: %q\n%s", finding, out)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen["evil"]) > 0 {
		t.Errorf("head's registry was asked: %q", seen["evil"])
	}
	count := func(server, path, auth string) (n int) {
		for _, s := range seen[server] {
			if strings.HasPrefix(s, path) && strings.HasSuffix(s, " "+auth) {
				n++
			}
		}
		return n
	}
	if count("project", "/@acme/http", "") == 0 || count("project", "", "") != len(seen["project"]) {
		t.Errorf("base's registry: %q", seen["project"])
	}
	if count("private", "/@private/tool", "Bearer s3cr3t") == 0 {
		t.Errorf("the person's registry: %q", seen["private"])
	}
	if count("public", "/left-padz", "") == 0 || count("public", "", "") != len(seen["public"]) || count("public", "/@", "") > 0 {
		t.Errorf("the public registry: %q", seen["public"])
	}
	data, err := os.ReadFile(trace)
	if err != nil || !bytes.Contains(data, []byte("with a token")) || bytes.Contains(data, []byte("s3cr3t")) || bytes.Contains(data, []byte("of before")) {
		t.Errorf("the trace, %v:\n%s", err, data)
	}
	if info, err := os.Stat(trace); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the trace is anybody's: %v, %v", info.Mode(), err)
	}
}

// TestOfflineAsksNobody, not even where everything would have to be asked.
func TestOfflineAsksNobody(t *testing.T) {
	isolated(t)
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	dir := pair(t, nil, nil, "left-padz")
	for _, args := range [][]string{
		{"--config", everywhere(t, server.URL, ""), "--offline"},
		{"--config", offlineIn(t, everywhere(t, server.URL, ""))},
		{"--config", everywhere(t, server.URL, ""), "--checks", "none"},
	} {
		if code, out, told := run(append(args, "--repo", dir)...); code != exitOK || asked != 0 {
			t.Errorf("%v: exit code %d, %d requests\n%s%s", args, code, asked, out, told)
		}
	}
}

func offlineIn(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, append([]byte("offline = true\n"), data...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPinnedReviewsAreTheSame: --now and --offline give the same bytes.
func TestPinnedReviewsAreTheSame(t *testing.T) {
	isolated(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":"Not found"}`)
	}))
	dir, config := pair(t, nil, nil, "left-padz"), everywhere(t, server.URL, "")
	if code, _, told := run("--repo", dir, "--config", config, "--format", "json"); code != exitOK {
		t.Fatal(told)
	}
	server.Close()
	args := []string{"--repo", dir, "--config", config, "--format", "json", "--offline", "--now", time.Now().Format(time.RFC3339)}
	_, first, _ := run(args...)
	_, second, _ := run(args...)
	if first != second || !strings.Contains(first, "left-padz") {
		t.Errorf("two reviews:\n%s\n%s", first, second)
	}
}

// TestInterruptedReviewEndsAtOnce although a service never answers.
func TestInterruptedReviewEndsAtOnce(t *testing.T) {
	isolated(t)
	arrived, gone := make(chan struct{}), make(chan struct{})
	var once, left sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(arrived) })
		_, _ = io.Copy(io.Discard, r.Body) // net/http sees that the other end has gone once the body is read
		<-r.Context().Done()
		left.Do(func() { close(gone) })
	}))
	defer server.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	c := &cli{Repo: pair(t, nil, nil, "acme-http", "left-padz"), GoGit: true, Config: everywhere(t, server.URL, "")}
	env := &environment{ctx: ctx, stdout: io.Discard, stderr: io.Discard, cli: c}
	env.ask = env.services
	ended := make(chan error, 1)
	go func() { ended <- (&checkCmd{selection{Revs: []string{"HEAD~1..HEAD"}}}).Run(env) }()
	<-arrived
	began := time.Now()
	interrupt()
	err := <-ended
	if took := time.Since(began); !errors.Is(err, context.Canceled) || took > time.Second {
		t.Errorf("%v after %v", err, took)
	}
	<-gone
}

// TestWithdrawn: what was taken back is shown on request, from the offline
// database; without one the review says that it is not known.
func TestWithdrawn(t *testing.T) {
	isolated(t)
	dir := pair(t, nil, nil, "acme-http")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"results":[{},{}]}`)
	}))
	defer server.Close()
	online := []string{"--repo", dir, "--config", everywhere(t, server.URL, ""), "--checks", "advisories", "--format", "json"}
	if _, out, told := run(append(online, "--withdrawn")...); !strings.Contains(told, "advisories that were taken back are not known") || !strings.Contains(out, `"done": 1`) {
		t.Errorf("without a database: %s\n%s", told, out)
	}
	source := t.TempDir()
	record := `{"id":"GHSA-1","modified":"2026-01-02T03:04:05Z","withdrawn":"2026-01-03T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"acme-http"},"versions":["1.0.1"]}]}`
	if err := os.WriteFile(filepath.Join(source, "GHSA-1.json"), []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := Main([]string{"db", "import", source}, nil, &stdout, &stderr); code != exitOK {
		t.Fatal(stderr.String())
	}
	for name, args := range map[string][]string{"online": online, "offline": append([]string{"--offline"}, online...)} {
		if _, out, _ := run(args...); strings.Contains(out, "GHSA-1") {
			t.Errorf("%s: shown without a request:\n%s", name, out)
		}
		if _, out, told := run(append(args, "--withdrawn")...); !strings.Contains(out, "GHSA-1 withdrawn") || told != "" {
			t.Errorf("%s: not shown on request: %s\n%s", name, told, out)
		}
	}
}
