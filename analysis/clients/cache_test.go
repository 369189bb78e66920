package clients

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestCacheAges(t *testing.T) {
	var version atomic.Int64
	version.Store(1)
	var conditional atomic.Int64
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf(`"v%d"`, version.Load())
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			conditional.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprintf(w, `{"name":"v%d"}`, version.Load())
	})
	dir := t.TempDir()
	transport, clock := newTransport(t, func(o *Options) { o.CacheDir = dir })
	ask := func(want string, wantAsked int64) time.Time {
		t.Helper()
		var got document
		at, err := transport.Do(t.Context(), question(address, &got))
		if err != nil || got.Name != want || asked.Load() != wantAsked {
			t.Fatalf("got %q, %v, asked %d times; want %q, %d", got.Name, err, asked.Load(), want, wantAsked)
		}
		return at
	}
	first := ask("v1", 1)
	_ = clock.Sleep(t.Context(), 59*time.Minute)
	if at := ask("v1", 1); !at.Equal(first) {
		t.Errorf("a kept answer is of %v, want %v", at, first)
	}
	_ = clock.Sleep(t.Context(), 2*time.Minute)
	if at := ask("v1", 2); conditional.Load() != 1 || !at.After(first) {
		t.Error("an old answer with an ETag was asked for whole")
	}
	ask("v1", 2) // 304 made it young again
	version.Store(2)
	ask("v1", 2)
	_ = clock.Sleep(t.Context(), 2*time.Hour)
	ask("v2", 3)
	// Asking by hand asks, and another process finds what was kept.
	if _, err := transport.Do(Refresh(t.Context()), question(address, new(document))); err != nil || asked.Load() != 4 {
		t.Error("refresh did not ask", err)
	}
	offline, _ := newTransport(t, func(o *Options) { o.CacheDir, o.Offline = dir, true })
	var got document
	if _, err := offline.Do(t.Context(), question(address, &got)); err != nil || got.Name != "v2" {
		t.Error("offline:", got, err)
	}
	// What was kept in the future is no fresher for that.
	past, _ := newTransport(t, func(o *Options) { o.CacheDir = dir }) // its clock starts at noon again
	before := asked.Load()
	if _, err := past.Do(t.Context(), question(address, &got)); err != nil || asked.Load() != before+1 {
		t.Error("an answer of the future was believed", err)
	}
	_, err := offline.Do(t.Context(), question(address+"/other", &got))
	if !errors.Is(err, ErrOffline) || StateOf(err) != Unknown || asked.Load() != before+1 {
		t.Error("offline, not kept:", err)
	}
}

