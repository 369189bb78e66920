package origin

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// standing is a case of most ecosystems: what further services say, and what
// comes of it.
type standing struct {
	bodies              map[string]string
	signature, attested attest.Standing
	why                 string // of the attestations
}

func (s standing) check(t *testing.T, e clients.Endpoints, bodies map[string]string, p *lockfiles.Package) *attest.Release {
	t.Helper()
	bodies = maps.Clone(bodies)
	maps.Copy(bodies, s.bodies)
	a, _ := asking(t, &verifier{}, e, bodies)
	r := head(t, a, p)
	wantSignature(t, r, s.signature, "")
	wantStanding(t, r, s.attested, s.why)
	return r
}

func TestGem(t *testing.T) {
	bodies := map[string]string{
		"gems.invalid/api/v1/versions/tiny-tools.json":    `[{"number":"2.0.0","platform":"x86_64-linux","metadata":{"source_code_uri":"https://forge.invalid/tiny/tools"}}]`,
		"gems.invalid/api/v1/gems/tiny-tools/owners.json": `[]`,
	}
	const at = "gems.invalid/api/v1/attestations/tiny-tools-2.0.0-x86_64-linux.json"
	for name, tt := range map[string]standing{
		"holds":        {map[string]string{at: `["good"]`}, attest.NeverHad, attest.Verified, ""},
		"does not":     {map[string]string{at: `["bad"]`}, attest.NeverHad, attest.Refused, "does not hold"},
		"none":         {map[string]string{at: `[]`}, attest.NeverHad, attest.Absent, ""},
		"no such list": {nil, attest.NeverHad, attest.Unknown, "does not know it"},
		"an object":    {map[string]string{at: `{}`}, attest.NeverHad, attest.Unknown, "something else"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.check(t, endpoints, bodies, pinned("gem", "tiny-tools", "2.0.0-x86_64-linux", "sha256:"+sum(1)))
		})
	}
}

func TestCargoAndForge(t *testing.T) {
	public := endpoints
	public.CratesIndex, public.CratesAPI = clients.DefaultEndpoints().CratesIndex, clients.DefaultEndpoints().CratesAPI
	index, api := strings.TrimPrefix(public.CratesIndex, "https://"), strings.TrimPrefix(public.CratesAPI, "https://")
	crate := func(more string) string {
		return `{"crate":{"name":"acme-ffi"},"versions":[{"num":"1.0.0","created_at":"2026-01-01T00:00:00Z","published_by":{"login":"ada"}},` +
			`{"num":"1.1.0","created_at":"2026-02-01T00:00:00Z","repository":"https://forge.invalid/acme/ffi"` + more + `}]}`
	}
	bodies := map[string]string{
		index + "/ac/me/acme-ffi":                `{"name":"acme-ffi","vers":"1.0.0","deps":[],"cksum":"aa"}` + "\n" + `{"name":"acme-ffi","vers":"1.1.0","deps":[],"cksum":"bb"}`,
		api + "/api/v1/crates/acme-ffi":          crate(`,"published_by":{"login":"ada"}`),
		api + "/api/v1/crates/acme-ffi/owners":   `{"users":[]}`,
		"forge.invalid/repos/acme/ffi/unrelated": "",
	}
	at, crates := "forge.invalid/repos/acme/ffi/attestations/sha256:"+sum(1), api+"/api/v1/crates/acme-ffi"
	trusted := crate(`,"published_by":null,"trustpub_data":{"provider":"github","repository":"acme/ffi","sha":"c0ffee"}`)
	for name, tt := range map[string]standing{
		"a person":             {nil, attest.NeverHad, attest.Absent, ""},
		"a workflow":           {map[string]string{crates: trusted}, attest.NeverHad, attest.Claimed, "no signature proves it"},
		"nobody is named":      {map[string]string{crates: crate("")}, attest.NeverHad, attest.Unknown, "does not say who published"},
		"the API fails":        {map[string]string{crates: `403 {"errors":[{"detail":"no"}]}`}, attest.NeverHad, attest.Unknown, "refused it"},
		"the forge verifies":   {map[string]string{at: `{"attestations":[{"bundle":{"good":1}}]}`}, attest.NeverHad, attest.Verified, ""},
		"the forge refuses":    {map[string]string{at: `{"attestations":[{"bundle":{"bad":1}}]}`}, attest.NeverHad, attest.Refused, "does not hold"},
		"the forge is shut":    {map[string]string{at: `403 {"message":"no"}`}, attest.NeverHad, attest.Absent, "whether the forge has attestations is not known: forge.invalid refused it"},
		"elsewhere on a forge": {map[string]string{at: `{"attestations":[{"bundle_url":"https://storage.invalid/x"}]}`}, attest.NeverHad, attest.Absent, "something else"},
	} {
		t.Run(name, func(t *testing.T) {
			r := tt.check(t, public, bodies, pinned("cargo", "acme-ffi", "1.1.0", "sha256:"+sum(1)))
			if name == "a workflow" && (r.Service != "github" || r.Commit != "c0ffee" || r.Repository != "https://github.com/acme/ffi" || r.Proofs[0].Identity != (attest.Identity{})) {
				t.Errorf("%+v", r)
			}
		})
	}
	t.Run("line of a silent API", func(t *testing.T) {
		with := maps.Clone(bodies)
		with[crates] = `403 {"errors":[{"detail":"no"}]}`
		a, _ := asking(t, &verifier{}, public, with)
		line, err := a.Line(t.Context(), &diff.Change{Head: pinned("cargo", "acme-ffi", "1.1.0")})
		if err == nil || len(line) != 1 || line[0].PublisherKnown || line[0].Attested != attest.Unknown {
			t.Errorf("%+v %v", line, err)
		}
	})
	t.Run("line", func(t *testing.T) {
		with := maps.Clone(bodies)
		with[crates] = trusted
		a, _ := asking(t, &verifier{}, public, with)
		line, err := a.Line(t.Context(), &diff.Change{Head: pinned("cargo", "acme-ffi", "1.1.0")})
		if err != nil || len(line) != 1 || line[0].Publisher != "ada" || line[0].Version != "1.0.0" || !line[0].PublisherKnown || line[0].Attested != attest.Absent || line[0].Signature.Standing != attest.NeverHad {
			t.Errorf("%+v %v", line, err)
		}
	})
}

