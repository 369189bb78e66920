package clients

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	attempts   = 3
	firstPause = 500 * time.Millisecond
	// longestPause is the longest Retry-After that is waited for: a person is
	// looking at the screen.
	longestPause = 20 * time.Second
)

// ask goes to the network, and again where that may help.
func (t *Transport) ask(ctx context.Context, u *url.URL, req *Request, key string, kept *entry) (time.Time, error) {
	turn := t.hosts.of(u.Host)
	left := t.opts.Whole
	for attempt := 1; ; attempt++ {
		leave, err := t.hosts.enter(ctx, turn)
		if err != nil {
			return time.Time{}, t.stopped(ctx, u, req)
		}
		if e := turn.given(t.clock.Now()); e != nil && !refreshing(ctx) && !t.opts.Replay {
			leave()
			again := *e
			again.URL = redact(req.URL)
			return time.Time{}, &again
		}
		began := time.Now() // the limits are of real time, whatever the clock says
		held := &hold{}
		r, fail := t.once(ctx, u, req, kept, held, min(left, t.opts.Attempt))
		left -= time.Since(began)
		t.trace.asked(req, r, fail, attempt, time.Since(began))

		at, err, ok := time.Time{}, error(nil), false
		if fail == nil {
			at, err, ok = t.settle(ctx, u, req, key, kept, r)
		}
		// Only now is the next one asked: what has come is not to pile up before
		// what is slower than the network.
		t.room.give(held)
		leave()
		if ok {
			turn.learn(t.clock.Now(), nil)
			turn.spend(t.clock.Now(), r.spent, u)
			return at, err
		}
		if fail == nil && !errors.As(err, &fail) {
			fail = &Error{Reason: ReasonNotJSON, Host: u.Host, URL: redact(req.URL), Err: err}
		}
		if r != nil && r.Status == http.StatusNotModified {
			kept = nil // what was kept is gone or worth nothing
		}
		if ctx.Err() != nil {
			return time.Time{}, t.stopped(ctx, u, req)
		}
		pause, again := t.pause(r, fail, attempt)
		if left -= pause; !again || left <= 0 {
			turn.learn(t.clock.Now(), onlyOutage(fail))
			return time.Time{}, fail
		}
		if fail.Reason == ReasonRateLimited {
			turn.pause(t.clock.Now().Add(pause))
			continue // the turnstile makes everyone wait, not this question alone
		}
		if t.clock.Sleep(ctx, pause) != nil {
			return time.Time{}, t.stopped(ctx, u, req)
		}
	}
}

// settle reads and keeps an answer; ok is false where it is a failure that
// asking again may mend.
func (t *Transport) settle(ctx context.Context, u *url.URL, req *Request, key string, kept *entry, r *Response) (at time.Time, err error, ok bool) {
	leave, err := t.room.sit(ctx)
	if err != nil {
		return at, t.stopped(ctx, u, req), false
	}
	defer leave()
	if r.Status == http.StatusNotModified && kept != nil {
		if kept = t.cache.get(key); kept == nil { // another process has tidied
			return at, &Error{Reason: ReasonTruncated, Host: u.Host, URL: redact(req.URL), Detail: "what was kept of it is gone"}, false
		}
		kept.At = r.At
		again := kept.response()
		err := t.read(u, req, again)
		if err == nil || errors.Is(err, ErrAbsent) {
			t.cache.put(kept)
			return kept.At, err, true
		}
		t.cache.setAside(key)
		return at, err, false
	}
	err = t.read(u, req, r)
	if err != nil && !errors.Is(err, ErrAbsent) {
		return at, err, false
	}
	if req.Fresh >= 0 {
		t.cache.put(&entry{Key: key, Status: r.Status, At: r.At, ETag: r.etag, LastModified: r.lastModified, Link: r.Link, body: r.Body})
	}
	return r.At, err, true
}

// pause tells how long to wait before asking again, if that may help at all.
func (t *Transport) pause(r *Response, fail *Error, attempt int) (time.Duration, bool) {
	switch fail.Reason {
	case ReasonRateLimited, ReasonServer, ReasonTimeout, ReasonTruncated, ReasonUnreachable:
	default:
		return 0, false
	}
	if attempt >= attempts || fail.Wait > longestPause || fatal(fail.Err) {
		return 0, false
	}
	// Half to one and a half of the pause, so that a crowd does not come back
	// as a crowd.
	pause := time.Duration(float64(firstPause<<(2*(attempt-1))) * (0.5 + t.clock.Jitter()))
	return max(pause, fail.Wait), true
}

// onlyOutage is the error if it tells of the host, and nil if of the question.
func onlyOutage(e *Error) *Error {
	switch e.Reason {
	case ReasonRateLimited, ReasonServer, ReasonTimeout, ReasonUnreachable:
		return e
	}
	return nil
}

