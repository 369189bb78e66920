package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestBodiesWaitForRoom: however many answers come at once, they hold no more
// than the bound and one answer beyond it, and each gets through.
func TestBodiesWaitForRoom(t *testing.T) {
	const most, size, many = 1 << 20, 3 << 20, 40
	m := newMemory(most)
	var highest atomic.Int64
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			held := &hold{}
			defer m.give(held)
			body, err := m.readAll(t.Context(), held, bytes.NewReader(make([]byte, size)))
			if err != nil || len(body) != size {
				t.Errorf("%d bytes, %v", len(body), err)
			}
			m.mu.Lock()
			highest.Store(max(highest.Load(), m.used))
			m.mu.Unlock()
		})
	}
	group.Wait()
	if m.used != 0 || m.over != nil {
		t.Errorf("%d bytes are still held", m.used)
	}
	if highest.Load() > most+2*size {
		t.Errorf("%d bytes were held at once", highest.Load())
	}
}

func TestNoRoomEndsWithTheQuestion(t *testing.T) {
	m := newMemory(10)
	first, second := &hold{}, &hold{}
	if m.take(t.Context(), first, 20) != nil {
		t.Fatal("the first in need does not get through")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.take(ctx, second, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	m.give(first)
	if err := m.take(t.Context(), second, 1); err != nil || m.used != 1 {
		t.Error(err, m.used)
	}
}

// TestDecodingIsBounded counts who decodes at the same time, kept answers and
// new ones alike.
func TestDecodingIsBounded(t *testing.T) {
	address, _ := serve(t, answer(200, `{"name":"a"}`))
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	var now, highest atomic.Int64
	ask := func(i int) {
		req := question(fmt.Sprint(address, "/", i), new(document))
		req.Read = func(*Response) error {
			highest.Store(max(highest.Load(), now.Add(1)))
			runtime.Gosched()
			now.Add(-1)
			return nil
		}
		if _, err := transport.Do(t.Context(), req); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		var group sync.WaitGroup
		for i := range 200 {
			group.Go(func() { ask(i) })
		}
		group.Wait()
	}
	if most := int64(runtime.GOMAXPROCS(0)); highest.Load() > most || highest.Load() == 0 {
		t.Errorf("%d decode at once, of %d", highest.Load(), most)
	}
}

// TestKeptAnswerGoneMeanwhile: the service confirms what another process has
// just removed; the whole answer is asked for.
func TestKeptAnswerGoneMeanwhile(t *testing.T) {
	dir := t.TempDir()
	var conditional atomic.Int64
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			conditional.Add(1)
			for _, file := range cached(t, dir) {
				_ = os.Remove(file)
			}
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answer(200, `{"name":"a"}`)(w, r)
	})
	transport, clock := newTransport(t, func(o *Options) { o.CacheDir = dir })
	var got document
	for range 2 {
		got = document{}
		if _, err := transport.Do(t.Context(), question(address, &got)); err != nil || got.Name != "a" {
			t.Fatal(got, err)
		}
		_ = clock.Sleep(t.Context(), 2*time.Hour)
	}
	if asked.Load() != 3 || conditional.Load() != 1 {
		t.Errorf("asked %d times, %d of them with a condition", asked.Load(), conditional.Load())
	}
}

// TestLastAnswerOfTheHour: what GitHub says with its last answer ends the
// questions, until the time that it names.
func TestLastAnswerOfTheHour(t *testing.T) {
	clock := newFakeClock()
	reset := clock.Now().Add(40 * time.Minute)
	address, asked := serve(t, answer(200, `{"name":"a"}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(reset.Unix())))
	transport, own := newTransport(t, nil)
	var got document
	if _, err := transport.Do(t.Context(), question(address, &got)); err != nil || got.Name != "a" {
		t.Fatal("the last answer counts:", err)
	}
	_, err := transport.Do(t.Context(), question(address+"/2", &got))
	if e := asError(err); e == nil || e.Reason != ReasonRateLimited || !strings.HasSuffix(Why(err), " answers no more until 12:40 UTC") || !strings.Contains(err.Error(), "hint: ask again then, or with a token") {
		t.Error(err)
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	_ = own.Sleep(t.Context(), 41*time.Minute)
	_, _ = transport.Do(t.Context(), question(address+"/3", &got))
	if asked.Load() != 2 {
		t.Error("not asked again when the hour was over")
	}
	if h := transport.hosts.of("x.example"); h.given(own.Now()) != nil {
		t.Error("another host is held back")
	}
}

func TestTidy(t *testing.T) {
	dir := t.TempDir()
	c := newCache(dir)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	if err := c.tidy(t.Context(), now, 1<<20); err != nil {
		t.Error("a cache that is not there:", err)
	}
	keep := func(key string, size int, read time.Time) string {
		c.put(&entry{Key: key, Status: 200, body: make([]byte, size)})
		path := c.path(key)
		if err := os.Chtimes(path, read, read); err != nil {
			t.Fatal(err)
		}
		return path
	}
	age := func(path string, read time.Time) string {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Chtimes(path, read, read)
		return path
	}
	paths := map[string]string{
		"of last year":   keep("a", 10, now.Add(-400*24*time.Hour)),
		"read least":     keep("b", 400_000, now.Add(-20*time.Hour)),
		"read less":      keep("c", 400_000, now.Add(-10*time.Hour)),
		"read last":      keep("d", 400_000, now.Add(-time.Hour)),
		"of now":         keep("e", 10, now),
		"a part of now":  age(c.path("b")+".1-1.part", now),
		"a part of then": age(c.path("b")+".1-2.part", now.Add(-8*24*time.Hour)),
		"damaged, then":  age(c.path("b")+".broken", now.Add(-8*24*time.Hour)),
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.tidy(ctx, now.Add(-25*time.Hour), 1<<20); !errors.Is(err, context.Canceled) {
		t.Error("a review that has ended tidies on:", err)
	}
	if err := c.tidy(t.Context(), now, 1<<20); err != nil {
		t.Fatal(err)
	}
	gone := map[string]bool{"of last year": true, "read least": true, "a part of then": true, "damaged, then": true}
	for name, path := range paths {
		if _, err := os.Stat(path); (err != nil) != gone[name] {
			t.Errorf("%s: gone %t", name, err != nil)
		}
	}
	// Once a day, whoever comes first.
	again := keep("of last year", 10, now.Add(-400*24*time.Hour))
	if err := newCache(dir).tidy(t.Context(), now.Add(23*time.Hour), 1<<20); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(again); err != nil {
		t.Error("tidied twice in a day")
	}
	if err := newCache(dir).tidy(t.Context(), now.Add(25*time.Hour), 1<<20); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(again); err == nil {
		t.Error("not tidied the next day")
	}
}

// TestReadingSparesFromTidying: what is read counts as young.
func TestReadingSparesFromTidying(t *testing.T) {
	c := newCache(t.TempDir())
	c.put(&entry{Key: "a", Status: 200, body: []byte("x")})
	old := time.Now().Add(-100 * 24 * time.Hour)
	if err := os.Chtimes(c.path("a"), old, old); err != nil {
		t.Fatal(err)
	}
	if c.get("a") == nil {
		t.Fatal("not kept")
	}
	info, err := os.Stat(c.path("a"))
	if err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Error("still old:", info.ModTime(), err)
	}
	if files, _ := filepath.Glob(filepath.Join(c.dir, "*", "*")); len(files) != 1 {
		t.Errorf("%q", files)
	}
}
