package update

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

// storage is the bucket: all.zip by ecosystem, and what is wrong with it.
type storage struct {
	mu    sync.Mutex
	zips  map[string][]byte
	wrong map[string]string // ecosystem -> "checksum", "half", "500", "text"
	sent  map[string]int
}

func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ecosystem := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), "/all.zip")
	data, ok := s.zips[ecosystem]
	if !ok {
		w.WriteHeader(404)
		fmt.Fprint(w, "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>")
		return
	}
	sum := crc32.Checksum(data, castagnoli)
	etag := fmt.Sprintf(`"%x"`, sum)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.sent[ecosystem]++
	if s.wrong[ecosystem] == "checksum" {
		sum++
	}
	w.Header().Set("ETag", etag)
	w.Header().Add("X-Goog-Hash", "crc32c="+base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum)))
	w.Header().Add("X-Goog-Hash", "md5=AAAA")
	switch s.wrong[ecosystem] {
	case "500":
		w.WriteHeader(500)
		return
	case "half":
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		data = data[:len(data)/2]
	case "text":
		w.Header().Del("X-Goog-Hash")
		data = []byte("maintenance")
	}
	_, _ = w.Write(data)
}

func zipOf(t *testing.T, ecosystem string, ids ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, id := range ids {
		w, err := z.Create(id + ".json")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, `{"id":%q,"modified":"2026-01-02T03:04:05Z","affected":[{"package":{"ecosystem":%q,"name":"acme"},"versions":["1.0.0"]}]}`, id, ecosystem)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type world struct {
	*storage
	options  Options
	outcomes map[string]Outcome
}

func newWorld(t *testing.T) *world {
	w := &world{storage: &storage{wrong: map[string]string{}, sent: map[string]int{}, zips: map[string][]byte{
		"npm": zipOf(t, "npm", "GHSA-npm-1"), "PyPI": zipOf(t, "PyPI", "GHSA-pypi-1"), "GitHub Actions": zipOf(t, "GitHub Actions", "GHSA-acti-1"),
	}}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	transport, err := clients.NewTransport(clients.Options{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	layout, err := UserLayout(func(string) string { return "" }, func() (string, error) { return cache, nil })
	if err != nil {
		t.Fatal(err)
	}
	w.options = Options{
		Database: clients.NewOSVDatabase(transport, clients.Endpoints{OSVDatabase: server.URL}), Layout: layout,
		Index: filepath.Join(cache, "depreview", "index.db"), Ecosystems: []string{"npm", "PyPI", "GitHub Actions"},
		Tell: func(o Outcome) { w.outcomes[o.Ecosystem] = o },
	}
	return w
}

func (w *world) run(t *testing.T) (advisories.Info, error) {
	w.outcomes = make(map[string]Outcome)
	return Run(t.Context(), w.options)
}

// ids are those of the advisories of acme that the index holds.
func (w *world) ids(t *testing.T, ecosystem string) (list []string) {
	t.Helper()
	x, err := advisories.Open(w.options.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	answer, err := x.Lookup(lockfiles.ID{Ecosystem: ecosystem, Name: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range answer.Records {
		list = append(list, r.ID)
	}
	if answer.Unknown != "" {
		list = append(list, answer.Unknown)
	}
	return list
}

func TestUpdate(t *testing.T) {
	w := newWorld(t)
	info, err := w.run(t)
	if err != nil || info.Records != 3 || len(w.outcomes) != 3 {
		t.Fatalf("%+v, %v, %v", info, err, w.outcomes)
	}
	// Nothing changed: nothing is sent, and the copies are as new as the answer.
	npm := filepath.Join(w.options.Layout.Write, "npm", "all.zip")
	old := time.Now().Add(-100 * time.Hour)
	if err := os.Chtimes(npm, old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := w.run(t); err != nil || w.sent["npm"] != 1 || w.outcomes["npm"].Size != 0 {
		t.Errorf("%v, sent %v", err, w.sent)
	}
	if at, err := os.Stat(npm); err != nil || time.Since(at.ModTime()) > time.Hour {
		t.Errorf("its age is of %v, %v", at.ModTime(), err)
	}
	// A scanner that was cut off while it wrote: the ETag counts no more.
	if err := os.WriteFile(npm, []byte("PK half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := w.run(t); err != nil || w.sent["npm"] != 2 {
		t.Errorf("%v, sent %v", err, w.sent)
	}
	w.zips["npm"] = zipOf(t, "npm", "GHSA-npm-1", "GHSA-npm-2")
	if _, err := w.run(t); err != nil || !slices.Equal(w.ids(t, "npm"), []string{"GHSA-npm-1", "GHSA-npm-2"}) {
		t.Errorf("%v: %v", err, w.ids(t, "npm"))
	}
	parts, err := filepath.Glob(filepath.Join(w.options.Layout.Write, "*", "*.part"))
	if err != nil || len(parts) > 0 {
		t.Errorf("left behind: %v, %v", parts, err)
	}
}

func TestUpdateOfWhichOneFails(t *testing.T) {
	for _, wrong := range []string{"checksum", "half", "500", "text"} {
		t.Run(wrong, func(t *testing.T) {
			w := newWorld(t)
			w.wrong["PyPI"] = wrong
			_, err := w.run(t)
			if !errors.Is(err, ErrPartial) || w.outcomes["PyPI"].Err == nil || w.outcomes["npm"].Err != nil {
				t.Fatalf("%v, %v", err, w.outcomes)
			}
			if got := w.ids(t, "pypi"); !slices.Equal(got, []string{"the offline database holds no PyPI advisories"}) {
				t.Errorf("without a copy: %q", got)
			}
			delete(w.wrong, "PyPI")
			if _, err := w.run(t); err != nil || w.sent["npm"] != 1 {
				t.Fatalf("resumed: %v, sent %v", err, w.sent)
			}
			w.wrong["PyPI"] = wrong
			w.zips["PyPI"] = zipOf(t, "PyPI", "GHSA-pypi-2")
			if _, err := w.run(t); !errors.Is(err, ErrPartial) || !w.outcomes["PyPI"].Kept || !slices.Equal(w.ids(t, "pypi"), []string{"GHSA-pypi-1"}) {
				t.Errorf("the older copy: %v, %+v, %q", err, w.outcomes["PyPI"], w.ids(t, "pypi"))
			}
		})
	}
}

func TestUpdateOfNothing(t *testing.T) {
	w := newWorld(t)
	w.zips = nil
	if _, err := w.run(t); !errors.Is(err, ErrPartial) {
		t.Error(err)
	}
	if _, err := os.Stat(w.options.Index); err == nil {
		t.Error("an index was made of nothing")
	}
	if clients.StateOf(w.outcomes["npm"].Err) != clients.Absent {
		t.Errorf("%v", w.outcomes["npm"].Err)
	}
}

func TestOlderDirectoryCounts(t *testing.T) {
	w := newWorld(t)
	// osv-scanner's own directory of before holds more, and a torn one.
	for path, data := range map[string][]byte{"crates.io/all.zip": zipOf(t, "crates.io", "RUSTSEC-1"), "Hex/all.zip": []byte("PK"), "npm/all.zip": zipOf(t, "npm", "GHSA-older")} {
		name := filepath.Join(w.options.Layout.Read[1], path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, data, 0o644)); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-1000 * time.Hour)
		if err := os.Chtimes(name, long, long); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.run(t)
	if !errors.Is(err, ErrPartial) || w.outcomes["Hex"].Err == nil {
		t.Errorf("%v, %v", err, w.outcomes["Hex"])
	}
	if !slices.Equal(w.ids(t, "cargo"), []string{"RUSTSEC-1"}) || !slices.Equal(w.ids(t, "npm"), []string{"GHSA-npm-1"}) {
		t.Errorf("%q, %q", w.ids(t, "cargo"), w.ids(t, "npm"))
	}
}

func TestUserLayout(t *testing.T) {
	cache := func() (string, error) { return "/cache", nil }
	for _, c := range []struct{ scalibr, scanner, write, read string }{
		{"", "", "/cache/osv-scalibr", "/cache/osv-scanner"},
		{"/new", "", "/new/osv-scalibr", "/new/osv-scanner"},
		{"", "/old", "/old/osv-scalibr", "/old/osv-scanner"},
		{"/new", "/old", "/new/osv-scalibr", "/old/osv-scanner"},
	} {
		env := map[string]string{"OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY": c.scalibr, "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY": c.scanner}
		l, err := UserLayout(func(name string) string { return env[name] }, cache)
		if err != nil || filepath.ToSlash(l.Write) != c.write || len(l.Read) != 2 || filepath.ToSlash(l.Read[1]) != c.read {
			t.Errorf("%+v: %+v, %v", c, l, err)
		}
	}
}
