package clients

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// caVariables name files of further certificate authorities, in the words of
// the tools that people have already set them for.
var caVariables = []string{"DEPREVIEW_CA_FILE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"}

// network is the real thing: proxies from the environment, HTTP/2, and no
// patience without end.
func network(opts Options) (http.RoundTripper, error) {
	getenv := opts.Getenv
	if getenv == nil {
		getenv = os.Getenv
	}
	named, err := authorities(getenv)
	if err != nil {
		return nil, err
	}
	// The system's own authorities take milliseconds to read, which a start
	// without any request does not spend.
	return &lazyNetwork{connect: sync.OnceValues(func() (http.RoundTripper, error) { return connect(opts, named) })}, nil
}

// lazyNetwork is made by the first request.
type lazyNetwork struct {
	connect func() (http.RoundTripper, error)
}

func (l *lazyNetwork) RoundTrip(req *http.Request) (*http.Response, error) {
	real, err := l.connect()
	if err != nil {
		return nil, err
	}
	return real.RoundTrip(req)
}

func connect(opts Options, named []authority) (http.RoundTripper, error) {
	roots, err := pool(named)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  opts.Attempt,
		MaxResponseHeaderBytes: 1 << 20,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        time.Minute,
	}, nil
}

// authority is a file of certificates that a variable names.
type authority struct {
	variable, file string
	data           []byte
}

func (a authority) holdsNone() error {
	return fmt.Errorf("read the certificate authorities that %s names: %s holds no PEM certificate\nhint: correct or unset %s", a.variable, a.file, a.variable)
}

// authorities reads the named files, so that a wrong name is said at once.
func authorities(getenv func(string) string) (all []authority, err error) {
	for _, name := range caVariables {
		file := getenv(name)
		if file == "" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the certificate authorities that %s names: %w\nhint: correct or unset %s", name, err, name)
		}
		one := authority{name, file, data}
		if !bytes.Contains(data, []byte("-----BEGIN CERTIFICATE-----")) {
			return nil, one.holdsNone()
		}
		all = append(all, one)
	}
	return all, nil
}

// pool adds the named authorities to the system's own; nil means those alone.
func pool(named []authority) (*x509.CertPool, error) {
	if len(named) == 0 {
		return nil, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	for _, one := range named {
		if !roots.AppendCertsFromPEM(one.data) {
			return nil, one.holdsNone()
		}
	}
	return roots, nil
}

// covers tells whether the token is for the address.
func (t Token) covers(u *url.URL) bool {
	if t.Value == "" || !strings.EqualFold(t.Origin, u.Scheme+"://"+u.Host) {
		return false
	}
	path := strings.TrimRight(t.Path, "/")
	return path == "" || strings.HasPrefix(u.EscapedPath()+"/", path+"/")
}

// pick is the token that covers the address most closely, or none.
func pick(tokens []Token, u *url.URL) (best Token) {
	for _, token := range tokens {
		if token.covers(u) && (best.Value == "" || len(token.Path) > len(best.Path)) {
			best = token
		}
	}
	return best
}

type tokenKey struct{}

func withToken(ctx context.Context, token Token) context.Context {
	if token.Value == "" {
		return ctx
	}
	return context.WithValue(ctx, tokenKey{}, token)
}

type bareKey struct{}

func withBare(ctx context.Context, bare bool) context.Context {
	if !bare {
		return ctx
	}
	return context.WithValue(ctx, bareKey{}, true)
}

// Secret tells whether the answer to a request is for nobody to write down: a
// token.
func Secret(req *http.Request) bool { return req.Context().Value(bareKey{}) != nil }

func secretOf(token Token) string {
	if _, value, ok := strings.Cut(token.Value, " "); ok {
		return value
	}
	return token.Value
}

// signer puts the token on a request as it goes out, if it goes to the token's
// origin. The token is never among the headers that net/http carries along a
// redirect, so there is nothing to strip: net/http itself would still send
// Authorization to subdomains, and other secret headers anywhere.
type signer struct{ next http.RoundTripper }

func (s signer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, ok := req.Context().Value(tokenKey{}).(Token)
	if !ok || !token.covers(req.URL) {
		return s.next.RoundTrip(req)
	}
	signed := req.Clone(req.Context())
	name := token.Header
	if name == "" {
		name = "Authorization"
	}
	signed.Header.Set(name, token.Value)
	return s.next.RoundTrip(signed)
}

// errRedirect is a redirect that is not followed; net/http wraps it.
type errRedirect string

func (e errRedirect) Error() string { return string(e) }

func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case len(via) >= 6:
		return errRedirect("more than five redirects")
	case req.URL.Scheme != "https" && first.URL.Scheme == "https":
		return errRedirect("from https to " + req.URL.Scheme)
	case req.URL.Scheme != "https" && req.URL.Scheme != "http":
		return errRedirect("to " + req.URL.Scheme)
	case first.Method != http.MethodGet && req.URL.Host != first.URL.Host:
		// The body names the project's dependencies; they were for one host.
		return errRedirect("of a question with a body to " + req.URL.Host)
	}
	// The address behind may hold a secret; it is not for the next one.
	req.Header.Del("Referer")
	return nil
}

// networkError tells what went wrong on the way.
func networkError(ctx context.Context, err error, fail func(Reason, string, error) *Error) *Error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the outer one repeats the address, with its secrets
	}
	var redirect errRedirect
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	var own *Error // of a round tripper that knows better: a replay
	switch {
	case errors.As(err, &own):
		return fail(own.Reason, own.Detail, own.Err)
	case errors.As(err, &redirect):
		return fail(ReasonRedirect, string(redirect), nil)
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return fail(ReasonTimeout, "", nil)
	case errors.As(err, &certificate):
		return fail(ReasonUnreachable, "its certificate does not verify: "+certificate.Err.Error(), err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fail(ReasonTruncated, "", err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail(ReasonUnreachable, "connection refused", err)
	}
	return fail(ReasonUnreachable, err.Error(), err)
}

// fatal tells of errors that asking again does not mend.
func fatal(err error) bool {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	return errors.As(err, &certificate) || errors.As(err, &dns) && dns.IsNotFound
}
