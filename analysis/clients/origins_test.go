package clients

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

func TestServes(t *testing.T) {
	const hash = "0123456789abcdef0123456789abcdef01234567"
	public := New(quiet(t), DefaultEndpoints(), nil)
	mirrored, err := DefaultEndpoints().Override(map[string]string{
		"npm": "https://mirror.invalid/npm/", "pypi": "https://mirror.invalid/py", "crates-index": "https://mirror.invalid/crates",
		"rubygems": "https://gems.invalid", "nuget": "https://mirror.invalid/nuget/v3/index.json",
	})
	if err != nil {
		t.Fatal(err)
	}
	// The public hosts stand in endpoints.go alone.
	hosts := strings.NewReplacer("{npm}", publicOrigins["npm"][0], "{yarn}", publicOrigins["npm"][1], "{pypi}", publicOrigins["pypi"][0],
		"{files}", publicOrigins["pypi"][1], "{crates}", publicOrigins["cargo"][0], "{gems}", publicOrigins["gem"][0], "{pub}", publicOrigins["pub"][0])
	private := New(quiet(t), mirrored, map[string]string{"@acme": "https://npm.acme.invalid/"})
	for _, test := range []struct {
		clients                 *Clients
		ecosystem, name, origin string
		want                    bool
	}{
		{public, "npm", "left-padz", "", true},
		{public, "npm", "left-padz", "https://{npm}/left-padz/-/left-padz-1.0.0.tgz", true},
		{public, "npm", "left-padz", "https://{yarn}/left-padz/-/left-padz-1.0.0.tgz#" + hash, true},
		{public, "npm", "left-padz", "https://Registry.NPMJS.org/left-padz/-/left-padz-1.0.0.tgz", true},
		{public, "npm", "left-padz", "https://{npm}.evil.invalid/left-padz-1.0.0.tgz", false},
		{public, "npm", "left-padz", "https://evil.invalid/{npm}/left-padz-1.0.0.tgz", false},
		{public, "npm", "left-padz", "https://{npm}@evil.invalid/left-padz-1.0.0.tgz", false},
		{public, "npm", "left-padz", "https://packages.acme.invalid/left-padz/-/left-padz-1.0.0.tgz", false},
		{public, "npm", "left-padz", "{npm}", true},
		{public, "npm", "left-padz", "registry.acme.invalid", false},
		{public, "npm", "left-padz", "git+ssh://git@{npm}/a/b.git#" + hash, false},
		{public, "npm", "left-padz", "git+https://{npm}/a/b.git#" + hash, false},
		{public, "npm", "left-padz", "https://{npm}/a/b.git#" + hash, false},
		{public, "npm", "left-padz", "file:../left-padz", false},
		{public, "npm", "left-padz", "link:../left-padz", false},
		{public, "npm", "left-padz", "../left-padz", false},
		{public, "npm", "left-padz", "patch:left-padz@npm%3A1.0.0#~builtin<compat/left-padz>::version=1.0.0&hash=07638b", true},
		{public, "npm", "left-padz", "patch:right-padz@npm%3A1.0.0#x", false},
		{public, "npm", "left-padz", "patch:left-padz@npm%3A1.0.0%3A%3A__archiveUrl=https%3A%2F%2Fevil.invalid#x", false},
		{public, "npm", "left-padz", "patch:left-padz@git%3A1.0.0#x", false},
		{private, "npm", "left-padz", "https://mirror.invalid/npm/left-padz/-/left-padz-1.0.0.tgz", true},
		{private, "npm", "left-padz", "https://mirror.invalid/npmx/left-padz/-/left-padz-1.0.0.tgz", false},
		{private, "npm", "left-padz", "https://{npm}/left-padz/-/left-padz-1.0.0.tgz", true},
		{private, "npm", "@acme/http", "https://npm.acme.invalid/@acme/http/-/http-1.0.0.tgz", true},
		{private, "npm", "@acme/http", "https://mirror.invalid/npm/@acme/http/-/http-1.0.0.tgz", false},
		{public, "npm", "@acme/http", "https://npm.acme.invalid/@acme/http/-/http-1.0.0.tgz", false},

		{public, "pypi", "acme", "https://{pypi}/simple", true},
		{public, "pypi", "acme", "https://{pypi}/simple https://{files}/packages/a/acme-1.0.tar.gz", true},
		{public, "pypi", "acme", "https://{pypi}/simple https://files.invalid/acme-1.0.tar.gz", false},
		{public, "pypi", "acme", "https://{files}/packages/a/acme-1.0.tar.gz#sha256=" + hash, true},
		{public, "pypi", "acme", "https://{pypi}/acme.git?subdirectory=python#" + hash, false},
		{public, "pypi", "acme", "wheels/acme-1.0-py3-none-any.whl", false},
		{public, "pypi", "acme", "https://${TOKEN}@files.invalid/acme-7.0%2Blocal-py3-none-any.whl", false},
		{private, "pypi", "acme", "https://mirror.invalid/py/simple", true},
		{private, "pypi", "acme", "https://mirror.invalid/simple", false},

		{public, "cargo", "acme", "registry+https://github.com/rust-lang/crates.io-index", true},
		{public, "cargo", "acme", "sparse+https://{crates}/", true},
		{public, "cargo", "acme", "git+https://github.com/rust-lang/crates.io-index#" + hash, false},
		{public, "cargo", "acme", "registry+https://github.com/acme/index", false},
		{public, "cargo", "acme", "path+../acme", false},
		{public, "cargo", "acme", "replaced by clay 0.2.0", false},
		{private, "cargo", "acme", "sparse+https://mirror.invalid/crates/", true},

		{public, "gem", "acme", "https://{gems}/", true},
		{public, "gem", "acme", "https://{gems}/, https://gems.invalid/", false},
		{private, "gem", "acme", "https://{gems}/, https://gems.invalid/", true},
		{public, "gem", "acme", "https://{gems}/acme.git#" + hash, false},
		{public, "gem", "acme", "vault+https://{gems}/", false},

		{public, "golang", "fork.invalid/acme", "", true},
		{public, "golang", "fork.invalid/acme", "replaced by fork.invalid/acme", true},
		{public, "golang", "fork.invalid/acme", "replaced by fork.invalid/other", false},
		{public, "golang", "fork.invalid/acme", "replaced by ../acme", false},

		{public, "hex", "acme", "hexpm", true},
		{public, "hex", "acme", "hexpm:acme", false},
		{public, "pub", "acme", "https://{pub}", true},
		{public, "pub", "acme", "sdk:flutter", false},
		{private, "nuget", "acme", "https://mirror.invalid/nuget/v3/flat/acme", true},
		{public, "composer", "acme/http", "https://api.github.com/repos/acme/http/zipball/" + hash, true},
		{public, "composer", "acme/http", "https://git.acme.invalid/acme/http.zip", false},
		{public, "swift", "acme", "https://github.com/acme/http.git#" + hash, true},
		{public, "composer", "acme/http", "https://codeload.github.com/acme/http/legacy.zip/" + hash, true},
		{public, "composer", "acme/http", "https://github.com/acme/http.git#" + hash, false},
	} {
		id := lockfiles.ID{Ecosystem: test.ecosystem, Name: test.name}
		origin := hosts.Replace(test.origin)
		if got := test.clients.Serves(id, origin); got != test.want {
			t.Errorf("%v from %q: %t", id, origin, got)
		}
	}
}
