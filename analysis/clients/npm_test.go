package clients

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const packument = `{"_id":"@acme/http","name":"@acme/http","dist-tags":{"latest":"2.0.0"},
"time":{"created":"2024-01-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z","1.0.0":"2024-01-01T00:00:00.000Z","1.5.0":"2025-01-01T00:00:00.000Z","2.0.0":"2026-11-01T10:00:00.000Z"},
"maintainers":[{"name":"ada","email":"ada@acme.example"},"bob <bob@acme.example>"],
"versions":{
 "1.0.0":{"name":"@acme/http","version":"1.0.0","scripts":{"test":"node t.js"},"_npmUser":{"name":"ada","email":"a@acme.example"},"maintainers":[{"name":"ada"}],
  "license":{"type":"MIT","url":"https://acme.example"},"repository":"github:acme/http","deprecated":false,"bin":"cli.js",
  "dist":{"tarball":"https://registry.invalid/x.tgz","shasum":"aa"}},
 "2.0.0":{"name":"@acme/http","version":"2.0.0","scripts":{"postinstall":"node ./inert.js","odd":7},"gypfile":true,"gitHead":"c0ffee",
  "_npmUser":{"name":"GitHub Actions","trustedPublisher":{"id":"github","oidcConfigId":"x"},"approver":{"name":"ada"}},
  "license":"MIT OR Apache-2.0","repository":{"type":"git","url":"git+https://forge.invalid/acme/http.git","directory":"packages/http"},"deprecated":"use 3",
  "dependencies":{"acme-b":"^1"},"optionalDependencies":{"acme-c":"1"},"bin":{"http":"cli.js"},
  "dist":{"tarball":"https://registry.invalid/y.tgz","integrity":"sha512-AAAA","fileCount":3,"unpackedSize":2000,"signatures":[{"keyid":"SHA256:k","sig":"s"}],
   "attestations":{"url":"https://registry.invalid/-/npm/v1/attestations/@acme%2fhttp@2.0.0","provenance":{"predicateType":"https://slsa.dev/provenance/v1"}}}}}}`

func TestNPMPackument(t *testing.T) {
	address, asked := routes(t, answer(404, `"Not found"`), map[string]string{"/npm/@acme%2fhttp": packument})
	npm := NewNPM(quiet(t), Endpoints{NPM: "https://registry.invalid"}, map[string]string{"@Acme": address + "/npm/"})
	var asking sync.WaitGroup
	for range 10 {
		asking.Go(func() { _, _ = npm.Packument(t.Context(), "@acme/http") })
	}
	asking.Wait()
	p, err := npm.Packument(t.Context(), "@acme/http")
	_, absent := npm.Packument(t.Context(), "@acme/nothing")
	wantStates(t, "a packument", err, absent)
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
	if strings.Join(p.Maintainers, ",") != "ada,bob" || !p.Removed("1.5.0") || p.Removed("2.0.0") || p.Removed("9") {
		t.Errorf("%+v", p)
	}
	if !p.Times["2.0.0"].Equal(time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)) || p.DistTags["latest"] != "2.0.0" {
		t.Errorf("%+v", p)
	}
	v := p.Versions["1.0.0"]
	if v.License != "MIT" || v.Repository != "github:acme/http" || v.Deprecated != "" || v.Publisher.Name != "ada" || !v.Full || v.Bin[""] != "cli.js" || v.Dist.Integrity != "" {
		t.Errorf("%+v", v)
	}
	v = p.Versions["2.0.0"]
	if v.Scripts["postinstall"] != "node ./inert.js" || v.Deprecated != "use 3" || v.Directory != "packages/http" || *v.GypFile != true || v.Optional["acme-c"] != "1" ||
		*v.Publisher != (NPMPublisher{"GitHub Actions", "github", "ada"}) || v.Dist.Signatures[0].KeyID != "SHA256:k" || v.Dist.UnpackedSize != 2000 ||
		v.Dist.ProvenanceType != "https://slsa.dev/provenance/v1" || v.HasInstallScript != nil {
		t.Errorf("%+v", v)
	}
}

