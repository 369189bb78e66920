package lockfiles

import (
	"cmp"
	"strings"

	packageurl "github.com/package-url/packageurl-go"
)

// PURL is the package-url of the entry, with its version where it has one.
// Types that the specification does not list (githubactions, jsr, terraform)
// are written as the field's tools write them.
func (p Package) PURL() string {
	namespace, name := splitName(p.Ecosystem, p.Name)
	var qualifiers packageurl.Qualifiers
	if p.Ecosystem == "generic" && strings.Contains(p.Name, "://") {
		// Origin is the whole of the URL: the name leaves the version out.
		qualifiers = packageurl.QualifiersFromMap(map[string]string{"download_url": cmp.Or(p.Origin, p.Name)})
		namespace, name = "", p.Name[strings.LastIndex(strings.TrimRight(p.Name, "/"), "/")+1:]
	}
	version := p.Version
	if p.Ecosystem == "docker" {
		// The registry is a qualifier, unless it is Docker Hub, and a digest
		// names an image better than a tag (purl-spec: types/docker).
		if host, rest, ok := strings.Cut(p.Name, "/"); ok && imageHost(host) {
			qualifiers = packageurl.QualifiersFromMap(map[string]string{"repository_url": host})
			namespace, name = splitName(p.Ecosystem, rest)
		}
		if len(p.Integrity) > 0 {
			version = p.Integrity[0].Algorithm + ":" + p.Integrity[0].Value
		}
	}
	subpath := ""
	if p.Ecosystem == "githubactions" && strings.Contains(namespace, "/") {
		owner, rest, _ := strings.Cut(p.Name, "/")
		repository, path, _ := strings.Cut(rest, "/")
		namespace, name, subpath = owner, repository, path
	}
	return packageurl.NewPackageURL(p.Ecosystem, namespace, name, version, qualifiers, subpath).ToString()
}

// splitName splits a registry's name as its package-url type asks for.
func splitName(ecosystem, name string) (namespace, rest string) {
	switch ecosystem {
	case "npm", "jsr":
		if !strings.HasPrefix(name, "@") {
			return "", name
		}
		namespace, rest, _ = strings.Cut(name, "/")
		return namespace, rest
	case "maven":
		namespace, rest, _ = strings.Cut(name, ":")
		return namespace, rest
	case "golang", "composer", "githubactions", "swift", "docker", "terraform", "hex":
		if i := strings.LastIndex(name, "/"); i >= 0 {
			return name[:i], name[i+1:]
		}
	}
	return "", name
}