func TestMaven(t *testing.T) {
	const dir = "maven.invalid/m2/example/acme/http/"
	bodies := map[string]string{
		dir + "maven-metadata.xml": `<metadata><groupId>example.acme</groupId><artifactId>http</artifactId><versioning><versions><version>2.0</version></versions></versioning></metadata>`,
		dir + "2.0/http-2.0.pom":   `<project><groupId>example.acme</groupId><artifactId>http</artifactId></project>`,
	}
	const jar = dir + "2.0/http-2.0.jar"
	for name, tt := range map[string]standing{
		"both":       {map[string]string{jar + ".asc": "-----BEGIN PGP", jar + ".sigstore.json": `{"good":1}`}, attest.Claimed, attest.Verified, ""},
		"neither":    {nil, attest.Unknown, attest.Unknown, "has no Sigstore bundle beside the jar"},
		"a mirror":   {map[string]string{jar + ".asc": "-----BEGIN PGP"}, attest.Claimed, attest.Unknown, "does not pass it on"},
		"pages":      {map[string]string{jar + ".asc": "<html>", jar + ".sigstore.json": "<html>"}, attest.Unknown, attest.Unknown, "something else"},
		"a strange":  {map[string]string{jar + ".asc": "-----BEGIN PGP", jar + ".sigstore.json": `{"strange":1}`}, attest.Claimed, attest.Unknown, "no known shape"},
		"the jar's":  {map[string]string{jar + ".asc": "-----BEGIN PGP", jar + ".sigstore.json": `{"good":"of the second"}`}, attest.Claimed, attest.Verified, ""},
		"a bad one":  {map[string]string{jar + ".sigstore.json": `{"bad":1}`}, attest.Unknown, attest.Refused, "does not hold"},
		"is refused": {map[string]string{jar + ".asc": "403 no", jar + ".sigstore.json": "403 no"}, attest.Unknown, attest.Unknown, "refused it"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.check(t, endpoints, bodies, pinned("maven", "example.acme:http", "2.0", "sha256:"+sum(1), "sha256:"+sum(2)))
		})
	}
	// Of a jar that the public repository has signed, it has every file beside it.
	public := endpoints
	public.Maven = clients.DefaultEndpoints().Maven
	repository := strings.TrimPrefix(public.Maven, "https://")
	whole := make(map[string]string)
	for at, body := range bodies {
		whole[strings.Replace(at, "maven.invalid/m2", repository, 1)] = body
	}
	t.Run("the public one", func(t *testing.T) {
		tt := standing{map[string]string{strings.Replace(jar, "maven.invalid/m2", repository, 1) + ".asc": "-----BEGIN PGP"}, attest.Claimed, attest.Absent, "no Sigstore bundle"}
		tt.check(t, public, whole, pinned("maven", "example.acme:http", "2.0", "sha256:"+sum(1), "sha256:"+sum(2)))
	})
}

