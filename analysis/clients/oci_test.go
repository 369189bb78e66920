package clients

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// ociWorld is a registry on this computer. It wants the token that it gives to
// anybody, unless open.
type ociWorld struct {
	mu     sync.Mutex
	files  map[string]string // by path below /v2/acme/http/
	status map[string]int    // of those that fail
	open   bool
	realm  string // "" is its own
	links  bool   // referrers have a next page
	asked  []string
	heads  []http.Header // of the questions for tokens
}

const ociImage = "acme/http"

var ociDigest = lockfiles.Digest{Algorithm: "sha256", Value: strings.Repeat("ab", 32)}

func digestOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (w *ociWorld) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.URL.Path == "/token" {
		w.heads = append(w.heads, r.Header.Clone())
		w.asked = append(w.asked, r.URL.RequestURI())
		fmt.Fprint(out, `{"token":"for-anybody","expires_in":300}`)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v2/"+ociImage+"/")
	w.asked = append(w.asked, path)
	if !w.open && r.Header.Get("Authorization") != "Bearer for-anybody" {
		realm := w.realm
		if realm == "" {
			realm = "http://" + r.Host + "/token"
		}
		out.Header().Set("WWW-Authenticate", `Bearer realm="`+realm+`",service="acme, registry",scope="repository:eve/http:pull,push"`)
		out.WriteHeader(http.StatusUnauthorized)
		return
	}
	if status := w.status[path]; status != 0 {
		out.WriteHeader(status)
		return
	}
	body, ok := w.files[path]
	if !ok {
		out.WriteHeader(http.StatusNotFound)
		fmt.Fprint(out, `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown"}]}`)
		return
	}
	if w.links && strings.HasPrefix(path, "referrers/") {
		out.Header().Set("Link", `</v2/acme/http/referrers/x?n=2>; rel="next"`)
	}
	fmt.Fprint(out, body)
}

// put adds a manifest with one layer under a tag or, without one, its digest.
func (w *ociWorld) put(tag, mediaType, body string, annotations map[string]string) (digest string) {
	w.files["blobs/"+digestOf(body)] = body
	data, _ := json.Marshal(map[string]any{"schemaVersion": 2, "layers": []any{map[string]any{
		"mediaType": mediaType, "digest": digestOf(body), "size": len(body), "annotations": annotations,
	}}})
	digest = digestOf(string(data))
	if tag == "" {
		tag = digest
	}
	w.files["manifests/"+tag] = string(data)
	return digest
}

func (w *ociWorld) refer(at string, descriptors ...map[string]any) {
	data, _ := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": descriptors})
	w.files[at] = string(data)
}

const (
	bundleLayer = "application/vnd.dev.sigstore.bundle.v0.3+json"
	ociTag      = "sha256-" + "abababababababababababababababababababababababababababababababab"
	ociReferrer = "referrers/sha256:" + "abababababababababababababababababababababababababababababababab"
)

func newOCIWorld(t *testing.T) (w *ociWorld, image string) {
	w = &ociWorld{files: make(map[string]string), status: make(map[string]int)}
	address, _ := serve(t, w.ServeHTTP)
	return w, strings.TrimPrefix(address, "http://") + "/" + ociImage
}

func ociDocuments(a *OCIAttached) string {
	var all []string
	for _, d := range a.Documents {
		all = append(all, d.MediaType+" "+d.Annotations["a"]+" "+string(d.Body))
	}
	return strings.Join(all, "\n")
}

