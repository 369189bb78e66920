package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fakeClock moves when somebody sleeps, and remembers for how long.
type fakeClock struct {
	mu     sync.Mutex
	now    time.Time
	sleeps []time.Duration
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time  { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *fakeClock) Jitter() float64 { return 0.5 }
func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now = c.now.Add(d)
		c.sleeps = append(c.sleeps, d)
	}
	return ctx.Err()
}

func (c *fakeClock) slept() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all time.Duration
	for _, d := range c.sleeps {
		all += d
	}
	return all
}

// serve starts a loopback service that counts the requests it gets.
func serve(t *testing.T, handler http.HandlerFunc) (address string, count *atomic.Int64) {
	t.Helper()
	count = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, count
}

// answer is a service that says one thing.
func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func newTransport(t *testing.T, change func(*Options)) (*Transport, *fakeClock) {
	t.Helper()
	clock := newFakeClock()
	opts := Options{Clock: clock, Getenv: func(string) string { return "" }}
	if change != nil {
		change(&opts)
	}
	transport, err := NewTransport(opts)
	if err != nil {
		t.Fatal(err)
	}
	return transport, clock
}

type document struct {
	Name string `json:"name"`
}

// question asks for a document.
func question(address string, into *document) Request {
	return Request{URL: address, Accept: "application/json", Fresh: time.Hour, Absent: saysAbsent, Read: readJSON(into)}
}

// TestAnswers is what each kind of answer becomes.
func TestAnswers(t *testing.T) {
	const page = "<!doctype html><title>Sign in</title>"
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		reason  Reason // "" is found
		asked   int64
		says    string
	}{
		"found":                    {answer(200, `{"name":"a"}`), "", 1, ""},
		"404 of the service":       {answer(404, `{"error":"Not found"}`), ReasonAbsent, 1, "does not know it"},
		"404 of somebody else":     {answer(404, page), ReasonNotFound, 1, "answered 404"},
		"404 without a word":       {answer(404, ""), ReasonNotFound, 1, "answered 404"},
		"401":                      {answer(401, `{"message":"who are you"}`), ReasonRefused, 1, "refused it (401): who are you"},
		"403":                      {answer(403, page), ReasonRefused, 1, "refused it (403)"},
		"403 of a rate limit":      {answer(403, `{}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1795262700"), ReasonRateLimited, 1, "hint: ask again in"},
		"429":                      {answer(429, ""), ReasonRateLimited, 3, "answered 429, too many requests"},
		"429 with seconds":         {answer(429, "", "Retry-After", "2"), ReasonRateLimited, 3, "too many requests"},
		"429 with an hour":         {answer(429, "", "Retry-After", "3600"), ReasonRateLimited, 1, "ask again in 1h0m0s"},
		"500":                      {answer(500, page), ReasonServer, 3, "failed (500)"},
		"503":                      {answer(503, `{"message":"busy"}`), ReasonServer, 3, "failed (503): busy"},
		"418":                      {answer(418, "short and stout"), ReasonStatus, 1, "answered 418: short and stout"},
		"a page instead of JSON":   {answer(200, page), ReasonNotJSON, 1, "a web page"},
		"another shape":            {answer(200, `["a"]`), ReasonNotJSON, 1, "something else"},
		"a name twice":             {answer(200, `{"name":"a","name":"b"}`), ReasonNotJSON, 1, "duplicate"},
		"half a document":          {answer(200, `{"name":"a`), ReasonTruncated, 3, "was cut off"},
		"half a body":              {answer(200, `{"name":"a"}`, "Content-Length", "400"), ReasonTruncated, 3, "was cut off"},
		"nothing":                  {answer(200, ""), ReasonTruncated, 3, "was cut off"},
		"no content":               {answer(204, ""), ReasonStatus, 1, "answered 204"},
		"a huge body, announced":   {answer(200, "{", "Content-Length", "1073741824"), ReasonTooLarge, 1, "1073741824 bytes"},
		"control characters in it": {answer(404, "{\"error\":\"\\u001b[2Jgone\\u202e\"}"), ReasonAbsent, 1, "<ESC>[2Jgone<U+202E>"},
	} {
		t.Run(name, func(t *testing.T) {
			address, asked := serve(t, test.handler)
			transport, _ := newTransport(t, nil)
			var got document
			_, err := transport.Do(t.Context(), question(address+"/a", &got))
			if test.reason == "" {
				if err != nil || got.Name != "a" {
					t.Fatalf("got %+v, %v", got, err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Reason != test.reason {
				t.Fatalf("got %v, want %s", err, test.reason)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q lacks %q", err, test.says)
			}
			if (StateOf(err) == Absent) != (test.reason == ReasonAbsent) || Why(err) == "" || strings.Contains(Why(err), "\n") {
				t.Errorf("state %v, why %q", StateOf(err), Why(err))
			}
			if asked.Load() != test.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), test.asked)
			}
		})
	}
}

func TestHugeBodyIsNotRead(t *testing.T) {
	block := bytes.Repeat([]byte("x"), 64<<10)
	var written atomic.Int64
	done := make(chan struct{})
	address, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(done)
		for range 1 << 14 { // 1 GB
			n, err := w.Write(block)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	transport, _ := newTransport(t, func(o *Options) { o.MaxBody = 1 << 20 })
	_, err := transport.Do(t.Context(), Request{URL: address})
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonTooLarge {
		t.Fatalf("got %v", err)
	}
	<-done
	if written.Load() > 64<<20 {
		t.Errorf("the service could send %d bytes", written.Load())
	}
}

func TestDrippingBodyEndsAtTheLimit(t *testing.T) {
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_, _ = w.Write([]byte(" "))
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	transport, _ := newTransport(t, func(o *Options) { o.Attempt, o.Whole = 30*time.Millisecond, 45*time.Millisecond })
	began := time.Now()
	_, err := transport.Do(t.Context(), Request{URL: address})
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonTimeout {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(began); took > 5*time.Second || asked.Load() > 2 {
		t.Errorf("took %v in %d attempts", took, asked.Load())
	}
}

func TestRetriesObeyTheService(t *testing.T) {
	for after, want := range map[string]time.Duration{
		"":                              500*time.Millisecond + 2*time.Second, // the jitter of the fake clock is nil
		"7":                             14 * time.Second,
		"Sat, 21 Nov 2026 12:00:05 GMT": 5*time.Second + 2*time.Second,
		"soon":                          500*time.Millisecond + 2*time.Second,
	} {
		address, asked := serve(t, answer(429, "", "Retry-After", after))
		transport, clock := newTransport(t, nil)
		_, err := transport.Do(t.Context(), Request{URL: address})
		if err == nil || asked.Load() != 3 || clock.slept() != want {
			t.Errorf("Retry-After %q: %d attempts, waited %v, want %v (%v)", after, asked.Load(), clock.slept(), want, err)
		}
	}
}

func TestRecovers(t *testing.T) {
	var n atomic.Int64
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) < 3 {
			answer(502, "")(w, r)
			return
		}
		answer(200, `{"name":"a"}`)(w, r)
	})
	transport, _ := newTransport(t, nil)
	var got document
	if _, err := transport.Do(t.Context(), question(address, &got)); err != nil || got.Name != "a" {
		t.Fatal(got, err)
	}
}

func TestDeadHostIsGivenUp(t *testing.T) {
	up := new(atomic.Bool)
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if up.Load() {
			answer(200, `{"name":"a"}`)(w, r)
			return
		}
		answer(503, "")(w, r)
	})
	transport, clock := newTransport(t, func(o *Options) { o.Limits = map[string]Limit{} })
	ask := func(ctx context.Context, i int) error {
		_, err := transport.Do(ctx, Request{URL: fmt.Sprintf("%s/%d", address, i)})
		return err
	}
	for i := range 50 {
		if err := ask(t.Context(), i); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("/%d:", i)) {
			t.Fatal(err)
		}
	}
	if asked.Load() != breakAfter*attempts {
		t.Errorf("a dead host was asked %d times", asked.Load())
	}
	up.Store(true)
	if err := ask(t.Context(), 51); err == nil {
		t.Error("asked too early")
	}
	if err := ask(Refresh(t.Context()), 52); err != nil {
		t.Error("asking again by hand does not ask:", err)
	}
	up.Store(false)
	for i := range breakAfter {
		_ = ask(t.Context(), i)
	}
	up.Store(true)
	_ = clock.Sleep(t.Context(), breakFor)
	if err := ask(t.Context(), 53); err != nil {
		t.Error("still given up after its time:", err)
	}
}

