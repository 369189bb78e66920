package clients

import (
	"context"
	"strings"
	"time"
)

const (
	// metadataFresh is how old the facts of a registry may be: as old as its
	// own caches make them.
	metadataFresh = 10 * time.Minute
	acceptJSON    = "application/json"
	// keptAnswers bounds what one client holds in memory: the packages of a
	// large review, read once for all checks.
	keptAnswers = 600
)

// lookup is one GET that many checks may want at the same time: asked once,
// decoded once. The value is shared, and nobody changes it.
func lookup[V any](ctx context.Context, t *Transport, m *memo[V], req Request, read func(*Response) (V, error)) (V, error) {
	return m.get(ctx, req.URL+"\n"+req.Accept, func(ctx context.Context) (v V, err error) {
		var got V
		req.Read = func(r *Response) (err error) {
			got, err = read(r)
			return err
		}
		if _, err := t.Do(ctx, req); err != nil {
			return v, err
		}
		return got, nil
	})
}

// mismatch is an answer about something else: a mirror's mistake, or worse.
func mismatch(asked, got string) error {
	return &Error{Reason: ReasonMismatch, Detail: clip("asked for " + asked + ", it is about " + got)}
}

// names splits a path and makes each part a segment.
func names(path string) (string, error) {
	if err := checkName(path); err != nil {
		return "", err
	}
	return segment(strings.Split(path, "/")...)
}

// moment reads a time of RFC 3339; what is none is unknown, the zero time.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST"} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() > 1 {
			return at.UTC()
		}
	}
	return time.Time{}
}