func TestNuGet(t *testing.T) {
	standing{nil, attest.Unknown, attest.Unknown, "inside its archive"}.check(t, endpoints, map[string]string{
		"nuget.invalid/index.json":               `{"resources":[{"@id":"https://nuget.invalid/reg/","@type":"RegistrationsBaseUrl/3.6.0"}]}`,
		"nuget.invalid/reg/acme.http/index.json": `{"items":[{"items":[{"catalogEntry":{"id":"Acme.Http","version":"1.0.0","listed":true}}]}]}`,
	}, pinned("nuget", "Acme.Http", "1.0.0", "sha512-AAAA"))
}

// TestGo goes to a real checksum database of its own key: what it signed holds
// for the hash that go.sum pins, and for no other.
func TestGo(t *testing.T) {
	signer, key, err := note.GenerateKey(rand.Reader, "sum.invalid")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		if strings.Contains(path, "none") {
			return nil, fmt.Errorf("no such module")
		}
		return fmt.Appendf(nil, "%s %s h1:AAAA=\n%s %s/go.mod h1:BBBB=\n", path, version, path, version), nil
	})))
	defer server.Close()
	for name, tt := range map[string]struct {
		path, hash string
		key        string
		want       attest.Standing
		why        string
	}{
		"holds":         {"forge.invalid/acme", "h1:AAAA=", key, attest.Verified, ""},
		"another hash":  {"forge.invalid/acme", "h1:CCCC=", key, attest.Refused, "another hash than go.sum pins"},
		"one of two":    {"forge.invalid/acme", "h1:CCCC= h1:AAAA=", key, attest.Refused, "another hash than go.sum pins"},
		"and its mod":   {"forge.invalid/acme", "h1:AAAA= h1-go.mod:BBBB=", key, attest.Verified, ""},
		"only its mod":  {"forge.invalid/acme", "h1-go.mod:BBBB=", key, attest.Claimed, "pins no hash"},
		"not in it":     {"forge.invalid/none", "h1:AAAA=", key, attest.Unknown, "failed (500)"},
		"no trust":      {"forge.invalid/acme", "h1:AAAA=", "sum.invalid+none", attest.Unknown, "does not verify"},
		"not this path": {"forge.invalid/acme/v2", "h1:AAAA=", key, attest.Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := &through{services{bodies: map[string]string{"proxy.invalid/" + tt.path + "/@v/list": "v1.0.0\n"}, asked: map[string]int{}}}
			transport, err := clients.NewTransport(clients.Options{RoundTripper: s, Clock: clock{}, Getenv: func(string) string { return "" }})
			if err != nil {
				t.Fatal(err)
			}
			e := endpoints
			e.SumDB, e.SumDBKey = server.URL, tt.key
			c := clients.New(transport, e, nil)
			a, _ := asking(t, &verifier{}, e, nil)
			a.clients = c
			r := head(t, a, pinned("golang", tt.path, "v1.0.0", strings.Fields(tt.hash)...))
			wantSignature(t, r, tt.want, tt.why)
			wantStanding(t, r, attest.NeverHad, "keep no attestations")
			if v := tt.want == attest.Verified; v != (r.Signature.Log != "") || v != (r.Signature.Identity.Key == "sum.invalid") {
				t.Errorf("%+v", r.Signature)
			}
		})
	}
}

// through lets what goes to this computer pass.
type through struct{ services }

func (s *through) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Host, "127.") {
		return http.DefaultTransport.RoundTrip(r)
	}
	return s.services.RoundTrip(r)
}
