package registry

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

const acmeIndex = `{"name":"acme-ffi","vers":"1.0.0","deps":[{"name":"ccz","req":"1","kind":"build"},{"name":"alias","req":"1","kind":"normal","package":"real"},{"name":"real","req":"1","kind":"normal"},{"name":"t","req":"1","kind":"dev"}],"cksum":"aa","yanked":true,"links":null}
{"name":"acme-ffi","vers":"1.1.0+z1","deps":[],"cksum":"bb","yanked":false,"links":"z","pubtime":"2026-11-12T19:30:12Z"}
{"name":"acme-ffi","vers":"0.9.0","deps":[],"cksum":"cc","yanked":false,"pubtime":"2024-11-12T19:30:12Z"}
`

func TestCargo(t *testing.T) {
	c, s := serving(t, map[string]string{
		"index.invalid/ac/me/acme-ffi": acmeIndex,
		"crates.invalid/api/v1/crates/acme-ffi": `{"crate":{"name":"acme-ffi"},"versions":[{"num":"1.0.0","created_at":"2025-01-01T00:00:00Z","yanked":true,"yank_message":"unsound","license":"MIT/Apache-2.0","crate_size":12,"downloads":7,"repository":"https://git.example/acme/ffi","published_by":{"login":"ada"}},` +
			`{"num":"1.1.0+z1","license":"MIT","published_by":null,"trustpub_data":{"provider":"github","repository":"acme/ffi","sha":"c0ffee"}}]}`,
		"crates.invalid/api/v1/crates/acme-ffi/owners": `{"users":[{"login":"ada","kind":"user"},{"login":"github:acme:core","kind":"team"}]}`,
	})
	p, err := cargo{c}.Package(t.Context(), "acme-ffi", []string{"1.0.0", "1.1.0"})
	if err != nil || p.Incomplete != nil {
		t.Fatal(err, p.Incomplete, s.asked)
	}
	wantBrief(t, p, "0.9.0 2024-11-12; 1.0.0 2025-01-01 withdrawn:yes (unsound) *; 1.1.0+z1 2026-11-12 *")
	if p.Source != "index.invalid" || !p.Observed.Equal(today) || !reflect.DeepEqual(p.Maintainers, []string{"ada", "github:acme:core"}) {
		t.Errorf("%+v", p)
	}
	downloads := int64(7)
	want := &Detail{
		Publisher: "ada", License: "MIT/Apache-2.0", Size: 12, Packed: true, Downloads: &downloads, Repository: "https://git.example/acme/ffi",
		Digests:      []lockfiles.Digest{{Algorithm: "sha256", Value: "aa"}},
		ScriptsLimit: "the index does not say whether it has a build script or is a procedural macro", ScriptsHint: "it has build dependencies: ccz", Requires: []string{"real"},
	}
	if got := p.Find("1.0.0").Detail; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if d := p.Find("1.1.0").Detail; d.Trusted != "github" || d.TrustedRepository != "github:acme/ffi" || d.Commit != "c0ffee" || d.Publisher != "" || d.Scripts["build.rs"] == "" || d.Size != 0 || d.Packed || d.Downloads != nil {
		t.Errorf("%+v", d)
	}
	if s.count("crates.invalid/api/v1/crates/acme-ffi") != 1 {
		t.Error("the API, which answers once a second, was asked more than once")
	}
}

// TestCargoIsPatient, but not for ever: a large update asks the slow API more
// than there is time for, and the facts of the index are there all the same.
func TestCargoIsPatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := serving(t, map[string]string{"index.invalid/ac/me/acme-ffi": acmeIndex},
			func(o *clients.Options) { o.Attempt, o.Whole = time.Hour, time.Hour })
		if _, err := c.Crates.Index(t.Context(), "acme-ffi"); err != nil {
			t.Fatal(err)
		}
		s.hold = make(chan struct{}) // the API says nothing
		began := time.Now()
		p, err := cargo{c}.Package(t.Context(), "acme-ffi", []string{"1.1.0"})
		if err != nil || time.Since(began) != apiPatience+ownersPatience || p.Incomplete == nil || p.Find("1.1.0").Published.IsZero() {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestCargoUnknown(t *testing.T) {
	c, s := serving(t, map[string]string{
		"index.invalid/ac/me/acme-ffi":                 acmeIndex,
		"crates.invalid/api/v1/crates/acme-ffi/owners": `500 {}`,
	})
	p, err := cargo{c}.Package(t.Context(), "acme-ffi", []string{"1.0.0", "8.0.0"})
	if err != nil || p.Incomplete == nil || p.Maintainers != nil {
		t.Fatalf("%+v %v", p, err)
	}
	wantBrief(t, p, "0.9.0 2024-11-12; 1.1.0+z1 2026-11-12; 1.0.0 withdrawn:yes *")
	if d := p.Find("1.0.0").Detail; d.License != "" || d.Scripts != nil || len(d.Digests) != 1 {
		t.Errorf("%+v", d)
	}
	if _, err := (cargo{c}).Package(t.Context(), "nothing", []string{"1.0.0"}); !errors.Is(err, clients.ErrAbsent) {
		t.Error(err)
	}

	// An index of one's own, and no API to go with it.
	c.Endpoints.CratesAPI = clients.DefaultEndpoints().CratesAPI
	before := s.total()
	p, err = cargo{c}.Package(t.Context(), "acme-ffi", []string{"1.0.0"})
	if err != nil || p.Incomplete == nil || !strings.Contains(p.Incomplete.Error(), "crates-api") || s.total() != before {
		t.Errorf("%+v %v", p, err)
	}
}
