package lockfiles

import "strings"

// pnpmKeyID is the key of packages that a snapshot belongs to: the key without
// the groups in parentheses at its end, which name its patch and its peers and
// may be nested.
func pnpmKeyID(key string) string {
	if !strings.HasSuffix(key, ")") {
		return key
	}
	depth := 0
	for i := len(key) - 1; i >= 0; i-- {
		switch {
		case key[i] == ')':
			depth++
		case key[i] == '(':
			depth--
		case depth == 0:
			return key[:i+1]
		}
	}
	return key
}

// pnpmTarget is the key that a dependency's version part refers to. link is
// true for a directory that pnpm links as it is and locks nothing of.
func pnpmTarget(major int, name, ref string) (key string, link bool) {
	switch {
	case strings.HasPrefix(ref, "link:"):
		return "", true
	case major >= 9:
		return pnpmTarget9(name, ref), false
	case strings.HasPrefix(ref, "file:"):
		return ref, false
	}
	before := ref
	if peers := strings.IndexByte(ref, '('); peers >= 0 {
		before = ref[:peers]
	}
	switch {
	case strings.Contains(before, "/"):
		return ref, false // an alias, another host or a URL: a key as it stands
	case major == 5:
		return "/" + name + "/" + ref, false
	}
	return "/" + name + "@" + ref, false
}

// pnpmTarget9 completes a version to a key, and leaves an alias, which is a
// key already: there an @ comes before any URL and before the peers.
func pnpmTarget9(name, ref string) string {
	at := strings.IndexByte(ref, '@')
	if at == 0 {
		return ref
	}
	if stop := strings.IndexAny(ref, ":("); at > 0 && (stop < 0 || at < stop) {
		return ref
	}
	return name + "@" + ref
}

// pnpmIdentity is what a key says of its package.
type pnpmIdentity struct {
	name, version string // version is "" unless the key holds a semantic version
	source        string // what the key holds instead: a URL, file:..., runtime:...
	host          string // the registry, where an old key names one
}

// pnpmIdentify reads a key of packages or snapshots. ok is false for a key
// that names no package; its fields must do so then.
func pnpmIdentify(major int, key string) (id pnpmIdentity, ok bool) {
	if major >= 9 {
		return pnpmSplitVersion(pnpmKeyID(key), "@")
	}
	host, rest, ok := strings.Cut(key, "/")
	if !ok || strings.HasPrefix(key, "file:") {
		return id, false
	}
	if major > 5 {
		id, ok = pnpmSplitVersion(pnpmKeyID(rest), "@")
	} else {
		id, ok = pnpmSplitVersion(pnpmWithoutPeers5(rest), "/")
	}
	if !ok || id.version == "" {
		return pnpmIdentity{}, false
	}
	id.host = host
	return id, true
}

// pnpmWithoutPeers5 drops the peers of a 5.x key, which follow the version
// after the first underscore; no semantic version holds one.
func pnpmWithoutPeers5(rest string) string {
	from := 0
	if strings.HasPrefix(rest, "@") {
		from = strings.IndexByte(rest, '/') + 1
	}
	slash := strings.IndexByte(rest[from:], '/')
	if slash < 0 {
		return rest
	}
	version := rest[from+slash:]
	if end := strings.IndexAny(version, "_("); end >= 0 {
		return rest[:from+slash+end]
	}
	return rest
}

// pnpmSplitVersion parts name and version, where the name may have a scope.
func pnpmSplitVersion(text, separator string) (id pnpmIdentity, ok bool) {
	from := 1
	if separator == "/" && strings.HasPrefix(text, "@") {
		from = strings.IndexByte(text, '/') + 1
	}
	if len(text) <= from {
		return id, false
	}
	i := strings.Index(text[from:], separator)
	if i < 0 || from+i+1 == len(text) {
		return id, false
	}
	id.name, id.source = text[:from+i], text[from+i+1:]
	if jsIsVersion(id.source) {
		id.version, id.source = id.source, ""
	}
	return id, true
}
