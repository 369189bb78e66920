package registry

import (
	"slices"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

var composerAnswers = answering{absent: "404 not found", answers: map[string]string{
	"p2.example/p2/acme/http.json": `{"minified":"composer/2.0","packages":{"acme/http":[
 {"name":"acme/http","version":"v2.0.0","type":"composer-plugin","time":"2026-11-01T00:00:00+00:00","license":["MIT","GPL-3.0-or-later"],
  "source":{"url":"https://forge.invalid/acme/http.git"},"dist":{"type":"zip","reference":"c0ffee","shasum":"ab"},
  "require":{"php":">=8.1","ext-json":"*","acme/io":"^1"},"autoload":{"files":["a.php","b.php"]},"abandoned":"acme/better"},
 {"version":"v1.2","type":"library","time":"2025-11-01T00:00:00+00:00","license":"__unset","autoload":"__unset","require":"__unset","abandoned":"__unset","dist":{"type":"zip","shasum":""}}]}}`,
	"p2.example/p2/acme/http~dev.json":     `{"packages":{"acme/http":[{"version":"dev-main","type":"library","time":"2026-11-19T00:00:00+00:00"}]}}`,
	"site.example/packages/acme/http.json": `{"package":{"name":"acme/http","repository":"https://forge.invalid/acme/http","maintainers":[{"name":"ada"}],"abandoned":"acme/better"}}`,
	"p2.example/p2/acme/bare.json":         `{"packages":{"acme/bare":[{"version":"1.0.0"}]}}`,
}}

func TestComposer(t *testing.T) {
	a := composer{clientsOf(t, composerAnswers)}
	p := ask(t, a, "acme/http", "1.2.0", "v2.0.0", "dev-main", "dev-gone")
	if p.Source != "p2.example" || p.Status != "abandoned" || p.StatusReason != "use acme/better instead" || p.Incomplete != nil ||
		!slices.Equal(p.Maintainers, []string{"ada"}) || p.Repository != "https://forge.invalid/acme/http" {
		t.Errorf("%+v", p)
	}
	old, head, branch := p.Find("1.2.0"), p.Find("v2.0.0"), p.Find("dev-main")
	if old == nil || head == nil || branch == nil || p.Find("dev-gone") != nil {
		t.Fatalf("%+v", p.Releases)
	}
	// A commit's time is nobody's word for when a version was published.
	if !head.Published.IsZero() || head.Committed.Year() != 2026 || head.Withdrawn != lockfiles.Unclaimed {
		t.Errorf("%+v", head)
	}
	d := head.Detail
	if d.License != "MIT OR GPL-3.0-or-later" || d.Commit != "c0ffee" || d.Digests[0] != (lockfiles.Digest{Algorithm: "sha1", Value: "ab"}) ||
		d.Scripts["composer-plugin"] != "composer-plugin" || d.Scripts["autoload.files"] != "a.php b.php" || !slices.Equal(d.Requires, []string{"acme/io"}) {
		t.Errorf("%+v", d)
	}
	if d := old.Detail; d.License != "" || d.Digests != nil || len(d.Scripts) != 0 || d.Scripts == nil || d.Requires == nil || len(d.Requires) != 0 {
		t.Errorf("%+v", d)
	}
	wantAbsent(t, a, "acme/none")
}

func TestComposerWithoutTheSite(t *testing.T) {
	p := ask(t, composer{clientsOf(t, composerAnswers)}, "acme/bare", "1.0.0")
	if p.Maintainers != nil || p.Status != "" || p.Find("1.0.0") == nil || !p.Find("1.0.0").Committed.IsZero() {
		t.Errorf("%+v", p)
	}
	failing := composerAnswers
	failing.fail = "site.example"
	if p := ask(t, composer{clientsOf(t, failing)}, "acme/http", "v2.0.0"); p.Incomplete == nil || p.Maintainers != nil {
		t.Errorf("what the site did not say is no fact: %+v", p)
	}
	failing.fail = "~dev"
	if _, err := (composer{clientsOf(t, failing)}).Package(t.Context(), "acme/http", []string{"dev-main"}); err == nil {
		t.Error("a branch is missing because its file could not be read")
	}
}

func TestVersionSpelling(t *testing.T) {
	for _, test := range []struct {
		spell func(string) string
		same  []string
		other []string
	}{
		{composerVersion, []string{"v1.2", "1.2", "1.2.0", "V1.2.0.0", "1.2.0+build"}, []string{"1.2.1", "1.20", "1.2.0-beta1", "dev-1.2", "1.2.x-dev"}},
		{nugetVersion, []string{"1.0", "1.0.0", "1.0.0.0", "1.00.0", "1.0.0+abc", "01.0"}, []string{"1.0.0.1", "1.0.0-rc", "10.0.0", "1.0.1"}},
		{nugetVersion, []string{"2.0.0-RC.1", "2.0-rc.1"}, []string{"2.0.0", "2.0.0-rc.2"}},
		{swiftVersion, []string{"1.2.3", "v1.2.3"}, []string{"1.2", "1.2.3-beta"}},
	} {
		want := test.spell(test.same[0])
		for _, v := range test.same {
			if got := test.spell(v); got != want {
				t.Errorf("%s is %s, want %s", v, got, want)
			}
		}
		for _, v := range test.other {
			if test.spell(v) == want {
				t.Errorf("%s is no %s", v, test.same[0])
			}
		}
	}
}
