package lockfiles

import (
	"strings"
	"testing"
	"testing/fstest"
)

func FuzzPackageResolved(f *testing.F) { fuzzFormat(f, packageResolved{}, "Package.resolved") }

func FuzzPackageSwift(f *testing.F) {
	f.Add([]byte("let p = Package(name: \"a\", dependencies: [.package(url: \"b\", from: \"1.0.0\") /* c */])"))
	f.Fuzz(func(t *testing.T, data []byte) {
		readPackageSwift(fstest.MapFS{"Package.swift": {Data: data}}, ".")
	})
}

func TestSwiftName(t *testing.T) {
	for location, want := range map[string]string{
		"https://github.example/acme/Tool.git":       "github.example/acme/Tool",
		"https://github.example/acme/Tool/":          "github.example/acme/Tool",
		"https://user:word@GitHub.example/acme/tool": "github.example/acme/tool",
		"ssh://git@github.example:22/acme/tool.git":  "github.example/acme/tool",
		"git@github.example:acme/tool.git":           "github.example/acme/tool",
		"git@github.example:tool":                    "github.example/tool",
		"github.example/acme/tool":                   "github.example/acme/tool",
		"http://github.example":                      "github.example",
		"":                                           "",
	} {
		if got := swiftName(location); got != want {
			t.Errorf("swiftName(%q) = %q, want %q", location, got, want)
		}
	}
}

// TestSwiftManifestIsLinear: unclosed calls and comments may not make every
// later one a walk to the end.
func TestSwiftManifestIsLinear(t *testing.T) {
	for _, part := range []string{".package(", "Package(", "/* ", `"\(`, `"""`, "//"} {
		tree := fstest.MapFS{"Package.swift": {Data: []byte(strings.Repeat(part, 1<<18))}}
		if _, ok := readPackageSwift(tree, "."); !ok {
			t.Errorf("%q is not read", part)
		}
	}
}
