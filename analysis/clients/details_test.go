package clients

import (
	"net/http"
	"strings"
	"testing"
)

func TestPackagistInfo(t *testing.T) {
	address, _ := routes(t, answer(404, `{"status":"error","message":"Package not found"}`), map[string]string{
		"/packages/acme/http.json":  `{"package":{"name":"acme/http","repository":"https://forge.invalid/acme/http","abandoned":"acme/better","maintainers":[{"name":"ada"},{"name":""}],"downloads":{"total":9,"monthly":3}}}`,
		"/packages/acme/bare.json":  `{"package":{"name":"acme/bare"}}`,
		"/packages/acme/other.json": `{"package":{"name":"acme/http"}}`,
		"/packages/acme/odd.json":   `[]`,
	})
	p := NewPackagist(quiet(t), Endpoints{Packagist: address})
	info, err := p.Info(t.Context(), "Acme/HTTP")
	_, absent := p.Info(t.Context(), "acme/none")
	wantStates(t, "a package", err, absent)
	if info.Replacement != "acme/better" || !info.Abandoned || len(info.Maintainers) != 1 || *info.Total != 9 || info.Daily != nil {
		t.Errorf("%+v", info)
	}
	if bare, err := p.Info(t.Context(), "acme/bare"); err != nil || bare.Maintainers != nil || bare.Total != nil || bare.Abandoned {
		t.Errorf("%+v, %v", bare, err)
	}
	for _, name := range []string{"acme/other", "acme/odd", "acme\n/x"} {
		if _, err := p.Info(t.Context(), name); StateOf(err) != Unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPubScoreAndPublisher(t *testing.T) {
	address, _ := routes(t, answer(404, `{"error":{"code":"NotFound","message":"Could not find it"}}`), map[string]string{
		"/api/packages/acme_http/versions/1.0.0/score": `{"grantedPoints":1,"tags":["license:mit","license:osi-approved"]}`,
		"/api/packages/acme_http/publisher":            `{"publisherId":"acme.example"}`,
		"/api/packages/alone/publisher":                `{"publisherId":null}`,
		"/api/packages/odd/publisher":                  `[`,
	})
	pub := NewPub(quiet(t), Endpoints{Pub: address})
	score, err := pub.Score(t.Context(), "acme_http", "1.0.0")
	_, absent := pub.Score(t.Context(), "acme_http", "9.0.0")
	wantStates(t, "a score", err, absent)
	if len(score.Tags.V) != 2 {
		t.Errorf("%+v", score)
	}
	owner, err := pub.Publisher(t.Context(), "acme_http")
	_, absent = pub.Publisher(t.Context(), "none")
	wantStates(t, "a publisher", err, absent)
	alone, err := pub.Publisher(t.Context(), "alone")
	if owner != "acme.example" || alone != "" || err != nil {
		t.Errorf("%q, %q, %v", owner, alone, err)
	}
	if _, err := pub.Publisher(t.Context(), "odd"); StateOf(err) != Unknown {
		t.Error(err)
	}
}

func TestNuGetCatalogAndSearch(t *testing.T) {
	var address string
	address, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, ok := map[string]string{
			"/index.json":        `{"resources":[{"@id":"ADDR/reg/","@type":"RegistrationsBaseUrl/3.6.0"},{"@id":"ADDR/query","@type":"SearchQueryService/3.5.0"}]}`,
			"/plain/index.json":  `{"resources":[{"@id":"ADDR/reg/","@type":"RegistrationsBaseUrl"}]}`,
			"/catalog/http.json": `{"id":"Acme.Http","version":"1.0.0+build","packageHash":"AAAA","packageHashAlgorithm":"SHA512","packageSize":12,"packageEntries":[{"fullName":"build\\net8.0\\Acme.Http.targets"}],"repository":{"url":"https://forge.invalid/acme","commit":"c0ffee"}}`,
			"/catalog/odd.json":  `{"id":"Another","version":"1.0.0"}`,
		}[r.URL.Path]
		switch q := r.URL.Query(); {
		case r.URL.Path == "/query" && q.Get("q") == "packageid:acme.http" && q.Get("prerelease") == "true":
			body, ok = `{"data":[{"id":"acme.http","owners":["ada"],"totalDownloads":7,"versions":[{"version":"1.0.0","downloads":5},{"version":"2.0.0"}]}]}`, true
		case r.URL.Path == "/query" && q.Get("q") == "packageid:odd":
			body, ok = `{}`, true
		case r.URL.Path == "/query":
			body, ok = `{"data":[{"id":"Similar"}]}`, true
		}
		if !ok {
			answer(404, `<?xml version="1.0"?><Error/>`)(w, r)
			return
		}
		answer(200, strings.ReplaceAll(body, "ADDR", address))(w, r)
	})
	n := NewNuGet(quiet(t), Endpoints{NuGet: address + "/index.json"})
	v := NuGetVersion{ID: "Acme.Http", Version: "1.0.0", Entry: address + "/catalog/http.json#part"}
	detail, err := n.Detail(t.Context(), v)
	v.Entry = address + "/catalog/none.json"
	_, absent := n.Detail(t.Context(), v)
	if detail == nil || detail.Size != 12 || detail.HashAlgorithm != "sha512" || detail.Files[0] != "build/net8.0/Acme.Http.targets" || detail.Commit != "c0ffee" {
		t.Errorf("%+v, %v", detail, err)
	}
	if absent == nil {
		t.Error("an entry that is not there was found")
	}
	v.Entry = address + "/catalog/odd.json"
	if _, err := n.Detail(t.Context(), v); StateOf(err) != Unknown {
		t.Error(err)
	}
	for _, elsewhere := range []string{"https://evil.invalid/catalog/http.json", "", "file:///etc/passwd", address + "/catalog/http.json?x=1"} {
		v.Entry = elsewhere
		if _, err := n.Detail(t.Context(), v); StateOf(err) != Absent {
			t.Errorf("%q: %v", elsewhere, err)
		}
	}
	found, err := n.Find(t.Context(), "Acme.Http")
	_, absent = n.Find(t.Context(), "Acme.None")
	wantStates(t, "a package", err, absent)
	if found.Owners[0] != "ada" || *found.Downloads != 7 || len(found.ByVersion) != 1 || found.ByVersion["1.0.0"] != 5 {
		t.Errorf("%+v", found)
	}
	if _, err := n.Find(t.Context(), "odd"); StateOf(err) != Unknown {
		t.Error(err)
	}
	plain := NewNuGet(quiet(t), Endpoints{NuGet: address + "/plain/index.json"})
	if _, err := plain.Find(t.Context(), "Acme.Http"); StateOf(err) != Absent {
		t.Error(err)
	}
}
