//go:build engines

package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// guard stands in for http.DefaultTransport, which the linked libraries' clients
// use, and in go-git's client, which keeps one of its own: nothing is asked but the hosts that a request names, and a
// token reaches those alone that it is for, also after a redirect.
type guard struct {
	inner http.RoundTripper
	mu    sync.Mutex
	hosts map[string]bool // allowed, "https://host"; true: with a token
}

var network = &guard{inner: http.DefaultTransport}

func init() {
	http.DefaultTransport = network
	git := githttp.NewClient(&http.Client{Transport: network})
	client.InstallProtocol("https", git)
	client.InstallProtocol("http", git)
	for _, other := range []string{"ssh", "git", "file"} {
		client.InstallProtocol(other, nil)
	}
}

// allow replaces the hosts that may be asked, each with its scheme.
func (g *guard) allow(plain []string, withToken ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hosts = make(map[string]bool)
	for _, h := range plain {
		g.hosts[h] = false
	}
	for _, h := range withToken {
		g.hosts[h] = true
	}
}

func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	host := strings.ToLower(r.URL.Scheme + "://" + r.URL.Host)
	g.mu.Lock()
	token, ok := g.hosts[host]
	g.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("%s is not asked: it is not the host of the repository", host)
	}
	if !token && r.Header.Get("Authorization") != "" {
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
	}
	return g.inner.RoundTrip(r)
}
