package lockfiles

import "testing"

func FuzzBun(f *testing.F) { fuzzFormat(f, bun{}, "bun.lock") }

func TestPlainJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"a": 1,}`:              `{"a": 1 }`,
		`[1, 2 , ]`:              `[1, 2   ]`,
		"[1, // x\n 2,\n]":       "[1,     \n 2 \n]",
		`[1 /* , */ , /**/ ]`:    `[1                ]`,
		`["//", "/*", ",]\"", ]`: `["//", "/*", ",]\""  ]`,
		`[,]`:                    `[,]`,
		`{,}`:                    `{,}`,
		`[1,,]`:                  `[1,,]`,
		`{"a":,}`:                `{"a":,}`,
		`[[1,],]`:                `[[1 ] ]`,
		`"\`:                     `"\`,
		`[1/2]`:                  `[1/2]`,
		`/*/ */1`:                `      1`,
		`1 //`:                   `1   `,
	} {
		got, err := plainJSON([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("plainJSON(%s) = %s, %v; want %s", in, got, err, want)
		}
		if len(got) != len(in) {
			t.Errorf("plainJSON(%s) changes the length", in)
		}
	}
	for _, in := range []string{"/*", "/*/", "1 /* *"} {
		if _, err := plainJSON([]byte(in)); err == nil {
			t.Errorf("plainJSON(%s) gives no error", in)
		}
	}
}

func TestBunTree(t *testing.T) {
	tree := newBunTree()
	keys := []string{"a", "@s/b", "a/@s/b", "a/@s/b/c", "c", "@s/b/a"}
	nodes := make(map[string]int)
	for i, key := range keys {
		node, err := tree.add(key)
		if err != nil {
			t.Fatal(err)
		}
		tree.entries[node], nodes[key] = i, node
	}
	for _, c := range []struct{ from, name, want string }{
		{"", "a", "a"},
		{"a", "@s/b", "a/@s/b"},
		{"a", "c", "c"},
		{"a/@s/b", "c", "a/@s/b/c"},
		{"a/@s/b/c", "@s/b", "a/@s/b"},
		{"@s/b", "a", "@s/b/a"},
		{"@s/b/a", "@s/b", "@s/b"},
		{"c", "a", "a"},
		{"c", "b", ""},
	} {
		got := ""
		if i := tree.find(nodes[c.from], c.name); i >= 0 {
			got = keys[i]
		}
		if got != c.want {
			t.Errorf("find(%q, %q) = %q, want %q", c.from, c.name, got, c.want)
		}
	}
	for _, key := range []string{"", "/", "a/", "/a", "a//b", "@", "@s", "@s/", "a/@s"} {
		if node, err := tree.add(key); err == nil {
			t.Errorf("add(%q) = %d without an error", key, node)
		}
	}
}
