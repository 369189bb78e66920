package clients

import (
	"net/http"
	"sync/atomic"
	"testing"
)

// routes is a service that answers by path, as the client wrote it, and with
// absent to every other one.
func routes(t *testing.T, absent http.HandlerFunc, byPath map[string]string) (address string, asked *atomic.Int64) {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		if r.URL.RawQuery != "" {
			path += "?" + r.URL.RawQuery
		}
		if body, ok := byPath[path]; ok {
			answer(200, body)(w, r)
			return
		}
		t.Logf("no such path: %s", path)
		absent(w, r)
	})
}

func quiet(t *testing.T) *Transport {
	t.Helper()
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	return transport
}

// wantStates checks the error of a question for what is there, and for what is not.
func wantStates(t *testing.T, what string, found, absent error) {
	t.Helper()
	if found != nil {
		t.Errorf("%s: %v", what, found)
	}
	if StateOf(absent) != Absent {
		t.Errorf("%s that is not there: %v", what, absent)
	}
}
