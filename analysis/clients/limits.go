package clients

import (
	"context"
	"net/url"
	"sync"
	"time"
)

// Limit is what one host is asked at most.
type Limit struct {
	Concurrent int           // requests at once
	Interval   time.Duration // between the starts of two requests
}

// defaultLimit is for hosts that state none: private registries, redirects.
var defaultLimit = Limit{Concurrent: 8}

const (
	// breakAfter is after how many questions in a row that a host failed to
	// answer (each with its retries) the next ones fail at once. Otherwise a
	// dead host holds up a review for its time limit times its packages.
	breakAfter = 4
	breakFor   = time.Minute
	// breakMost bounds what a host may ask for: a wrong date is no reason never
	// to ask again.
	breakMost = time.Hour
)

// host is the turnstile of one host.
type host struct {
	slots    chan struct{}
	interval time.Duration

	mu       sync.Mutex
	next     time.Time // no request starts before it
	failures int
	broken   time.Time // until then requests fail at once
	last     *Error    // with this
}

// hosts holds the turnstiles, and the one that all share.
type hosts struct {
	clock  Clock
	limits map[string]Limit
	total  chan struct{}

	mu   sync.Mutex
	each map[string]*host
}

func newHosts(clock Clock, limits map[string]Limit, total int) *hosts {
	return &hosts{clock: clock, limits: limits, total: make(chan struct{}, total), each: make(map[string]*host)}
}

func (h *hosts) of(name string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := h.each[name]
	if one == nil {
		limit, ok := h.limits[name]
		if !ok {
			limit = defaultLimit
		}
		one = &host{slots: make(chan struct{}, max(1, limit.Concurrent)), interval: limit.Interval}
		h.each[name] = one
	}
	return one
}

// enter waits for a turn at a host. The shared slot is taken last, so that a
// crowd before one slow host leaves the others alone.
func (h *hosts) enter(ctx context.Context, one *host) (leave func(), err error) {
	select {
	case one.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := h.clock.Sleep(ctx, one.reserve(h.clock.Now())); err != nil {
		<-one.slots
		return nil, err
	}
	select {
	case h.total <- struct{}{}:
	case <-ctx.Done():
		<-one.slots
		return nil, ctx.Err()
	}
	return func() { <-h.total; <-one.slots }, nil
}

// reserve takes the next start and tells how far away it is.
func (o *host) reserve(now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	start := now
	if o.next.After(start) {
		start = o.next
	}
	if o.interval > 0 {
		o.next = start.Add(o.interval)
	}
	return start.Sub(now)
}

// pause holds back every request to the host, as it asked with Retry-After.
func (o *host) pause(until time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if until.After(o.next) {
		o.next = until
	}
}

// given returns the error of a host that lately failed every question, or nil.
func (o *host) given(now time.Time) *Error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last != nil && now.Before(o.broken) {
		return o.last
	}
	return nil
}

// spend holds back the questions to a host that has said that it answers no
// more until then.
func (o *host) spend(now, until time.Time, u *url.URL) {
	if !until.After(now) {
		return
	}
	if latest := now.Add(breakMost); until.After(latest) {
		until = latest
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.broken, o.last = until, &Error{Reason: ReasonRateLimited, Host: u.Host, Until: until, Detail: "its answers for this hour are used up"}
}

// learn remembers how a question ended.
func (o *host) learn(now time.Time, failed *Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if failed == nil {
		o.failures, o.last = 0, nil
		return
	}
	switch o.failures++; {
	case failed.Wait > longestPause: // it said so itself
		o.broken, o.last = now.Add(min(failed.Wait, breakMost)), failed
	case o.failures >= breakAfter:
		o.broken, o.last = now.Add(breakFor), failed
	}
}
