package replay

import (
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
)

// short are the parts of addresses that a person need not write: what all
// addresses of a service begin or end with.
var short = []struct{ service, prefix, suffix string }{
	{"osv", "v1/", ""},
	{"npm-downloads", "downloads/point/", ""},
	{"pypi", "pypi/", "/json"},
	{"crates-api", "api/v1/crates/", ""},
	{"rubygems", "api/v1/", ".json"},
	{"packagist-p2", "p2/", ".json"},
	{"packagist", "packages/", ".json"},
	{"hex", "api/packages/", ""},
	{"pub", "api/packages/", ""},
	{"github", "repos/", ""},
	{"scorecard", "projects/", ""},
}

// key is the service of an address, and where the answer to a GET lies, without
// ".json" or ".http"; that is "" when no file can have the name.
func (s services) key(u *url.URL) (service, key string) {
	service, path := s.locate(u)
	if service == "" {
		return "", ""
	}
	return service, keyOf(service, path, u.Query())
}

func keyOf(service, path string, query url.Values) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for i, one := range segments {
		text, err := url.PathUnescape(one)
		if err != nil {
			return ""
		}
		segments[i] = text
	}
	rest := strings.Join(segments, "/")
	switch {
	case rest == "":
		rest = "index"
	case service == "deps-dev":
		rest = depsDevKey(segments)
	case service == "epss":
		return shortKey(service, query.Get("cve"))
	default:
		rest = shorten(service, rest)
	}
	return shortKey(service, rest+queryOf(query))
}

func shortKey(service, rest string) string {
	key := strings.TrimSuffix(path.Clean(service+"/"+rest), ".json")
	if !fs.ValidPath(key) || !strings.HasPrefix(key, service+"/") || strings.ContainsRune(key, 0) {
		return ""
	}
	return key
}

func shorten(service, rest string) string {
	for _, s := range short {
		if s.service != service {
			continue
		}
		if inner, ok := strings.CutPrefix(rest, s.prefix); ok && inner != "" {
			return strings.TrimSuffix(inner, s.suffix)
		}
	}
	return rest
}

// depsDevKey reads v3/systems/npm/packages/acme-http/versions/1.7.4 and
// v3/projects/github.com/acme/http.
func depsDevKey(segments []string) string {
	if len(segments) == 7 && segments[1] == "systems" {
		return segments[2] + "/" + segments[4] + "@" + segments[6]
	}
	return strings.Join(segments[1:], "/")
}

// queryOf is what of the query tells one answer from another: the size of a
// page does not, for a page is recorded as it was asked for.
func queryOf(query url.Values) string {
	var names []string
	for name := range query {
		if name != "per_page" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	text := ""
	for _, name := range names {
		for _, value := range query[name] {
			text += "," + name + "=" + value
		}
	}
	return text
}
