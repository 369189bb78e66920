package advisories

import (
	"fmt"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// about makes a record of one package: what stands in its affected entry.
func about(t testing.TB, ecosystem, name, entry string) *Record {
	t.Helper()
	if entry != "" {
		entry = ", " + entry
	}
	return record(t, fmt.Sprintf(`{"id": "T-1", "affected": [{"package": {"ecosystem": %q, "name": %q}%s}]}`, ecosystem, name, entry))
}

// events is a range: "ECOSYSTEM introduced 0 fixed 1.2".
func events(text string) string {
	words := strings.Fields(text)
	var list []string
	for i := 1; i < len(words); i += 2 {
		list = append(list, fmt.Sprintf("{%q: %q}", words[i], words[i+1]))
	}
	return fmt.Sprintf(`{"type": %q, "events": [%s]}`, words[0], strings.Join(list, ","))
}

func ranges(texts ...string) string {
	for i := range texts {
		texts[i] = events(texts[i])
	}
	return `"ranges": [` + strings.Join(texts, ",") + `]`
}

func versions(list ...string) string { return `"versions": ["` + strings.Join(list, `","`) + `"]` }

func target(ecosystem, name, version string) Target {
	return NewTarget(lockfiles.ID{Ecosystem: ecosystem, Name: name}, version)
}

func TestMatchRanges(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct {
		entry, version string
		want           Status
		fixed          string
	}{
		{ranges("SEMVER introduced 0 fixed 1.2.0"), "1.1.9", IsAffected, "1.2.0"},
		{ranges("SEMVER introduced 0 fixed 1.2.0"), "1.2.0", NotAffected, ""},
		{ranges("SEMVER introduced 0 fixed 1.2.0"), "1.2.0-rc.1", IsAffected, "1.2.0"},
		{ranges("SEMVER introduced 0 fixed 1.2.0"), "0.0.0-0", IsAffected, "1.2.0"},
		{ranges("SEMVER introduced 1.0.0 fixed 1.2.0"), "0.9.0", NotAffected, ""},
		{ranges("SEMVER introduced 1.0.0 fixed 1.2.0"), "1.0.0", IsAffected, "1.2.0"},
		{ranges("SEMVER introduced 1.0.0 last_affected 1.2.0"), "1.2.0", IsAffected, ""},
		{ranges("SEMVER introduced 1.0.0 last_affected 1.2.0"), "1.2.1", NotAffected, ""},
		{ranges("SEMVER introduced 1.0.0"), "9.0.0", IsAffected, ""},
		{ranges("SEMVER introduced 0"), "9.0.0", IsAffected, ""},
		// in any order
		{ranges("SEMVER fixed 2.0.1 introduced 2.0.0 fixed 1.0.1 introduced 0"), "1.0.0", IsAffected, "1.0.1"},
		{ranges("SEMVER fixed 2.0.1 introduced 2.0.0 fixed 1.0.1 introduced 0"), "1.5.0", NotAffected, ""},
		{ranges("SEMVER fixed 2.0.1 introduced 2.0.0 fixed 1.0.1 introduced 0"), "2.0.0", IsAffected, "2.0.1"},
		// limits
		{ranges("SEMVER introduced 0 limit 1.5.0"), "1.4.0", IsAffected, ""},
		{ranges("SEMVER introduced 0 limit 1.5.0"), "1.5.0", NotAffected, ""},
		{ranges("SEMVER introduced 0 limit *"), "7.0.0", IsAffected, ""},
		{ranges("SEMVER introduced 0 fixed 1.0.0 limit *"), "7.0.0", NotAffected, ""},
		// a version fixed in one range and held by another
		{ranges("SEMVER introduced 0 fixed 1.5.0", "SEMVER introduced 1.4.0 fixed 1.6.0"), "1.2.0", IsAffected, "1.6.0"},
		{ranges("SEMVER introduced 0 fixed 1.5.0", "SEMVER introduced 2.0.0 fixed 2.1.0"), "1.2.0", IsAffected, "1.5.0"},
		// lists
		{versions("1.0.0", "1.1.0"), "1.1.0", IsAffected, ""},
		{versions("1.0.0", "1.1.0"), "1.2.0", NotAffected, ""},
		{versions("1.0.0") + "," + ranges("SEMVER introduced 2.0.0 fixed 2.1.0"), "1.0.0", IsAffected, "2.1.0"},
		{versions(commit), commit, IsAffected, ""},
		// commits: the list decides, or nothing does
		{ranges("GIT introduced 0 fixed " + commit), "1.0.0", CannotTell, ""},
		{versions("1.0.0") + "," + ranges("GIT introduced 0 fixed "+commit), "1.0.0", IsAffected, ""},
		{versions("1.0.0") + "," + ranges("GIT introduced 0 fixed "+commit), "1.1.0", NotAffected, ""},
		{ranges("GIT introduced 0 fixed "+commit, "SEMVER introduced 0 fixed 1.1.0"), "1.0.0", IsAffected, "1.1.0"},
		{ranges("GIT introduced 0 fixed "+commit, "SEMVER introduced 0 fixed 1.1.0"), "1.1.0", NotAffected, ""},
		// versions without a place
		{ranges("SEMVER introduced 0 fixed 1.2.0"), "", CannotTell, ""},
		{ranges("SEMVER introduced 0 fixed 1.2.0"), commit, CannotTell, ""},
		{ranges("SEMVER introduced 0 fixed 1.2.0"), "main", CannotTell, ""},
		{ranges("SEMVER introduced 0 fixed 1.2.0"), strings.Repeat("1", 10000), CannotTell, ""},
		{ranges("SEMVER introduced 0 fixed " + strings.Repeat("1", 10000)), "1.0.0", CannotTell, ""},
		{versions("1.0.0"), commit, CannotTell, ""},
		{versions("1.0.0"), "", CannotTell, ""},
		{ranges("SEMVER introduced 0"), "", IsAffected, ""},
		{ranges("SEMVER introduced 0"), commit, IsAffected, ""},
		// records that say too little
		{"", "1.0.0", CannotTell, ""},
		{`"ranges": [{"type": "SEMVER", "events": []}]`, "1.0.0", CannotTell, ""},
		{`"ranges": [{"type": "SEMVER", "events": [{}]}]`, "1.0.0", CannotTell, ""},
		{ranges("MOON introduced 0"), "1.0.0", CannotTell, ""},
	} {
		m := about(t, "npm", "alpha", c.entry).Match(target("npm", "alpha", c.version))
		if m.Status != c.want || m.Fixed != c.fixed {
			t.Errorf("%s at %.50q: %v, fixed in %q; want %v, %q", c.entry, c.version, m.Status, m.Fixed, c.want, c.fixed)
		}
		if (m.Status == CannotTell) != (m.Why != "") || (m.Status == NotAffected) != (m.Entry == nil) {
			t.Errorf("%s at %.50q: %+v", c.entry, c.version, m)
		}
	}
}

func TestMatchEcosystems(t *testing.T) {
	for _, c := range []struct {
		osv, named, entry        string
		ecosystem, name, version string
		want                     Status
	}{
		{"npm", "@Scope/Alpha", ranges("SEMVER introduced 0"), "npm", "@scope/alpha", "1.0.0", NotAffected},
		{"npm", "alpha", ranges("SEMVER introduced 0"), "pypi", "alpha", "1.0.0", NotAffected},
		{"PyPI", "Alpha_Beta.x", ranges("ECOSYSTEM introduced 0 fixed 1.0"), "pypi", "alpha-beta-x", "1.0rc1", IsAffected},
		{"PyPI", "alpha", ranges("ECOSYSTEM introduced 0 fixed 1.0"), "pypi", "alpha", "1.0.post1", NotAffected},
		{"PyPI", "alpha", ranges("ECOSYSTEM introduced 0 fixed 1.0"), "pypi", "alpha", "1!0.5", NotAffected},
		{"PyPI", "alpha", versions("2.0"), "pypi", "alpha", "2.0.0", IsAffected},
		{"PyPI", "alpha", versions("2.0rc1"), "pypi", "alpha", "2.0-rc.1", IsAffected},
		{"PyPI", "alpha", versions("2.0"), "pypi", "alpha", "2.0.1", NotAffected},
		{"PyPI", "alpha", versions("0!2.0"), "pypi", "alpha", "2.0", IsAffected},
		{"Go", "example.invalid/Alpha", ranges("SEMVER introduced 0 fixed 1.2.0"), "golang", "example.invalid/Alpha", "v1.1.0", IsAffected},
		{"Go", "example.invalid/Alpha", ranges("SEMVER introduced 0 fixed 1.2.0"), "golang", "example.invalid/alpha", "v1.1.0", NotAffected},
		{"Go", "example.invalid/alpha", ranges("SEMVER introduced 0 fixed 0.0.0-20200102000000-0123456789ab"), "golang", "example.invalid/alpha", "v0.0.0-20200101000000-ba9876543210", IsAffected},
		{"Go", "example.invalid/alpha", ranges("SEMVER introduced 0 fixed 2.0.0+incompatible"), "golang", "example.invalid/alpha", "v2.0.0+incompatible", NotAffected},
		{"Go", "stdlib", ranges("SEMVER introduced 0 fixed 1.20.3"), "golang", "stdlib", "1.20.2", IsAffected},
		{"crates.io", "alpha_beta", ranges("SEMVER introduced 0.0.0-0 fixed 1.0.0"), "cargo", "alpha-beta", "0.1.0", IsAffected},
		{"RubyGems", "alpha", ranges("ECOSYSTEM introduced 0 fixed 1.10.0"), "gem", "alpha", "1.9.0-x86_64-linux", IsAffected},
		{"RubyGems", "alpha", versions("1.9.0"), "gem", "alpha", "1.9.0-java", IsAffected},
		{"RubyGems", "alpha", ranges("ECOSYSTEM introduced 0 fixed 1.10.0"), "gem", "alpha", "1.10.0.pre1", IsAffected},
		{"RubyGems", "alpha", versions("1.10.0-rc.1") + "," + ranges("ECOSYSTEM introduced 1.10.0-rc.1 fixed 1.10.0"), "gem", "alpha", "1.10.0-java", NotAffected},
		{"RubyGems", "alpha", ranges("ECOSYSTEM introduced 1.10.0-rc.1 fixed 1.10.0"), "gem", "alpha", "1.10.0.rc1", IsAffected},
		{"Packagist", "Alpha/Beta", ranges("ECOSYSTEM introduced 0 fixed 2.0"), "composer", "alpha/beta", "v1.9.9", IsAffected},
		{"Packagist", "alpha/beta", ranges("ECOSYSTEM introduced 0 fixed 2.0"), "composer", "alpha/beta", "dev-main", CannotTell},
		{"Packagist", "alpha/beta", versions("v1.0.0"), "composer", "alpha/beta", "1.0.0", IsAffected},
		{"Maven", "invalid.alpha:beta", ranges("ECOSYSTEM introduced 0 fixed 2.0.0.RELEASE"), "maven", "invalid.alpha:beta", "2.0.0.M1", IsAffected},
		{"Maven:https://repo.invalid", "invalid.alpha:beta", ranges("ECOSYSTEM introduced 0"), "maven", "invalid.alpha:beta", "1", IsAffected},
		{"NuGet", "Alpha.Beta", ranges("ECOSYSTEM introduced 0 fixed 1.0.0.1"), "nuget", "alpha.beta", "1.0.0", IsAffected},
		{"Hex", "alpha", ranges("SEMVER introduced 0 fixed 1.0.0"), "hex", "alpha", "1.0.0-dev", IsAffected},
		{"Pub", "alpha", ranges("SEMVER introduced 0 fixed 1.0.0"), "pub", "alpha", "1.0.0", NotAffected},
		{"SwiftURL", "https://Host.invalid/Alpha/beta.git", ranges("SEMVER introduced 0 fixed 1.2.0"), "swift", "host.invalid/alpha/beta", "v1.1.0", IsAffected},
		{"GitHub Actions", "Alpha/act", ranges("ECOSYSTEM introduced 0 fixed 4.1.0"), "githubactions", "alpha/act/sub", "v4.0.9", IsAffected},
		{"GitHub Actions", "alpha/act", ranges("ECOSYSTEM introduced 0 fixed 4.1.0"), "githubactions", "alpha/act", "v4.1.0", NotAffected},
		{"GitHub Actions", "alpha/act", ranges("ECOSYSTEM introduced 0 fixed 4.1.0"), "githubactions", "alpha/act", "v4", CannotTell},
		{"npm", "alpha", ranges("SEMVER introduced 0"), "jsr", "alpha", "1.0.0", CannotTell},
	} {
		m := about(t, c.osv, c.named, c.entry).Match(target(c.ecosystem, c.name, c.version))
		if m.Status != c.want {
			t.Errorf("%s %s %s against %s %s %s: %v, want %v (%s)", c.osv, c.named, c.entry, c.ecosystem, c.name, c.version, m.Status, c.want, m.Why)
		}
	}
}

func TestMatchEntries(t *testing.T) {
	r := record(t, `{"id": "T-1", "affected": [
		{"package": {"ecosystem": "npm", "name": "alpha"}, `+ranges("GIT introduced 0")+`},
		{"package": {"ecosystem": "npm", "name": "beta"}, `+ranges("SEMVER introduced 0")+`},
		{"package": {"ecosystem": "npm", "name": "alpha"}, `+ranges("SEMVER introduced 1.0.0 fixed 1.1.0")+`}]}`)
	for version, want := range map[string]Status{"1.0.0": IsAffected, "2.0.0": CannotTell} {
		if m := r.Match(target("npm", "alpha", version)); m.Status != want {
			t.Errorf("%s: %+v", version, m)
		}
	}
	if m := r.Match(target("npm", "alpha", "1.0.0")); m.Entry != &r.Affected[2] {
		t.Errorf("%+v", m)
	}
}

func TestEcosystemNames(t *testing.T) {
	seen := make(map[string]bool)
	for _, e := range ecosystems {
		if seen[e.osv] || seen[e.purl] || OSVEcosystem(e.purl) != e.osv || PURLType(e.osv+":suffix") != e.purl {
			t.Errorf("%+v", e)
		}
		seen[e.osv], seen[e.purl] = true, true
	}
	if OSVEcosystem("terraform") != "" || PURLType("Debian:12") != "" || BaseEcosystem("Debian:12") != "Debian" {
		t.Error("what has no advisories or no lockfile is not in the table")
	}
	if !target("npm", "a", "1").Supported() || target("jsr", "a", "1").Supported() {
		t.Error("Supported")
	}
}
