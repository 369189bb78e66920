package cmd

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/advisories"
	download "github.com/depreview/depreview/analysis/advisories/update"
	"github.com/depreview/depreview/analysis/clients"
)

func TestDBUpdate(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY", t.TempDir())
	t.Setenv("OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", "")
	var npm bytes.Buffer
	z := zip.NewWriter(&npm)
	w, err := z.Create("GHSA-1.json")
	if err == nil {
		_, err = w.Write([]byte(`{"id":"GHSA-1","modified":"2026-01-02T03:04:05Z","affected":[{"package":{"ecosystem":"npm","name":"acme"},"versions":["1.0.0"]}]}`))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/npm/all.zip" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write(npm.Bytes())
	}))
	defer server.Close()
	endpoints := clients.Endpoints{OSVDatabase: server.URL}
	for _, c := range []struct {
		args                []string
		code                int
		wantOut, wantStderr string
	}{
		{[]string{"npm"}, exitOK, "npm        1           0        20", "depreview: npm: 0.0 MB\n"},
		{[]string{"NPM", "pypi"}, exitUsage, "npm        1 ", "depreview: PyPI: 127.0.0.1"},
		{[]string{"pypi"}, exitUsage, "npm        1 ", "refused it (403)\ndepreview: not all advisories could be updated\nhint: "},
		{[]string{"debian"}, exitUsage, "", `depreview: update advisories: OSV has no ecosystem "debian"`},
	} {
		var out, stderr bytes.Buffer
		env := &environment{ctx: t.Context(), stdout: &out, stderr: &stderr, cli: &cli{}, config: &config{}}
		code := tell(&stderr, withoutRoots(env, endpoints, c.args))
		if code != c.code || !strings.Contains(out.String(), c.wantOut) || !strings.Contains(stderr.String(), c.wantStderr) {
			t.Errorf("%v: exit %d\n%s\n%s", c.args, code, &out, &stderr)
		}
	}
}

// withoutRoots is db update of the advisories alone.
func withoutRoots(env *environment, endpoints clients.Endpoints, args []string) error {
	names, err := (&dbUpdateCmd{args}).names()
	if err != nil {
		return err
	}
	transport, err := clients.NewTransport(clients.Options{Limits: endpoints.Limits()})
	if err != nil {
		return err
	}
	return updateAdvisories(env, transport, endpoints, names)
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "the future", 0: "less than an hour ago", time.Hour: "1 hour ago", 23*time.Hour + 59*time.Minute: "23 hours ago",
		24 * time.Hour: "1 day ago", 75 * time.Hour: "3 days ago", 40 * 24 * time.Hour: "40 days ago",
	} {
		if got := age(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	info := advisories.Info{Ecosystems: []advisories.Coverage{{Ecosystem: "npm", AsOf: now.Add(-8 * 24 * time.Hour)}, {Ecosystem: "PyPI", AsOf: now.Add(-6 * 24 * time.Hour)}, {Ecosystem: "Go"}}}
	if err := warnOld(&b, info, now); err != nil || b.String() != "depreview: the npm advisories are of 8 days ago; what was found since is not in them\nhint: depreview db update\n" {
		t.Errorf("%v: %q", err, b.String())
	}
	kept := download.Outcome{Ecosystem: "npm", Err: errors.New("no\nhint: x"), Kept: true, AsOf: now.Add(-50 * time.Hour)}
	if got := tellOutcome(kept, now); got != "npm: no; the copy from 2 days ago stays" {
		t.Error(got)
	}
}