func TestOCIAttached(t *testing.T) {
	w, image := newOCIWorld(t)
	w.put(ociTag+".sig", simpleSigningLayer, `{"sig":1}`, map[string]string{"a": "x"})
	w.put(ociTag+".att", "application/vnd.dsse.envelope.v1+json", `{"att":1}`, map[string]string{"predicateType": "https://slsa.dev/provenance/v1"})
	one := w.put("", bundleLayer, `{"bundle":1}`, nil)
	w.refer(ociReferrer,
		map[string]any{"artifactType": bundleLayer, "digest": one, "annotations": map[string]any{"dev.sigstore.bundle.predicateType": "https://slsa.dev/provenance/v1"}},
		map[string]any{"artifactType": bundleLayer, "digest": digestOf("elsewhere"), "annotations": map[string]any{"dev.sigstore.bundle.predicateType": "https://spdx.dev/Document"}},
		map[string]any{"artifactType": "application/vnd.cncf.notary.signature", "digest": digestOf("notary")},
	)
	transport, _ := newTransport(t, func(o *Options) { o.CacheDir = t.TempDir() })
	o := NewOCI(transport, DefaultEndpoints())
	for range 2 { // the second time nobody is asked
		got, err := o.Attached(t.Context(), image, ociDigest)
		if err != nil {
			t.Fatal(err)
		}
		want := simpleSigningLayer + " x {\"sig\":1}\napplication/vnd.dsse.envelope.v1+json  {\"att\":1}\n" + bundleLayer + "  {\"bundle\":1}"
		if ociDocuments(got) != want || strings.Join(got.Others, " ") != "application/vnd.cncf.notary.signature https://spdx.dev/Document" || image != got.Source+"/"+ociImage {
			t.Errorf("%s\n%v of %s", ociDocuments(got), got.Others, got.Source)
		}
	}
	tokens := 0
	for _, one := range w.asked {
		if strings.HasPrefix(one, "/token") {
			tokens++
			if one != "/token?scope=repository%3Aacme%2Fhttp%3Apull&service=acme%2C+registry" {
				t.Errorf("asked for a token with %s", one)
			}
		}
	}
	if tokens != 1 || len(w.asked) != 9 {
		t.Errorf("%d tokens, asked %d times:\n%s", tokens, len(w.asked), strings.Join(w.asked, "\n"))
	}
	// What a digest names is kept for whoever asks later, with another token.
	w.files = map[string]string{}
	offline, _ := newTransport(t, func(opts *Options) { opts.CacheDir, opts.Offline = transport.opts.CacheDir, true })
	got, err := NewOCI(offline, DefaultEndpoints()).Attached(t.Context(), image, ociDigest)
	if err != nil || len(got.Documents) != 3 {
		t.Errorf("offline: %v, %v", got, err)
	}
}

