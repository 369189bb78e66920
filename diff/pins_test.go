package diff

import (
	"strconv"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// TestPins: what holds a package to its bytes and to its place must not go
// unseen, behind a new version or another schema either.
func TestPins(t *testing.T) {
	const r = "@https://r.example/"
	commit, other := "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	for _, c := range []struct{ name, base, head, schema, want string }{
		{"new version, the place moved along", "a 1.0.0 direct " + r + "a/-/a-1.0.0.tgz", "a 1.0.1 direct " + r + "a/-/a-1.0.1.tgz", "", ""},
		{"new version, another package's archive", "a 1.0.0 direct " + r + "a/-/a-1.0.0.tgz", "a 1.0.1 direct " + r + "b/-/b-1.0.1.tgz", "",
			" origin:https://r.example/a/-/a-1.0.0.tgz|https://r.example/b/-/b-1.0.1.tgz"},
		{"new version, another scheme", "a 1.0.0 direct " + r + "a", "a 1.0.1 direct @http://r.example/a", "",
			" origin:https://r.example/a|http://r.example/a"},
		{"new version, a file", "a 1.0.0 direct " + r + "a", "a 1.0.1 direct @file:../a.tgz", "", " origin:https://r.example/a|file:../a.tgz"},
		{"new version, no host to be read", "a 1.0.0 direct " + r + "a", "a 1.0.1 direct @git@r.example:b/a.git", "",
			" origin:https://r.example/a|git@r.example:b/a.git"},
		{"new version, an origin for the default one", "a 1.0.0 direct #aa", "a 1.0.1 direct #bb " + r + "a", "", " origin:|https://r.example/a"},
		{"new version, the default origin", "a 1.0.0 direct #aa " + r + "a", "a 1.0.1 direct #bb", "", " origin:https://r.example/a|"},
		{"new version, another commit", "a 1.0.0 direct " + r + "a.git#" + commit, "a 1.0.1 direct " + r + "a.git#" + other, "", ""},
		{"new version, a version as a host", "a 1.0.0 direct @https://1.0.0.example/a", "a 1.0.1 direct @https://1.0.1.example/a", "",
			" origin:https://1.0.0.example/a|https://1.0.1.example/a"},
		{"new version, a name of two letters", "a 1.0.0 direct " + r + "ab/c", "a 1.0.1 direct " + r + "cd/c", "", " origin:https://r.example/ab/c|https://r.example/cd/c"},
		{"new version, weaker hash", "a 1.0.0 direct #aa", "a 1.0.1 direct #1b", "", " integrity:sha512-aa|sha1-1b"},
		{"new version, stronger hash", "a 1.0.0 direct #1a", "a 1.0.1 direct #bb", "", ""},
		{"new version, another schema, no hash", "a 1.0.0 direct #aa", "a 1.0.1 direct", "2", " integrity:sha512-aa|"},
		{"new version, another schema, another place", "a 1.0.0 direct " + r + "a", "a 1.0.1 direct " + r + "b", "2", " origin:https://r.example/a|https://r.example/b"},
		{"same version, the stronger hash gone", "a 1.0.0 direct #1a #aa", "a 1.0.0 direct #1a", "", " integrity:sha1-1a sha512-aa|sha1-1a"},
		{"same version, a stronger hash beside", "a 1.0.0 direct #1a", "a 1.0.0 direct #1a #bb", "", " integrity:sha1-1a|sha1-1a sha512-bb"},
		{"same version, an origin and nothing that holds it", "a 1.0.0 direct", "a 1.0.0 direct " + r + "b", "", " origin:|https://r.example/b"},
		{"same version, another schema, no hash", "a 1.0.0 direct #aa", "a 1.0.0 direct", "2", " integrity:sha512-aa|"},
		{"same version, another schema, another place", "a 1.0.0 direct #aa " + r + "a", "a 1.0.0 direct #aa " + r + "b", "2",
			" origin:https://r.example/a|https://r.example/b"},
		{"same version, another schema states the place", "a 1.0.0 direct #aa", "a 1.0.0 direct #aa " + r + "a", "2", "nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, head := parse(t, "l", "f", c.base), parse(t, "l", "f", c.head)
			if c.schema != "" {
				head.Schema = c.schema
			}
			want := "a upgraded 1.0.0->1.0.1 patch" + c.want + " direct"
			if head.Packages[0].Version == "1.0.0" {
				want = "a repinned 1.0.0->1.0.0" + c.want + " direct"
			}
			if c.want == "nothing" {
				want = ""
			}
			if got := describe(Between([]lockfiles.Lockfile{base}, []lockfiles.Lockfile{head}).Changes); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestManyVersions: a package with more versions than any lockfile holds ends
// soon, and none of them is left out.
func TestManyVersions(t *testing.T) {
	const n = 100_000
	side := func(minor string) lockfiles.Lockfile {
		l := lockfiles.Lockfile{Path: "l", Format: "f", Schema: "1"}
		for i := range n {
			l.Packages = append(l.Packages, lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "a"}, Version: strconv.Itoa(i) + minor})
		}
		l.Packages = append(l.Packages, lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "a"}, Version: "same", Dev: minor == ".1"})
		return l
	}
	kinds := make(map[Kind]int)
	for _, c := range Between([]lockfiles.Lockfile{side(".0")}, []lockfiles.Lockfile{side(".1")}).Changes {
		kinds[c.Kind]++
	}
	if kinds[Added] != n || kinds[Removed] != n || kinds[Edited] != 1 {
		t.Errorf("%v", kinds)
	}
}

// TestPlace: where each ecosystem's origins move with every release, no other
// place is told of.
func TestPlace(t *testing.T) {
	a, b := "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	pypi := "https://files.example/packages/"
	for _, c := range []struct{ ecosystem, base, head string }{
		{"pypi", pypi + "1a/2b/" + a + "aaaaaaaaaaaaaaaaaaaa/n-1.0.0-py3-none-any.whl", pypi + "3c/4d/" + b + "aaaaaaaaaaaaaaaaaaaa/n-1.0.1-cp312-abi3-linux.whl"},
		{"composer", "https://api.example/repos/v/n/zipball/" + a, "https://api.example/repos/v/n/zipball/" + b},
		{"cargo", "git+https://git.example/n?tag=v1.0.0#" + a, "git+https://git.example/n?tag=v1.0.1#" + b},
		{"npm", "https://r.example/download/@s/n/1.0.0/" + a, "https://r.example/download/@s/n/1.0.1/" + b},
		{"npm", "https://r.example/@s%2fn/-/n-1.0.0.tgz#" + a, "https://r.example/@s/n/-/n-1.0.1.tgz#" + b},
	} {
		p := lockfiles.Package{ID: lockfiles.ID{Ecosystem: c.ecosystem}, Version: "1.0.0", Origin: c.base}
		q := lockfiles.Package{ID: lockfiles.ID{Ecosystem: c.ecosystem}, Version: "1.0.1", Origin: c.head}
		if place(&p) != place(&q) {
			t.Errorf("%s: %s is another place than %s", c.ecosystem, place(&p), place(&q))
		}
	}
}
