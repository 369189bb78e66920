package clients

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options of a Transport. The zero value has no cache and sensible limits.
type Options struct {
	// CacheDir is where answers are kept; "" keeps none. CacheDir() is the usual one.
	CacheDir string
	// Offline answers from the cache alone, however old the answer is.
	Offline bool
	// Version is depreview's own, for the User-Agent.
	Version string
	// Trace gets one line a request; tokens and secret parameters are left out.
	Trace io.Writer
	// Clock is SystemClock if nil.
	Clock Clock
	// RoundTripper takes the place of the network: recorded answers.
	RoundTripper http.RoundTripper
	// Wrap stands between the transport and the network, and sees no token.
	Wrap func(http.RoundTripper) http.RoundTripper
	// Replay asks each question by itself: none waits in a batch for company,
	// and a host that failed others is asked all the same. What one recording
	// lacks then says nothing of the next, in whatever order they are asked. And
	// no name is kept from a service: nobody hears of it.
	Replay bool
	// Getenv finds the files of further certificate authorities; os.Getenv if nil.
	Getenv func(string) string
	// Tokens are offered to every request; the longest one that covers its
	// address is sent. They come from the user's own configuration alone.
	Tokens []Token
	// Limits by host ("api.example", "127.0.0.1:8080"); see Endpoints.Limits.
	Limits map[string]Limit
	// Total bounds the requests to all hosts at once; 64 if 0.
	Total int
	// Attempt and Whole bound one attempt and, without the time spent waiting
	// for a turn, a question with its retries; 60 s and 2 min if 0.
	Attempt, Whole time.Duration
	// MaxBody bounds an answer after decompression unless the request says
	// otherwise; 64 MB if 0.
	MaxBody int64
}

// Transport is the one way to the network. It serves many goroutines.
type Transport struct {
	opts  Options
	clock Clock
	cache *cache
	hosts *hosts
	http  *http.Client
	trace *tracer
	room  *memory
}

// NewTransport fails only when a certificate file that the environment names
// cannot be used.
func NewTransport(opts Options) (*Transport, error) {
	if opts.Clock == nil {
		opts.Clock = SystemClock{}
	}
	setDefault(&opts.Total, 64)
	setDefault(&opts.Attempt, time.Minute)
	setDefault(&opts.Whole, 2*time.Minute)
	setDefault(&opts.MaxBody, 64<<20)
	setDefault(&opts.Version, "dev")
	t := &Transport{
		opts: opts, clock: opts.Clock,
		cache: newCache(opts.CacheDir),
		hosts: newHosts(opts.Clock, opts.Limits, opts.Total),
		trace: &tracer{out: opts.Trace, clock: opts.Clock},
		room:  newMemory(bodiesMost),
	}
	inner := opts.RoundTripper
	if inner == nil {
		var err error
		if inner, err = network(opts); err != nil {
			return nil, err
		}
	}
	inner = signer{inner}
	if opts.Wrap != nil {
		inner = opts.Wrap(inner)
	}
	t.http = &http.Client{Transport: inner, CheckRedirect: checkRedirect}
	return t, nil
}

func setDefault[T comparable](value *T, normal T) {
	var zero T
	if *value == zero {
		*value = normal
	}
}

// Immutable is the Fresh of an answer that never changes: by version or digest.
const Immutable = time.Duration(1<<63 - 1)

const (
	// absentFresh is how long "no such thing" is believed: what a service does
	// not know yet, it may know in a quarter of an hour.
	absentFresh = 5 * time.Minute
	// absentOffline is how long it counts where asking is not allowed.
	absentOffline = 24 * time.Hour
)

// Token is a secret for one origin. It is sent there and nowhere else, not
// even when that origin redirects to another.
type Token struct {
	Origin string // "https://registry.example": scheme and host
	Path   string // "/npm/": only below it; "" covers the whole origin
	Header string // "Authorization" if ""
	Value  string // the whole header value: "Bearer ..."
	// Anybody: it is given to everybody who asks, and what it opens is the same
	// for all.
	Anybody bool
}

// Request is one question.
type Request struct {
	Method string // GET if ""
	URL    string
	Accept string
	Body   []byte // JSON; a POST must only ask, for it is repeated like a GET
	Token  Token
	// Bare: none of Options.Tokens is sent, wherever it leads, and its answer is
	// never written down. It is of addresses that a stranger names.
	Bare bool
	// Fresh is how long a kept answer is given without asking; 0 asks each
	// time, with If-None-Match where the service gave an ETag. Negative keeps
	// no answer at all.
	Fresh   time.Duration
	MaxBody int64
	// Version is what else tells one kept answer from another: the time that an
	// advisory was modified.
	Version string
	// Absent tells whether an answer that is not 200 is the service's own "no
	// such thing"; nil for a service that never says so.
	Absent func(*Response) bool
	// Read takes the answer. It may be called twice, and its error keeps the
	// answer out of the cache: an *Error as it is, any other as ReasonNotJSON.
	Read func(*Response) error
}

