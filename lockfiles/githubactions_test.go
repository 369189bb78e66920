package lockfiles

import (
	"strings"
	"testing"
	"testing/fstest"
)

func FuzzGitHubActions(f *testing.F) {
	fuzzFormat(f, githubActions{}, ".github/workflows/ci.yml")
}

func TestGitHubActionsMatch(t *testing.T) {
	for path, want := range map[string]bool{
		".github/workflows/ci.yml":         true,
		".github/workflows/ci.yaml":        true,
		".github/workflows/sub/ci.yml":     false,
		"sub/.github/workflows/ci.yml":     false,
		".github/workflows/ci.json":        false,
		".github/actions/setup/action.yml": true,
		"action.yaml":                      true,
		"reaction.yml":                     false,
	} {
		if got := (githubActions{}).Match(path); got != want {
			t.Errorf("Match(%q) = %t", path, got)
		}
	}
}

func TestGitHubLabel(t *testing.T) {
	for _, c := range []struct{ comment, want string }{
		{" v4.1.7", "v4.1.7"},
		{"v2", "v2"},
		{" 7.0.0", "7.0.0"},
		{" tag=v3.2.1", "v3.2.1"},
		{" pin@v4", "v4"},
		{" @v4", "v4"},
		{" tag: v4", "v4"},
		{" renovate: tag=v1.0", "v1.0"},
		{" ratchet:acme/checkout@v4", "v4"},
		{" ratchet:exclude", ""},
		{"# v4 #", "v4"},
		{" v2.0.0-rc.1+build.5", "v2.0.0-rc.1+build.5"},
		{" suite-bundle-v2.3", "suite-bundle-v2.3"},
		{" release/v1", "release/v1"},
		{" stable", "stable"},
		{" pinned (v4.1.0)", "v4.1.0"},
		{" has 2 known problems", ""},
		{" do not touch", ""},
		{" zizmor: ignore[unpinned-uses]", ""},
		{" see https://tracker.example/1.2", ""},
		{"", ""},
	} {
		if got := githubLabel(c.comment); got != c.want {
			t.Errorf("githubLabel(%q) = %q, want %q", c.comment, got, c.want)
		}
	}
}

func TestParseGitHubUses(t *testing.T) {
	for _, c := range []struct{ text, name, written, version string }{
		{"acme/a@v1", "acme/a", "acme/a", "v1"},
		{"acme/a/b/c@main", "acme/a/b/c", "acme/a/b/c", "main"},
		{`acme//a\b/@v1`, "acme/a/b", "acme/a/b", "v1"},
		{"acme/a@release/v1", "acme/a", "acme/a", "release/v1"},
		{"acme/a", "", "", ""},
		{"acme/a@", "", "", ""},
		{"acme@v1", "", "", ""},
		{"acme/a@v1@v2", "", "", ""},
		{"acme/a@v1 # v2", "", "", ""},
		{"../a@v1 ", "", "", ""},
		{"", "", "", ""},
	} {
		pin, ok := parseGitHubUses(c.text)
		if ok != (c.name != "") || ok && (pin.id.Name != c.name || pin.written != c.written || pin.version != c.version) {
			t.Errorf("parseGitHubUses(%q) = %+v, %t", c.text, pin, ok)
		}
	}
}

func TestParseDockerImage(t *testing.T) {
	hex := strings.Repeat("ab", 32)
	for _, c := range []struct{ text, name, version, label string }{
		{"alpine", "alpine", "", ""},
		{"alpine:3.20", "alpine", "3.20", ""},
		{"host.example:5000/a/b", "host.example:5000/a/b", "", ""},
		{"host.example:5000/a/b:1", "host.example:5000/a/b", "1", ""},
		{"a:1@sha256:" + hex, "a", "1", ""},
		{"docker.io/library/a:1", "a", "1", ""},
		{"a@sha256:" + hex, "a", "sha256:" + hex, ""},
		{"a:${{ b }}", "a", "", "${{ b }}"},
		{"a@${{ b:c }}", "a", "", "${{ b:c }}"},
		{"${{ a || 'b:c@d' }}", "${{ a || 'b:c@d' }}", "", ""},
		{"a:", "", "", ""},
		{":1", "", "", ""},
		{"@sha256:" + hex, "", "", ""},
		{"a@sha256:short", "", "", ""},
		{"a b", "", "", ""},
		{"", "", "", ""},
	} {
		pin, ok := parseDockerImage(c.text)
		if ok != (c.name != "") || ok && (pin.id.Name != c.name || pin.version != c.version || pin.label != c.label) {
			t.Errorf("parseDockerImage(%q) = %+v, %t", c.text, pin, ok)
		}
	}
}

// TestGitHubBombs: neither aliases of aliases nor thousands of pins on one
// line may take long.
func TestGitHubBombs(t *testing.T) {
	var aliases strings.Builder
	aliases.WriteString("a0: &a0 {uses: acme/a@v1}\n")
	for i := '1'; i <= '9'; i++ {
		aliases.WriteString("a" + string(i) + ": &a" + string(i) + " {<<: [")
		aliases.WriteString(strings.Repeat("*a"+string(i-1)+",", 20) + "]}\n")
	}
	aliases.WriteString("jobs: {j: *a9}\n")
	line := "jobs: {j: {steps: [" + strings.Repeat("{uses: acme/a@v1}, ", 50_000) + "]}}"
	for name, c := range map[string]struct{ text, err string }{
		"aliases": {aliases.String(), "aliases make this document larger than its file allows"},
		"line":    {line, ""},
	} {
		path := ".github/workflows/ci.yml"
		_, err := Read(t.Context(), fstest.MapFS{path: {Data: []byte(c.text)}}, path)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
