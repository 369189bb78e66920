package clients

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
)

func TestGoProxy(t *testing.T) {
	address, asked := routes(t, answer(404, "not found: no such module"), map[string]string{
		"/forge.invalid/!acme/http/@v/list":              "v1.0.0\nv1.1.0\n",
		"/forge.invalid/empty/@v/list":                   "",
		"/forge.invalid/page/@v/list":                    "<html> <p>",
		"/forge.invalid/!acme/http/@v/v1.1.0-!r!c1.info": `{"Version":"v1.1.0-RC1","Time":"2026-01-01T00:00:00Z","Origin":{"VCS":"git","URL":"https://forge.invalid/Acme/http","Hash":"c0ffee","Ref":"refs/tags/v1.1.0-RC1"}}`,
		"/forge.invalid/!acme/http/@v/v1.0.0.info":       `{"Version":"v1.0.0"}`,
		"/forge.invalid/!acme/http/@v/v1.2.0.info":       `{"Version":"v1.3.0"}`,
		"/forge.invalid/!acme/http/@latest":              `{"Version":"v1.1.0"}`,
		"/forge.invalid/!acme/http/@v/v1.0.0.mod":        "module forge.invalid/Acme/http\n",
	})
	g := NewGoProxy(quiet(t), Endpoints{GoProxy: address})
	const path = "forge.invalid/Acme/http"
	list, err := g.List(t.Context(), path)
	_, absent := g.List(t.Context(), "forge.invalid/none")
	wantStates(t, "a list", err, absent)
	if len(list) != 2 {
		t.Error(list)
	}
	if list, err := g.List(t.Context(), "forge.invalid/empty"); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
	info, err := g.Info(t.Context(), path, "v1.1.0-RC1")
	_, absent = g.Info(t.Context(), path, "v1.9.0")
	wantStates(t, "a version", err, absent)
	if info.Origin.Hash != "c0ffee" || info.Time.IsZero() {
		t.Errorf("%+v", info)
	}
	if info, err := g.Info(t.Context(), path, "v1.0.0"); err != nil || info.Origin != nil || !info.Time.IsZero() {
		t.Errorf("%+v, %v", info, err)
	}
	mod, err := g.Mod(t.Context(), path, "v1.0.0")
	_, absent = g.Mod(t.Context(), path, "v1.1.0")
	wantStates(t, "a go.mod", err, absent)
	latest, err := g.Latest(t.Context(), path)
	if err != nil || latest.Version != "v1.1.0" || !strings.HasPrefix(string(mod), "module ") {
		t.Error(latest, err, string(mod))
	}
	before := asked.Load()
	for _, bad := range [][2]string{{"forge.invalid/page", ""}, {path, "v1.2.0"}, {path, "v1.0.0\n"}, {path, "../x"}, {"../x", "v1.0.0"}, {"forge.invalid/a\x1bb", "v1.0.0"}} {
		_, err := g.Info(t.Context(), bad[0], bad[1])
		if bad[1] == "" {
			_, err = g.List(t.Context(), bad[0])
		}
		if StateOf(err) != Unknown {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if asked.Load() != before+2 {
		t.Errorf("bad names were asked for: %d", asked.Load()-before)
	}
}

// checksums is a checksum database of our own.
func checksums(t *testing.T) (server *sumdb.TestServer, verifier string) {
	t.Helper()
	signer, verifier, err := note.GenerateKey(rand.Reader, "sum.invalid")
	if err != nil {
		t.Fatal(err)
	}
	return sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		if strings.Contains(path, "none") {
			return nil, fmt.Errorf("not found: %s", path)
		}
		return fmt.Appendf(nil, "%s %s h1:AAAA%s=\n%s %s/go.mod h1:BBBB=\n", path, version, version, path, version), nil
	}), verifier
}

func TestSumDB(t *testing.T) {
	truth, verifier := checksums(t)
	lie, _ := checksums(t)
	var asked atomic.Int64
	var handler atomic.Pointer[sumdb.Server]
	handler.Store(sumdb.NewServer(truth))
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if strings.Contains(r.URL.Path, "none") {
			answer(404, "not found: no such module")(w, r)
			return
		}
		handler.Load().ServeHTTP(w, r)
	})
	dir := t.TempDir()
	endpoints := Endpoints{SumDB: address, SumDBKey: verifier}
	open := func(offline bool) *SumDB {
		transport, _ := newTransport(t, func(o *Options) { o.CacheDir, o.Offline = dir, offline })
		return NewSumDB(transport, endpoints)
	}
	db := open(false)
	for i := range 20 {
		path := fmt.Sprint("forge.invalid/acme/m", i)
		lines, err := db.Lookup(t.Context(), path, "v1.0.0")
		if err != nil || len(lines) != 1 || lines[0] != path+" v1.0.0 h1:AAAAv1.0.0=" {
			t.Fatal(lines, err)
		}
	}
	lines, err := db.Lookup(t.Context(), "forge.invalid/acme/m1", "v1.0.0/go.mod")
	_, absent := db.Lookup(t.Context(), "forge.invalid/none", "v1.0.0")
	wantStates(t, "a checksum", err, absent)
	if len(lines) != 1 || !strings.HasSuffix(lines[0], "/go.mod h1:BBBB=") {
		t.Error(lines)
	}

	// Another run needs no network for what was verified.
	before := asked.Load()
	if _, err := open(true).Lookup(t.Context(), "forge.invalid/acme/m19", "v1.0.0"); err != nil || asked.Load() != before {
		t.Error("offline:", err)
	}
	if _, err := open(true).Lookup(t.Context(), "forge.invalid/acme/new", "v1.0.0"); !errors.Is(err, ErrOffline) {
		t.Error(err)
	}

	// A database that signs with another key, and one that forgot its past.
	handler.Store(sumdb.NewServer(lie))
	_, err = open(false).Lookup(t.Context(), "forge.invalid/acme/fresh", "v1.0.0")
	if asError(err) == nil || asError(err).Reason != ReasonUnverified || !strings.Contains(err.Error(), "hint: do not install it") {
		t.Error("a foreign signature:", err)
	}
	endpoints.SumDBKey = "sum.invalid+none"
	if _, err := open(false).Lookup(t.Context(), "forge.invalid/acme/m1", "v1.0.0"); asError(err).Reason != ReasonUnverified {
		t.Error(err)
	}
}

// TestSumDBForks is a database that shows two histories, both well signed.
func TestSumDBForks(t *testing.T) {
	signer, verifier, err := note.GenerateKey(rand.Reader, "sum.invalid")
	if err != nil {
		t.Fatal(err)
	}
	history := func(salt string) *sumdb.Server {
		return sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
			return fmt.Appendf(nil, "%s %s h1:%s=\n%s %s/go.mod h1:%s=\n", path, version, salt, path, version, salt), nil
		}))
	}
	now := history("one")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { now.ServeHTTP(w, r) }))
	defer server.Close()
	transport := quiet(t)
	db := NewSumDB(transport, Endpoints{SumDB: server.URL, SumDBKey: verifier})
	for i := range 3 {
		if _, err := db.Lookup(t.Context(), fmt.Sprint("forge.invalid/m", i), "v1.0.0"); err != nil {
			t.Fatal(err)
		}
	}
	now = history("two")
	var last error
	for i := range 5 {
		if _, last = db.Lookup(t.Context(), fmt.Sprint("forge.invalid/n", i), "v1.0.0"); last != nil {
			break
		}
	}
	if !errors.Is(last, sumdb.ErrSecurity) || asError(last).Reason != ReasonUnverified {
		t.Error("a second history was believed:", last)
	}
}
