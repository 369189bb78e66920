package clients

import "testing"

func TestPyPI(t *testing.T) {
	address, _ := routes(t, answer(404, `{"message":"Not Found"}`), map[string]string{
		"/pypi/acme-http/4.0.0/json": `{"info":{"name":"Acme_HTTP","version":"4.0.0","license":"a whole licence","license_expression":"MIT","yanked":true,"yanked_reason":"oops","project_urls":null,"classifiers":[],"requires_dist":null},
 "urls":[{"filename":"acme_http-4.0.0.tar.gz","packagetype":"sdist","url":"https://files.invalid/a","size":5,"digests":{"sha256":"aa"},"upload_time_iso_8601":"2026-11-06T22:37:10.868088Z","yanked":false,"yanked_reason":null}],
 "ownership":{"roles":[{"role":"Owner","user":"ada"}],"organization":null}}`,
		"/pypi/bare/1/json":  `{"info":{"name":"bare"},"urls":[]}`,
		"/pypi/other/1/json": `{"info":{"name":"another"},"urls":[]}`,
		"/simple/acme-http/": `{"meta":{"api-version":"1.4"},"name":"acme-http","project-status":{"status":"quarantined","reason":"malware"},"versions":["1.0"],"files":[{"filename":"a-1.0.whl","url":"u","hashes":{"sha256":"bb"},"yanked":"broken","provenance":null},{"filename":"b.whl","url":"u","hashes":{},"yanked":false,"size":7}]}`,
		"/simple/page/":      `<html><a href="x">x</a></html>`,
		"/integrity/acme-http/4.0.0/acme_http-4.0.0.tar.gz/provenance": `{"version":1,"attestation_bundles":[]}`,
	})
	pypi := NewPyPI(quiet(t), Endpoints{PyPI: address})
	r, err := pypi.Release(t.Context(), "Acme.HTTP", "4.0.0")
	_, absent := pypi.Release(t.Context(), "acme-http", "5")
	wantStates(t, "a release", err, absent)
	if r.License != "MIT" || !r.Yanked || r.YankedReason != "oops" || r.Files[0].Uploaded.IsZero() || r.Files[0].Type != "sdist" || r.Owners[0].User != "ada" || r.Files[0].Yanked {
		t.Errorf("%+v", r)
	}
	if r, err = pypi.Release(t.Context(), "bare", "1"); err != nil || r.Owners != nil || r.Yanked {
		t.Errorf("%+v, %v", r, err)
	}
	for _, name := range []string{"other", "a\x00", ".."} {
		if _, err := pypi.Release(t.Context(), name, "1"); err == nil || name != ".." && StateOf(err) != Unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
	p, err := pypi.Project(t.Context(), "acme_http")
	_, absent = pypi.Project(t.Context(), "nothing")
	wantStates(t, "a project", err, absent)
	if p.Status != "quarantined" || !p.Files[0].Yanked || p.Files[0].YankedReason != "broken" || p.Files[1].Yanked || p.Files[0].SHA256 != "bb" || p.Files[0].Provenance != "" {
		t.Errorf("%+v", p)
	}
	if _, err := pypi.Project(t.Context(), "page"); asError(err).Reason != ReasonNotJSON {
		t.Error(err)
	}
	_, err = pypi.Provenance(t.Context(), "acme-http", "4.0.0", "acme_http-4.0.0.tar.gz")
	_, absent = pypi.Provenance(t.Context(), "acme-http", "4.0.0", "other.whl")
	wantStates(t, "provenance", err, absent)
}

func TestCrates(t *testing.T) {
	address, _ := routes(t, answer(404, `{"errors":[{"detail":"Not Found"}]}`), map[string]string{
		"/ac/me/acme-http": `{"name":"Acme-HTTP","vers":"1.0.0","deps":[{"name":"b","req":"^1","kind":"build","optional":false,"package":null}],"cksum":"aa","features":{},"yanked":false,"links":null}
{"name":"Acme-HTTP","vers":"1.1.0","deps":[],"cksum":"bb","yanked":true,"links":"z","v":2,"pubtime":"2026-11-12T19:30:12Z"}
`,
		"/3/a/abc": `{"name":"abd","vers":"1.0.0","deps":[],"cksum":"aa","yanked":false}`,
		"/2/ab":    "<html>", "/1/a": "",
		"/api/v1/crates/acme-http":        `{"crate":{"name":"acme-http"},"versions":[{"num":"1.1.0","created_at":"2026-11-12T19:30:12Z","yanked":true,"yank_message":"bad","checksum":"bb","crate_size":12,"published_by":null,"trustpub_data":{"provider":"github","repository":"acme/http","sha":"c0ffee","run_id":"1"}}]}`,
		"/api/v1/crates/acme-http/owners": `{"users":[{"id":1,"login":"ada","kind":"user","name":null}]}`,
		"/api/v1/crates/odd/owners":       `{}`,
		"/api/v1/crates/odd":              `{}`,
	})
	crates := NewCrates(quiet(t), Endpoints{CratesIndex: address, CratesAPI: address})
	versions, err := crates.Index(t.Context(), "Acme-HTTP")
	_, absent := crates.Index(t.Context(), "nothing")
	wantStates(t, "a crate", err, absent)
	if len(versions) != 2 || !versions[0].PublishedAt().IsZero() || versions[1].PublishedAt().IsZero() || !versions[1].Yanked || versions[1].Links != "z" || versions[0].Dependencies[0].Kind.V != "build" {
		t.Errorf("%+v", versions)
	}
	for _, name := range []string{"abc", "ab", "a", "", "a\x1bbcd", "../../x"} {
		if _, err := crates.Index(t.Context(), name); StateOf(err) != Unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
	releases, err := crates.Releases(t.Context(), "acme-http")
	_, absent = crates.Releases(t.Context(), "nothing")
	wantStates(t, "releases", err, absent)
	if _, err := crates.Releases(t.Context(), "odd"); StateOf(err) != Unknown {
		t.Errorf("an answer about nothing: %v", err)
	}
	if r := releases[0]; len(releases) != 1 || r.PublishedBy != nil || r.TrustedBy.Repository.V != "acme/http" || r.YankMessage.V != "bad" {
		t.Errorf("%+v", r)
	}
	owners, err := crates.Owners(t.Context(), "acme-http")
	_, absent = crates.Owners(t.Context(), "nothing")
	wantStates(t, "owners", err, absent)
	if _, err := crates.Owners(t.Context(), "odd"); owners[0].Login != "ada" || StateOf(err) != Unknown {
		t.Error(owners, err)
	}
}
