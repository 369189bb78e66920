package diff

import (
	"strings"

	"github.com/google/osv-scalibr/semantic"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// Class is how far apart two versions are, in the words of SemVer. The zero
// Class means that the versions do not tell.
type Class int

// The classes. Prerelease covers moves within one release number: 1.0.0-rc.1
// to 1.0.0, a Go pseudo-version to the next.
const (
	NoClass Class = iota
	Major
	Minor
	Patch
	Prerelease
)

var classNames = [...]string{"", "major", "minor", "patch", "prerelease"}

func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return ""
	}
	return classNames[c]
}

// orders names, for each package-url type, the ecosystem whose version order
// osv-scalibr's semantic package implements.
var orders = map[string]string{
	"npm":      "npm",
	"jsr":      "npm",
	"pypi":     "PyPI",
	"golang":   "Go",
	"cargo":    "crates.io",
	"gem":      "RubyGems",
	"composer": "Packagist",
	"nuget":    "NuGet",
	"maven":    "Maven",
	"hex":      "Hex",
	"pub":      "Pub",
	// These number releases by SemVer, with or without a leading v; of images
	// only tags that differ in their numbers alone are related.
	"swift":         "npm",
	"terraform":     "npm",
	"githubactions": "npm",
	"docker":        "npm",
	"generic":       "npm", // node and its like, and the modules of deno.land
}

// numbered is what must begin a version before an order is asked: semantic
// orders any text, and an order of two commit hashes would mean nothing.
var numbered = pattern.New(`^[vV]?(\d+!)?\d+([.\-+_~a-zA-Z]|$)`)

// commitHash is a revision, even where it happens to begin with a digit.
var commitHash = pattern.New(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// Compare orders two versions by their ecosystem's own rules: negative when a
// is older. ok is false when no order is known for them.
func Compare(ecosystem, a, b string) (order int, ok bool) {
	name, known := orders[ecosystem]
	if !known || !orderable(a) || !orderable(b) {
		return 0, false
	}
	if ecosystem == "docker" && flavour(a) != flavour(b) {
		return 0, false
	}
	switch ecosystem {
	case "docker", "githubactions", "swift", "golang", "generic":
		a, b = strings.TrimLeft(a, "vV"), strings.TrimLeft(b, "vV")
	}
	parsed, err := semantic.Parse(a, name)
	if err != nil {
		return 0, false
	}
	order, err = parsed.CompareStr(b)
	return order, err == nil
}

// flavour is what follows the numbers of an image's tag: "-alpine".
func flavour(tag string) string {
	return release.ReplaceAllString(strings.TrimLeft(tag, "vV"), "")
}

func orderable(version string) bool {
	return numbered.MatchString(version) && !commitHash.MatchString(version)
}

var (
	epoch   = pattern.New(`^(\d+)!`)
	release = pattern.New(`^\d+(\.\d+)*`)
)

// Classify tells which number of the release moved between two versions that
// Compare can order.
func Classify(ecosystem, from, to string) Class {
	if order, ok := Compare(ecosystem, from, to); !ok || order == 0 && from == to {
		return NoClass
	}
	return classify(from, to)
}

// classify is Classify for two versions that are known to differ in order.
func classify(from, to string) Class {
	from, to = strings.TrimLeft(from, "vV"), strings.TrimLeft(to, "vV")
	if epoch.FindString(from) != epoch.FindString(to) {
		return Major
	}
	a := strings.Split(release.FindString(epoch.ReplaceAllString(from, "")), ".")
	b := strings.Split(release.FindString(epoch.ReplaceAllString(to, "")), ".")
	for i := range max(len(a), len(b)) {
		if number(a, i) != number(b, i) {
			return [...]Class{Major, Minor, Patch}[min(i, 2)]
		}
	}
	return Prerelease
}

// number is the i-th release number without leading zeros; a missing one is 0.
func number(parts []string, i int) string {
	if i >= len(parts) {
		return ""
	}
	return strings.TrimLeft(parts[i], "0")
}

// majorLine is what versions of one compatible line share.
func majorLine(version string) string {
	version = strings.TrimLeft(version, "vV")
	major, _, _ := strings.Cut(release.FindString(epoch.ReplaceAllString(version, "")), ".")
	return epoch.FindString(version) + major
}
