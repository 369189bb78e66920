package lockfiles

import "testing"

func TestPURL(t *testing.T) {
	for _, c := range []struct{ ecosystem, name, version, want string }{
		{"npm", "acme-http", "1.7.4", "pkg:npm/acme-http@1.7.4"},
		{"npm", "@acme/http", "1.7.4", "pkg:npm/%40acme/http@1.7.4"},
		{"golang", "example.org/net/v2", "v2.0.1+incompatible", "pkg:golang/example.org/net/v2@v2.0.1%2Bincompatible"},
		{"golang", "stdlib", "1.26.1", "pkg:golang/stdlib@1.26.1"},
		{"maven", "org.example:core", "1.0", "pkg:maven/org.example/core@1.0"},
		{"composer", "acme/log", "v3.0.0", "pkg:composer/acme/log@v3.0.0"},
		{"githubactions", "acme/setup", "0123456789abcdef0123456789abcdef01234567", "pkg:githubactions/acme/setup@0123456789abcdef0123456789abcdef01234567"},
		{"githubactions", "acme/setup/sub/dir", "v1", "pkg:githubactions/acme/setup@v1#sub/dir"},
		{"pypi", "acme-http", "", "pkg:pypi/acme-http"},
		{"generic", "https://deno.example/std/fs.ts", "", "pkg:generic/fs.ts?download_url=https:%2F%2Fdeno.example%2Fstd%2Ffs.ts"},
	} {
		p := Package{ID: ID{c.ecosystem, c.name}, Version: c.version}
		if got := p.PURL(); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.ecosystem, c.name, got, c.want)
		}
	}
	// The name of a remote module leaves out the version that its URL holds.
	p := Package{ID: ID{"generic", "https://deno.example/std/fs.ts"}, Version: "0.2.0", Origin: "https://deno.example/std@0.2.0/fs.ts"}
	if got, want := p.PURL(), "pkg:generic/fs.ts@0.2.0?download_url=https:%2F%2Fdeno.example%2Fstd%400.2.0%2Ffs.ts"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	digest := Digest{"sha256", "0123"}
	for want, p := range map[string]Package{
		"pkg:docker/acme-http@1.2":                                     {ID: ID{"docker", "acme-http"}, Version: "1.2"},
		"pkg:docker/acme/http@sha256:0123":                             {ID: ID{"docker", "acme/http"}, Version: "1.2", Integrity: []Digest{digest}},
		"pkg:docker/acme/http@1?repository_url=registry.example:5000":  {ID: ID{"docker", "registry.example:5000/acme/http"}, Version: "1"},
		"pkg:docker/acme-http@sha256:0123?repository_url=ghcr.example": {ID: ID{"docker", "ghcr.example/acme-http"}, Version: "sha256:0123", Integrity: []Digest{digest}},
	} {
		if got := p.PURL(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
