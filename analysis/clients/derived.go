package clients

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
)

// Derived gives back what KeepDerived kept: the small result of answers that
// are large to read. It is as good as they are: for ten minutes, offline for
// ever, and under a Refresh not at all.
func (t *Transport) Derived(ctx context.Context, address, key string, into any) (at time.Time, ok bool) {
	if at, ok = t.recall(ctx, t.derivedKey(address, key), metadataFresh, into); ok {
		answeredAt(ctx, at)
	}
	return at, ok
}

// KeepDerived keeps a result as JSON. Address is the service that answered (what
// a token opened there is not for who has another one), at is when the oldest
// of its answers was given. Another version of depreview derives anew.
func (t *Transport) KeepDerived(address, key string, at time.Time, value any) {
	if t.cache.dir == "" || at.IsZero() {
		return
	}
	body, err := json.Marshal(value, lenient)
	if err != nil {
		t.cache.problems.Add(1)
		return
	}
	t.cache.put(&entry{Key: t.derivedKey(address, key), Status: http.StatusOK, At: at, body: body})
}

func (t *Transport) derivedKey(address, key string) string {
	key = "derived\n" + t.opts.Version + "\n" + address + "\n" + key
	if u, err := url.Parse(address); err == nil {
		if token := pick(t.opts.Tokens, u); token.Value != "" {
			sum := sha256.Sum256([]byte("token " + token.Value))
			key += "\n" + hex.EncodeToString(sum[:8])
		}
	}
	return key
}
