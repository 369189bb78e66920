package lockfiles

import (
	"testing"
)

func FuzzPackageLock(f *testing.F) { fuzzFormat(f, packageLock{}, "package-lock.json") }

func FuzzNpmShrinkwrap(f *testing.F) { fuzzFormat(f, npmShrinkwrap{}, "npm-shrinkwrap.json") }

func TestPackageLockMatch(t *testing.T) {
	for path, want := range map[string]bool{
		"package-lock.json":               true,
		"web/package-lock.json":           true,
		"node_modules/.package-lock.json": false, // npm's copy of what it installed
		"package-lock.json5":              false,
		"npm-shrinkwrap.json":             false,
	} {
		if got := (packageLock{}).Match(path); got != want {
			t.Errorf("Match(%q) = %v", path, got)
		}
	}
}

func TestNpmName(t *testing.T) {
	for location, want := range map[string]string{
		"node_modules/a":                           "a",
		"node_modules/@s/a":                        "@s/a",
		"node_modules/a/node_modules/@s/b":         "@s/b",
		"packages/a":                               "a",
		"packages/@s/a":                            "@s/a",
		"../a":                                     "a",
		"packages/my_node_modules/a":               "a",
		"node_modules/@my_node_modules/x":          "@my_node_modules/x",
		"packages/a/node_modules/node_modules-lib": "node_modules-lib",
	} {
		if got := npmName(location); got != want {
			t.Errorf("npmName(%q) = %q, want %q", location, got, want)
		}
	}
}

// TestNpmTreeResolve holds the lookup to Node's own: the nearest node_modules
// on the way up, through workspaces and out of the project.
func TestNpmTreeResolve(t *testing.T) {
	tree := newNpmTree(0)
	for _, location := range []string{"", "node_modules/a", "node_modules/a/node_modules/b", "node_modules/b",
		"packages/w", "packages/w/node_modules/b", "packages/node_modules/c", "..", "../node_modules/d"} {
		if _, err := tree.add(location); err != nil {
			t.Fatal(err)
		}
	}
	tree.joinUp()
	for _, c := range []struct{ from, name, want string }{
		{"", "b", "node_modules/b"},
		{"node_modules/a", "b", "node_modules/a/node_modules/b"},
		{"node_modules/a/node_modules/b", "b", "node_modules/a/node_modules/b"},
		{"node_modules/b", "b", "node_modules/b"},
		{"packages/w", "b", "packages/w/node_modules/b"},
		{"packages/w/node_modules/b", "a", "node_modules/a"},
		{"packages/w", "c", "packages/node_modules/c"},
		{"node_modules/b", "c", ""},
		{"packages/w", "d", "../node_modules/d"},
		{"..", "b", ""},
	} {
		got := tree.resolve(tree.ids[c.from], c.name)
		want, ok := tree.ids[c.want]
		if c.want == "" {
			want, ok = -1, true
		}
		if !ok || got != want {
			t.Errorf("resolve(%q, %q) is node %d, want %q", c.from, c.name, got, c.want)
		}
	}
}

func TestNpmTarballVersion(t *testing.T) {
	for _, c := range []struct{ name, url, want string }{
		{"apple", "https://registry.example/apple/-/apple-1.0.3.tgz", "1.0.3"},
		{"@fruit/pear", "https://registry.example/npm/@fruit/pear/-/pear-2.0.0-rc.1.tgz", "2.0.0-rc.1"},
		{"apple", "https://registry.example/pear/-/pear-1.0.3.tgz", ""},
		{"apple", "https://registry.example/apple/-/pear-1.0.3.tgz", ""},
		{"apple", "https://files.example/apple-1.0.3.tgz", ""},
		{"apple", "https://registry.example/apple/-/apple-latest.tgz", ""},
		{"apple", "git+https://git.example/apple/-/apple-1.0.3.tgz", ""},
	} {
		if got := npmTarballVersion(c.name, c.url); got != c.want {
			t.Errorf("npmTarballVersion(%q, %q) = %q, want %q", c.name, c.url, got, c.want)
		}
	}
}
