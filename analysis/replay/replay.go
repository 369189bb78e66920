// Package replay answers the clients from recordings instead of the network, at
// a pinned time: for the demo, for tests, and for benchmarks.
//
// It stands beside analysis/clients, whose transport it takes the network away
// from: no address is ever dialled, and a question that nobody recorded ends
// as clients.ErrNotRecorded, never as an answer.
//
// Recordings are files that a person can read and write, by service (a name of
// clients.EndpointNames) and by what was asked:
//
//	now                                     RFC 3339: when all of it was said
//	endpoints                               lines "npm https://registry.npm.invalid"; optional
//	npm/acme-http.json                      the body of an answer with status 200
//	npm/left-padz.http                      status line, header, blank line, body: any other answer
//	osv/query/npm/acme-http@1.7.4.json      one result of a batch: {"vulns":[{"id":...}]}, or {}
//	osv/query/GitHub Actions/acme/setup.json of all versions
//	osv/vulns/GHSA-aaaa-bbbb-cccc.json
//	deps-dev/npm/acme-http@1.7.4.json
//	pypi/fast-forms/2.2.0.json, pypi/simple/fast-forms.json
//	crates-index/se/rd/serde-lite.json      lines of JSON
//	go-proxy/example.org/net/@v/list.json   text, for all its name
//	github/acme/http/releases.json
//	scorecard/github.com/acme/http.json     of a commit: scorecard/github.com/acme/http,commit=....json
//	epss/CVE-2026-40001.json, kev/index.json
//	ghcr/v2/acme/http/manifests/sha256-....sig.json, and quay, docker-hub, ...
//
// Addresses that have no short form of their own stand under their path.
package replay

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/clients"
)

// Recordings are what was recorded of the services. They serve many goroutines.
type Recordings struct {
	fsys      fs.FS
	now       time.Time
	endpoints clients.Endpoints
	services  services
	delay     func(service string) time.Duration
}

// New reads the recordings' time and endpoints; the answers are read when they
// are asked for. Recordings that do not say when they were made are none: every
// age would be made up.
func New(fsys fs.FS) (*Recordings, error) {
	r := &Recordings{fsys: fsys}
	text, err := fs.ReadFile(fsys, "now")
	if err == nil {
		r.now, err = time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	}
	if err != nil {
		return nil, fmt.Errorf("read the time of the recordings: %w\nhint: the file \"now\" holds one, such as 2026-11-20T09:00:00Z", err)
	}
	addresses, err := readEndpoints(fsys)
	if err != nil {
		return nil, err
	}
	if r.endpoints, err = clients.DefaultEndpoints().Override(addresses); err != nil {
		return nil, fmt.Errorf("read the endpoints of the recordings: %w", err)
	}
	for _, name := range clients.EndpointNames() {
		if notServices[name] {
			continue
		}
		other, err := r.services.add(name, addresses[name])
		if err != nil {
			return nil, fmt.Errorf("read the endpoints of the recordings: %w", err)
		}
		if other != "" {
			return nil, fmt.Errorf("read the endpoints of the recordings: %s and %s have the same address\nhint: give each service one of its own", other, name)
		}
	}
	return r, nil
}

// notServices are endpoints that are no address.
var notServices = map[string]bool{"sumdb-key": true}

// readEndpoints gives every service an invented host, and those that the file
// names the address it gives.
func readEndpoints(fsys fs.FS) (map[string]string, error) {
	addresses := make(map[string]string)
	for _, name := range clients.EndpointNames() {
		if !notServices[name] {
			addresses[name] = "https://" + name + ".invalid"
		}
	}
	text, err := fs.ReadFile(fsys, "endpoints")
	if errors.Is(err, fs.ErrNotExist) {
		return addresses, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the endpoints of the recordings: %w", err)
	}
	for n, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case len(fields) != 2 || notServices[fields[0]]:
			return nil, fmt.Errorf("read the endpoints of the recordings: line %d is no service and its address\nhint: write it as \"npm https://registry.npm.invalid\"", n+1)
		default:
			addresses[fields[0]] = strings.TrimRight(fields[1], "/")
		}
	}
	return addresses, nil
}

// Now is the time at which everything was recorded.
func (r *Recordings) Now() time.Time { return r.now }

// Endpoints are the addresses under which the recordings answer.
func (r *Recordings) Endpoints() clients.Endpoints { return r.endpoints }

// Delay makes each answer of a service come after some time, which the pinned
// clock does not show: for measurements. Call it before Options.
func (r *Recordings) Delay(of func(service string) time.Duration) { r.delay = of }

// Options are those of a transport that answers from the recordings alone,
// without a cache.
func (r *Recordings) Options() clients.Options {
	return clients.Options{RoundTripper: r, Clock: clock{r.now}, Replay: true}
}

// Clients are all services, as recorded.
func (r *Recordings) Clients() (*clients.Clients, error) {
	t, err := clients.NewTransport(r.Options())
	if err != nil {
		return nil, err
	}
	return clients.With(t, clients.Settings{Endpoints: r.endpoints, Closed: r.Closed()}), nil
}

// Closed is what cannot be recorded, and why: see clients.Settings. The
// checksum database signs what it says, and nobody else can.
func (r *Recordings) Closed() map[string]string {
	return map[string]string{"sumdb": "the checksum database cannot be recorded"}
}