// Response is an answer, kept or new.
type Response struct {
	Status int
	Body   []byte
	At     time.Time // when the service last said so
	Cached bool
	Link   string // the Link header: the next page
	Type   string // the media type of a new answer

	etag, lastModified string
	secret             string
	challenge          string    // of a 401: how to get a token
	size               int64     // of what was streamed and is not in Body
	spent              time.Time // until when the host answers no more, by its own count
}

func (r *Request) key() string {
	key := r.Method + "\n" + r.URL + "\n" + r.Accept
	if r.Body != nil {
		sum := sha256.Sum256(r.Body)
		key += "\n" + hex.EncodeToString(sum[:])
	}
	if r.Version != "" {
		key += "\n" + r.Version
	}
	// What a token opened is not for who has another one or none.
	if r.Token.Value != "" && !r.Token.Anybody {
		sum := sha256.Sum256([]byte("token " + r.Token.Value))
		key += "\n" + hex.EncodeToString(sum[:8])
	}
	return key
}

// Do asks: the cache first, then the service. Its errors are *Error. At is
// when the service said it.
func (t *Transport) Do(ctx context.Context, req Request) (at time.Time, err error) {
	defer func() {
		if err == nil {
			answeredAt(ctx, at)
		}
	}()
	setDefault(&req.Method, http.MethodGet)
	setDefault(&req.MaxBody, t.opts.MaxBody)
	u, err := url.Parse(req.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return at, &Error{Reason: ReasonBadName, URL: redact(req.URL), Detail: "this is no address of a service"}
	}
	if req.Token.Value == "" && !req.Bare {
		req.Token = pick(t.opts.Tokens, u)
	}
	key := req.key()
	kept, at, err, done := t.fromCache(ctx, u, &req, key)
	if done {
		return at, err
	}
	if t.opts.Offline {
		return at, &Error{Reason: ReasonOffline, Host: u.Host, URL: redact(req.URL)}
	}
	return t.ask(ctx, u, &req, key, kept)
}

// read gives the answer to who asked, or says why it is none.
func (t *Transport) read(u *url.URL, req *Request, r *Response) error {
	fail := &Error{Host: u.Host, URL: redact(req.URL), Status: r.Status, challenge: r.challenge}
	if r.Status != http.StatusOK {
		fail.Reason = reasonOf(r)
		if fail.Reason == ReasonNotFound && req.Absent != nil && req.Absent(r) {
			fail.Reason = ReasonAbsent
		}
		fail.Detail = r.message()
		return fail
	}
	if req.Read == nil {
		return nil
	}
	err := req.Read(r)
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		*fail = *e
		fail.Host, fail.URL, fail.Status = u.Host, redact(req.URL), r.Status
		return fail
	}
	fail.Reason, fail.Detail, fail.Err = ReasonNotJSON, clip(err.Error()), err
	if endsEarly(err) && !looksLikeHTML(r.Body) {
		fail.Reason = ReasonTruncated
	}
	if looksLikeHTML(r.Body) {
		fail.Detail = "a web page"
	}
	return fail
}

func reasonOf(r *Response) Reason {
	switch {
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden:
		return ReasonRefused
	case r.Status == http.StatusNotFound, r.Status == http.StatusGone, r.Status == http.StatusUnavailableForLegalReasons:
		return ReasonNotFound
	case r.Status == http.StatusTooManyRequests:
		return ReasonRateLimited
	case r.Status == http.StatusRequestTimeout:
		return ReasonTimeout
	case r.Status >= 500:
		return ReasonServer
	case r.Status >= 300 && r.Status < 400:
		return ReasonRedirect
	}
	return ReasonStatus
}

// message is what the service says of its refusal, without the token that it
// may repeat.
func (r *Response) message() string {
	if looksLikeHTML(r.Body) {
		return ""
	}
	text := string(r.Body[:min(len(r.Body), 2000)])
	if m := jsonMessage(r.Body); m != "" {
		text = m
	} else if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return ""
	}
	if r.secret != "" {
		text = strings.ReplaceAll(text, r.secret, "***")
	}
	return clip(text)
}

// CacheProblems counts answers that could not be kept or read (a full disk),
// and kept ones that were damaged and set aside. Neither fails a request.
func (t *Transport) CacheProblems() (failed, damaged int) {
	return int(t.cache.problems.Load()), int(t.cache.broken.Load())
}
