package clients

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// fromCache answers from what is kept, where that may be done without asking;
// otherwise kept is what is there to ask with, without its body: questions wait
// in crowds, and their answers of before would fill the memory.
func (t *Transport) fromCache(ctx context.Context, u *url.URL, req *Request, key string) (kept *entry, at time.Time, err error, done bool) {
	leave, err := t.room.sit(ctx)
	if err != nil {
		return nil, at, t.stopped(ctx, u, req), true
	}
	defer leave()
	kept = t.cache.get(key)
	if kept == nil || !t.answers(ctx, kept, req.Fresh) {
		if kept != nil {
			kept.body = nil
		}
		return kept, at, nil, false
	}
	err = t.read(u, req, kept.response())
	if err == nil || errors.Is(err, ErrAbsent) {
		t.trace.cached(req)
		return nil, kept.At, err, true
	}
	// Whole, but not what it should be: of another version of depreview.
	t.cache.setAside(key)
	return nil, at, nil, false
}

// answers tells whether a kept answer may be given without asking.
func (t *Transport) answers(ctx context.Context, kept *entry, fresh time.Duration) bool {
	age := t.clock.Now().Sub(kept.At)
	absent := kept.Status != http.StatusOK
	switch {
	case t.opts.Offline && absent:
		return age < absentOffline
	case t.opts.Offline, fresh == Immutable && !absent:
		return true
	case refreshing(ctx), age < 0: // below zero: kept by a clock that went wrong
		return false
	case absent:
		return age < min(fresh, absentFresh)
	}
	return age < fresh
}

func (e *entry) response() *Response {
	return &Response{Status: e.Status, Body: e.body, At: e.At, Cached: true, Link: e.Link, lastModified: e.LastModified}
}
