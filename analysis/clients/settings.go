package clients

import (
	"strings"

	"golang.org/x/mod/module"
)

// Settings is where the services lie and what they must not be asked, as the
// person's own configuration says it, and for the npm registries the project's
// at the base revision. analysis/clients/settings reads them.
type Settings struct {
	Endpoints Endpoints
	// NPM tells the registry of a package; nil is Endpoints.NPM for all. It is
	// called with every question, and keeps what it reads.
	NPM func(name string) NPMRoute
	Go  GoRules
	// Closed is the reason why a service is not asked at all, by the name of its
	// endpoint ("go-proxy": "GOPROXY is off").
	Closed map[string]string
}

// NPMRoute is the registry of one npm package.
type NPMRoute struct {
	Base string // without a slash at the end
	From string // who says so: "~/.npmrc:3", "web/.npmrc:1 at base"; "" is the default
	// Refused is why the registry cannot be asked; the public one is not asked
	// in its place, for it would speak of another package of that name.
	Refused string
	// Scoped: it is the registry of the package's scope, or is refused because
	// nobody knows whether the scope has one. Otherwise it is that of all packages.
	Scoped bool
}

// private is the error of a package whose name is for the registry of its scope
// alone, or nil. A registry for everything, public or a mirror, makes no name
// private; nor does a scope that is said to be on the public registry.
func (r NPMRoute) private() error {
	switch {
	case !r.Scoped:
		return nil
	case r.Refused != "":
		return notAsked(r.Refused + "; its name is told to nobody")
	case servedBy("npm", r.Base, nil):
		return nil
	}
	return notAsked("private by " + r.From + ": only the registry of its scope is asked")
}

// discretion tells which names other services than the package's own registry
// must not be told.
type discretion struct {
	golang GoRules
	npm    func(name string) NPMRoute
}

// private is the error of a name that must not be told, or nil. The ecosystem
// is named as OSV, deps.dev or a package-url name it.
func (d discretion) private(ecosystem, name string) error {
	switch strings.ToLower(ecosystem) {
	case "go", "golang":
		return d.golang.private(name)
	case "npm":
		if d.npm != nil {
			return d.npm(name).private()
		}
	}
	return nil
}

// GoRules are the patterns of Go modules that must not be asked for, in the
// form of GOPRIVATE: globs of path prefixes, separated by commas.
type GoRules struct {
	NoProxy string // GONOPROXY, else GOPRIVATE
	NoSumDB string // GONOSUMDB, else GOPRIVATE
	// The names of the variables that say so, for the reason.
	NoProxyFrom, NoSumDBFrom string
}

// Private tells whether a module is none of any public service's business.
func (r GoRules) Private(path string) bool { return module.MatchPrefixPatterns(r.NoProxy, path) }

// notAsked is the reason of what is never asked. Nothing left this computer.
func notAsked(why string) *Error { return &Error{Reason: ReasonNotAsked, Detail: clip(why)} }

// private is the error of a module that must not be asked for, or nil.
func (r GoRules) private(path string) error {
	if r.Private(path) {
		return notAsked("private by " + r.NoProxyFrom + ": not asked")
	}
	return nil
}

// unsummed is private for the checksum database.
func (r GoRules) unsummed(path string) error {
	if module.MatchPrefixPatterns(r.NoSumDB, path) {
		return notAsked("private by " + r.NoSumDBFrom + ": not asked")
	}
	return nil
}

// closed is the error of a service that is not asked at all, or nil.
func (s Settings) closed(endpoint string) error {
	if why := s.Closed[endpoint]; why != "" {
		return notAsked(why)
	}
	return nil
}

// scopesRoute is the NPM of fixed registries for some scopes ("@acme").
func scopesRoute(base string, scopes map[string]string) func(string) NPMRoute {
	lower := make(map[string]string, len(scopes))
	for scope, address := range scopes {
		lower[strings.ToLower(scope)] = strings.TrimRight(address, "/")
	}
	return func(name string) NPMRoute {
		if scope, _, ok := strings.Cut(name, "/"); ok && strings.HasPrefix(name, "@") {
			if address := lower[strings.ToLower(scope)]; address != "" {
				return NPMRoute{Base: address, From: scope, Scoped: true}
			}
		}
		return NPMRoute{Base: base}
	}
}
