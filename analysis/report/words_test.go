package report

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// TestAlike: where only what is cut off differs, nothing is cut off.
func TestAlike(t *testing.T) {
	a, b := strings.Repeat("a", 39)+"0", strings.Repeat("a", 39)+"1"
	c := &diff.Change{Kind: diff.Changed,
		Base: &lockfiles.Package{Version: a, Label: "v4"}, Head: &lockfiles.Package{Version: b, Label: "v4"}}
	if got, want := Move(c), a+" -> "+b+" changed"; got != want {
		t.Errorf("two commits of one name: %q, want %q", got, want)
	}
	field := diff.Field{Name: "integrity", Base: "sha512-" + a, Head: "sha512-" + b}
	if got, want := describeField(c, field), "hash: sha512-"+a+" -> sha512-"+b; got != want {
		t.Errorf("two hashes that begin alike: %q, want %q", got, want)
	}
	c.Fields = []diff.Field{{Name: "requirement", Base: "==" + a, Head: "==" + b}}
	if !pinned(c, c.Fields[0]) || pinned(c, diff.Field{Name: "requirement", Base: "^1", Head: "==" + b}) {
		t.Error("a requirement is left out where it is the version, and nowhere else")
	}
}

func TestDescribeHashes(t *testing.T) {
	for _, c := range []struct{ base, head, want string }{
		{"sha256:aa", "sha256:bb", "hash: sha256:aa -> sha256:bb"},
		{"sha256:aa", "", "hash: sha256:aa -> none"},
		{"sha256:aa", "sha512:bb", "hash: sha256:aa -> sha512:bb (another algorithm)"},
		{"h1:a h1:b", "", "hashes: 2 -> none"},
		{"h1:a h1:b", "h1:b h1:c h1:d", "hashes: 2 new, 1 gone, 1 as before"},
		{"h1:a", "h1:a h1:b", "hashes: 1 new, 1 as before"},
	} {
		if got := describeHashes(strings.Fields(c.base), strings.Fields(c.head)); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.base, c.head, got, c.want)
		}
	}
}

func TestOtherOrigin(t *testing.T) {
	hash := []lockfiles.Digest{{Algorithm: "sha512", Value: "QUJD"}}
	for _, c := range []struct {
		base, head string
		hash       []lockfiles.Digest
		want       string
	}{
		{"https://a.invalid/x.tgz", "https://b.invalid/x.tgz", hash, "from a.invalid to b.invalid, the hash as before"},
		{"https://a.invalid/x.tgz", "https://b.invalid/x.tgz", nil, "from a.invalid to b.invalid, and no hash is pinned"},
		{"https://a.invalid/x.tgz", "http://b.invalid/x.tgz", hash, "origin: https://a.invalid/x.tgz -> http://b.invalid/x.tgz, the hash as before"},
		{"https://a.invalid/x.tgz", "https://u@b.invalid/x.tgz", hash, "origin: https://a.invalid/x.tgz -> https://u@b.invalid/x.tgz, the hash as before"},
		{"https://a.invalid/x.tgz", "https://b.invalid/y.tgz", hash, "origin: https://a.invalid/x.tgz -> https://b.invalid/y.tgz, the hash as before"},
		{"https://a.invalid/x.tgz", "", hash, "origin: https://a.invalid/x.tgz -> none, the hash as before"},
	} {
		change := &diff.Change{Kind: diff.Repinned, Base: &lockfiles.Package{}, Head: &lockfiles.Package{Integrity: c.hash},
			Fields: []diff.Field{{Name: "origin", Base: c.base, Head: c.head}}}
		if got := otherOrigin(change); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.base, c.head, got, c.want)
		}
	}
}
