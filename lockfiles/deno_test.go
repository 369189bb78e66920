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