func TestImmutableAndAbsent(t *testing.T) {
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/absent" {
			answer(404, `{"error":"no"}`)(w, r)
			return
		}
		answer(200, `{"name":"a"}`)(w, r)
	})
	transport, clock := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	for range 3 {
		req := question(address+"/1.0.0", new(document))
		req.Fresh = Immutable
		if _, err := transport.Do(Refresh(t.Context()), req); err != nil {
			t.Fatal(err)
		}
		_ = clock.Sleep(t.Context(), 10000*time.Hour)
	}
	if asked.Load() != 1 {
		t.Errorf("an immutable answer was asked for %d times", asked.Load())
	}
	absent := question(address+"/absent", new(document))
	absent.Fresh = Immutable
	for range 3 {
		if _, err := transport.Do(t.Context(), absent); StateOf(err) != Absent {
			t.Fatal(err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
	_ = clock.Sleep(t.Context(), absentFresh)
	_, _ = transport.Do(t.Context(), absent)
	if asked.Load() != 3 {
		t.Error("what was absent is absent for ever")
	}
}

func TestWhatIsNoAnswerIsNotKept(t *testing.T) {
	var n atomic.Int64
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) == 1 {
			answer(200, "<html>captive</html>")(w, r)
			return
		}
		answer(200, `{"name":"a"}`)(w, r)
	})
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	for i := range 3 {
		_, err := transport.Do(t.Context(), question(address, new(document)))
		if (err != nil) != (i == 0) {
			t.Error(i, err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestDamagedEntries(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"half":           func(b []byte) []byte { return b[:len(b)/2] },
		"nothing":        func([]byte) []byte { return nil },
		"another byte":   func(b []byte) []byte { b[len(b)-2] ^= 1; return b },
		"NULs":           func(b []byte) []byte { clear(b); return b },
		"something else": func([]byte) []byte { return []byte("{}\n") },
		"a size too big": func(b []byte) []byte {
			return []byte(strings.Replace(string(b), cacheMagic, cacheMagic+"99999999", 1))
		},
		"a negative size": func(b []byte) []byte {
			return []byte(strings.Replace(string(b), cacheMagic, cacheMagic+"-", 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			address, asked := serve(t, answer(200, `{"name":"a"}`))
			transport, _ := newTransport(t, func(o *Options) { o.CacheDir = dir })
			_, _ = transport.Do(t.Context(), question(address, new(document)))
			files := cached(t, dir)
			data, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files[0], damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			var got document
			if _, err := transport.Do(t.Context(), question(address, &got)); err != nil || got.Name != "a" || asked.Load() != 2 {
				t.Errorf("%+v, %v, asked %d times", got, err, asked.Load())
			}
			if _, err := os.Stat(files[0] + ".broken"); err != nil {
				t.Error("not set aside:", err)
			}
			if _, damaged := transport.CacheProblems(); damaged != 1 {
				t.Errorf("%d damaged", damaged)
			}
		})
	}
}

func cached(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatal("nothing was kept", err)
	}
	return files
}

func TestFullDisk(t *testing.T) {
	address, _ := serve(t, answer(200, `{"name":"a"}`))
	dir := t.TempDir()
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = dir })
	transport.cache.write = func(name string, data []byte, mode fs.FileMode) error {
		_ = os.WriteFile(name, data[:len(data)/2], mode)
		return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
	}
	var got document
	if _, err := transport.Do(t.Context(), question(address, &got)); err != nil || got.Name != "a" {
		t.Error("a full disk fails the request:", err)
	}
	if failed, _ := transport.CacheProblems(); failed != 1 {
		t.Errorf("%d problems counted", failed)
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s was left behind", path)
		}
		return err
	})

	// A cache directory that is a file, for one.
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	transport, _ = newTransport(t, func(o *Options) { o.CacheDir = file })
	if _, err := transport.Do(t.Context(), question(address, &got)); err != nil {
		t.Error(err)
	}
}

// TestTwoProcesses lets other processes and goroutines write and read the same
// few entries: each reads a whole answer, always.
func TestTwoProcesses(t *testing.T) {
	if dir := os.Getenv("DEPREVIEW_TEST_CACHE"); dir != "" {
		hammer(t, dir)
		return
	}
	dir := t.TempDir()
	var children sync.WaitGroup
	for range 2 {
		children.Go(func() {
			child := exec.Command(os.Args[0], "-test.run=^TestTwoProcesses$")
			child.Env = append(os.Environ(), "DEPREVIEW_TEST_CACHE="+dir)
			if out, err := child.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	hammer(t, dir)
	children.Wait()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if strings.Contains(path, ".broken") || strings.Contains(path, ".part") {
			t.Errorf("%s was left behind", path)
		}
		return err
	})
}

func hammer(t *testing.T, dir string) {
	c := newCache(dir)
	for i := range 150 {
		key := fmt.Sprint("entry ", i%3)
		c.put(&entry{Key: key, Status: 200, body: []byte(strings.Repeat(fmt.Sprint(os.Getpid()), 2000+i))})
		if e := c.get(key); e == nil || len(e.body) < 2000 {
			t.Errorf("entry %d is not whole", i)
		}
	}
	if c.broken.Load()+c.problems.Load() > 0 {
		t.Errorf("%d damaged, %d failed", c.broken.Load(), c.problems.Load())
	}
}
