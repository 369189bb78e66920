package clients

import "testing"

func TestRubyGems(t *testing.T) {
	address, _ := routes(t, answer(404, "This rubygem could not be found."), map[string]string{
		"/api/v1/versions/acme-http.json": `[{"number":"1.0.0","platform":"ruby","created_at":"2026-01-01T00:00:00.000Z","sha":"aa","licenses":["MIT"],"metadata":{"rubygems_mfa_required":"true"}},{"number":"0.9","platform":"java","licenses":null,"sha":null}]`,
		"/api/v1/versions/odd.json":       `[{}]`, "/api/v1/versions/page.json": "<html>",
		"/api/v1/gems/acme-http/owners.json": `[{"id":1,"handle":"ada","role":"owner"}]`,
	})
	gems := NewRubyGems(quiet(t), Endpoints{RubyGems: address})
	versions, err := gems.Versions(t.Context(), "acme-http")
	_, absent := gems.Versions(t.Context(), "none")
	wantStates(t, "a gem", err, absent)
	if len(versions) != 2 || versions[0].PublishedAt().IsZero() || !versions[1].PublishedAt().IsZero() || versions[0].Metadata.V["rubygems_mfa_required"] != "true" {
		t.Errorf("%+v", versions)
	}
	for _, name := range []string{"odd", "page", "a\x07"} {
		if _, err := gems.Versions(t.Context(), name); StateOf(err) != Unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
	owners, err := gems.Owners(t.Context(), "acme-http")
	_, absent = gems.Owners(t.Context(), "none")
	wantStates(t, "owners", err, absent)
	if owners[0].Handle.V != "ada" {
		t.Error(owners)
	}
}

func TestPackagist(t *testing.T) {
	address, _ := routes(t, answer(404, "404 not found"), map[string]string{
		"/p2/acme/http.json": `{"minified":"composer/2.0","packages":{"acme/http":[
 {"name":"acme/http","version":"2.0.0","type":"composer-plugin","time":"2026-01-01T00:00:00+00:00","license":["MIT"],"dist":{"url":"https://dist.invalid/z","reference":"c0ffee","shasum":""},"autoload":{"files":["a.php"]},"abandoned":"acme/better"},
 {"version":"1.0.0","type":"library","autoload":"__unset","abandoned":"__unset"},
 {"version":"0.9.0","time":null}]}}`,
		"/p2/acme/other.json": `{"packages":{"acme/http":[]}}`,
		"/p2/acme/empty.json": `{"packages":{"acme/empty":[]}}`,
	})
	p := NewPackagist(quiet(t), Endpoints{PackagistP2: address})
	versions, err := p.Versions(t.Context(), "Acme/HTTP")
	_, absent := p.Versions(t.Context(), "acme/none")
	wantStates(t, "a package", err, absent)
	first, second, third := versions[0], versions[1], versions[2]
	if first.Replacement != "acme/better" || !first.Abandoned || first.AutoloadFiles[0] != "a.php" || first.Type != "composer-plugin" {
		t.Errorf("%+v", first)
	}
	if second.Abandoned || second.AutoloadFiles != nil || second.DistReference != "c0ffee" || second.Published.IsZero() || second.Licenses[0] != "MIT" {
		t.Errorf("%+v", second)
	}
	if third.Type != "library" || !third.Published.IsZero() {
		t.Errorf("%+v", third)
	}
	if versions, err := p.Versions(t.Context(), "acme/empty"); err != nil || len(versions) != 0 {
		t.Error(versions, err)
	}
	for _, name := range []string{"acme/other", "acme/../x", "acme//x", "a\n/b"} {
		if _, err := p.Versions(t.Context(), name); StateOf(err) != Unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestHex(t *testing.T) {
	address, _ := routes(t, answer(404, `{"message":"Page not found","status":404}`), map[string]string{
		"/api/packages/acme_http":                `{"name":"acme_http","meta":{"licenses":["MIT"],"links":{"Forge":"https://forge.invalid"}},"owners":[{"username":"ada"}],"releases":[{"version":"1.0.0","inserted_at":"2026-01-01T00:00:00.000000Z"}],"retirements":{"0.9.0":{"reason":"security","message":null}}}`,
		"/api/packages/acme_http/releases/1.0.0": `{"version":"1.0.0","checksum":"aa","inserted_at":"2026-01-01T00:00:00Z","publisher":null,"retirement":null}`,
		"/api/packages/other":                    `{"name":"another","meta":{},"releases":[]}`,
	})
	hex := NewHex(quiet(t), Endpoints{Hex: address})
	p, err := hex.Package(t.Context(), "acme_http")
	_, absent := hex.Package(t.Context(), "none")
	wantStates(t, "a package", err, absent)
	if p.Retirements.V["0.9.0"].Reason != "security" || p.Owners.V[0].Username != "ada" {
		t.Errorf("%+v", p)
	}
	r, err := hex.Release(t.Context(), "acme_http", "1.0.0")
	_, absent = hex.Release(t.Context(), "acme_http", "2.0.0")
	wantStates(t, "a release", err, absent)
	if r.Retirement.V != nil || r.PublishedAt().IsZero() || r.Publisher.V.Username != "" {
		t.Errorf("%+v", r)
	}
	if _, err := hex.Package(t.Context(), "other"); StateOf(err) != Unknown {
		t.Error(err)
	}
}

func TestPub(t *testing.T) {
	address, _ := routes(t, answer(404, `{"error":{"code":"NotFound","message":"Could not find it"}}`), map[string]string{
		"/api/packages/acme_http": `{"name":"acme_http","isDiscontinued":true,"replacedBy":"acme_better","versions":[{"version":"1.0.0","archive_sha256":"aa","published":"2026-01-01T00:00:00Z","pubspec":{"repository":"https://forge.invalid"}},{"version":"1.1.0","retracted":true}]}`,
		"/api/packages/other":     `{"name":"another","versions":[]}`,
	})
	pub := NewPub(quiet(t), Endpoints{Pub: address})
	p, err := pub.Package(t.Context(), "acme_http")
	_, absent := pub.Package(t.Context(), "none")
	wantStates(t, "a package", err, absent)
	if !p.Discontinued || p.ReplacedBy.V != "acme_better" || !p.Versions[1].Retracted || p.Versions[0].PublishedAt().IsZero() || !p.Versions[1].PublishedAt().IsZero() {
		t.Errorf("%+v", p)
	}
	if _, err := pub.Package(t.Context(), "other"); StateOf(err) != Unknown {
		t.Error(err)
	}
}
