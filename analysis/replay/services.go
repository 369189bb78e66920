package replay

import (
	"net/url"
	"strings"
)

// services finds the service of an address. One host may have several: a proxy
// for everything.
type services []service

type service struct{ name, host, path string }

// add takes the address of a service, without a slash at the end. It returns
// the service that has this address already, or "".
func (s *services) add(name, address string) (other string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	for _, one := range *s {
		if one.host == u.Host && one.path == u.EscapedPath() {
			return one.name, nil
		}
	}
	*s = append(*s, service{name, u.Host, u.EscapedPath()})
	return "", nil
}

// locate is the service whose address is the longest above u, with what
// follows it. A service may also lead elsewhere on its host, as NuGet's index
// does: then the path is the whole one. Name is "" where no service is.
func (s services) locate(u *url.URL) (name, path string) {
	path = u.EscapedPath()
	best := -1
	elsewhere := ""
	for _, one := range s {
		if one.host != u.Host {
			continue
		}
		if elsewhere == "" {
			elsewhere = one.name
		}
		rest, below := strings.CutPrefix(u.EscapedPath(), one.path)
		if below && (rest == "" || rest[0] == '/') && len(one.path) > best {
			best, name, path = len(one.path), one.name, rest
		}
	}
	if best < 0 {
		name = elsewhere
	}
	return name, path
}
