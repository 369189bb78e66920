package checks

import (
	"regexp"
	"strings"
	"testing"
)

// The rules as expressions, which are too slow for every release of a package.
var (
	majorRule      = regexp.MustCompile(`^[vV]?((?:[0-9]+!)?[0-9]+)`)
	hashRule       = regexp.MustCompile(`\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b`)
	prereleaseRule = regexp.MustCompile(`[0-9][-._]?(?:[aA]|[bB]|[cC]|(?i:alpha|beta|rc|cr|m|pre|preview|dev|canary|next|nightly|experimental)|` +
		`(?i:[s]napshot|in[s]ider[s]?|un[s]table))(?:[-._]?[0-9]|[-._]|$)|-[0-9]`)
)

func FuzzReleaseVersion(f *testing.F) {
	for _, seed := range []string{"1.2.3", "v1!2.0rc1", "1.0.0-0.20260101-0123456789ab", "900150983cd24fb0d6963f7d28e17f72ffffffff", "x-900150983cd24fb0d6963f7d28e17f72ffffffff.1",
		"1.0-M2", "1.0.CR", "1a_b", "3-", "1.0.0-insiderss.2", "1!", "v", "", "1.0+a-1", "31.0-jre", "2.0.beta", "9_rc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, version string) {
		for _, c := range version {
			if c >= 0x80 {
				return // Unicode has letters that fold to k and s, and no registry has them
			}
		}
		want := ""
		if m := majorRule.FindStringSubmatch(version); m != nil && !hashRule.MatchString(version) {
			want = m[1]
		}
		if got := majorOf(version); got != want {
			t.Errorf("the line of %q is %q, want %q", version, got, want)
		}
		if got := holdsHash(version); got != hashRule.MatchString(version) {
			t.Errorf("%q holds a hash: %t", version, got)
		}
		release, _, _ := strings.Cut(version, "+")
		if got := isPrerelease(version); got != prereleaseRule.MatchString(release) {
			t.Errorf("%q is a prerelease: %t", version, got)
		}
	})
}
