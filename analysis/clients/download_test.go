package clients

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestDownload(t *testing.T) {
	content := strings.Repeat("0123456789", 100_000)
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/whole":
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			if r.Header.Get("Accept-Encoding") != "identity" {
				t.Errorf("Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
			}
			answer(200, content, "ETag", `"1"`, "X-Goog-Hash", "crc32c=AAAA")(w, r)
		case "/half":
			answer(200, content[:1000], "Content-Length", "2000")(w, r)
		case "/silent":
			_, _ = w.Write([]byte("a"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/absent":
			answer(404, `{"message":"no"}`)(w, r)
		case "/busy":
			answer(503, "")(w, r)
		}
	})
	transport, _ := newTransport(t, func(o *Options) { o.MaxBody = 10 << 20 })
	// Only what never goes on is to be given up soon: a busy computer is slow too.
	impatient, _ := newTransport(t, func(o *Options) { o.Attempt = 40 * time.Millisecond })
	var got bytes.Buffer
	d, err := transport.Download(t.Context(), Request{URL: address + "/whole"}, "", &got)
	if err != nil || got.String() != content || d.Size != int64(len(content)) || d.ETag != `"1"` || d.Hash != "crc32c=AAAA" || d.NotModified {
		t.Fatalf("%+v, %v", d, err)
	}
	got.Reset()
	if d, err = transport.Download(t.Context(), Request{URL: address + "/whole"}, `"1"`, &got); err != nil || !d.NotModified || got.Len() != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	before := asked.Load()
	for path, reason := range map[string]Reason{"/half": ReasonTruncated, "/absent": ReasonAbsent, "/busy": ReasonServer} {
		_, err := transport.Download(t.Context(), Request{URL: address + path, Absent: saysAbsent}, "", &got)
		if e := asError(err); e == nil || e.Reason != reason {
			t.Errorf("%s: %v", path, err)
		}
	}
	_, err = impatient.Download(t.Context(), Request{URL: address + "/silent"}, "", &got)
	if e := asError(err); e == nil || e.Reason != ReasonTimeout {
		t.Errorf("silent: %v", err)
	}
	if asked.Load() != before+4 {
		t.Error("a download was asked for twice")
	}
	_, err = transport.Download(t.Context(), Request{URL: address + "/whole", MaxBody: 1000}, "", &got)
	if e := asError(err); e == nil || e.Reason != ReasonTooLarge {
		t.Error(err)
	}
	_, err = transport.Download(t.Context(), Request{URL: address + "/whole"}, "", fullDisk{})
	if e := asError(err); e == nil || e.Reason != ReasonDisk || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "hint: see whether the disk is full") {
		t.Error(err)
	}
	offline, _ := newTransport(t, func(o *Options) { o.Offline = true })
	if _, err := offline.Download(t.Context(), Request{URL: address + "/whole"}, "", &got); !errors.Is(err, ErrOffline) {
		t.Error(err)
	}
}

func TestDownloadWithoutLengthIsBounded(t *testing.T) {
	block := bytes.Repeat([]byte("x"), 32<<10)
	var sent atomic.Int64
	address, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 1 << 15 { // 1 GB
			n, err := w.Write(block)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	transport, _ := newTransport(t, nil)
	var got bytes.Buffer
	_, err := transport.Download(t.Context(), Request{URL: address, MaxBody: 1 << 20}, "", &got)
	if e := asError(err); e == nil || e.Reason != ReasonTooLarge || got.Len() > 1<<20+1 {
		t.Errorf("%v after %d bytes", err, got.Len())
	}
}
