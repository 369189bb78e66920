//go:build engines

package main

import (
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/memory"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func memoryStore() *memory.Storage { return memory.NewStorage() }

// served gives a repository by git's own server; configured says what it allows.
func served(t testing.TB, dir string, configured ...string) string {
	t.Helper()
	program, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed: nothing serves a fetch")
	}
	env := []string{
		"GIT_PROJECT_ROOT=" + filepath.Dir(dir), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + t.TempDir(),
		"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		"GIT_CONFIG_KEY_1=uploadpack.allowAnySHA1InWant", "GIT_CONFIG_VALUE_1=" + strings.Join(append([]string{"true"}[:1-len(configured)], configured...), ""),
	}
	git := &cgi.Handler{Path: program, Args: []string{"http-backend"}, Env: env, Stderr: os.Stderr}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/gone"):
			http.NotFound(w, r)
		case strings.HasPrefix(r.URL.Path, "/private"):
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(r.URL.Path, "/moved"):
			http.Redirect(w, r, "http://elsewhere.invalid/x", http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, "/html"):
			w.Write([]byte("<html>Sign in</html>"))
		default:
			git.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	network.allow([]string{u.Scheme + "://" + u.Host})
	t.Cleanup(func() { network.allow(nil) })
	return server.URL
}

func TestFetchOneCommit(t *testing.T) {
	dir, base, head := upstream(t)
	server := served(t, dir)
	to := t.TempDir()
	store, err := fetch(t.Context(), server+"/"+filepath.Base(dir), plumbing.NewHash(base), to, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	s, err := commitSource(t.Context(), store, plumbing.NewHash(base), maxFiles)
	if err != nil || strings.Join(s.files, " ") != ".github/workflows/ci.yml Dockerfile main.go" {
		t.Errorf("files are %q, %v", s.files, err)
	}
	if store.HasEncodedObject(plumbing.NewHash(head)) == nil {
		t.Error("more than one commit came")
	}
	if data, _, err := s.read("main.go"); err != nil || string(data) != "package main\n" {
		t.Errorf("got %q, %v", data, err)
	}
}

// A server that gives no single commits still gives what its branches name.
func TestFetchByName(t *testing.T) {
	dir, base, head := upstream(t)
	server := served(t, dir, "false")
	address := server + "/" + filepath.Base(dir)
	if _, err := fetch(t.Context(), address, plumbing.NewHash(head), t.TempDir(), maxBytes); err != nil {
		t.Errorf("the branch's commit: %v", err)
	}
	if _, err := fetch(t.Context(), address, plumbing.NewHash(base), t.TempDir(), maxBytes); err == nil || !strings.Contains(err.Error(), "no branch or tag names this one") {
		t.Errorf("another: %v", err)
	}
}

func TestFetchFails(t *testing.T) {
	dir, _, head := upstream(t)
	server := served(t, dir)
	for _, c := range []struct {
		path, commit string
		most         int64
		reason       string
	}{
		{"gone", head, maxBytes, "gone, or private"},
		{"private", head, maxBytes, "gone, or private"},
		{"moved", head, maxBytes, "elsewhere.invalid is not asked"},
		{"html", head, maxBytes, "fetch the commit"},
		{filepath.Base(dir), strings.Repeat("1", 40), maxBytes, "no such commit"},
		{filepath.Base(dir), head, 300, "too large"},
	} {
		store, err := fetch(t.Context(), server+"/"+c.path, plumbing.NewHash(c.commit), t.TempDir(), c.most)
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: got %v, %v; want %q", c.path, store, err, c.reason)
		}
	}
}

// A token reaches the hosts that it is for, and no other host is asked at all.
func TestGuard(t *testing.T) {
	var asked []string
	g := &guard{inner: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Host+" "+r.Header.Get("Authorization"))
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	})}
	g.allow([]string{"https://archives.example"}, "https://api.example")
	for _, host := range []string{
		"https://api.example", "https://archives.example", "https://other.example",
		"http://api.example", "https://api.example:8443", "https://api.example.evil.invalid",
	} {
		r, err := http.NewRequest("GET", host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "token acme-secret")
		g.RoundTrip(r)
		if r.Header.Get("Authorization") == "" {
			t.Error("the caller's request was changed")
		}
	}
	if got := strings.Join(asked, ", "); got != "api.example token acme-secret, archives.example " {
		t.Errorf("asked %q", got)
	}
	if http.DefaultTransport != http.RoundTripper(network) || remote.DefaultTransport != http.RoundTripper(network) {
		t.Error("the libraries' requests go past the guard")
	}
	if _, err := net.DefaultResolver.LookupHost(t.Context(), "api.example"); err == nil || !strings.Contains(err.Error(), errNoNetwork.Error()) {
		t.Errorf("a client of its own finds an address: %v", err)
	}
}
