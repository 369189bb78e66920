package cooldown

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/depreview/depreview/diff"
)

// managersByLock are Renovate's managers by the base name of the lockfile.
var managersByLock = map[string][]string{
	"package-lock.json": {"npm"}, "npm-shrinkwrap.json": {"npm"}, "pnpm-lock.yaml": {"npm"}, "yarn.lock": {"npm"},
	"bun.lock": {"npm", "bun"}, "deno.lock": {"deno"}, "go.mod": {"gomod"}, "Cargo.lock": {"cargo"}, "Gemfile.lock": {"bundler"},
	"composer.lock": {"composer"}, "poetry.lock": {"poetry", "pep621"}, "uv.lock": {"pep621"}, "pdm.lock": {"pep621"},
	"Pipfile.lock": {"pipenv"}, "packages.lock.json": {"nuget"}, "gradle.lockfile": {"gradle"}, "mix.lock": {"mix"},
	"pubspec.lock": {"pub"}, ".terraform.lock.hcl": {"terraform"}, "Package.resolved": {"swift"},
}

// managersByEcosystem are those of lockfiles that have no fixed name.
var managersByEcosystem = map[string][]string{
	"pypi": {"pip_requirements", "pip-compile", "pep621"}, "githubactions": {"github-actions"}, "maven": {"gradle", "maven"},
	"docker": {"dockerfile", "docker-compose", "github-actions"},
}

func renovateManagers(lockfile, ecosystem string) []string {
	if managers, ok := managersByLock[path.Base(lockfile)]; ok {
		return managers
	}
	return managersByEcosystem[ecosystem]
}

var datasources = map[string][]string{
	"npm": {"npm"}, "jsr": {"jsr"}, "pypi": {"pypi"}, "golang": {"go"}, "cargo": {"crate"}, "gem": {"rubygems"},
	"composer": {"packagist"}, "nuget": {"nuget"}, "maven": {"maven"}, "hex": {"hex"}, "pub": {"dart"}, "docker": {"docker"},
	"githubactions": {"github-tags", "github-releases", "github-digest"}, "terraform": {"terraform-provider"},
	"swift": {"git-tags", "github-tags", "github-releases"},
}

// ruleApplies tells whether a package rule is about a release. unknown names
// the matcher that cannot be answered from here, when all others say yes.
func ruleApplies(rule *node, lockfile string, q Query) (applies bool, unknown string) {
	for _, m := range rule.members {
		if !strings.HasPrefix(m.key, "match") && !strings.HasPrefix(m.key, "exclude") && m.key != "extends" {
			continue
		}
		values, err := m.value.strings(m.key)
		if err != nil {
			unknown = m.key
			continue
		}
		yes, known := matcher(m.key, values, lockfile, q)
		if !known {
			unknown = m.key
		} else if !yes {
			return false, ""
		}
	}
	return unknown == "", unknown
}

func matcher(key string, values []*node, lockfile string, q Query) (yes, known bool) {
	among := func(of []string) (yes, known bool) {
		if of == nil {
			return false, false
		}
		return slices.ContainsFunc(values, func(v *node) bool { return v.text == "*" || slices.Contains(of, v.text) }), true
	}
	has := func(test func(pattern string) bool) bool {
		return slices.ContainsFunc(values, func(v *node) bool { return test(v.text) })
	}
	exact := func(name string) bool { return name == q.Name }
	prefix := func(p string) bool { return strings.HasPrefix(q.Name, p) }
	pattern := func(p string) bool { return p == "*" || matchRegexp(p, q.Name) }
	switch key {
	case "matchPackageNames", "matchDepNames":
		return namesMatch(values, q.Name), true
	case "matchPackagePatterns", "matchDepPatterns":
		return has(pattern), true
	case "matchPackagePrefixes", "matchDepPrefixes":
		return has(prefix), true
	case "excludePackageNames", "excludeDepNames":
		return !has(exact), true
	case "excludePackagePatterns", "excludeDepPatterns":
		return !has(pattern), true
	case "excludePackagePrefixes", "excludeDepPrefixes":
		return !has(prefix), true
	case "matchManagers":
		return among(renovateManagers(lockfile, q.Ecosystem))
	case "matchDatasources":
		return among(datasources[q.Ecosystem])
	case "matchUpdateTypes":
		if q.Class == diff.NoClass || q.Class == diff.Prerelease {
			return false, false
		}
		return among([]string{q.Class.String()})
	}
	return false, false
}

// namesMatch is Renovate's matching of strings: names, globs and /patterns/,
// any of which starts with ! to exclude.
func namesMatch(values []*node, name string) bool {
	positives, hit := 0, false
	for _, v := range values {
		text, negative := strings.CutPrefix(v.text, "!")
		matches := renovateMatch(text, name)
		if negative && matches {
			return false
		}
		if !negative {
			positives++
			hit = hit || matches
		}
	}
	return hit || positives == 0
}

func renovateMatch(pattern, name string) bool {
	if rest, ok := strings.CutPrefix(pattern, "/"); ok {
		if body, ok := strings.CutSuffix(rest, "/i"); ok {
			return matchRegexp("(?i)"+body, name)
		}
		if body, ok := strings.CutSuffix(rest, "/"); ok {
			return matchRegexp(body, name)
		}
	}
	return pattern == "*" || glob(strings.ToLower(pattern), strings.ToLower(name), true)
}

// matchRegexp runs a pattern of RE2, which is what Renovate compiles too; one
// that does not compile matches nothing there either.
func matchRegexp(pattern, name string) bool {
	compiled, err := regexp.Compile(pattern)
	return err == nil && compiled.MatchString(name)
}
