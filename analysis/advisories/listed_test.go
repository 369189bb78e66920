package advisories

import (
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

func TestListedByTheDatabase(t *testing.T) {
	r, err := Parse([]byte(`{"id":"GHSA-1","modified":"2026-01-02T03:04:05Z","affected":[{"package":{"ecosystem":"npm","name":"acme"},"ranges":[{"type":"SEMVER","events":[{"introduced":"2.0.0"},{"fixed":"3.0.0"}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	unread := &Record{ID: "GHSA-1", Unread: "500"}
	listed := map[string]bool{"GHSA-1": true}
	at := func(version string) Target { return NewTarget(lockfiles.ID{Ecosystem: "npm", Name: "acme"}, version) }
	for name, c := range map[string]struct {
		record *Record
		target Target
		want   Status
	}{
		"both say so":               {r, at("2.1.0").Listed(listed), IsAffected},
		"the ranges alone":          {r, at("2.1.0"), IsAffected},
		"the database alone":        {r, at("1.0.0").Listed(listed), CannotTell},
		"neither":                   {r, at("1.0.0"), NotAffected},
		"another name":              {r, NewTarget(lockfiles.ID{Ecosystem: "npm", Name: "other"}, "1.0.0").Listed(listed), CannotTell},
		"a commit that is listed":   {r, at("9.9.9").AtCommit().Listed(listed), IsAffected},
		"a commit that is not":      {r, at("9.9.9").AtCommit(), CannotTell},
		"unread and listed":         {unread, at("1.0.0").Listed(listed), CannotTell},
		"unread, of another":        {unread, at("1.0.0"), NotAffected},
		"unread, and at a commit":   {unread, at("1.0.0").AtCommit(), CannotTell},
		"at a commit of its number": {r, at("2.1.0").AtCommit(), CannotTell},
	} {
		m := c.record.Match(c.target)
		if m.Status != c.want || (m.Status == CannotTell) != (m.Why != "") {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestQuestion(t *testing.T) {
	for _, c := range []struct{ ecosystem, name, version, want string }{
		{"npm", "@acme/http", "1.0.0", "npm @acme/http 1.0.0"},
		{"pypi", "Acme_Http", "1.0", "PyPI acme-http 1.0"},
		{"golang", "git.example/acme", "v1.2.0", "Go git.example/acme 1.2.0"},
		{"gem", "acme", "1.0.0-x86_64-linux", "RubyGems acme 1.0.0"},
		{"composer", "Acme/Http", "v1.0.0", "Packagist acme/http 1.0.0"},
		{"swift", "https://git.example/Acme/http.git", "1.0.0", "SwiftURL git.example/Acme/http 1.0.0"},
		{"githubactions", "Acme/build/sub/dir", "v1.0.0", "GitHub Actions Acme/build "},
		{"maven", "org.acme:http", "1.0", "Maven org.acme:http 1.0"},
	} {
		e, n, v := NewTarget(lockfiles.ID{Ecosystem: c.ecosystem, Name: c.name}, c.version).Question()
		if got := e + " " + n + " " + v; got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}
