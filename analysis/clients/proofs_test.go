package clients

import (
	"strings"
	"testing"
)

func TestGemAttestations(t *testing.T) {
	address, _ := routes(t, answer(404, "This gem could not be found"), map[string]string{
		"/api/v1/attestations/tiny-tools-2.0.0-java.json": `[{"mediaType":"x"}]`,
		"/api/v1/attestations/tiny-tools-1.0.0.json":      `[]`,
		"/api/v1/attestations/odd-1.json":                 `{}`,
		"/api/v1/attestations/half-1.json":                `[{"mediaType"`,
		"/api/v1/attestations/page-1.json":                `<html>`,
	})
	g := NewRubyGems(quiet(t), Endpoints{RubyGems: address})
	found, err := g.Attestations(t.Context(), "tiny-tools", "2.0.0-java")
	_, absent := g.Attestations(t.Context(), "tiny-tools", "3.0.0")
	wantStates(t, "a gem", err, absent)
	if string(found) != `[{"mediaType":"x"}]` {
		t.Errorf("%s", found)
	}
	if none, err := g.Attestations(t.Context(), "tiny-tools", "1.0.0"); err != nil || string(none) != "[]" {
		t.Errorf("none: %s %v", none, err)
	}
	for _, name := range []string{"odd", "half", "page", "../x"} {
		if got, err := g.Attestations(t.Context(), name, "1"); StateOf(err) != Unknown {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
}

func TestGitHubAttestations(t *testing.T) {
	sum := strings.Repeat("a", 64)
	address, _ := routes(t, answer(404, `{"message":"Not Found"}`), map[string]string{
		"/repos/acme/http/attestations/sha256:" + sum:   `{"attestations":[{"bundle":{"mediaType":"x"},"repository_id":1}]}`,
		"/repos/acme/none/attestations/sha256:" + sum:   `{"attestations":[]}`,
		"/repos/acme/stored/attestations/sha256:" + sum: `{"attestations":[{"bundle_url":"https://storage.invalid/x.sn"}]}`,
		"/repos/acme/null/attestations/sha256:" + sum:   `{"attestations":[{"bundle":null}]}`,
		"/repos/acme/odd/attestations/sha256:" + sum:    `[]`,
	})
	g := NewGitHub(quiet(t), Endpoints{GitHub: address})
	found, err := g.Attestations(t.Context(), "acme/http", sum)
	_, absent := g.Attestations(t.Context(), "acme/gone", sum)
	wantStates(t, "attestations", err, absent)
	if !strings.Contains(string(found), "mediaType") {
		t.Errorf("%s", found)
	}
	if _, err := g.Attestations(t.Context(), "acme/none", sum); err != nil {
		t.Error(err)
	}
	for _, repo := range []string{"acme/stored", "acme/null", "acme/odd", "acme"} {
		if got, err := g.Attestations(t.Context(), repo, sum); StateOf(err) != Unknown {
			t.Errorf("%s: %s %v", repo, got, err)
		}
	}
}

func TestMavenBeside(t *testing.T) {
	address, _ := routes(t, answer(404, "<html>404</html>"), map[string]string{
		"/m2/example/acme/http/2.0/http-2.0.jar.asc":            "-----BEGIN PGP SIGNATURE-----",
		"/m2/example/acme/http/2.0/http-2.0.jar.sigstore.json":  "<html>sign in</html>",
		"/m2/example/acme/empty/2.0/empty-2.0.jar.asc":          "",
		"/m2/example/acme/http/2.0/http-2.0.jar.asc/unrelated/": "x",
	})
	m := NewMaven(quiet(t), Endpoints{Maven: address + "/m2"})
	found, err := m.Beside(t.Context(), "example.acme:http", "2.0", ".asc")
	_, absent := m.Beside(t.Context(), "example.acme:http", "3.0", ".asc")
	wantStates(t, "a signature", err, absent)
	if !strings.HasPrefix(string(found), "-----BEGIN") {
		t.Errorf("%s", found)
	}
	for _, one := range [][3]string{{"example.acme:http", "2.0", ".sigstore.json"}, {"example.acme:empty", "2.0", ".asc"}, {"acme", "2.0", ".asc"}, {"example.acme:http", "..", ".asc"}} {
		if got, err := m.Beside(t.Context(), one[0], one[1], one[2]); StateOf(err) != Unknown {
			t.Errorf("%v: %s %v", one, got, err)
		}
	}
}

// TestPyPITellsProvenance: null is the index' own none, and what an index
// leaves out says nothing.
func TestPyPITellsProvenance(t *testing.T) {
	address, _ := routes(t, answer(404, "not found"), map[string]string{
		"/simple/flat-stream/": `{"name":"flat-stream","files":[{"filename":"a","provenance":null},{"filename":"b"},{"filename":"c","provenance":"https://pypi.invalid/c"},{"filename":"d","provenance":7}]}`,
	})
	p, err := NewPyPI(quiet(t), Endpoints{PyPI: address}).Project(t.Context(), "flat-stream")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false, true, false} {
		if f := p.Files[i]; f.TellsProvenance != want || (f.Provenance != "") != (i == 2) {
			t.Errorf("%+v", f)
		}
	}
}
