package allowlist

import (
	"net/url"
	"path"
	"strings"
)

// npmSpec is a key of npm's policy, taken apart as npm-package-arg does.
type npmSpec struct {
	// Of the registry: the name, and which versions; nil is every one.
	name   string
	covers func(string) bool
	pinned bool
	// Of elsewhere: a repository without protocol, user and .git, or a URL or
	// path as written; commit is the beginning of a commit, or "".
	place, commit string
	git           bool

	ignored string // why npm passes over the key
	rule    int
	allow   bool
}

// npmHosts are the shortcuts of hosted-git-info.
var npmHosts = map[string]string{"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com"}

func parseNpmSpec(key string) npmSpec {
	name, spec, at := splitSpec(key)
	switch {
	case strings.HasPrefix(key, "@") && !strings.Contains(key, "/"):
		return npmSpec{ignored: "the key names no package"}
	case elsewhere(key):
		return placeSpec(key)
	case at && strings.HasPrefix(spec, "npm:"):
		return npmSpec{ignored: "an alias names nothing; the real name is needed"}
	case at && elsewhere(spec):
		return placeSpec(spec)
	case !at, strings.TrimSpace(spec) == "", strings.TrimSpace(spec) == "*":
		return npmSpec{name: name}
	}
	spec = strings.TrimSpace(spec)
	if isVersion(spec) {
		// npm compares with the key as it is written: v1.2.3 is no 1.2.3.
		return npmSpec{name: name, covers: func(v string) bool { return v == spec }, pinned: true}
	}
	if versions, ok := disjunction(spec); ok {
		return npmSpec{name: name, covers: oneOf(versions), pinned: true}
	}
	if _, ok := within(spec); ok {
		return npmSpec{ignored: "npm takes no ranges here, only exact versions"}
	}
	// A dist-tag is no promise of a version: npm takes the name alone.
	return npmSpec{name: name}
}

// elsewhere tells whether a spec names something outside of a registry.
func elsewhere(spec string) bool {
	for _, prefix := range []string{"git+", "git:", "git@", "http:", "https:", "ssh:", "file:", "./", "../", "/", "~/"} {
		if strings.HasPrefix(spec, prefix) {
			return true
		}
	}
	host, _, ok := strings.Cut(spec, ":")
	if ok && npmHosts[host] != "" {
		return true
	}
	if strings.HasSuffix(spec, ".tgz") || strings.HasSuffix(spec, ".tar.gz") {
		return true
	}
	shortcut, _, _ := strings.Cut(spec, "#")
	return !strings.HasPrefix(spec, "@") && strings.Count(shortcut, "/") == 1 && !strings.ContainsAny(shortcut, " @:")
}

func placeSpec(spec string) npmSpec {
	if repository, commit, ok := gitPlace(spec); ok {
		return npmSpec{place: repository, commit: commit, git: true}
	}
	return npmSpec{place: spec}
}

// gitPlace reads the notations of a git repository into host/owner/name.
func gitPlace(spec string) (repository, commit string, ok bool) {
	where, commit, _ := strings.Cut(spec, "#")
	if host, rest, short := strings.Cut(where, ":"); short && npmHosts[host] != "" {
		where = "git+https://" + npmHosts[host] + "/" + rest
	} else if rest, scp := strings.CutPrefix(where, "git@"); scp {
		where = "git+ssh://" + strings.Replace(rest, ":", "/", 1)
	} else if !strings.Contains(where, ":") && strings.Count(where, "/") == 1 && !strings.HasPrefix(where, ".") &&
		!strings.HasPrefix(where, "/") && !strings.HasPrefix(where, "~") && !strings.HasSuffix(where, "gz") {
		where = "git+https://github.com/" + where
	}
	isGit := strings.HasPrefix(where, "git") || strings.HasSuffix(where, ".git")
	scheme, rest, url := strings.Cut(where, "://")
	if !url || !isGit {
		return "", "", false
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 && i < strings.IndexAny(rest+"/", "/") {
		rest = rest[i+1:]
	}
	host, repo, _ := strings.Cut(rest, "/")
	host, repo = strings.ToLower(host), strings.TrimSuffix(strings.Trim(repo, "/"), ".git")
	// git+ssh://git@host:owner/name is the scp notation under a protocol.
	if h, owner, scp := strings.Cut(host, ":"); scp && !isPort(owner) {
		host, repo = h, owner+"/"+repo
	}
	commit = strings.TrimPrefix(commit, "commit:")
	for _, hosted := range npmHosts {
		if host == hosted {
			return host + "/" + strings.ToLower(repo), commit, true
		}
	}
	// Elsewhere the protocol is part of the place.
	return strings.TrimPrefix(scheme, "git+") + "://" + host + "/" + repo, commit, true
}

func isPort(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// at tells whether a key that names a place is for a package from there, and
// whether it names the commit too.
func (s npmSpec) at(place npmOrigin, origin string) (covers, pinned bool) {
	if s.git {
		if place.kind != npmGit || s.place != place.repository {
			return false, false
		}
		return strings.HasPrefix(place.commit, s.commit), s.commit != ""
	}
	return s.place == origin, true
}

type npmKind int

const (
	npmNowhere  npmKind = iota // the lockfile leaves the place out
	npmRegistry                // a registry's archive
	npmGit
	npmElsewhere // a URL, a file, a directory
)

// npmOrigin is what the place of a package tells of it.
type npmOrigin struct {
	kind               npmKind
	name, version      string // as the registry's URL has them; "" where it does not tell
	repository, commit string
}

// npmPlace reads Package.Origin of npm's lockfiles.
func npmPlace(origin string) npmOrigin {
	switch {
	case origin == "":
		return npmOrigin{}
	case strings.HasPrefix(origin, "git"):
		if repository, commit, ok := gitPlace(origin); ok {
			return npmOrigin{kind: npmGit, repository: repository, commit: commit}
		}
	case strings.HasPrefix(origin, "http:"), strings.HasPrefix(origin, "https:"):
		u, err := url.Parse(origin)
		if err != nil {
			break
		}
		before, file, ok := strings.Cut(u.Path, "/-/")
		if !ok || strings.Trim(before, "/") == "" {
			break
		}
		name := path.Base(before)
		if scope := path.Base(path.Dir(before)); strings.HasPrefix(scope, "@") {
			name = scope + "/" + name
		}
		version := strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".tgz"), ".tar.gz")
		version, ok = strings.CutPrefix(version, path.Base(name)+"-")
		if ok && isVersion(version) {
			return npmOrigin{kind: npmRegistry, name: name, version: version}
		}
	}
	return npmOrigin{kind: npmElsewhere}
}

// splitList splits "a, b" and leaves out what is empty.
func splitList(s string) (items []string) {
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
