package lockfiles

import (
	"slices"
	"strings"
	"testing"
)

func TestOriginPlace(t *testing.T) {
	const h = "0123456789abcdef0123456789abcdef01234567"
	for _, test := range []struct {
		ecosystem, place string
		kind             OriginKind
		host             string
	}{
		{"npm", "", OriginUnstated, ""},
		{"npm", "https://registry.example/acme/-/acme-1.0.0.tgz#" + h, OriginAddress, "registry.example"}, // yarn's hash of the archive
		{"npm", "https://npm.hosted.example/download/core/2.0.0/abc#" + h, OriginAddress, "npm.hosted.example"},
		{"npm", "https://user:secret@files.example/acme.tgz", OriginAddress, "files.example"},
		{"npm", "git+ssh://git@git.example/acme/http.git#" + h, OriginGit, "git.example"},
		{"npm", "https://git.example/acme/http.git#" + h + "&path:/one", OriginGit, "git.example"},
		{"npm", "https://github.com/acme/http#" + h, OriginGit, "github.com"},
		{"npm", "https://codeload.git.example/acme/http/tar.gz/" + h, OriginGit, "codeload.git.example"},
		{"npm", "github:acme/http#0123456", OriginGit, "github.com"},
		{"npm", "git@git.example:acme/http.git#" + h, OriginGit, "git.example"},
		{"npm", "file:../acme", OriginDisk, ""}, {"npm", "link:../acme", OriginDisk, ""}, {"npm", "workspace:acme", OriginDisk, ""},
		{"npm", "patch:acme@npm%3A1.0.0#x", OriginPatch, ""},
		{"npm", "jsr:@acme/http@1.0.0", OriginAddress, "jsr"},
		{"pypi", "https://git.example/acme/http#" + h, OriginGit, "git.example"},
		{"pypi", "https://files.example/http-6.0.tar.gz#" + h, OriginAddress, "files.example"},
		{"pypi", "https://files.example/http-6.0.tar.gz#sha256=" + h, OriginAddress, "files.example"},
		{"pypi", "git+https://git.example/acme/http.git@main", OriginGit, "git.example"},
		{"pypi", "hg+https://hg.example/http#" + h, OriginGit, "hg.example"},
		{"pypi", "wheels/http-2.0-py3-none-any.whl", OriginDisk, ""}, {"pypi", "../../outside", OriginDisk, ""}, {"pypi", `C:\acme\http`, OriginDisk, ""},
		{"pypi", "https://${TOKEN}@files.example/acme%zz.whl", OriginAddress, "files.example"},
		{"pypi", "https://index.example/simple", OriginAddress, "index.example"},
		{"cargo", "path+../../elsewhere", OriginDisk, ""}, {"cargo", "replaced by clay 0.2.0", OriginReplaced, ""},
		{"cargo", "registry+https://crates.example/index", OriginAddress, "crates.example"},
		{"golang", "replaced by fork.example/wick", OriginReplaced, ""}, {"golang", "replaced by ../oil", OriginDisk, ""}, {"golang", "replaced by /opt/steel", OriginDisk, ""},
		{"hex", "hexpm", OriginAddress, "hexpm"}, {"hex", "hexpm:acme", OriginAddress, "hexpm"}, {"pub", "sdk:flutter", OriginAddress, "sdk"},
		{"swift", "ssh://git@git.example:2222/trees/birch#" + h, OriginGit, "git.example:2222"},
	} {
		if kind, host := OriginPlace(test.ecosystem, test.place); kind != test.kind || host != test.host {
			t.Errorf("%s %q: %d %q, want %d %q", test.ecosystem, test.place, kind, host, test.kind, test.host)
		}
	}
}

func TestOriginPlaces(t *testing.T) {
	for origin, want := range map[string][]string{
		"":                                       nil,
		"https://a.example/":                     {"https://a.example/"},
		"replaced by clay 0.2.0":                 {"replaced by clay 0.2.0"},
		"https://a.example/, https://b.example/": {"https://a.example/", "https://b.example/"},
		"https://a.example/simple wheels/x.whl":  {"https://a.example/simple", "wheels/x.whl"},
	} {
		if got := OriginPlaces(origin); !slices.Equal(got, want) {
			t.Errorf("%q: %q", origin, got)
		}
	}
	if ReplacedBy("replaced by clay 0.2.0") != "clay 0.2.0" || ReplacedBy("https://a.example/") != "" {
		t.Error("what replaces a package stands behind the words")
	}
}

func FuzzOriginPlace(f *testing.F) {
	for _, seed := range []string{"git@a:b", "https://u:secret@h/x", "://", "replaced by ", "C:", "a:/b@c#d", "https://u:secret@h/%zz@x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, place string) {
		for _, ecosystem := range []string{"npm", "pypi"} {
			if kind, host := OriginPlace(ecosystem, place); strings.ContainsAny(host, "/@") || kind == OriginUnstated && place != "" {
				t.Errorf("%q: %d %q", place, kind, host)
			}
		}
	})
}
