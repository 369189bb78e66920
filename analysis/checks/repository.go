package checks

import (
	"net/url"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// repository is where a package's source is said to be.
type repository struct {
	host string // "codeberg.org"; "" is GitHub by its shorthand
	name string // owner/name
	dir  string // of the package in it, where the address tells
	deep bool   // it may lie in a subgroup of GitLab, so that name is not all of it
}

var (
	ownerName = pattern.New(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
	repoName  = pattern.New(`^[A-Za-z0-9._-]{1,100}$`)
	scpLike   = pattern.New(`^(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+\.[A-Za-z]+):([^/].*)$`)
)

// shorthands of npm, by their forge's host.
var shorthands = map[string]string{"github": "", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com"}

// parseRepository reads what people write where a registry asks for the
// repository: an address of git or of a web page, or npm's owner/name.
func parseRepository(claim string) (repository, bool) {
	claim = strings.TrimSpace(claim)
	for _, prefix := range []string{"scm:", "git:", "git+"} { // Maven writes scm:git:https://
		if rest, ok := strings.CutPrefix(claim, prefix); ok && !strings.HasPrefix(rest, "//") {
			claim = rest
		}
	}
	claim, _, _ = strings.Cut(claim, "#")
	if forge, rest, ok := strings.Cut(claim, ":"); ok && !strings.HasPrefix(rest, "//") {
		if host, known := shorthands[forge]; known {
			return newRepository(host, rest)
		}
		if found := scpLike.FindStringSubmatch(claim); found != nil {
			return newRepository(found[1], found[2])
		}
		return repository{}, false
	}
	if !strings.Contains(claim, "://") {
		return newRepository("", claim)
	}
	u, err := url.Parse(claim)
	if err != nil || u.Hostname() == "" {
		return repository{}, false
	}
	host := u.Hostname()
	if u.Scheme == "http" || u.Scheme == "https" { // of git's own protocols the port is another
		host = u.Host
	}
	return newRepository(host, u.Path)
}

func newRepository(host, path string) (repository, bool) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	if len(segments) < 2 {
		return repository{host: host}, false
	}
	owner, name := segments[0], strings.TrimSuffix(segments[1], ".git")
	if !ownerName.MatchString(owner) || !repoName.MatchString(name) || strings.Trim(name, ".") == "" {
		return repository{host: host}, false
	}
	r := repository{host: host, name: owner + "/" + name}
	r.deep = host == "gitlab.com" && len(segments) > 2 && !gitLabPages[segments[2]]
	// A page of a directory: owner/name/tree/main/packages/http.
	if len(segments) > 4 && (segments[2] == "tree" || segments[2] == "blob") {
		r.dir = strings.Join(segments[4:], "/")
	}
	return r, true
}

// gitLabPages are what follows a repository's own path in an address.
var gitLabPages = map[string]bool{"-": true, "tree": true, "blob": true, "issues": true, "merge_requests": true, "wikis": true}