// TestOCIStates: none, unknown and too much are three things.
func TestOCIStates(t *testing.T) {
	sig := func(w *ociWorld) { w.put(ociTag+".sig", simpleSigningLayer, "{}", nil) }
	for name, c := range map[string]struct {
		world     func(w *ociWorld)
		documents int
		why       string
	}{
		"none":                        {func(w *ociWorld) { w.refer(ociReferrer) }, 0, ""},
		"none, without the interface": {func(*ociWorld) {}, 0, ""},
		"a list under a tag": {func(w *ociWorld) {
			w.refer("manifests/"+ociTag, map[string]any{"artifactType": bundleLayer, "digest": w.put("", bundleLayer, "{}", nil)})
		}, 1, ""},
		"another status for no such": {func(w *ociWorld) { w.status[ociReferrer] = 406; sig(w) }, 1, ""},
		"private":                    {func(w *ociWorld) { w.status["manifests/"+ociTag+".sig"] = 403; w.refer(ociReferrer) }, 0, "refused it (403)"},
		"a proxy's 404":              {func(w *ociWorld) { w.status["manifests/"+ociTag+".att"] = 404; sig(w); w.refer(ociReferrer) }, 1, "answered 404"},
		"the referrers fail":         {func(w *ociWorld) { w.status[ociReferrer] = 403; sig(w) }, 1, "refused it"},
		"no JSON":                    {func(w *ociWorld) { w.files[ociReferrer] = "<html>" }, 0, "something else"},
		"more pages":                 {func(w *ociWorld) { w.refer(ociReferrer); w.links = true; sig(w) }, 1, "too large"},
		"a listed one is gone": {func(w *ociWorld) {
			w.refer(ociReferrer, map[string]any{"artifactType": bundleLayer, "digest": digestOf("x")})
		}, 0, "answered 404"},
		"a listed one without a digest": {func(w *ociWorld) {
			w.refer(ociReferrer, map[string]any{"artifactType": bundleLayer, "digest": "../../x"})
		}, 0, "does not fit"},
		"another blob": {func(w *ociWorld) {
			sig(w)
			w.refer(ociReferrer)
			w.files["blobs/"+digestOf("{}")] = "{ }"
		}, 0, "does not fit"},
		"another manifest": {func(w *ociWorld) {
			digest := w.put("", bundleLayer, "{}", nil)
			w.files["manifests/"+digest] += " "
			w.refer(ociReferrer, map[string]any{"artifactType": bundleLayer, "digest": digest})
		}, 0, "does not fit"},
		"too many": {func(w *ociWorld) {
			var layers []string
			for range mostAttached + 1 {
				layers = append(layers, `{"mediaType":"`+simpleSigningLayer+`","digest":"`+digestOf("{}")+`","size":2}`)
			}
			sig(w)
			w.files["manifests/"+ociTag+".sig"] = `{"layers":[` + strings.Join(layers, ",") + `]}`
			w.refer(ociReferrer)
		}, mostAttached, "too large"},
		"too large": {func(w *ociWorld) {
			w.files["manifests/"+ociTag+".sig"] = `{"layers":[{"mediaType":"` + simpleSigningLayer + `","digest":"` + digestOf("{}") + `","size":99999999}]}`
			w.refer(ociReferrer)
		}, 0, "too large"},
		"no token but plain http": {func(w *ociWorld) { w.open, w.realm = false, "http://tokens.example/token" }, 0, "refused it (401)"},
		"no token but a password": {func(w *ociWorld) { w.open, w.realm = false, "https://ada:secret@tokens.example/token" }, 0, "refused it (401)"},
	} {
		t.Run(name, func(t *testing.T) {
			w, image := newOCIWorld(t)
			w.open = true
			c.world(w)
			got, err := NewOCI(quiet(t), DefaultEndpoints()).Attached(t.Context(), image, ociDigest)
			if (err == nil) != (c.why == "") || !strings.Contains(Why(err), c.why) || errors.Is(err, ErrAbsent) {
				t.Errorf("%v, want %q", err, c.why)
			}
			if got == nil || len(got.Documents) != c.documents {
				t.Errorf("%+v, want %d documents", got, c.documents)
			}
		})
	}
}

// TestOCIAsksSoMuch: whoever pushes an image writes the list of what is attached,
// and may list what is not there.
func TestOCIAsksSoMuch(t *testing.T) {
	w, image := newOCIWorld(t)
	w.open = true
	var layers, manifests []string
	for i := range 10 * mostAttachedAsked {
		layers = append(layers, `{"mediaType":"`+simpleSigningLayer+`","digest":"`+digestOf(strings.Repeat("x", i+1))+`","size":0}`)
	}
	for i := range 20 * mostAttached {
		manifests = append(manifests, `{"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":"`+digestOf(strings.Repeat("y", i+1))+`"}`)
	}
	w.files["manifests/"+ociTag+".sig"] = `{"layers":[` + strings.Join(layers, ",") + `]}`
	w.files["referrers/"+ociDigest.Algorithm+":"+ociDigest.Value] = `{"manifests":[` + strings.Join(manifests, ",") + `]}`
	got, err := NewOCI(quiet(t), DefaultEndpoints()).Attached(t.Context(), image, ociDigest)
	if err == nil || got == nil || len(got.Documents) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if len(w.asked) > mostAttachedAsked+10 {
		t.Errorf("%d requests", len(w.asked))
	}
}

// TestOCISendsNoCredential: the address for tokens is a stranger's word, so that
// the person's own tokens do not go there, wherever they are for.
func TestOCISendsNoCredential(t *testing.T) {
	w, image := newOCIWorld(t)
	host, _, _ := strings.Cut(image, "/")
	other := &ociWorld{open: true}
	elsewhere, _ := serve(t, other.ServeHTTP)
	w.realm = elsewhere + "/token"
	w.refer(ociReferrer)
	transport, _ := newTransport(t, func(o *Options) {
		o.Tokens = []Token{{Origin: elsewhere, Value: "Bearer secret"}, {Origin: "http://" + host, Path: "/v1/", Value: "Bearer secret"}}
	})
	o := NewOCI(transport, DefaultEndpoints())
	if _, err := o.Attached(t.Context(), image, ociDigest); err != nil {
		t.Fatal(err)
	}
	if len(other.heads) != 1 || other.heads[0].Get("Authorization") != "" {
		t.Errorf("asked for a token with %v", other.heads)
	}
	if _, known := o.Registry(image); !known {
		t.Error("a registry of the person's own settings is not known")
	}
}

