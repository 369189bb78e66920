package clients

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// downloadMost bounds a whole download; Options.Attempt bounds a silence in it.
const downloadMost = 30 * time.Minute

// Downloaded is what came over the wire into the writer.
type Downloaded struct {
	Size        int64
	At          time.Time
	ETag        string
	Hash        string // X-Goog-Hash, where the storage gives one
	NotModified bool   // nothing came: what has the given ETag is still the newest
}

// Download streams a large answer into a writer: an archive, a database. It
// holds no more of it than a buffer, keeps it in no cache, and asks once: what
// the writer took of an answer that was cut off cannot be taken back. After an
// error the caller throws away what was written. At most req.MaxBody bytes are
// accepted, as the service sent them: nothing is decompressed.
func (t *Transport) Download(ctx context.Context, req Request, etag string, to io.Writer) (Downloaded, error) {
	setDefault(&req.Method, http.MethodGet)
	setDefault(&req.MaxBody, t.opts.MaxBody)
	u, err := url.Parse(req.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return Downloaded{}, &Error{Reason: ReasonBadName, URL: redact(req.URL), Detail: "this is no address of a service"}
	}
	if req.Token.Value == "" {
		req.Token = pick(t.opts.Tokens, u)
	}
	if t.opts.Offline {
		return Downloaded{}, &Error{Reason: ReasonOffline, Host: u.Host, URL: redact(req.URL)}
	}
	turn := t.hosts.of(u.Host)
	leave, err := t.hosts.enter(ctx, turn)
	if err != nil {
		return Downloaded{}, t.stopped(ctx, u, &req)
	}
	defer leave()
	began := time.Now()
	got, r, fail := t.stream(ctx, u, &req, etag, to)
	t.trace.asked(&req, r, fail, 1, time.Since(began))
	if fail == nil {
		return got, nil
	}
	if ctx.Err() != nil {
		return got, t.stopped(ctx, u, &req)
	}
	return got, fail
}

// errWriter is a failure of the caller's writer, which is not the network's.
type errWriter struct{ error }

func (t *Transport) stream(parent context.Context, u *url.URL, req *Request, etag string, to io.Writer) (Downloaded, *Response, *Error) {
	ctx, stop := context.WithTimeout(parent, downloadMost)
	defer stop()
	silence := time.AfterFunc(t.opts.Attempt, stop)
	defer silence.Stop()
	fail := func(reason Reason, detail string, err error) *Error {
		return &Error{Reason: reason, Host: u.Host, URL: redact(req.URL), Detail: clip(detail), Err: err}
	}
	out, err := http.NewRequestWithContext(withToken(ctx, req.Token), req.Method, req.URL, nil)
	if err != nil {
		return Downloaded{}, nil, fail(ReasonBadName, "", err)
	}
	t.dress(out, req, &entry{Status: http.StatusOK, ETag: etag})
	// The bytes are wanted as they lie there: their digest is known.
	out.Header.Set("Accept-Encoding", "identity")
	answer, err := t.http.Do(out)
	if err != nil {
		return Downloaded{}, nil, networkError(ctx, err, fail)
	}
	defer answer.Body.Close()
	r := &Response{Status: answer.StatusCode, At: t.clock.Now(), secret: secretOf(req.Token)}
	got := Downloaded{At: r.At, ETag: answer.Header.Get("ETag"), Hash: strings.Join(answer.Header.Values("X-Goog-Hash"), ",")}
	switch {
	case r.Status == http.StatusNotModified && etag != "":
		got.NotModified = true
		return got, r, nil
	case r.Status != http.StatusOK:
		r.Body, _ = io.ReadAll(io.LimitReader(answer.Body, 64<<10))
		if e := t.refusal(answer.Header, r, fail); e != nil {
			return got, r, e
		}
		return got, r, asError(t.read(u, req, r))
	case answer.ContentLength > req.MaxBody:
		return got, r, fail(ReasonTooLarge, "it says it has "+strconv.FormatInt(answer.ContentLength, 10)+" bytes", nil)
	}
	body := &heard{from: io.LimitReader(answer.Body, req.MaxBody+1), heard: func() { silence.Reset(t.opts.Attempt) }}
	got.Size, err = io.Copy(sink{to}, body)
	r.size = got.Size
	var writer errWriter
	switch {
	case errors.As(err, &writer):
		return got, r, fail(ReasonDisk, writer.Error(), writer.error)
	case err != nil:
		e := networkError(ctx, err, fail)
		if e.Reason == ReasonUnreachable {
			e.Reason = ReasonTruncated
		}
		return got, r, e
	case got.Size > req.MaxBody:
		return got, r, fail(ReasonTooLarge, "more than "+strconv.FormatInt(req.MaxBody, 10)+" bytes", nil)
	}
	return got, r, nil
}

// heard tells of each piece that arrives.
type heard struct {
	from  io.Reader
	heard func()
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	if n > 0 {
		h.heard()
	}
	return n, err
}

// sink marks the errors of the writer.
type sink struct{ to io.Writer }

func (s sink) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	if err != nil {
		err = errWriter{err}
	}
	return n, err
}
