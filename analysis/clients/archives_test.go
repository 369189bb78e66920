package clients

import (
	"net/http"
	"strings"
	"testing"
)

func TestNuGet(t *testing.T) {
	var address string
	address, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, ok := map[string]string{
			"/v3/index.json": `{"resources":[{"@id":"ADDR/old/","@type":"RegistrationsBaseUrl"},{"@id":"http://elsewhere.invalid/","@type":"RegistrationsBaseUrl/3.6.0"},{"@id":"ADDR/reg/","@type":"RegistrationsBaseUrl/3.6.0"}]}`,
			"/reg/acme.http/index.json": `{"count":2,"items":[{"@id":"ADDR/reg/acme.http/page/1.json","count":1},
 {"@id":"x","items":[{"packageContent":"u","catalogEntry":{"id":"Acme.Http","version":"2.0.0","published":"2026-01-01T00:00:00Z","listed":true,"licenseExpression":"MIT","authors":["Ada","Bob"],
 "deprecation":{"reasons":["Legacy"],"message":"use the other","alternatePackage":{"id":"Acme.Better"}}}}]}]}`,
			"/reg/acme.http/page/1.json": `{"@id":"y","items":[{"catalogEntry":{"id":"acme.http","version":"1.0.0","published":"1900-01-01T00:00:00Z","authors":"Ada"}}]}`,
			"/reg/away/index.json":       `{"items":[{"@id":"https://evil.invalid/page.json"}]}`,
			"/reg/loop/index.json":       `{"items":[{"@id":"ADDR/reg/loop/index2.json"}]}`,
			"/reg/loop/index2.json":      `{"@id":"z"}`,
			"/reg/other/index.json":      `{"items":[{"items":[{"catalogEntry":{"id":"another","version":"1"}}]}]}`,
			"/reg/none/index.json":       `{}`,
		}[r.URL.Path]
		if !ok {
			answer(404, `<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>`)(w, r)
			return
		}
		answer(200, strings.ReplaceAll(body, "ADDR", address))(w, r)
	})
	n := NewNuGet(quiet(t), Endpoints{NuGet: address + "/v3/index.json"})
	versions, err := n.Versions(t.Context(), "Acme.Http")
	_, absent := n.Versions(t.Context(), "Acme.None")
	wantStates(t, "a package", err, absent)
	if len(versions) != 2 || asked.Load() != 4 {
		t.Fatalf("%+v, asked %d times", versions, asked.Load())
	}
	if v := versions[0]; v.Listed == nil || *v.Listed || !v.Published.IsZero() || v.Authors != "Ada" {
		t.Errorf("%+v", v)
	}
	if v := versions[1]; v.Deprecated[0] != "Legacy" || v.Alternative != "Acme.Better" || v.Authors != "Ada, Bob" || !*v.Listed {
		t.Errorf("%+v", v)
	}
	for _, id := range []string{"away", "loop", "other", "none", "a\n", "../x"} {
		if _, err := n.Versions(t.Context(), id); StateOf(err) != Unknown {
			t.Errorf("%q: %v", id, err)
		}
	}
	odd, _ := routes(t, answer(404, "{}"), map[string]string{"/index.json": `{"resources":[]}`})
	for _, index := range []string{odd + "/index.json", odd + "/none.json"} {
		if _, err := NewNuGet(quiet(t), Endpoints{NuGet: index}).Versions(t.Context(), "a"); StateOf(err) != Unknown {
			t.Errorf("a package is absent because the index is: %v", err)
		}
	}
}

func TestMaven(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.EscapedPath() {
		case "/m2/example/acme/http/maven-metadata.xml":
			answer(200, `<?xml version="1.0"?><metadata><groupId>example.acme</groupId><artifactId>http</artifactId><versioning><release>2.0</release><versions><version>1.0</version><version>2.0</version></versions></versioning></metadata>`)(w, r)
		case "/m2/example/acme/http/2.0/http-2.0.pom":
			answer(200, `<project xmlns="http://maven.apache.org/POM/4.0.0"><parent><groupId>example.acme</groupId></parent><artifactId>http</artifactId><licenses><license><name>MIT</name></license></licenses>
 <scm><url>https://forge.invalid/acme</url></scm><distributionManagement><relocation><artifactId>http2</artifactId></relocation></distributionManagement></project>`, "Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")(w, r)
		case "/m2/example/acme/http/2.0/http-2.0.jar.sha1":
			answer(200, strings.Repeat("AB", 20)+"  http-2.0.jar\n")(w, r)
		case "/m2/example/acme/http/2.0/http-2.0.jar.sha256":
			answer(200, "<html>no</html>")(w, r)
		case "/m2/example/acme/bomb/maven-metadata.xml":
			answer(200, `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><metadata><groupId>&b;</groupId></metadata>`)(w, r)
		default:
			answer(404, "<html><title>404 Not Found</title></html>")(w, r)
		}
	})
	dir := t.TempDir()
	open := func() *Maven {
		transport, _ := newTransport(t, func(o *Options) { o.CacheDir = dir })
		return NewMaven(transport, Endpoints{Maven: address + "/m2"})
	}
	m := open()
	const name = "example.acme:http"
	meta, err := m.Metadata(t.Context(), name)
	_, absent := m.Metadata(t.Context(), "example.acme:none")
	wantStates(t, "an artifact", err, absent)
	if len(meta.Versions) != 2 || meta.Release != "2.0" {
		t.Errorf("%+v", meta)
	}
	for range 2 { // new, then kept
		pom, err := open().POM(t.Context(), name, "2.0")
		_, absent = m.POM(t.Context(), name, "3.0")
		wantStates(t, "a POM", err, absent)
		if pom.Uploaded.Hour() != 10 || pom.Licenses[0].Name != "MIT" || pom.Relocation.Artifact != "http2" || pom.SCM.URL == "" {
			t.Errorf("%+v", pom)
		}
	}
	sum, err := m.Checksum(t.Context(), name, "2.0", "http-2.0.jar", "sha1")
	_, absent = m.Checksum(t.Context(), name, "2.0", "http-2.0.jar", "sha512")
	wantStates(t, "a checksum", err, absent)
	if sum != strings.Repeat("ab", 20) {
		t.Error(sum)
	}
	if _, err := m.Checksum(t.Context(), name, "2.0", "http-2.0.jar", "sha256"); StateOf(err) != Unknown {
		t.Error(err)
	}
	for _, bad := range []string{"example.acme:bomb", "http", "a:b:c", "a/b:c", "..:c", "a.:c", ":c", "a:", "a:b\n"} {
		if _, err := m.Metadata(t.Context(), bad); StateOf(err) != Unknown {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
