package lockfiles

import "testing"

func FuzzPnpm(f *testing.F) { fuzzFormat(f, pnpm{}, "pnpm-lock.yaml") }

func TestPnpmMatch(t *testing.T) {
	for file, want := range map[string]bool{
		"pnpm-lock.yaml":                true,
		"web/pnpm-lock.yaml":            true,
		"pnpm-lock.main.yaml":           true,
		"pnpm-lock.feature!x.y.yaml":    true,
		"pnpm-lock..yaml":               false,
		"pnpm-lock.yml":                 false,
		"pnpm-lockyaml":                 false,
		"pnpm-lock.mainyaml":            false,
		"pnpm-workspace.yaml":           false,
		"pnpm-lock.yaml/pnpm-lock.json": false,
	} {
		if got := (pnpm{}).Match(file); got != want {
			t.Errorf("Match(%q) = %v", file, got)
		}
	}
}

func TestPnpmKeyID(t *testing.T) {
	for key, want := range map[string]string{
		"a@1.0.0":                             "a@1.0.0",
		"a@1.0.0(b@1.0.0)":                    "a@1.0.0",
		"a@1.0.0(b@1.0.0(c@1.0.0))(d@1.0.0)":  "a@1.0.0",
		"a@1.0.0(patch_hash=abc)(b@1.0.0)":    "a@1.0.0",
		"a@file:dir(with)brackets(b@1.0.0)":   "a@file:dir(with)brackets",
		"a@file:brackets)":                    "a@file:brackets)",
		"(b@1.0.0)":                           "(b@1.0.0)",
		"@s/a@https://x.example/a?(b)(c@1.0)": "@s/a@https://x.example/a?",
	} {
		if got := pnpmKeyID(key); got != want {
			t.Errorf("pnpmKeyID(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestPnpmTarget(t *testing.T) {
	for _, c := range []struct {
		major           int
		name, ref, want string
		link            bool
	}{
		{9, "a", "1.0.0", "a@1.0.0", false},
		{9, "a", "1.0.0(b@2.0.0)", "a@1.0.0(b@2.0.0)", false},
		{9, "a", "b@1.0.0", "b@1.0.0", false},
		{9, "a", "@s/b@1.0.0(c@1.0.0)", "@s/b@1.0.0(c@1.0.0)", false},
		{9, "a", "https://x.example/@s/b", "a@https://x.example/@s/b", false},
		{9, "a", "git+ssh://git@x.example/b#c", "a@git+ssh://git@x.example/b#c", false},
		{9, "a", "b@https://x.example/b", "b@https://x.example/b", false},
		{9, "a", "link:../b", "", true},
		{6, "@s/a", "1.0.0", "/@s/a@1.0.0", false},
		{6, "a", "1.0.0(@s/b@2.0.0)", "/a@1.0.0(@s/b@2.0.0)", false},
		{6, "a", "/b@1.0.0", "/b@1.0.0", false},
		{6, "a", "x.example/b@1.0.0(@s/c@1.0.0)", "x.example/b@1.0.0(@s/c@1.0.0)", false},
		{6, "a", "file:b", "file:b", false},
		{5, "@s/a", "1.0.0_b@2.0.0", "/@s/a/1.0.0_b@2.0.0", false},
		{5, "a", "/b/1.0.0", "/b/1.0.0", false},
		{5, "a", "link:../b", "", true},
	} {
		got, link := pnpmTarget(c.major, c.name, c.ref)
		if got != c.want || link != c.link {
			t.Errorf("pnpmTarget(%d, %q, %q) = %q, %v", c.major, c.name, c.ref, got, link)
		}
	}
}

func TestPnpmIdentify(t *testing.T) {
	for _, c := range []struct {
		major int
		key   string
		want  pnpmIdentity
		ok    bool
	}{
		{9, "a@1.0.0", pnpmIdentity{name: "a", version: "1.0.0"}, true},
		{9, "@s/a@1.0.0-x.1+y(b@2.0.0)", pnpmIdentity{name: "@s/a", version: "1.0.0-x.1+y"}, true},
		{9, "a@https://x.example/@s", pnpmIdentity{name: "a", source: "https://x.example/@s"}, true},
		{9, "a@1.0", pnpmIdentity{name: "a", source: "1.0"}, true},
		{9, "@s/a", pnpmIdentity{}, false},
		{9, "a@", pnpmIdentity{}, false},
		{9, "@", pnpmIdentity{}, false},
		{6, "/@s/a@1.0.0(b@2.0.0)", pnpmIdentity{name: "@s/a", version: "1.0.0"}, true},
		{6, "x.example/a@1.0.0", pnpmIdentity{name: "a", version: "1.0.0", host: "x.example"}, true},
		{6, "x.example/o/r/0123", pnpmIdentity{}, false},
		{6, "file:a@1.0.0", pnpmIdentity{}, false},
		{6, "/", pnpmIdentity{}, false},
		{5, "/@s/a/1.0.0_b@2.0.0", pnpmIdentity{name: "@s/a", version: "1.0.0"}, true},
		{5, "/a_b/1.0.0_b@2.0.0", pnpmIdentity{name: "a_b", version: "1.0.0"}, true},
		{5, "x.example/@s/a/1.0.0", pnpmIdentity{name: "@s/a", version: "1.0.0", host: "x.example"}, true},
		{5, "/@s/a", pnpmIdentity{}, false},
		{5, "/@s", pnpmIdentity{}, false},
		{5, "/a/b", pnpmIdentity{}, false},
		{5, "", pnpmIdentity{}, false},
	} {
		got, ok := pnpmIdentify(c.major, c.key)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("pnpmIdentify(%d, %q) = %+v, %v", c.major, c.key, got, ok)
		}
	}
}
