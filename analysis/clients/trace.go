package clients

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis/untrusted"
)

// tracer writes one line a request. Headers and bodies are not written at all,
// so that no token can be among them.
type tracer struct {
	clock Clock
	mu    sync.Mutex
	out   io.Writer
}

func (t *tracer) line(format string, args ...any) {
	if t.out == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// A trace that cannot be written is no reason to stop the review.
	_, _ = fmt.Fprintf(t.out, "%s "+format+"\n", append([]any{t.clock.Now().UTC().Format(time.RFC3339)}, args...)...)
}

func (t *tracer) cached(req *Request) { t.line("%s %s: from the cache", req.Method, redact(req.URL)) }

func (t *tracer) asked(req *Request, r *Response, fail *Error, attempt int, took time.Duration) {
	if t.out == nil {
		return
	}
	how := ""
	if attempt > 1 {
		how = fmt.Sprintf(", attempt %d", attempt)
	}
	if req.Token.Value != "" {
		how += ", with a token"
	}
	switch {
	case fail != nil:
		t.line("%s %s: %s after %d ms%s", req.Method, redact(req.URL), fail.Short(), took.Milliseconds(), how)
	default:
		t.line("%s %s: %d, %d bytes in %d ms%s", req.Method, redact(req.URL), r.Status, int64(len(r.Body))+r.size, took.Milliseconds(), how)
	}
}

// redact makes an address fit to be shown: no user, no password, no secret
// parameter, no control character.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(an address that does not parse)"
	}
	u.User = nil
	u.Fragment = ""
	if u.RawQuery != "" {
		query := u.Query()
		for name := range query {
			if secretName(name) {
				query.Set(name, "***")
			}
		}
		u.RawQuery = strings.ReplaceAll(query.Encode(), "%2A", "*")
	}
	return untrusted.Line(u.String())
}

func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"token", "secret", "password", "passwd", "auth", "key", "sig", "credential", "jwt"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
