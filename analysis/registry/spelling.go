package registry

import (
	"strings"

	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// spellings tell by ecosystem when two ways to write a version mean one
// release: then the function gives the same text for both.
var spellings = map[string]func(string) string{
	"npm":    withoutBuild,
	"cargo":  withoutBuild,
	"pypi":   pypiVersion,
	"gem":    gemVersion,
	"golang": goModuleVersion,

	"composer": composerVersion,
	"nuget":    nugetVersion,
	"swift":    swiftVersion,
}

// withoutBuild: the registry keeps no two versions that differ in build
// metadata alone, and npm keeps none of it at all.
func withoutBuild(version string) string {
	version, _, _ = strings.Cut(strings.TrimLeft(version, "v="), "+")
	return version
}

// goModuleVersion: +incompatible says that a module has no go.mod, and is not
// always written down.
func goModuleVersion(version string) string {
	return strings.TrimSuffix("v"+strings.TrimPrefix(version, "v"), "+incompatible")
}

// gemVersion leaves out zeros at the end of the number, and the platform of a
// gem for all of them.
func gemVersion(version string) string {
	number, platform := lockfiles.SplitGemVersion(version)
	for strings.HasSuffix(number, ".0") {
		number = strings.TrimSuffix(number, ".0")
	}
	if platform == "" || platform == "ruby" {
		return number
	}
	return number + "-" + platform
}

var pep440 = pattern.New(`^v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)` +
	`(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]*))?` +
	`(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?` +
	`(?:[-_.]?(dev)[-_.]?([0-9]*))?` +
	`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`)

// pypiVersion is the version in the form of PEP 440, without zeros at the end
// of the release; what is no such version is itself.
func pypiVersion(version string) string {
	const longest = 256 // nobody released a longer one
	version = strings.ToLower(strings.TrimSpace(version))
	if len(version) > longest {
		return version
	}
	part := pep440.FindStringSubmatch(version)
	if part == nil {
		return version
	}
	var b strings.Builder
	if epoch := number(part[1]); epoch != "0" {
		b.WriteString(epoch + "!")
	}
	release := strings.Split(part[2], ".")
	for i := range release {
		release[i] = number(release[i])
	}
	for len(release) > 1 && release[len(release)-1] == "0" {
		release = release[:len(release)-1]
	}
	b.WriteString(strings.Join(release, "."))
	switch part[3] {
	case "":
	case "alpha", "a":
		b.WriteString("a" + number(part[4]))
	case "beta", "b":
		b.WriteString("b" + number(part[4]))
	default:
		b.WriteString("rc" + number(part[4]))
	}
	if part[5] != "" || part[6] != "" {
		b.WriteString(".post" + number(part[5]+part[7]))
	}
	if part[8] != "" {
		b.WriteString(".dev" + number(part[9]))
	}
	if part[10] != "" {
		local := strings.FieldsFunc(part[10], func(r rune) bool { return r == '-' || r == '_' || r == '.' })
		for i := range local {
			if strings.Trim(local[i], "0123456789") == "" {
				local[i] = number(local[i])
			}
		}
		b.WriteString("+" + strings.Join(local, "."))
	}
	return b.String()
}

// number is a number without zeros before it; none at all is 0.
func number(digits string) string {
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0"
	}
	return digits
}
