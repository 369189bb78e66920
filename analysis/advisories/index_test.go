package advisories

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	bolt "go.etcd.io/bbolt"

	"github.com/depreview/depreview/lockfiles"
)

// zipOf packs records, each named for its place.
func zipOf(t testing.TB, records ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, r := range records {
		w, err := z.Create(fmt.Sprintf("R-%d.json", i))
		if err == nil {
			_, err = w.Write([]byte(r))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func put(t testing.TB, path string, data []byte, at string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	when, err := time.Parse(time.DateOnly, at)
	if err == nil {
		err = os.Chtimes(path, when, when)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// plain is a record of one version of one package.
func plain(id, ecosystem, name, modified string) string {
	return fmt.Sprintf(`{"id": %q, "modified": "%sT00:00:00Z", "summary": "about %s", "details": "long", "references": [{"type": "WEB", "url": "https://example.invalid"}],
		"affected": [{"package": {"ecosystem": %q, "name": %q}, "versions": ["1.0.0"]}]}`, id, modified, modified, ecosystem, name)
}

func built(t testing.TB, dir string) *Index {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index.db")
	if _, err := Build(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// ids asks an index for a package: "A-1 A-2", and "?" where there may be more.
func ids(t testing.TB, x *Index, ecosystem, name string) string {
	t.Helper()
	answer, err := x.Lookup(lockfiles.ID{Ecosystem: ecosystem, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range answer.Records {
		list = append(list, r.ID)
	}
	slices.Sort(list)
	if answer.Unknown != "" {
		list = append(list, "?")
	}
	return strings.Join(list, " ")
}

func TestIndexLayouts(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/osv-scanner/npm/all.zip", zipOf(t, plain("OLD-1", "npm", "alpha", "2026-01-01")), "2026-01-01")
	put(t, dir+"/osv-scalibr/npm/all.zip", zipOf(t, plain("A-1", "npm", "alpha", "2026-01-01"), plain("A-2", "npm", "alpha", "2026-01-01"), plain("MAL-3", "PyPI", "Beta_x", "2026-01-01")), "2026-01-02")
	put(t, dir+"/osv-scanner/GitHub%20Actions/all.zip", zipOf(t, plain("A-4", "GitHub Actions", "Own/act", "2026-01-01")), "2026-01-03")
	put(t, dir+"/osv-scalibr/GitHub Actions/all.zip", zipOf(t, plain("OLD-4", "GitHub Actions", "own/act", "2026-01-01")), "2026-01-02")
	put(t, dir+"/osv-scalibr/Debian/all.zip", zipOf(t, plain("A-5", "Debian:12", "alpha", "2026-01-01")), "2026-01-02")
	x := built(t, dir)
	for _, c := range []struct{ ecosystem, name, want string }{
		{"npm", "alpha", "A-1 A-2"},
		{"npm", "nothing", ""},
		{"pypi", "beta-X", "MAL-3 ?"}, // only what npm's download happened to hold
		{"pypi", "nothing", "?"},
		{"golang", "example.invalid/alpha", "?"},
		{"jsr", "@a/alpha", "?"},
		{"githubactions", "own/act/sub", "A-4"},
	} {
		if got := ids(t, x, c.ecosystem, c.name); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.ecosystem, c.name, got, c.want)
		}
	}
	var got []string
	for _, c := range x.Info().Ecosystems {
		got = append(got, fmt.Sprintf("%s %d %d %s %v", c.Ecosystem, c.Records, c.Malware, c.AsOf.Format(time.DateOnly), c.Partial != ""))
	}
	want := "Debian 1 0 2026-01-02 false, GitHub Actions 1 0 2026-01-03 false, PyPI 1 1 0001-01-01 true, npm 2 0 2026-01-02 false"
	if strings.Join(got, ", ") != want || x.Info().Records != 5 {
		t.Errorf("%d records: %s", x.Info().Records, strings.Join(got, ", "))
	}
}

func TestIndexLooseRecords(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/a/A-1.json", []byte(plain("A-1", "npm", "alpha", "2026-01-01")), "2026-01-01")
	put(t, dir+"/b/some.zip", zipOf(t, plain("A-2", "npm", "alpha", "2026-01-01"), plain("A-1", "npm", "alpha", "2026-01-05")), "2026-01-02")
	put(t, dir+"/notes.json", []byte(`{"about": "these"}`), "2026-01-03")
	put(t, dir+"/README.md", []byte("no record"), "2026-01-09")
	x := built(t, dir)
	if got := ids(t, x, "npm", "alpha"); got != "A-1 A-2 ?" {
		t.Error(got)
	}
	answer, err := x.Lookup(lockfiles.ID{Ecosystem: "npm", Name: "alpha"})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(answer.Records, func(r *Record) bool { return r.ID == "A-1" })
	r := answer.Records[i]
	if r.Summary != "about 2026-01-05" || r.Details != "" {
		t.Errorf("not the newest, or too much: %+v", r)
	}
	if err := x.ReadText(r); err != nil || r.Details != "long" || len(r.References) != 1 {
		t.Errorf("%v %+v", err, r)
	}
	if u := x.Info().Unreadable; len(u) != 1 || !strings.Contains(u[0], "notes.json") {
		t.Error(u)
	}
}

// An unreadable record may be of any package.
func TestIndexUnreadableRecord(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/npm/all.zip", zipOf(t, plain("A-1", "npm", "alpha", "2026-01-01"), `{"id": "A-2", "id": "A-3"}`), "2026-01-01")
	put(t, dir+"/PyPI/all.zip", zipOf(t, plain("A-4", "PyPI", "alpha", "2026-01-01")), "2026-01-01")
	x := built(t, dir)
	if got := ids(t, x, "npm", "beta") + ids(t, x, "npm", "alpha") + ids(t, x, "pypi", "beta"); got != "?A-1 ?" {
		t.Error(got)
	}
}

func TestBuildRefuses(t *testing.T) {
	whole := zipOf(t, plain("A-1", "npm", "alpha", "2026-01-01"), plain("A-2", "npm", "alpha", "2026-01-01"))
	flipped := bytes.Clone(whole)
	flipped[60] ^= 1
	for name, data := range map[string][]byte{
		"cut": whole[:len(whole)/2], "empty": {}, "no zip": []byte("<html>"), "no record": zipOf(t), "flipped": flipped,
	} {
		t.Run(name, func(t *testing.T) {
			dir, path := t.TempDir(), filepath.Join(t.TempDir(), "index.db")
			put(t, path, []byte("the one of before"), "2026-01-01")
			put(t, dir+"/npm/all.zip", data, "2026-01-01")
			_, err := Build(t.Context(), dir, path)
			if err == nil || !strings.Contains(err.Error(), "\nhint: ") || !strings.Contains(err.Error(), "all.zip") {
				t.Errorf("%v", err)
			}
			if kept, _ := os.ReadFile(path); string(kept) != "the one of before" {
				t.Errorf("the index of before is %q", kept)
			}
			if left, _ := filepath.Glob(path + ".new*"); left != nil {
				t.Error(left)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "index.db")
	if _, err := Build(t.Context(), t.TempDir(), path); err == nil {
		t.Error("an empty directory")
	}
	if _, err := Build(t.Context(), "nowhere", path); err == nil {
		t.Error("no directory")
	}
	dir := t.TempDir()
	put(t, dir+"/npm/all.zip", whole, "2026-01-01")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ctx, dir, path); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "index.db")
	if _, err := Open(path); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := Open(t.TempDir()); err == nil || errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	put(t, dir+"/npm/all.zip", zipOf(t, plain("A-1", "npm", "alpha", "2026-01-01")), "2026-01-01")
	if _, err := Build(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"empty": {}, "text": []byte("no index"), "long text": bytes.Repeat([]byte("x"), 1<<16), "cut": good[:len(good)/2], "cut early": good[:5000]} {
		put(t, path, data, "2026-01-01")
		if x, err := Open(path); !errors.Is(err, ErrDamaged) || x != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: it was not set aside", name)
		}
		if kept, err := os.ReadFile(path + ".broken"); err != nil || !bytes.Equal(kept, data) {
			t.Errorf("%s: %v", name, err)
		}
	}
	put(t, path, good, "2026-01-01")
	db, err := bolt.Open(path, 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		data, err := json.Marshal(Info{Schema: schema - 1})
		if err != nil {
			return err
		}
		return tx.Bucket(metaBucket).Put(infoKey, seal(infoKey, data))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), "\nhint: ") {
		t.Error(err)
	}
}

// Whatever byte of the file changes, no package loses an advisory unnoticed.
func TestDamageIsNeverClean(t *testing.T) {
	dir := t.TempDir()
	var records []string
	for i := range 40 {
		records = append(records, plain(fmt.Sprintf("A-%d", i), "npm", fmt.Sprintf("alpha-%d", i), "2026-01-01"))
	}
	put(t, dir+"/npm/all.zip", zipOf(t, records...), "2026-01-01")
	path := filepath.Join(t.TempDir(), "index.db")
	if _, err := Build(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	for at := 0; at < len(good); at += 61 {
		data := bytes.Clone(good)
		data[at] ^= 0x55
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := Open(path)
		if err != nil {
			noticed++
			continue
		}
		for i := range 40 {
			answer, err := x.Lookup(lockfiles.ID{Ecosystem: "npm", Name: fmt.Sprintf("alpha-%d", i)})
			if err != nil {
				noticed++
				break
			}
			if len(answer.Records) != 1 || answer.Records[0].ID != fmt.Sprintf("A-%d", i) {
				t.Fatalf("byte %d: alpha-%d has %d records", at, i, len(answer.Records))
			}
		}
		x.Close()
	}
	if noticed == 0 {
		t.Error("no damage was noticed: is the test looking at the right file?")
	}
}

// Two at once, and a reader that has the old one open.
func TestBuildTwice(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "index.db")
	put(t, dir+"/npm/all.zip", zipOf(t, plain("A-1", "npm", "alpha", "2026-01-01")), "2026-01-01")
	if _, err := Build(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	old, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	put(t, dir+"/npm/all.zip", zipOf(t, plain("A-2", "npm", "alpha", "2026-01-01")), "2026-01-01")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := Build(t.Context(), dir, path); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	fresh, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if got := ids(t, old, "npm", "alpha") + " " + ids(t, fresh, "npm", "alpha"); got != "A-1 A-2" {
		t.Error(got)
	}
	// Waiting for the other ends when the person does.
	unlock, err := lock(t.Context(), path+".lock")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ctx, dir, path); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// The same download gives the same bytes.
func TestBuildReproducible(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/npm/all.zip", zipOf(t, plain("A-1", "npm", "alpha", "2026-01-01"), plain("A-2", "npm", "beta", "2026-01-01")), "2026-01-01")
	var files [2][]byte
	for i := range files {
		path := filepath.Join(t.TempDir(), "index.db")
		if _, err := Build(t.Context(), dir, path); err != nil {
			t.Fatal(err)
		}
		files[i], _ = os.ReadFile(path)
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two builds differ")
	}
}