func TestLongPauseIsObeyed(t *testing.T) {
	address, asked := serve(t, answer(429, "", "Retry-After", "600"))
	transport, clock := newTransport(t, nil)
	for range 5 {
		if _, err := transport.Do(t.Context(), Request{URL: address}); asError(err) == nil || asError(err).Reason != ReasonRateLimited {
			t.Fatal(err)
		}
	}
	if asked.Load() != 1 || clock.slept() != 0 {
		t.Errorf("asked %d times, waited %v", asked.Load(), clock.slept())
	}
	_ = clock.Sleep(t.Context(), 10*time.Minute)
	_, _ = transport.Do(t.Context(), Request{URL: address})
	if asked.Load() != 2 {
		t.Error("not asked again when the pause was over")
	}
}

func TestCanceled(t *testing.T) {
	arrived := make(chan struct{})
	address, asked := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	transport, _ := newTransport(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := transport.Do(ctx, Request{URL: address})
	if !errors.Is(err, context.Canceled) || Why(err) != "stopped" || asked.Load() != 1 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

func TestIntervalAndUserAgent(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.UserAgent(), "depreview/9.9 (+https://") {
			t.Errorf("User-Agent %q", r.UserAgent())
		}
		answer(200, `{}`)(w, r)
	})
	host := strings.TrimPrefix(address, "http://")
	transport, clock := newTransport(t, func(o *Options) {
		o.Version = "9.9"
		o.Limits = map[string]Limit{host: {Concurrent: 1, Interval: time.Second}}
	})
	for i := range 5 {
		if _, err := transport.Do(t.Context(), Request{URL: fmt.Sprint(address, "/", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if clock.slept() != 4*time.Second {
		t.Errorf("five requests at one a second waited %v", clock.slept())
	}
}

func TestNoConnection(t *testing.T) {
	server := httptest.NewServer(answer(200, ""))
	address := server.URL
	server.Close()
	transport, _ := newTransport(t, nil)
	_, err := transport.Do(t.Context(), Request{URL: address})
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonUnreachable || !strings.Contains(err.Error(), "connection refused") {
		t.Error(err)
	}
	for _, bad := range []string{"", "ftp://a.example/x", "registry.example", "http://[::1", "/etc/passwd"} {
		if _, err := transport.Do(t.Context(), Request{URL: bad}); StateOf(err) != Unknown || Why(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
