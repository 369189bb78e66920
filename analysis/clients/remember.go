package clients

import (
	"context"
	"net/http"
	"time"
)

// recall and remember keep what was learnt from a batch under the single
// question: the next run asks in other batches, and finds it all the same.
func (t *Transport) recall(ctx context.Context, key string, fresh time.Duration, into any) (at time.Time, ok bool) {
	e := t.cache.get(key)
	if e == nil || !t.answers(ctx, e, fresh) {
		return at, false
	}
	if decode(e.body, into) != nil {
		t.cache.setAside(key)
		return at, false
	}
	return e.At, true
}

func (t *Transport) remember(key string, body []byte) {
	t.cache.put(&entry{Key: key, Status: http.StatusOK, At: t.clock.Now(), body: body})
}