// TestNPMStripped is a mirror that leaves out what it can, and old documents.
func TestNPMStripped(t *testing.T) {
	address, _ := routes(t, answer(404, "<html>"), map[string]string{
		"/bare":     `{"name":"bare","versions":{"1.0.0":{"name":"bare","version":"1.0.0"}}}`,
		"/odd":      `{"name":"odd","time":"never","dist-tags":[],"maintainers":{},"versions":{"1.0.0":{"scripts":"none","dist":[],"_npmUser":"x","license":[{"type":"MIT"}],"repository":null,"bin":1,"deprecated":true,"dependencies":[]},"2.0.0":null}}`,
		"/gone":     `{"name":"gone","time":{"1.0.0":"2025-01-01T00:00:00Z","unpublished":{"name":"x","time":"2025-02-01T00:00:00Z","versions":["1.0.0"]}}}`,
		"/other":    `{"name":"another","versions":{}}`,
		"/a%20b%3F": `{"name":"a b?","versions":{}}`,
		"/text":     `"text"`,
	})
	npm := NewNPM(quiet(t), Endpoints{NPM: address}, nil)
	p, err := npm.Packument(t.Context(), "bare")
	if err != nil || p.Times != nil || !p.Created.IsZero() || p.Maintainers != nil {
		t.Fatalf("%+v, %v", p, err)
	}
	if v := p.Versions["1.0.0"]; v.Full || v.Publisher != nil || v.Scripts != nil || v.Maintainers != nil || v.HasInstallScript != nil || v.Dist.Tarball != "" {
		t.Errorf("made up: %+v", v)
	}
	if p, err = npm.Packument(t.Context(), "odd"); err != nil || len(p.Versions) != 2 || p.Versions["1.0.0"].Deprecated != "deprecated" {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = npm.Packument(t.Context(), "gone"); err != nil || p.Unpublished.IsZero() || !p.Removed("1.0.0") {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err = npm.Packument(t.Context(), "a b?"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"other", "text", "nobody", "../x", "a\nb", "", "@acme/x/y/../z"} {
		if _, err := npm.Packument(t.Context(), name); StateOf(err) != Unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
	plain := NewNPM(quiet(t), Endpoints{NPM: "http://registry.invalid"}, nil)
	if _, err := plain.Packument(t.Context(), "a"); StateOf(err) != Unknown || !strings.Contains(err.Error(), "not https") {
		t.Error(err)
	}
}

func TestNPMAbbreviated(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		corgi := strings.Contains(r.Header.Get("Accept"), "install-v1")
		switch {
		case r.URL.Path == "/small" && corgi:
			answer(200, `{"name":"small","modified":"2026-01-01T00:00:00Z","versions":{"1.0.0":{"hasInstallScript":true}}}`)(w, r)
		case r.URL.Path == "/full" && !corgi:
			answer(200, `{"name":"full","versions":{}}`)(w, r)
		default:
			answer(404, `{"error":"Not found"}`)(w, r)
		}
	})
	npm := NewNPM(quiet(t), Endpoints{NPM: address}, nil)
	p, err := npm.Abbreviated(t.Context(), "small")
	_, absent := npm.Abbreviated(t.Context(), "nothing")
	wantStates(t, "an abbreviated packument", err, absent)
	if v := p.Versions["1.0.0"]; v.HasInstallScript == nil || !*v.HasInstallScript || v.Full || p.Modified.IsZero() {
		t.Errorf("%+v", v)
	}
	if _, err := npm.Abbreviated(t.Context(), "full"); err != nil {
		t.Error("a registry without the short form:", err)
	}
}

func TestNPMDocuments(t *testing.T) {
	address, _ := routes(t, answer(404, `{"error":"no"}`), map[string]string{
		"/-/npm/v1/attestations/@acme%2fhttp@2.0.0": `{"attestations":[]}`,
		"/-/npm/v1/keys":                            `{"keys":[]}`,
		"/downloads/point/last-week/@acme/http":     `{"downloads":12,"package":"@acme/http"}`,
		"/downloads/point/last-week/acme-uncounted": `{"package":"acme-uncounted"}`,
	})
	npm := NewNPM(quiet(t), Endpoints{NPM: address, NPMDownloads: address}, nil)
	raw, err := npm.Attestations(t.Context(), "@acme/http", "2.0.0")
	_, absent := npm.Attestations(t.Context(), "@acme/http", "1.0.0")
	wantStates(t, "attestations", err, absent)
	if string(raw) != `{"attestations":[]}` {
		t.Error(string(raw))
	}
	if _, err := npm.Keys(t.Context(), "@acme/http"); err != nil {
		t.Error(err)
	}
	n, err := npm.LastWeek(t.Context(), "@acme/http")
	_, absent = npm.LastWeek(t.Context(), "acme-nothing")
	wantStates(t, "downloads", err, absent)
	if _, err := npm.LastWeek(t.Context(), "acme-uncounted"); n != 12 || StateOf(err) != Unknown {
		t.Error(n, err)
	}
}

// TestNPMOutline: an outline says of every version what the packument says.
func TestNPMOutline(t *testing.T) {
	address, _ := routes(t, answer(404, `{"error":"Not found"}`), map[string]string{
		"/acme": `{"name":"acme","dist-tags":{"latest":"1.1.0"},"time":{"0.9.0":"2025-01-01T00:00:00Z","1.0.0":"2026-01-01T00:00:00Z"},"maintainers":["ada"],"versions":{
"1.0.0":{"deprecated":"old","scripts":{"install":"x"},"_npmUser":{"name":"ada"},"dist":{"shasum":"aa"}},
"1.1.0":{"deprecated":true}, "1.2.0":{"deprecated":false,"license":"deprecated"}, "1.3.0":{"scripts":{"a":"\"deprecated\""}}, "1.4.0":7, "1.5.0":null}}`,
		"/twice": `{"name":"twice","versions":{"1.0.0":{"a":1,"a":2}}}`,
		"/other": `{"name":"another","versions":{}}`,
	})
	npm := NewNPM(quiet(t), Endpoints{NPM: address}, nil)
	p, err := npm.Packument(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	o, err := npm.Outline(t.Context(), "acme")
	_, absent := npm.Outline(t.Context(), "nothing")
	wantStates(t, "an outline", err, absent)
	if o.Len() != len(p.Versions) || len(slices.Collect(o.Listed())) != 6 || !o.Removed("0.9.0") || o.Removed("1.0.0") || o.Removed("8.0.0") || o.Whole("8.0.0") != nil {
		t.Errorf("%+v", o)
	}
	for version, want := range p.Versions {
		if got := o.Whole(version); !reflect.DeepEqual(got, want) || o.Deprecated(version) != want.Deprecated {
			t.Errorf("%s\n got %+v, deprecated %q\nwant %+v", version, got, o.Deprecated(version), want)
		}
	}
	versions := p.Versions
	if p.Versions = nil; !reflect.DeepEqual(&o.Packument, p) {
		t.Errorf("\n got %+v\nwant %+v", o.Packument, p)
	}
	p.Versions = versions
	for _, name := range []string{"twice", "other"} {
		if _, err := npm.Outline(t.Context(), name); StateOf(err) != Unknown {
			t.Errorf("%s: %v", name, err)
		}
	}
}
