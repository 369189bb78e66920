package lockfiles

import (
	"strings"
	"testing"
)

func FuzzPylock(f *testing.F) { fuzzFormat(f, pylock{}, "pylock.toml") }

func TestPylockNeeded(t *testing.T) {
	defaults := map[string]bool{"default": true}
	for _, c := range []struct {
		marker        string
		dev, optional bool
	}{
		{"", false, false},
		{"python_version >= '3.8'", false, false},
		{"'dev' in dependency_groups", true, false},
		{`"dev" in dependency_groups and (python_version < "3")`, true, false},
		{"('dev' in dependency_groups) or python_version < '3'", false, false},
		{"'default' in dependency_groups or 'dev' in dependency_groups", false, false},
		{"'dev' not in dependency_groups", false, false},
		{"'default' not in dependency_groups", false, true},
		{"dependency_groups in ('dev', 'test') and (python_version >= '3.13')", true, false},
		{"dependency_groups in ('default')", false, false},
		{"'cli' in extras", false, true},
		{"'cli' in extras or 'dev' in dependency_groups", true, false},
		{"sys_platform in 'linux' and 'cli' in extras", false, true},
		{"python_version == 'dependency_groups' and 'dev' in 'dependency_groups'", false, false},
		{"'dev' in dependency_groups )", false, false},
		{"('dev' in dependency_groups", false, false},
		{"'dev' in dependency_groups 'x", false, false},
		{"'dev' in", false, false},
		{strings.Repeat("(", maxNesting) + "'dev' in dependency_groups" + strings.Repeat(")", maxNesting), true, false},
		{strings.Repeat("(", 1<<20) + "'dev' in dependency_groups", false, false},
	} {
		dev, optional := pylockNeeded(c.marker, defaults)
		if dev != c.dev || optional != c.optional {
			t.Errorf("%.80s: dev %v, optional %v", c.marker, dev, optional)
		}
	}
}

func TestPylockMatch(t *testing.T) {
	for name, want := range map[string]bool{"pylock.toml": true, "a/pylock.prod-1.toml": true, "pylock.a.b.toml": false,
		"pylock..toml": false, "mypylock.toml": false, "pylock.tomlx": false} {
		if (pylock{}).Match(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
