package lockfiles

import (
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// denoVersion is a version behind the name of what it is the version of, as
// deno.land, esm.sh, unpkg and their like write it: /std@0.200.0/, /x@v1.2.3/.
// The @ of a scope stands at the beginning of its segment, and is none.
var denoVersion = pattern.New(`^[^@]+@(v?[0-9][0-9A-Za-z.+_-]*)$`)

// denoRemote parts the URL of a remote module from the version in its path, so
// that a module of a new version is no other module: without it, each module
// of a library would be removed under one name and added under another.
// version is "" when the path states none, or several, whose order would be a
// guess.
func denoRemote(url string) (name, version string) {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url, ""
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		end = i
	}
	segments := strings.Split(rest[:end], "/")
	for i, segment := range segments[1:] { // the first is the host
		m := denoVersion.FindStringSubmatch(segment)
		switch {
		case m == nil:
			continue
		case version != "":
			return url, ""
		}
		version = m[1]
		segments[i+1] = strings.TrimSuffix(segment, "@"+version)
	}
	if version == "" {
		return url, ""
	}
	return scheme + "://" + strings.Join(segments, "/") + rest[end:], version
}
