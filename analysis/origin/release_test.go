package origin

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// TestNothingIsKnown: these are errors, and nobody is asked what is none of
// their business.
func TestNothingIsKnown(t *testing.T) {
	git := pinned("npm", "acme-http", "1.1.0")
	git.Origin = "git+https://git.example/acme/http#c0ffee"
	registered := pinned("npm", "acme-http", "1.0.0", sha512)
	for name, tt := range map[string]struct {
		change diff.Change
		head   bool
		want   string
		asked  int
	}{
		"no head":         {diff.Change{Base: registered}, true, "not there on this side", 0},
		"no base":         {diff.Change{Head: registered}, false, "not there on this side", 0},
		"an action":       {diff.Change{Head: pinned("githubactions", "acme/setup", "v1")}, true, "in a way that is read", 0},
		"from git":        {diff.Change{Head: git}, true, "not from the registry", 0},
		"base from git":   {diff.Change{Base: git, Head: registered}, false, "not from the registry", 1},
		"not listed":      {diff.Change{Head: pinned("npm", "acme-http", "7.0.0")}, true, "does not list this version", 1},
		"not there":       {diff.Change{Head: pinned("npm", "left-padz", "1.0.0")}, true, "does not know it", 0},
		"removed, a line": {diff.Change{Base: registered}, true, "not there", 0},
	} {
		t.Run(name, func(t *testing.T) {
			a, s := asking(t, &verifier{}, endpoints, map[string]string{"npm.invalid/acme-http": packument(goodSig, goodSig)})
			r, err := a.Release(t.Context(), &tt.change, tt.head)
			if r != nil || err == nil || !strings.Contains(err.Error(), tt.want) || s.asked["npm.invalid/acme-http"] != tt.asked {
				t.Errorf("%+v %v, asked %v", r, err, s.asked)
			}
		})
	}
}

// TestBaseAlone: head comes from elsewhere, and base is asked about all the same.
func TestBaseAlone(t *testing.T) {
	git := pinned("npm", "acme-http", "1.1.0")
	git.Origin = "git+https://git.example/acme/http#c0ffee"
	a, _ := asking(t, &verifier{keys: "SHA256:known"}, endpoints, map[string]string{"npm.invalid/acme-http": packument(goodSig, goodSig)})
	r, err := a.Release(t.Context(), &diff.Change{Base: pinned("npm", "acme-http", "1.0.0", sha512), Head: git}, false)
	if err != nil || r.Version != "1.0.0" || r.Publisher != "ada" || r.Signature.Standing != attest.Verified {
		t.Errorf("%+v %v", r, err)
	}
}

// TestReplay: what was recorded of a run says the same when it is replayed.
func TestReplay(t *testing.T) {
	s := &services{asked: map[string]int{}, bodies: map[string]string{
		"npm.invalid/acme-http": packument(goodSig, goodSig+attestations),
		"npm.invalid" + npmAt:   `{"attestations":["good"]}`,
		page:                    simplePage(sdist + there),
		"pypi.invalid/integrity/flat-stream/1.1/" + sdist + "/provenance": `{"attestation_bundles":["good"]}`,
		"gems.invalid/api/v1/versions/tiny-tools.json":                    `[{"number":"2.0.0","platform":"ruby"}]`,
		"gems.invalid/api/v1/attestations/tiny-tools-2.0.0.json":          `["good"]`,
	}}
	services := clients.DefaultEndpoints() // a recording names all of them
	services.NPM, services.NPMDownloads, services.PyPI, services.RubyGems = endpoints.NPM, endpoints.NPMDownloads, endpoints.PyPI, endpoints.RubyGems
	dir := filepath.Join(t.TempDir(), "recorded")
	recorder, err := replay.NewRecorder(dir, services, today)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := clients.NewTransport(recorder.Options(clients.Options{RoundTripper: s, Clock: clock{}}))
	if err != nil {
		t.Fatal(err)
	}
	live := clients.New(transport, services, nil)
	ask := func(c *clients.Clients) (all []*attest.Release) {
		a := New(c, registry.New(c), &verifier{keys: "SHA256:known"})
		for _, p := range []*lockfiles.Package{
			pinned("npm", "acme-http", "1.1.0", sha512), pinned("pypi", "flat-stream", "1.1", "sha256:"+sum(0)), pinned("gem", "tiny-tools", "2.0.0", "sha256:"+sum(0)),
		} {
			r := head(t, a, p)
			r.Observed = today
			if r.Attested != attest.Verified {
				t.Errorf("%s: %v %s", p.Name, r.Attested, r.Why)
			}
			all = append(all, r)
		}
		return all
	}
	first := ask(live)
	if err := recorder.Err(); err != nil {
		t.Fatal(err)
	}
	recorded, err := replay.New(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	again, err := recorded.Clients()
	if err != nil {
		t.Fatal(err)
	}
	if second := ask(again); !reflect.DeepEqual(first, second) {
		t.Errorf("live %+v\nreplayed %+v", first[0], second[0])
	}
}

func TestEarlier(t *testing.T) {
	p := &registry.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "acme-http"}}
	for i, v := range []string{"1.0.0", "2.0.0", "1.1.0-rc.1", "2.1.0", "1.1.0", "2.0.1", "1.2.0"} {
		p.Releases = append(p.Releases, registry.Release{Version: v, Published: today.AddDate(0, i, 0)})
	}
	p.Releases[1].Withdrawn = lockfiles.Yes // removed
	p.Releases = append(p.Releases, registry.Release{Version: "2.0.2"})
	for head, want := range map[string]string{"1.2.0": "1.1.0 1.0.0", "2.0.1": "2.1.0", "2.1.0": "2.0.2", "1.0.0": ""} {
		var got []string
		for _, r := range earlier(p, p.Find(head)) {
			got = append(got, r.Version)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("before %s: %v, want %s", head, got, want)
		}
	}
}
