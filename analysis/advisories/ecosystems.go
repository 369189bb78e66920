package advisories

import (
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// ecosystem is one line of the table of what OSV, package-url and the
// registries call the same thing.
type ecosystem struct {
	osv  string // OSV's name, without a suffix
	purl string // package-url type, which is lockfiles.ID's Ecosystem
	// order is the name under which osv-scalibr's semantic package orders the
	// versions, or "" where it does not.
	order string
	// normal spells a name so that two spellings which the registry takes for
	// one package are equal.
	normal func(string) string
	// v: a leading v of a version means nothing.
	v bool
}

// ecosystems: what is missing here (jsr, terraform, docker) has no advisories
// in OSV, and is not supported rather than clean.
var ecosystems = []ecosystem{
	{"npm", "npm", "npm", same, false},
	{"PyPI", "pypi", "PyPI", lockfiles.NormalizePyPI, false},
	{"Go", "golang", "Go", same, true},
	{"crates.io", "cargo", "crates.io", crateName, false},
	{"RubyGems", "gem", "RubyGems", same, false},
	{"Packagist", "composer", "Packagist", strings.ToLower, true},
	{"Maven", "maven", "Maven", same, false},
	{"NuGet", "nuget", "NuGet", strings.ToLower, false},
	{"Hex", "hex", "Hex", same, false},
	{"Pub", "pub", "Pub", same, false},
	{"SwiftURL", "swift", "SwiftURL", repositoryName, true},
	// semantic knows no order of theirs; what is released is numbered by SemVer.
	{"GitHub Actions", "githubactions", "npm", actionName, true},
	{"ConanCenter", "conan", "ConanCenter", same, false},
	{"CRAN", "cran", "CRAN", same, false},
	{"Hackage", "hackage", "Hackage", same, false},
	{"Julia", "julia", "Julia", same, false},
	{"Bitnami", "bitnami", "Bitnami", same, false},
}

// OSVEcosystem is OSV's name of a package-url type, or "" when OSV has no
// advisories of that kind: then nothing can be said of its packages.
func OSVEcosystem(purlType string) string {
	for _, e := range ecosystems {
		if e.purl == purlType {
			return e.osv
		}
	}
	return ""
}

// PURLType is the package-url type of an OSV ecosystem, whose suffix does not
// matter, or "" when no lockfile pins its packages.
func PURLType(osv string) string {
	if e := ecosystemOf(osv); e != nil {
		return e.purl
	}
	return ""
}

// BaseEcosystem cuts the suffix of an OSV ecosystem: "Debian:12" is Debian.
func BaseEcosystem(osv string) string {
	base, _, _ := strings.Cut(osv, ":")
	return base
}

func ecosystemOf(osv string) *ecosystem {
	osv = BaseEcosystem(osv)
	for i := range ecosystems {
		if ecosystems[i].osv == osv {
			return &ecosystems[i]
		}
	}
	return nil
}

// normalName spells the name of a package of an OSV ecosystem for comparison.
func normalName(osv, name string) string {
	if e := ecosystemOf(osv); e != nil {
		return e.normal(name)
	}
	return name
}

func same(name string) string { return name }

// crateName: crates.io keeps no two names that differ in case or in - and _.
func crateName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// actionName is owner/repository: an advisory is of the repository, a workflow
// may use an action in a directory of it.
func actionName(name string) string {
	owner, rest, _ := strings.Cut(strings.ToLower(name), "/")
	repository, _, _ := strings.Cut(rest, "/")
	return owner + "/" + repository
}

// repositoryName is host/path of a repository's URL.
func repositoryName(name string) string {
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimRight(name, "/"), ".git"))
}
