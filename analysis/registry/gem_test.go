package registry

import (
	"errors"
	"reflect"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

func TestGem(t *testing.T) {
	c, _ := serving(t, map[string]string{
		"gems.invalid/api/v1/versions/tiny-tools.json": `[
{"number":"2.0.0","platform":"ruby","created_at":"2026-11-01T00:00:00Z","sha":"aa","licenses":["MIT","Ruby"],"downloads_count":9,"metadata":{"source_code_uri":"https://git.example/tiny/tools"}},
{"number":"2.0.0","platform":"x86_64-linux","created_at":"2026-11-01T00:00:01Z","sha":"bb"},
{"number":"1.0","platform":"ruby","licenses":null}]`,
		"gems.invalid/api/v1/gems/tiny-tools/owners.json": `[{"handle":"ada","role":"owner"},{"handle":null}]`,
	})
	p, err := gem{c}.Package(t.Context(), "tiny-tools", []string{"2.0.0-x86_64-linux", "1.0.0", "2.0.0"})
	if err != nil || p.Incomplete != nil {
		t.Fatal(err, p)
	}
	wantBrief(t, p, "2.0.0 2026-11-01 *; 2.0.0-x86_64-linux 2026-11-01 *; 1.0 *")
	downloads := int64(9)
	want := &Detail{
		License: "MIT, Ruby", Downloads: &downloads, Repository: "https://git.example/tiny/tools",
		Digests:      []lockfiles.Digest{{Algorithm: "sha256", Value: "aa"}},
		ScriptsLimit: "the registry does not say whether the gem builds an extension or brings a plugin",
	}
	if got := p.Find("2.0.0").Detail; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := p.Find("2.0.0-x86_64-linux").Detail.Digests; got[0].Value != "bb" {
		t.Error(got)
	}
	if d := p.Find("1.0.0").Detail; d.License != "" || d.Digests != nil || d.Downloads != nil || d.Scripts != nil {
		t.Errorf("%+v", d)
	}
	if p.Repository != "https://git.example/tiny/tools" || !reflect.DeepEqual(p.Maintainers, []string{"ada"}) || p.Find("2.0.0-java") != nil || p.Find("1.5") != nil {
		t.Errorf("%+v", p)
	}
}

func TestGemUnknown(t *testing.T) {
	c, _ := serving(t, map[string]string{
		"gems.invalid/api/v1/versions/tiny-tools.json":    `[{"number":"1.0","platform":"ruby","metadata":[]}]`,
		"gems.invalid/api/v1/gems/tiny-tools/owners.json": `500 {}`,
		"gems.invalid/api/v1/versions/odd.json":           `{}`,
	})
	p, err := gem{c}.Package(t.Context(), "tiny-tools", []string{"1.0"})
	if err != nil || p.Incomplete == nil || p.Maintainers != nil || p.Find("1.0") == nil || p.Repository != "" {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := (gem{c}).Package(t.Context(), "nothing", nil); !errors.Is(err, clients.ErrAbsent) {
		t.Error(err)
	}
	if _, err := (gem{c}).Package(t.Context(), "odd", nil); clients.StateOf(err) != clients.Unknown {
		t.Error(err)
	}
}
