//go:build engines

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// guard stands where the linked libraries' clients ask the network: nothing is
// asked but the hosts that a request names, and a token reaches those alone that
// it is for, also after a redirect. Without it Pinned-Dependencies, one of the
// file checks, asks the registry of every image that a stranger's Dockerfile
// names.
type guard struct {
	inner http.RoundTripper
	mu    sync.Mutex
	hosts map[string]bool // allowed, "https://host"; true: with a token
}

var network = &guard{inner: outward()}

var errNoNetwork = errors.New("the engine asks nobody but by its guard")

func init() {
	http.DefaultTransport = network
	remote.DefaultTransport = network
	git := githttp.NewClient(&http.Client{Transport: network})
	client.InstallProtocol("https", git)
	client.InstallProtocol("http", git)
	for _, other := range []string{"ssh", "git", "file"} {
		client.InstallProtocol(other, nil)
	}
	// A client with a transport of its own finds no address.
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errNoNetwork
	}}
}

// outward is the transport behind the guard, which alone resolves names.
func outward() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Resolver: &net.Resolver{}}).DialContext
	return t
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
