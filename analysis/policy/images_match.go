package policy

import "strings"

// Matches tells whether the rule is about an image, by the name that lockfiles
// give it (docker.io/library/nginx is nginx). A pattern may spell the names of
// Docker Hub as people do, or in full.
func (r *ImageRule) Matches(name string) bool {
	return matchesAny(r.Match, name) && !matchesAny(r.Except, name)
}

func matchesAny(patterns []string, name string) bool {
	names := []string{name}
	if ImageHost(name) == "" {
		names = append(names, "docker.io/"+name, "index.docker.io/"+name)
		if !strings.Contains(name, "/") {
			names = append(names, "library/"+name, "docker.io/library/"+name, "index.docker.io/library/"+name)
		}
	}
	for _, pattern := range patterns {
		for _, one := range names {
			if glob(pattern, one) {
				return true
			}
		}
	}
	return false
}

// Hosts are the registries that the rule itself names, without a wildcard: who
// writes the policy wants them to be asked.
func (r *ImageRule) Hosts() (hosts []string) {
	for _, pattern := range r.Match {
		if host := ImageHost(pattern); host != "" && !strings.ContainsAny(host, "*?") {
			hosts = append(hosts, strings.ToLower(host))
		}
	}
	return hosts
}

// ImageHost is the registry in an image's name, "" for Docker Hub's, as its own
// tools tell them apart: the first part is a host if it has a dot or a colon,
// or is localhost.
func ImageHost(name string) string {
	host, _, ok := strings.Cut(name, "/")
	if ok && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return ""
}

// glob matches as Kyverno's wildcards do: * is any text, a slash included, and
// ? is one character. It never goes back more than one star.
func glob(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, from := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
