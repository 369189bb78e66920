package clients

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-json-experiment/json"
)

// osvService is a small OSV: package "bad" is refused, "paged" has three
// pages, "loop" has pages without end, every other one has one advisory.
type osvService struct {
	batches atomic.Int64
	largest atomic.Int64
}

func (s *osvService) handle(w http.ResponseWriter, r *http.Request) {
	s.batches.Add(1)
	body, _ := io.ReadAll(r.Body)
	var asked struct {
		Queries []osvQuery `json:"queries"`
	}
	if json.Unmarshal(body, &asked) != nil || len(asked.Queries) > osvBatch {
		answer(400, `{"code":3,"message":"too many queries"}`)(w, r)
		return
	}
	s.largest.Store(max(s.largest.Load(), int64(len(asked.Queries))))
	var results []string
	for i, q := range asked.Queries {
		switch q.Package.Name {
		case "bad":
			answer(400, fmt.Sprintf(`{"code":3,"message":"error in query at index %d: invalid ecosystem","details":[]}`, i))(w, r)
			return
		case "paged":
			page := len(q.PageToken)
			next := ""
			if page < 2 {
				next = strings.Repeat("t", page+1)
			}
			results = append(results, fmt.Sprintf(`{"vulns":[{"id":"TEST-%d","modified":"2026-01-01T00:00:00Z"}],"next_page_token":%q}`, page, next))
		case "loop":
			results = append(results, `{"next_page_token":"again"}`)
		case "clean":
			results = append(results, `{}`)
		default:
			results = append(results, fmt.Sprintf(`{"vulns":[{"id":"TEST-%s","modified":"2026-01-01T00:00:00Z"}]}`, q.Package.Name))
		}
	}
	fmt.Fprintf(w, `{"results":[%s]}`, strings.Join(results, ","))
}

func ids(refs []OSVRef) (out []string) {
	for _, r := range refs {
		out = append(out, r.ID)
	}
	return out
}

func TestOSVBatch(t *testing.T) {
	service := &osvService{}
	address, _ := serve(t, service.handle)
	dir := t.TempDir()
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = dir })
	osv := NewOSV(transport, Endpoints{OSV: address})
	queries := []OSVQuery{
		{Ecosystem: "npm", Name: "acme-a", Version: "1.0.0"},
		{Ecosystem: "npn", Name: "bad", Version: "1"},
		{Ecosystem: "npm", Name: "paged", Version: "1"},
		{Ecosystem: "npm", Name: "loop", Version: "1"},
		{Ecosystem: "npm", Name: "clean", Version: "1"},
		{Ecosystem: "npm", Name: "acme\x1b", Version: "1"},
		{Ecosystem: "", Name: "acme-b", Version: "1"},
	}
	check := func(osv *OSV) {
		t.Helper()
		got := osv.Batch(t.Context(), queries)
		for i, want := range []struct {
			ids   string
			state State
			says  string
		}{
			{"TEST-acme-a", Found, ""},
			{"", Unknown, "invalid ecosystem"},
			{"TEST-0,TEST-1,TEST-2", Found, ""},
			{"", Unknown, "pages have no end"},
			{"", Found, ""},
			{"", Unknown, "control character"},
			{"", Unknown, "by ecosystem"},
		} {
			if strings.Join(ids(got[i].Value), ",") != want.ids || StateOf(got[i].Err) != want.state {
				t.Errorf("%d: %v, %v", i, got[i].Value, got[i].Err)
			}
			if want.says != "" && !strings.Contains(got[i].Err.Error(), want.says) {
				t.Errorf("%d: %q lacks %q", i, got[i].Err, want.says)
			}
		}
	}
	check(osv)
	// 1 refused, 1 without the bad one, 2 further pages; the loop is seen at once.
	if n := service.batches.Load(); n != 4 {
		t.Errorf("%d batches", n)
	}
	service.batches.Store(0)
	offline, _ := newTransport(t, func(o *Options) { o.CacheDir, o.Offline = dir, true })
	kept := NewOSV(offline, Endpoints{OSV: address})
	got := kept.Batch(t.Context(), queries[:5])
	for i, state := range []State{Found, Unknown, Found, Unknown, Found} {
		if StateOf(got[i].Err) != state {
			t.Errorf("offline %d: %v", i, got[i].Err)
		}
	}
	if service.batches.Load() != 0 || !errors.Is(got[1].Err, ErrOffline) {
		t.Error("offline asked, or does not say that it is offline")
	}
}

