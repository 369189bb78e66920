package clients

import (
	"context"
	"testing"
	"time"
)

func TestRefreshIsOneQuestion(t *testing.T) {
	transport, clock := newTransport(t, nil)
	address, count := serve(t, answer(200, `{"name":"a"}`))
	m := newMemo[document](10)
	ask := func(ctx context.Context) time.Time {
		t.Helper()
		ctx, seen := Observe(ctx)
		_, err := lookup(ctx, transport, m, Request{URL: address, Fresh: time.Hour}, func(r *Response) (d document, err error) {
			return d, decode(r.Body, &d)
		})
		if err != nil {
			t.Fatal(err)
		}
		return seen.Oldest()
	}
	first := ask(t.Context())
	_ = clock.Sleep(t.Context(), time.Minute)
	if again := ask(t.Context()); !again.Equal(first) || count.Load() != 1 {
		t.Errorf("%v after %v, asked %d times", again, first, count.Load())
	}
	once, twice := Refresh(t.Context()), Refresh(t.Context())
	for range 3 {
		if at := ask(once); !at.Equal(first.Add(time.Minute)) || count.Load() != 2 {
			t.Errorf("asked again at %v, %d times", at, count.Load())
		}
	}
	ask(twice)
	ask(t.Context())
	if count.Load() != 3 || Refreshed(once) == Refreshed(twice) || Refreshed(t.Context()) != nil {
		t.Errorf("asked %d times", count.Load())
	}
}

func TestDerived(t *testing.T) {
	dir := t.TempDir()
	with := func(value string, offline bool) (*Transport, *fakeClock) {
		return newTransport(t, func(o *Options) {
			o.CacheDir, o.Offline = dir, offline
			o.Tokens = []Token{{Origin: "https://npm.invalid", Value: value}}
		})
	}
	transport, clock := with("one", false)
	at := clock.Now().Add(-time.Minute)
	transport.KeepDerived("https://npm.invalid", "acme", at, []string{"a\xff"})
	transport.KeepDerived("https://npm.invalid", "undated", time.Time{}, []string{"a"})
	var got []string
	find := func(t *Transport, ctx context.Context, key string) bool {
		got = nil
		found, ok := t.Derived(ctx, "https://npm.invalid", key, &got)
		return ok && found.Equal(at) && len(got) == 1
	}
	if !find(transport, t.Context(), "acme") || got[0] != "a\ufffd" {
		t.Errorf("%q is not what was kept", got)
	}
	other, _ := with("another", false)
	if find(transport, t.Context(), "undated") || find(transport, Refresh(t.Context()), "acme") || find(other, t.Context(), "acme") {
		t.Error("given where it must not be")
	}
	_ = clock.Sleep(t.Context(), time.Hour)
	if find(transport, t.Context(), "acme") {
		t.Error("too old")
	}
	offline, clock := with("one", true)
	_ = clock.Sleep(t.Context(), 1000*time.Hour)
	if !find(offline, t.Context(), "acme") {
		t.Error("offline, what is kept counts")
	}
	none, _ := newTransport(t, nil)
	none.KeepDerived("https://npm.invalid", "x", at, func() {})
	transport.KeepDerived("https://npm.invalid", "x", at, func() {})
	if failed, _ := transport.CacheProblems(); failed != 1 {
		t.Error("what cannot be written is counted", failed)
	}
}