func (t *Transport) stopped(ctx context.Context, u *url.URL, req *Request) *Error {
	e := canceled(ctx)
	e.Host, e.URL = u.Host, redact(req.URL)
	return e
}

// once sends the request and reads the whole answer within the limit. A
// response beside the error is one whose status is the failure.
func (t *Transport) once(parent context.Context, u *url.URL, req *Request, kept *entry, held *hold, limit time.Duration) (*Response, *Error) {
	ctx, stop := context.WithTimeout(parent, limit)
	defer stop()
	fail := func(reason Reason, detail string, err error) *Error {
		return &Error{Reason: reason, Host: u.Host, URL: redact(req.URL), Detail: clip(detail), Err: err}
	}
	var body io.Reader
	if req.Body != nil {
		body = bytes.NewReader(req.Body)
	}
	out, err := http.NewRequestWithContext(withBare(withToken(ctx, req.Token), req.Bare), req.Method, req.URL, body)
	if err != nil {
		return nil, fail(ReasonBadName, "", err)
	}
	t.dress(out, req, kept)
	answer, err := t.http.Do(out)
	if err != nil {
		return nil, networkError(ctx, err, fail)
	}
	defer answer.Body.Close()
	r := &Response{
		Status: answer.StatusCode, At: t.clock.Now(), Link: answer.Header.Get("Link"),
		etag: answer.Header.Get("ETag"), lastModified: answer.Header.Get("Last-Modified"),
		secret: secretOf(req.Token), spent: spentUntil(answer.Header),
	}
	if r.Status == http.StatusUnauthorized {
		r.challenge = answer.Header.Get("WWW-Authenticate")
	}
	r.Type, _, _ = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if r.Status == http.StatusNotModified {
		return r, nil
	}
	most := req.MaxBody
	if r.Status != http.StatusOK {
		most = 64 << 10 // the reason of a refusal is short; the rest is not waited for
	} else if answer.ContentLength > most {
		return r, fail(ReasonTooLarge, "it says it has "+strconv.FormatInt(answer.ContentLength, 10)+" bytes", nil)
	}
	r.Body, err = t.room.readAll(ctx, held, io.LimitReader(answer.Body, most+1))
	if err != nil && r.Status == http.StatusOK {
		e := networkError(ctx, err, fail)
		if e.Reason == ReasonUnreachable {
			e.Reason = ReasonTruncated
		}
		return r, e
	}
	if int64(len(r.Body)) > most {
		if r.Body = r.Body[:most]; r.Status == http.StatusOK {
			return r, fail(ReasonTooLarge, "more than "+strconv.FormatInt(most, 10)+" bytes", nil)
		}
	}
	if r.Status == http.StatusOK {
		return r, nil
	}
	return r, t.refusal(answer.Header, r, fail)
}

// refusal finds out how long the service wants to be left alone; nil leaves
// the answer to read, which asks the client what it means.
func (t *Transport) refusal(header http.Header, r *Response, fail func(Reason, string, error) *Error) *Error {
	reason := reasonOf(r)
	limited := r.Status == http.StatusForbidden &&
		(header.Get("Retry-After") != "" || header.Get("X-Ratelimit-Remaining") == "0")
	if limited {
		reason = ReasonRateLimited
	}
	if reason != ReasonRateLimited && reason != ReasonServer {
		return nil
	}
	e := fail(reason, r.message(), nil)
	e.Status = r.Status
	e.Wait = retryAfter(header, t.clock.Now())
	if reason == ReasonRateLimited && e.Wait > longestPause {
		e.Until = t.clock.Now().Add(e.Wait)
	}
	return e
}

// spentUntil tells by GitHub's headers that this was the last answer for now,
// and until when; the zero time else. The next question would be refused.
func spentUntil(header http.Header) time.Time {
	if header.Get("X-Ratelimit-Remaining") != "0" {
		return time.Time{}
	}
	reset, err := strconv.ParseInt(header.Get("X-Ratelimit-Reset"), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(reset, 0)
}

func retryAfter(header http.Header, now time.Time) time.Duration {
	after := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(after, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if date, err := http.ParseTime(after); err == nil {
		return max(0, date.Sub(now))
	}
	if until := spentUntil(header); !until.IsZero() {
		return max(0, until.Sub(now))
	}
	return 0
}

func (t *Transport) dress(out *http.Request, req *Request, kept *entry) {
	out.Header.Set("User-Agent", "depreview/"+t.opts.Version+" (+https://"+projectPage+")")
	if req.Accept != "" {
		out.Header.Set("Accept", req.Accept)
	}
	if req.Body != nil {
		out.Header.Set("Content-Type", "application/json")
	}
	if kept != nil && kept.Status == http.StatusOK {
		if kept.ETag != "" {
			out.Header.Set("If-None-Match", kept.ETag)
		}
		if kept.LastModified != "" {
			out.Header.Set("If-Modified-Since", kept.LastModified)
		}
	}
}