func TestOSVManyQuestionsAreFewRequests(t *testing.T) {
	service := &osvService{}
	address, _ := serve(t, service.handle)
	transport, _ := newTransport(t, nil)
	osv := NewOSV(transport, Endpoints{OSV: address})
	const many = 2500
	var asking sync.WaitGroup
	joined := make(chan struct{})
	// What is not full is sent when all have asked.
	osv.pending.pause = func(ctx context.Context) {
		select {
		case <-joined:
		case <-ctx.Done():
		}
	}
	for i := range many {
		asking.Go(func() {
			name := fmt.Sprint("acme-", i)
			refs, err := osv.Refs(t.Context(), OSVQuery{Ecosystem: "npm", Name: name, Version: "1"})
			if err != nil || !slices.Equal(ids(refs), []string{"TEST-" + name}) {
				t.Errorf("%s: %v, %v", name, refs, err)
			}
		})
	}
	waitFor(t, func() bool {
		osv.pending.mu.Lock()
		defer osv.pending.mu.Unlock()
		b := osv.pending.pending[0]
		return service.batches.Load() == many/osvBatch && b != nil && len(b.questions) == many%osvBatch
	})
	close(joined)
	asking.Wait()
	if service.batches.Load() != 3 || service.largest.Load() != osvBatch {
		t.Errorf("%d questions were %d requests of up to %d", many, service.batches.Load(), service.largest.Load())
	}
}

// waitFor yields until something is so.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for !so() {
		select {
		case <-t.Context().Done():
			t.Fatal("never so")
		default:
			runtime.Gosched()
		}
	}
}

func TestCoalescerCancel(t *testing.T) {
	stopped := make(chan struct{})
	c := newCoalescer(SystemClock{}, 10, func(ctx context.Context, qs []int) ([]Answer[int], error) {
		<-ctx.Done()
		close(stopped)
		return nil, canceled(ctx)
	})
	c.pause = func(context.Context) {}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Ask(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-stopped // with the last who waited, the request ends too
}

func TestCoalescerPanic(t *testing.T) {
	c := newCoalescer(newFakeClock(), 10, func(context.Context, []int) ([]Answer[int], error) { panic("odd\n") })
	if _, err := c.Ask(t.Context(), 1); StateOf(err) != Unknown || !strings.Contains(err.Error(), "odd") {
		t.Error(err)
	}
}

func TestOSVAnswersThatAreNone(t *testing.T) {
	for name, body := range map[string]string{
		"too few": `{"results":[]}`, "no id": `{"results":[{"vulns":[{"modified":"x"}]}]}`, "a page": "<html>", "nothing": `{}`,
	} {
		address, _ := serve(t, answer(200, body))
		transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
		_, err := NewOSV(transport, Endpoints{OSV: address}).Refs(t.Context(), OSVQuery{Ecosystem: "npm", Name: "a", Version: "1"})
		if StateOf(err) != Unknown {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOSVRecord(t *testing.T) {
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/vulns/TEST-1":
			answer(200, `{"id":"TEST-1","modified":"2026-01-02T00:00:00Z","withdrawn":"2026-01-02T00:00:00Z"}`)(w, r)
		case "/v1/vulns/TEST-2":
			answer(200, `{"id":"TEST-9"}`)(w, r)
		default:
			answer(404, `{"code":5,"message":"Vulnerability not found","details":[]}`)(w, r)
		}
	})
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	osv := NewOSV(transport, Endpoints{OSV: address})
	for _, modified := range []string{"1", "1", "2", "1"} {
		if raw, err := osv.Record(t.Context(), OSVRef{"TEST-1", modified}); err != nil || !strings.Contains(string(raw), "withdrawn") {
			t.Error(string(raw), err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times for two states of a record", asked.Load())
	}
	if _, err := osv.Record(t.Context(), OSVRef{ID: "TEST-2"}); StateOf(err) != Unknown {
		t.Error(err)
	}
	if _, err := osv.Record(t.Context(), OSVRef{ID: "TEST-3"}); StateOf(err) != Absent {
		t.Error(err)
	}
}
