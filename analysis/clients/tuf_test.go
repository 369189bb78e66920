package clients

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestTUF(t *testing.T) {
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/tuf/timestamp.json":
			answer(200, `{"signed":{}}`)(w, r)
		case "/tuf/2.root.json":
			answer(404, "<html>404</html>")(w, r)
		case "/tuf/huge.json":
			answer(200, strings.Repeat("x", 100))(w, r)
		default:
			answer(403, "")(w, r)
		}
	})
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	r := NewTUF(transport, address+"/tuf")
	for range 2 {
		if got, err := r.File(t.Context(), r.Base()+"/timestamp.json", 100); err != nil || string(got) != `{"signed":{}}` {
			t.Errorf("%s, %v", got, err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("%d requests, want 2: nothing of it is kept", asked.Load())
	}
	_, absent := r.File(t.Context(), r.Base()+"/2.root.json", 100)
	if StateOf(absent) != Absent {
		t.Errorf("the root after the last: %v", absent)
	}
	for path, reason := range map[string]Reason{"/huge.json": ReasonTooLarge, "/3.root.json": ReasonRefused} {
		_, err := r.File(t.Context(), r.Base()+path, 99)
		var e *Error
		if !errors.As(err, &e) || e.Reason != reason {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := r.File(t.Context(), "https://other.invalid/timestamp.json", 99); StateOf(err) != Unknown {
		t.Errorf("another host: %v", err)
	}
}
