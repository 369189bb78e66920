package lockfiles

import (
	"strings"
	"testing"
)

func TestTOMLTreeKeepsOrderLinesAndSpelling(t *testing.T) {
	root, err := tomlTree("x.toml", []byte(`Version = "upper"
version = "lower"
a.b = 1
list = [
  "one", # a comment
  {z = true, y = [1, 2]},
]

[[entry]]
name = "first"
[entry.deps]
zeta = "1"
alpha = "2"

[[entry]]
name = 'second'
[[entry.deps]]
"quoted key" = 2026-01-02
`))
	if err != nil {
		t.Fatal(err)
	}
	if got := root.get("version").text + root.get("Version").text; got != "lowerupper" {
		t.Errorf("a key was met by another spelling: %s", got)
	}
	if got := root.String(); got != `Version = upper, version = lower, a = {b = 1}, list = [one, {z = true, y = [1, 2]}], `+
		`entry = [{name = first, deps = {zeta = 1, alpha = 2}}, {name = second, deps = [{quoted key = 2026-01-02}]}]` {
		t.Errorf("read %s", got)
	}
	for i, line := range []int{9, 15} {
		if got := root.get("entry").items[i].line; got != line {
			t.Errorf("entry %d on line %d, want %d", i, got, line)
		}
	}
	if got := root.get("list").items[1].line; got != 6 {
		t.Errorf("inline table on line %d", got)
	}
	if got := root.get("entry").items[0].get("deps").get("alpha").line; got != 13 {
		t.Errorf("alpha on line %d", got)
	}
}

func TestTOMLTreeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\na = 2":                        "x.toml:2: ",
		"[a]\n[a]":                            "x.toml:2: ",
		"[[a]]\n[a]":                          "x.toml:2: ",
		"a = [1]\n[[a]]":                      "x.toml:2: ",
		"a = {b = 1}\n[a.c]":                  "x.toml:2: ",
		"a.b = 1\n[a]":                        "x.toml:2: ",
		"a = {b = 1, b = 2}":                  "x.toml:1: ",
		"a = 1\na.b = 2":                      "x.toml:2: ",
		strings.Repeat("a.", 60) + "a = 1":    "x.toml:1: a key has more than 50 parts",
		"[" + strings.Repeat("a.", 60) + "a]": "x.toml:1: a key has more than 50 parts",
	} {
		root, err := tomlTree("x.toml", []byte(text))
		if err == nil {
			t.Errorf("%q was read as %s", text, root)
		} else if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Many members and few are found alike.
func TestTOMLNodeIndex(t *testing.T) {
	var n tomlNode
	for i := range 100 {
		key := strings.Repeat("k", i+1)
		n.set(key, &tomlNode{line: i})
		if n.get(key).line != i || n.get("k").line != 0 || n.get("absent") != nil {
			t.Fatalf("lost a key at %d", i)
		}
	}
}
