package lockfiles

import (
	"slices"
	"testing"
	"testing/fstest"
)

func FuzzYarnLock(f *testing.F) { fuzzFormat(f, yarnLock{}, "yarn.lock") }

func TestYarnName(t *testing.T) {
	for _, c := range []struct{ pattern, name, rest string }{
		{"a@^1", "a", "^1"},
		{"@s/a@^1", "@s/a", "^1"},
		{"a@npm:@s/b@1", "a", "npm:@s/b@1"},
		{"a@", "a", ""},
		{"a", "a", ""},
		{"@s/a", "@s/a", ""},
		{"", "", ""},
	} {
		if name, rest := yarnName(c.pattern); name != c.name || rest != c.rest {
			t.Errorf("yarnName(%q) = %q, %q", c.pattern, name, rest)
		}
	}
}

func TestYarnClassicResolved(t *testing.T) {
	const hash = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct {
		resolved string
		isDigest bool
	}{
		{"https://registry.example/a/-/a-1.0.0.tgz#" + hash, true},
		{"https://npm.hosted.example/download/a/1.0.0/b#" + hash, true},
		{"file:./a.tgz#" + hash, true},
		{"https://registry.example/a/-/a-1.0.0.tgz#short", false},
		{"git+https://hosted.example/a#" + hash, false},
		{"git://hosted.example/a#" + hash, false},
		{"ssh://git@hosted.example/a#" + hash, false},
		{"https://hosted.example/a.git#" + hash, false},
		{"git@hosted.example:o/a.git#" + hash, false},
		{"https://github.com/o/a#" + hash, false},
		{"https://github.com/o/a/releases/download/v1/a.tgz#" + hash, true},
	} {
		origin, digests := yarnClassicResolved(c.resolved)
		if got := len(digests) == 1; got != c.isDigest || (origin == c.resolved) == c.isDigest {
			t.Errorf("yarnClassicResolved(%q) = %q, %v", c.resolved, origin, digests)
		}
	}
}

func TestYarnWorkspaces(t *testing.T) {
	tree := fstest.MapFS{}
	for _, dir := range []string{"packages/a", "packages/b", "packages/b/node_modules/x", "packages/.hidden", "deep/1/2", "apps/web", "lib"} {
		tree["in/"+dir+"/package.json"] = &fstest.MapFile{}
	}
	for _, c := range []struct{ globs, want []string }{
		{[]string{"packages/*"}, []string{"in/packages/a", "in/packages/b"}},
		{[]string{"./packages/*/"}, []string{"in/packages/a", "in/packages/b"}},
		{[]string{"packages/*", "!packages/b"}, []string{"in/packages/a"}},
		{[]string{"!packages/b", "packages/*"}, []string{"in/packages/a", "in/packages/b"}},
		{[]string{"deep/**"}, []string{"in/deep", "in/deep/1", "in/deep/1/2"}},
		{[]string{"{lib,apps/*}"}, []string{"in/apps/web", "in/lib"}},
		{[]string{"packages/[ab]", "none/*", "../*", "/etc", "{open"}, []string{"in/packages/a", "in/packages/b"}},
		{nil, []string{}},
	} {
		if got := yarnWorkspaces(tree, "in", c.globs); !slices.Equal(got, c.want) {
			t.Errorf("yarnWorkspaces(%q) = %q, want %q", c.globs, got, c.want)
		}
	}
}

func TestYarnOverrides(t *testing.T) {
	manifest := packageJSON{Resolutions: []pair{{"a", "1"}, {"**/b", "2"}, {"p/c", "3"}, {"@s/p/@s/d", "4"}, {"p/**/e", "5"}, {"f@npm:1", "6"}, {"**/@s/g", "7"}, {"@s/h", "8"}, {"p@npm:1/i@npm:2", "9"}}}
	got := yarnOverrides(manifest)
	for name, want := range map[string]yarnOverride{
		"a": {"", "", "1"}, "b": {"", "", "2"}, "c": {"p", "", "3"}, "@s/d": {"@s/p", "", "4"},
		"e": {"**", "", "5"}, "f": {"", "npm:1", "6"}, "@s/g": {"", "", "7"}, "@s/h": {"", "", "8"}, "i": {"p", "npm:2", "9"},
	} {
		if len(got[name]) != 1 || got[name][0] != want {
			t.Errorf("the override of %s is %+v, want %+v", name, got[name], want)
		}
	}
}

func TestYarnClassicName(t *testing.T) {
	const archive = "https://registry.example/slate/-/slate-1.0.0.tgz#0000000000000000000000000000000000000000"
	for _, c := range []struct{ pattern, field, resolved, want string }{
		{"slate@^1.0.0", "", archive, "slate"},
		{"slate@^1.0.0", "slate-one", archive, "slate"}, // the pattern of an alias may be lost
		{"slate-one@npm:slate@^1.0.0", "slate-one", archive, "slate"},
		{"https://code.example/x.tgz", "slate", "https://code.example/x.tgz", "slate"},
	} {
		if got, err := yarnClassicName([]string{c.pattern}, c.field, c.resolved); got != c.want || err != nil {
			t.Errorf("yarnClassicName(%q, %q) = %q, %v", c.pattern, c.field, got, err)
		}
	}
}
