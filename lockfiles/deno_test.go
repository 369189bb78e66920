package lockfiles

import "testing"

func FuzzDeno(f *testing.F) { fuzzFormat(f, deno{}, "deno.lock") }

func TestDenoReq(t *testing.T) {
	for _, c := range []struct {
		req, kind, name, constraint string
		ok                          bool
	}{
		{"npm:left", "npm", "left", "", true},
		{"npm:left@^1.0.0", "npm", "left", "^1.0.0", true},
		{"jsr:@s/left", "jsr", "@s/left", "", true},
		{"jsr:@s/left@1 - 2", "jsr", "@s/left", "1 - 2", true},
		{"npm:left@npm:right@1", "npm", "left", "npm:right@1", true},
		{"npm:", "", "", "", false},
		{"left@1", "", "", "", false},
		{"https://modules.example/left", "", "", "", false},
	} {
		kind, name, constraint, ok := denoReq(c.req)
		if kind != c.kind || name != c.name || constraint != c.constraint || ok != c.ok {
			t.Errorf("denoReq(%q) = %q, %q, %q, %v", c.req, kind, name, constraint, ok)
		}
	}
}

func TestDenoRemote(t *testing.T) {
	for url, want := range map[string][2]string{
		"https://deno.example/std@0.200.0/fs/mod.ts":          {"https://deno.example/std/fs/mod.ts", "0.200.0"},
		"https://deno.example/x/oak@v12.6.1/mod.ts":           {"https://deno.example/x/oak/mod.ts", "v12.6.1"},
		"https://esm.example/preact@10.1.0?target=es2022":     {"https://esm.example/preact?target=es2022", "10.1.0"},
		"https://esm.example/*preact@10.1.0-rc.1/hooks.js":    {"https://esm.example/*preact/hooks.js", "10.1.0-rc.1"},
		"https://esm.example/@scope/name@1.0.0/index.js":      {"https://esm.example/@scope/name/index.js", "1.0.0"},
		"https://modules.example/v1/mod.ts":                   {"https://modules.example/v1/mod.ts", ""},
		"https://modules.example/@1/mod.ts":                   {"https://modules.example/@1/mod.ts", ""},
		"https://modules.example/std@main/mod.ts":             {"https://modules.example/std@main/mod.ts", ""},
		"https://modules.example/a@1.0.0/b@2.0.0/mod.ts":      {"https://modules.example/a@1.0.0/b@2.0.0/mod.ts", ""},
		"https://modules.example/mod.ts?deps=preact@10.1.0/x": {"https://modules.example/mod.ts?deps=preact@10.1.0/x", ""},
		"https://user@1.2.3.4/mod.ts":                         {"https://user@1.2.3.4/mod.ts", ""},
		"data:text/javascript,a@1.0.0":                        {"data:text/javascript,a@1.0.0", ""},
	} {
		name, version := denoRemote(url)
		if got := [2]string{name, version}; got != want {
			t.Errorf("denoRemote(%q) = %q, want %q", url, got, want)
		}
	}
}