func TestOCINames(t *testing.T) {
	world := &listener{}
	transport, _ := newTransport(t, func(o *Options) { o.RoundTripper = world })
	o := NewOCI(transport, DefaultEndpoints())
	at := func(base string) string { return base + "/v2/" }
	for image, want := range map[string]string{
		"nginx": at(o.e.DockerHub) + "library/nginx/", "acme/http": at(o.e.DockerHub) + "acme/http/",
		"ghcr.io/acme/http": at(o.e.GHCR) + "acme/http/", "images.example:8443/a/b/c": "https://images.example:8443/v2/a/b/c/",
		"localhost:5000/acme": "http://localhost:5000/v2/acme/",
	} {
		before := len(world.heard())
		if _, err := o.Attached(t.Context(), image, ociDigest); err == nil {
			t.Errorf("%s: no error", image)
		}
		for line := range strings.Lines(world.heard()[before:]) {
			if !strings.HasPrefix(line, want) {
				t.Errorf("%s: asked %s, want %s", image, line, want)
			}
		}
		if len(world.heard()) == before {
			t.Errorf("%s: nobody was asked", image)
		}
	}
	before := world.heard()
	for _, image := range []string{"", "Acme/Http", "$REGISTRY/acme", "images.example/", "images.example/../x", "images.example/a//b", "im_ages.example/a", "images.example/a?b", "images.example/a/../../b", "user@images.example/a", "images.example/" + strings.Repeat("a", 300)} {
		if _, err := o.Attached(t.Context(), image, ociDigest); err == nil {
			t.Errorf("%q: no error", image)
		}
	}
	for _, digest := range []lockfiles.Digest{{}, {Algorithm: "sha256", Value: "ab"}, {Algorithm: "md5", Value: strings.Repeat("ab", 16)}, {Algorithm: "sha256", Value: strings.Repeat("zz", 32)}} {
		if _, err := o.Attached(t.Context(), "nginx", digest); err == nil {
			t.Errorf("%v: no error", digest)
		}
	}
	if world.heard() != before {
		t.Errorf("asked %s", strings.TrimPrefix(world.heard(), before))
	}
	for image, want := range map[string]bool{"nginx": true, "quay.io/acme/http": true, "images.example/acme/http": false, "ghcr.io.evil.example/a": false} {
		if _, known := o.Registry(image); known != want {
			t.Errorf("%s: known %v", image, known)
		}
	}
}

func TestBearer(t *testing.T) {
	for challenge, want := range map[string][]string{
		`Bearer realm="https://a.example/token",service="b",scope="c"`: {"https://a.example/token", "b"},
		`bearer  service=b, realm="https://a.example/t,x"`:             {"https://a.example/t,x", "b"},
		`Basic realm="https://a.example"`:                              {"", ""},
		`Bearer`:                                                       {"", ""}, ``: {"", ""}, `Bearer realm`: {"", ""}, `Bearer realm="`: {"", ""},
		`Bearer realm="` + strings.Repeat("a", 5000) + `"`: {"", ""},
	} {
		realm, service := bearer(challenge)
		if got := []string{realm, service}; !slices.Equal(got, want) {
			t.Errorf("%.60q: %v, want %v", challenge, got, want)
		}
	}
}

func FuzzBearer(f *testing.F) {
	f.Add([]byte(`Bearer realm="https://a.example/token",service="b"`))
	f.Fuzz(func(t *testing.T, challenge []byte) {
		realm, service := bearer(string(challenge))
		if !bytes.Contains(challenge, []byte(realm)) || !bytes.Contains(challenge, []byte(service)) {
			t.Errorf("%q, %q of %q", realm, service, challenge)
		}
	})
}
