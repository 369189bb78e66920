package clients

import (
	"net/url"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// Serves tells whether the registry that is asked about a package is where a
// lockfile says that the bytes come from (lockfiles.Package.Origin): the
// configured one, or the public one, which lockfiles name also where a mirror
// of it is configured. A lockfile that names none ("") means the configured
// one. Where it is false, what the registry says is about something else, and
// asking would tell it a name that is none of its business.
func (c *Clients) Serves(id lockfiles.ID, origin string) bool {
	registries := c.Endpoints.registries(id.Ecosystem)
	if id.Ecosystem == "npm" {
		registries = []string{c.NPM.Registry(id.Name)}
	}
	switch id.Ecosystem {
	case "npm":
		origin = patched(id.Name, origin)
	case "golang":
		if by, ok := strings.CutPrefix(origin, "replaced by "); ok {
			return by == id.Name // by another version of itself
		}
	}
	for _, one := range lockfiles.OriginPlaces(origin) {
		if !servedBy(id.Ecosystem, one, registries) {
			return false
		}
	}
	return true
}

// patched is the origin of what yarn patches: the registry, "", for
// "patch:name@npm%3A1.0.0#...".
func patched(name, origin string) string {
	inner, ok := strings.CutPrefix(origin, "patch:")
	if !ok {
		return origin
	}
	inner, _, _ = strings.Cut(inner, "#")
	if plain, err := url.PathUnescape(inner); err == nil {
		if version, ok := strings.CutPrefix(plain, name+"@npm:"); ok && !strings.Contains(version, "::") {
			return ""
		}
	}
	return origin
}

func servedBy(ecosystem, origin string, registries []string) bool {
	if ecosystem == "cargo" {
		origin = strings.TrimPrefix(strings.TrimPrefix(origin, "registry+"), "sparse+")
	}
	public := publicOrigins[ecosystem]
	scheme, rest, isURL := strings.Cut(origin, "://")
	if !isURL {
		// A host or a word alone; anything longer is a path.
		rest = origin
		if strings.ContainsAny(rest, "/\\:") {
			return false
		}
	} else {
		u, err := url.Parse(origin)
		if err != nil || scheme != "https" && scheme != "http" {
			return false
		}
		// Most have neither, and this is asked of every package by every check. Of
		// Composer and Swift a forge is where packages come from.
		if ecosystem != "swift" && (u.Fragment != "" || ecosystem == "npm" && strings.HasSuffix(u.Path, ".git")) {
			if kind, _ := lockfiles.OriginPlace(ecosystem, origin); kind == lockfiles.OriginGit {
				return false // a git repository
			}
		}
		rest = strings.ToLower(u.Host) + u.EscapedPath()
	}
	for _, at := range public {
		if below(rest, at) {
			return true
		}
	}
	for _, registry := range registries {
		_, at, _ := strings.Cut(registry, "://")
		if ecosystem == "nuget" { // the service index is a file beside the rest
			at = at[:strings.LastIndexByte(at, '/')+1]
		}
		if at != "" && below(rest, strings.ToLower(at)) {
			return true
		}
	}
	return false
}

// below tells whether an address without its scheme is another, or below it.
func below(address, base string) bool {
	base = strings.TrimRight(base, "/")
	rest, ok := strings.CutPrefix(strings.ToLower(address), base)
	return ok && (rest == "" || rest[0] == '/')
}
