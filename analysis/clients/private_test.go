package clients

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// listener is everybody else: it hears what is asked, and knows nothing.
type listener struct {
	mu   sync.Mutex
	told strings.Builder
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told.WriteString(r.URL.String() + "\n")
	if r.Body != nil {
		_, _ = io.Copy(&l.told, r.Body)
	}
	return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"message":"no"}`)), Request: r}, nil
}

func (l *listener) heard() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told.String()
}

// TestPrivateScopesStayAtHome: a name that is routed by its scope is told to
// its own registry and to nobody else; every other name is asked.
func TestPrivateScopesStayAtHome(t *testing.T) {
	const mirror = "https://mirror.example/npm"
	route := func(name string) NPMRoute {
		scope, _, _ := strings.Cut(name, "/")
		switch scope {
		case "@acme":
			return NPMRoute{Base: "https://npm.acme.example", From: ".npmrc:1 at main", Scoped: true}
		case "@public":
			return NPMRoute{Base: DefaultEndpoints().NPM, From: "~/.npmrc:2", Scoped: true}
		case "@lost":
			return NPMRoute{From: ".npmrc:3 at main", Refused: "it is not https", Scoped: true}
		case "@mirrored":
			return NPMRoute{Base: mirror, From: "~/.npmrc:1"}
		}
		return NPMRoute{Base: DefaultEndpoints().NPM}
	}
	world := &listener{}
	transport, _ := newTransport(t, func(o *Options) { o.RoundTripper = world })
	c := With(transport, Settings{Endpoints: DefaultEndpoints(), NPM: route})
	for name, why := range map[string]string{
		"@acme/http":  "private by .npmrc:1 at main: only the registry of its scope is asked",
		"@lost/http":  "it is not https; its name is told to nobody",
		"@public/a":   "",
		"@mirrored/a": "",
		"left-padz":   "",
	} {
		_, osv := c.OSV.Refs(t.Context(), OSVQuery{Ecosystem: "npm", Name: name, Version: "1.0.0"})
		_, depsDev := c.DepsDev.Version(t.Context(), DepsDevKey{System: "npm", Name: name, Version: "1.0.0"})
		_, counts := c.NPM.LastWeek(t.Context(), name)
		private := c.Private(lockfiles.ID{Ecosystem: "npm", Name: name})
		if why == "" {
			if private != nil || !strings.Contains(world.heard(), `"name":"`+name+`","ecosystem":"npm"`) {
				t.Errorf("%s was not asked about: %v", name, private)
			}
			continue
		}
		for service, err := range map[string]error{"osv": osv, "deps.dev": depsDev, "downloads": counts, "private": private} {
			var e *Error
			if !errors.As(err, &e) || !e.NotAsked() || Why(err) != why {
				t.Errorf("%s, %s: %v", name, service, err)
			}
		}
	}
	if heard := world.heard(); strings.Contains(heard, "acme") || strings.Contains(heard, "lost") {
		t.Errorf("a private name went out:\n%s", heard)
	}
	// What is asked by commit names nothing.
	if _, err := c.OSV.Refs(t.Context(), OSVQuery{Commit: strings.Repeat("ab", 20)}); errors.Is(err, ErrOffline) || asError(err).NotAsked() {
		t.Error(err)
	}
	// The same from a map of scopes, in any case.
	fixed := New(transport, DefaultEndpoints(), map[string]string{"@Acme": "https://npm.acme.example/"})
	if fixed.Private(lockfiles.ID{Ecosystem: "npm", Name: "@acme/http"}) == nil || fixed.Private(lockfiles.ID{Ecosystem: "npm", Name: "@other/http"}) != nil {
		t.Error("a map of scopes says nothing of what is private")
	}
	golang := With(transport, Settings{Endpoints: DefaultEndpoints(), Go: GoRules{NoProxy: "*.acme.example", NoProxyFrom: "GOPRIVATE"}})
	if golang.Private(lockfiles.ID{Ecosystem: "golang", Name: "git.acme.example/a"}) == nil || golang.Private(lockfiles.ID{Ecosystem: "pypi", Name: "acme"}) != nil {
		t.Error("Private does not know GOPRIVATE, or calls all private")
	}
}
