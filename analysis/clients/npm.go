package clients

import (
	"context"
	"net/http"
	"strings"
	"time"
)

const acceptCorgi = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*"

// npmMost is for the packuments of packages with thousands of versions.
const npmMost = 256 << 20

// keptPackuments is small: a large one takes fifty megabytes when it is read.
const keptPackuments = 8

// NPM is the npm registry, or those that the user configured in its place.
type NPM struct {
	t         *Transport
	base      string
	downloads string
	route     func(string) NPMRoute
	packs     *memo[*Packument]
	outlines  *memo[*NPMOutline]
	raws      *memo[[]byte]
	counts    *memo[int64]
}

// NewNPM asks the registry of the endpoints, and for the packages of a scope
// ("@acme") the one given for it.
func NewNPM(t *Transport, e Endpoints, scopes map[string]string) *NPM {
	return newNPM(t, Settings{Endpoints: e, NPM: scopesRoute(e.NPM, scopes)})
}

func newNPM(t *Transport, s Settings) *NPM {
	if s.NPM == nil {
		s.NPM = scopesRoute(s.Endpoints.NPM, nil)
	}
	return &NPM{
		t: t, base: s.Endpoints.NPM, downloads: s.Endpoints.NPMDownloads, route: s.NPM,
		packs: newMemo[*Packument](keptPackuments), outlines: newMemo[*NPMOutline](0), raws: newMemo[[]byte](keptAnswers), counts: newMemo[int64](keptAnswers),
	}
}

// Registry is the base address for a package, without a slash at the end.
// It is "" where the one that is configured cannot be asked; Route tells why.
func (n *NPM) Registry(name string) string { return n.route(name).Base }

// Route is the registry for a package, and who names it.
func (n *NPM) Route(name string) NPMRoute { return n.route(name) }

// at makes an address; a scoped name keeps its @ and has its slash as %2f, as
// npm itself writes it and all registries know it.
func (n *NPM) at(name, before, after string) (string, error) {
	scope, rest, scoped := strings.Cut(name, "/")
	path := ""
	var err error
	if scoped && strings.HasPrefix(scope, "@") && len(scope) > 1 && !strings.Contains(rest, "/") {
		var a, b string
		if a, err = segment(scope[1:]); err == nil {
			b, err = segment(rest)
		}
		path = "@" + a + "%2f" + b
	} else {
		path, err = segment(name)
	}
	if err != nil {
		return "", err
	}
	route := n.route(name)
	if route.Refused != "" {
		return "", notAsked(route.Refused)
	}
	base := route.Base
	if err := checkBase(base); err != nil {
		return "", &Error{Reason: ReasonBadName, Host: hostOf(base), Detail: clip(err.Error()), Err: err}
	}
	return base + before + "/" + path + after, nil
}

// Packument is everything the registry says of a package: all versions, with
// times and publishers as far as the registry gives them.
func (n *NPM) Packument(ctx context.Context, name string) (*Packument, error) {
	return n.packument(ctx, name, acceptJSON)
}

// Abbreviated is the smaller document, without times, scripts and publishers,
// but with HasInstallScript. A registry that does not know it is asked for the
// whole one.
func (n *NPM) Abbreviated(ctx context.Context, name string) (*Packument, error) {
	p, err := n.packument(ctx, name, acceptCorgi)
	var status int
	if e := asError(err); e != nil {
		status = e.Status
	}
	if status == http.StatusNotFound || status == http.StatusNotAcceptable {
		return n.packument(ctx, name, acceptJSON)
	}
	return p, err
}

func (n *NPM) packument(ctx context.Context, name, accept string) (*Packument, error) {
	address, err := n.at(name, "", "")
	if err != nil {
		return nil, err
	}
	req := Request{URL: address, Accept: accept, Fresh: metadataFresh, Absent: saysAbsent, MaxBody: npmMost}
	return lookup(ctx, n.t, n.packs, req, func(r *Response) (*Packument, error) {
		var wire npmPackument
		if err := decode(r.Body, &wire); err != nil {
			return nil, err
		}
		if wire.Name != name {
			return nil, mismatch(name, wire.Name)
		}
		return wire.packument(r.At), nil
	})
}

// Attestations is the registry's document of the attestations of a version:
// `{"attestations":[{"predicateType","bundle"}]}`. It is asked of the registry
// in use, whatever host the packument's own address of it names.
func (n *NPM) Attestations(ctx context.Context, name, version string) ([]byte, error) {
	v, err := segment(version)
	if err != nil {
		return nil, err
	}
	address, err := n.at(name, "/-/npm/v1/attestations", "@"+v)
	if err != nil {
		return nil, err
	}
	return n.raw(ctx, address, Immutable)
}

// Keys is the document of the keys with which the registry of a package signs:
// `{"keys":[{"keyid","key","expires"}]}`. A registry that does not sign has none.
func (n *NPM) Keys(ctx context.Context, name string) ([]byte, error) {
	if _, err := n.at(name, "", ""); err != nil {
		return nil, err
	}
	return n.raw(ctx, n.Registry(name)+"/-/npm/v1/keys", 24*time.Hour)
}

func (n *NPM) raw(ctx context.Context, address string, fresh time.Duration) ([]byte, error) {
	req := Request{URL: address, Accept: acceptJSON, Fresh: fresh, Absent: saysAbsent}
	return lookup(ctx, n.t, n.raws, req, func(r *Response) ([]byte, error) {
		var object map[string]lax[any]
		return r.Body, decode(r.Body, &object)
	})
}

// LastWeek is how often a package was downloaded from the public registry in
// the last week.
func (n *NPM) LastWeek(ctx context.Context, name string) (int64, error) {
	if err := checkName(name); err != nil {
		return 0, err
	}
	if err := n.route(name).private(); err != nil {
		return 0, err
	}
	// Another registry's package of this name is another package, and its name
	// may be nobody's business.
	if route := n.route(name); route.Refused != "" || hostOf(route.Base) != hostOf(n.base) {
		return 0, notAsked("downloads are counted of the public registry's packages alone")
	}
	path, err := names(name)
	if err != nil {
		return 0, err
	}
	path = strings.Replace(path, "%40", "@", 1)
	req := Request{URL: n.downloads + "/downloads/point/last-week/" + path, Accept: acceptJSON, Fresh: 24 * time.Hour, Absent: saysAbsent}
	return lookup(ctx, n.t, n.counts, req, func(r *Response) (int64, error) {
		var wire struct {
			Downloads *int64 `json:"downloads"`
			Package   string `json:"package"`
		}
		if err := decode(r.Body, &wire); err != nil {
			return 0, err
		}
		if wire.Downloads == nil || wire.Package != name {
			return 0, mismatch(name, wire.Package)
		}
		return *wire.Downloads, nil
	})
}
