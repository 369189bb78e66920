package clients

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// GoProxy is a Go module proxy.
type GoProxy struct {
	t     *Transport
	base  string
	lists *memo[[]string]
	infos *memo[*GoInfo]
	mods  *memo[[]byte]
	rules GoRules
	shut  error // why nothing is asked at all, or nil
}

// NewGoProxy asks the proxy that the endpoints name, of every module. Settings
// bring GOPROXY and GOPRIVATE.
func NewGoProxy(t *Transport, e Endpoints) *GoProxy {
	return &GoProxy{t: t, base: e.GoProxy, lists: newMemo[[]string](keptAnswers), infos: newMemo[*GoInfo](keptAnswers), mods: newMemo[[]byte](keptAnswers)}
}

// GoInfo is a version of a module.
type GoInfo struct {
	Version string
	// Time is of the commit, which its author chose; it is not when the
	// version was published.
	Time   time.Time
	Origin *GoOrigin // nil when the proxy does not tell
}

// GoOrigin is where the proxy found the version.
type GoOrigin struct{ VCS, URL, Subdir, Hash, Ref string }

// List is the tagged versions, in no order; very fresh ones may be missing.
func (g *GoProxy) List(ctx context.Context, path string) ([]string, error) {
	address, err := g.at(path, "/@v/list")
	if err != nil {
		return nil, err
	}
	return lookup(ctx, g.t, g.lists, g.request(address, metadataFresh), func(r *Response) ([]string, error) {
		versions := []string{}
		for _, line := range strings.Fields(string(r.Body)) {
			if !strings.HasPrefix(line, "v") {
				return nil, errors.New("a line is no version")
			}
			versions = append(versions, line)
		}
		return versions, nil
	})
}

// Info is one version. Path and version are case-encoded here.
func (g *GoProxy) Info(ctx context.Context, path, version string) (*GoInfo, error) {
	v, err := goVersion(path, version)
	if err != nil {
		return nil, err
	}
	return g.info(ctx, path, "/@v/"+v+".info", version, Immutable)
}

// Latest is the version that `go get` would take. Not every proxy knows it.
func (g *GoProxy) Latest(ctx context.Context, path string) (*GoInfo, error) {
	return g.info(ctx, path, "/@latest", "", metadataFresh)
}

func (g *GoProxy) info(ctx context.Context, path, rest, version string, fresh time.Duration) (*GoInfo, error) {
	address, err := g.at(path, rest)
	if err != nil {
		return nil, err
	}
	return lookup(ctx, g.t, g.infos, g.request(address, fresh), func(r *Response) (*GoInfo, error) {
		var wire struct {
			Version string
			Time    lax[string]
			Origin  lax[*GoOrigin]
		}
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if wire.Version == "" || version != "" && wire.Version != version {
			return nil, mismatch(version, wire.Version)
		}
		return &GoInfo{Version: wire.Version, Time: moment(wire.Time.V), Origin: wire.Origin.V}, nil
	})
}

// Mod is the go.mod file of a version.
func (g *GoProxy) Mod(ctx context.Context, path, version string) ([]byte, error) {
	v, err := goVersion(path, version)
	if err != nil {
		return nil, err
	}
	address, err := g.at(path, "/@v/"+v+".mod")
	if err != nil {
		return nil, err
	}
	return lookup(ctx, g.t, g.mods, g.request(address, Immutable), func(r *Response) ([]byte, error) {
		if looksLikeHTML(r.Body) || len(r.Body) == 0 {
			return nil, errors.New("it is no go.mod")
		}
		return r.Body, nil
	})
}

func (g *GoProxy) request(address string, fresh time.Duration) Request {
	return Request{URL: address, Fresh: fresh, Absent: plainAbsent}
}

// Private tells whether the person's environment says (GOPRIVATE, GONOPROXY)
// that a module is not to be asked for. The proxy, the checksum database, OSV and
// deps.dev then refuse it without a request.
func (g *GoProxy) Private(path string) bool { return g.rules.Private(path) }

func (g *GoProxy) at(path, rest string) (string, error) {
	if err := g.rules.private(path); err != nil {
		return "", err
	}
	if g.shut != nil {
		return "", g.shut
	}
	escaped, err := module.EscapePath(path)
	if err != nil {
		return "", &Error{Reason: ReasonBadName, Detail: clip(err.Error()), Err: err}
	}
	return g.base + "/" + escaped + rest, nil
}

func goVersion(path, version string) (string, error) {
	escaped, err := module.EscapeVersion(version)
	if err == nil {
		err = module.Check(path, version)
	}
	if err != nil {
		return "", &Error{Reason: ReasonBadName, Detail: clip(err.Error()), Err: err}
	}
	return escaped, nil
}
