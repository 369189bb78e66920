package cmd

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/attest/roots"
	"github.com/depreview/depreview/analysis/clients"
)

// TestRefreshRoots: who answers in place of the repositories changes nothing,
// and each failure is told with its next step.
func TestRefreshRoots(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	dir, err := roots.DefaultDir()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "sigstore.json"), []byte("{"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if used := keptRoots(); used.Sigstore != nil || !strings.Contains(used.Problem, "the kept roots of Sigstore and npm are not used") {
		t.Errorf("%q", used.Problem)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/github/") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	endpoints := clients.Endpoints{SigstoreTUF: server.URL + "/sigstore", GitHubTUF: server.URL + "/github"}
	transport, err := clients.NewTransport(clients.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	err = refreshRoots(&environment{ctx: t.Context(), stderr: &stderr, cli: &cli{}}, transport, endpoints)
	if err == nil || !strings.Contains(err.Error(), "not all roots of trust could be refreshed\nhint: ") {
		t.Errorf("%v", err)
	}
	for _, want := range []string{
		"depreview: the kept roots of Sigstore and npm were damaged, and are set aside as " + filepath.Join(dir, "sigstore.json.broken") + "\n",
		"depreview: refresh the roots of Sigstore and npm: ", "depreview: refresh the roots of GitHub: 127.0.0.1", "refused it (403)",
		"\nhint: the roots that are there stay in use; ",
	} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, &stderr)
		}
	}
	if used := keptRoots(); used.Sigstore != nil || used.GitHub != nil || used.Problem != "" {
		t.Errorf("%+v", used)
	}
}

func TestListRoots(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	all := []roots.Kept{
		{Repository: roots.Sigstore(), From: attest.Refreshed, Date: now.AddDate(0, 0, -3), Expires: now.AddDate(0, 0, 4)},
		{Repository: roots.Sigstore(), From: attest.Refreshed, Date: now.AddDate(0, 0, -9), Expires: now.AddDate(0, 0, -2)},
		{Repository: roots.Sigstore(), Date: now.AddDate(-1, 0, -1), Problem: "it is\x1b damaged"},
		{Repository: roots.GitHub()},
	}
	var out, stderr bytes.Buffer
	if err := writeRoots(&out, all, now); err != nil {
		t.Fatal(err)
	}
	const want = `roots of trust
of                from       as of                       by TUF
Sigstore and npm  refreshed  2026-11-19 (3 days ago)     to be confirmed by 2026-11-26
Sigstore and npm  refreshed  2026-11-13 (9 days ago)     expired 2026-11-20
Sigstore and npm  embedded   2025-11-21 (366 days ago)   -
GitHub            none       -                           what its instance signed is unknown
`
	if got := out.String(); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("%s", got)
	}
	if err := warnRoots(&stderr, all, now); err != nil {
		t.Fatal(err)
	}
	if got := stderr.String(); got != "depreview: the kept roots of Sigstore and npm are not used: it is<ESC> damaged\nhint: depreview db update gets them anew\n" {
		t.Errorf("%q", got)
	}
	all[2].Problem = ""
	stderr.Reset()
	if err := warnRoots(&stderr, all, now); err != nil || !strings.Contains(stderr.String(), "older than a year") {
		t.Errorf("%q, %v", stderr.String(), err)
	}
}
