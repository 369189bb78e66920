package policy

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depreview/depreview/analysis/spdx"
)

func tree(text string) fstest.MapFS { return fstest.MapFS{File: {Data: []byte(text)}} }

func TestLicenses(t *testing.T) {
	list, err := Licenses(fstest.MapFS{})
	if list != nil || err != nil {
		t.Errorf("no file: %v, %v", list, err)
	}
	for _, none := range []string{"", "[other]\nallow = 1\n"} {
		if list, err := Licenses(tree(none)); list != nil || err != nil {
			t.Errorf("%q: %v, %v", none, list, err)
		}
	}
	for _, text := range []string{
		"[licenses]\nallow = [\n  \"mit\", # ours\n  'GPL-2.0-only WITH Classpath-exception-2.0',\n]\n[rules]\nx = 1\n",
		"licenses.allow = [\"MIT\", \"GPL-2.0 WITH Classpath-exception-2.0\"]\n",
		"licenses = { allow = [\"MIT\", \"GPL-2.0-with-classpath-exception\"] }\n",
	} {
		list, err := Licenses(tree(text))
		if err != nil || len(list) != 2 {
			t.Fatalf("%q: %v, %v", text, list, err)
		}
		for expression, want := range map[string]bool{"MIT": true, "GPL-2.0-only WITH Classpath-exception-2.0": true, "GPL-2.0-only": false} {
			e, err := spdx.Parse(expression)
			if err != nil {
				t.Fatal(err)
			}
			if spdx.Allowed(e, list) != want {
				t.Errorf("%q: %s is allowed: %v", text, expression, !want)
			}
		}
	}
	// An empty list is a list: it allows nothing.
	if list, err := Licenses(tree("[licenses]\nallow = []\n")); list == nil || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

func TestBrokenLicenses(t *testing.T) {
	for text, want := range map[string]string{
		"[licenses]\nallow = [\"MIT\"\n":                 "policy.toml:",
		"[licenses\n":                                    "policy.toml:1: ",
		"[licenses]\n\nallow = [\n\"MIT\",\n\"BSD\"]\n":  "policy.toml:5: allow \"BSD\": ",
		"[licenses]\nallow = [\"MIT OR ISC\"]\n":         "policy.toml:2: allow \"MIT OR ISC\": it is not one licence",
		"# \"BSD\"\n[licenses]\nallow = ['BSD']\n":       "policy.toml:3: ",
		"[licenses]\nallow = \"MIT\"\n":                  "policy.toml:2: allow of licenses is no list",
		"[licenses]\nallow = [1]\n":                      "policy.toml:2: ",
		"[licenses]\n":                                   "policy.toml:1: allow of licenses is no list",
		"[licenses]\nalow = []\n":                        "policy.toml:2: licenses has no key \"alow\"",
		"x = 1\nlicenses = [\"MIT\"]\n":                  "policy.toml:2: licenses is no table",
		"[licenses]\nallow = []\nallow = []\n":           "policy.toml:3: ",
		"x = \"" + strings.Repeat("a", largest) + "\"\n": "larger than",
	} {
		list, err := Licenses(tree(text))
		if list != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read .depreview/policy.toml") {
			t.Errorf("%.40q: %v, %v; want %s", text, list, err, want)
		}
	}
}
