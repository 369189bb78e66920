package registry

import (
	"slices"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

var nugetAnswers = answering{absent: `<?xml version="1.0"?><Error/>`, answers: map[string]string{
	"nuget.example/index.json": `{"resources":[{"@id":"https://nuget.example/reg/","@type":"RegistrationsBaseUrl/3.6.0"},{"@id":"https://search.example/query","@type":"SearchQueryService"}]}`,
	"nuget.example/reg/acme.http/index.json": `{"items":[{"items":[
 {"catalogEntry":{"@id":"https://nuget.example/catalog/1.json","id":"Acme.Http","version":"1.0.0","published":"1900-01-01T00:00:00Z","licenseUrl":"https://license.invalid"}},
 {"catalogEntry":{"@id":"https://nuget.example/catalog/2.json","id":"Acme.Http","version":"2.0.0","published":"2026-11-01T00:00:00Z","listed":true,"licenseExpression":"MIT",
  "dependencyGroups":[{"targetFramework":"a","dependencies":[{"id":"Acme.Io"}]},{"dependencies":[{"id":"Acme.Io"}]}],"deprecation":{"reasons":["Legacy"],"alternatePackage":{"id":"Acme.Better"}}}},
 {"catalogEntry":{"id":"Acme.Http","version":"3.0.0"}}]}]}`,
	"nuget.example/catalog/2.json": `{"id":"Acme.Http","version":"2.0.0","packageHash":"AAAA","packageHashAlgorithm":"SHA512","packageSize":12,"repository":{"url":"https://forge.invalid/acme","commit":"c0ffee"},
 "packageEntries":[{"fullName":"Acme.Http.nuspec"},{"fullName":"buildTransitive/Acme.Http.targets"},{"fullName":"build/net8.0/Acme.Http.props"},{"fullName":"tools/install.ps1"},{"fullName":"analyzers/dotnet/cs/A.dll"},{"fullName":"lib/net8.0/tools/x.ps1"},{"fullName":"content/build/a.targets"}]}`,
	"search.example/query?prerelease=true&q=packageid%3Aacme.http&semVerLevel=2.0.0&take=1": `{"data":[{"id":"Acme.Http","owners":["ada","bob"],"versions":[{"version":"2.0.0+build","downloads":5}]}]}`,
}}

func TestNuGet(t *testing.T) {
	a := nuget{clientsOf(t, nugetAnswers)}
	p := ask(t, a, "Acme.Http", "1.0", "2.0.0.0", "9.0.0")
	if p.Source != "nuget.example" || !slices.Equal(p.Maintainers, []string{"ada", "bob"}) || p.Repository != "https://forge.invalid/acme" || len(p.Releases) != 3 {
		t.Errorf("%+v", p)
	}
	old, head := p.Find("1.0"), p.Find("2.0.0.0")
	if old == nil || head == nil || p.Find("9.0.0") != nil {
		t.Fatalf("%+v", p.Releases)
	}
	if old.Withdrawn != lockfiles.Yes || old.WithdrawnReason != "unlisted" || !old.Published.IsZero() {
		t.Errorf("%+v", old)
	}
	// Its entry in the catalog is not there: what it runs stays unknown.
	if d := old.Detail; d.Scripts != nil || d.ScriptsLimit == "" || d.License != "https://license.invalid" || d.Downloads != nil || d.Size != 0 {
		t.Errorf("%+v", d)
	}
	if head.Withdrawn != lockfiles.No || head.Deprecated != "Legacy; use Acme.Better instead" || head.Published.IsZero() {
		t.Errorf("%+v", head)
	}
	d := head.Detail
	if d.License != "MIT" || *d.Downloads != 5 || !d.Packed || d.Size != 12 || d.Files != 7 || d.Commit != "c0ffee" || !slices.Equal(d.Requires, []string{"Acme.Io"}) {
		t.Errorf("%+v", d)
	}
	if d.Digests != nil {
		t.Error("the hash of the unsigned archive would be compared with that of its content")
	}
	want := map[string]string{"msbuild": "buildTransitive/Acme.Http.targets build/net8.0/Acme.Http.props", "powershell": "tools/install.ps1", "analyzer": "analyzers/dotnet/cs/A.dll"}
	for hook, command := range want {
		if d.Scripts[hook] != command {
			t.Errorf("%s runs %q, want %q", hook, d.Scripts[hook], command)
		}
	}
	if len(d.Scripts) != len(want) || d.ScriptsLimit != "" {
		t.Errorf("%+v", d)
	}
	// A version whose listing is not stated may be listed.
	if r := p.Find("3.0.0"); r.Withdrawn != lockfiles.Unclaimed || r.Detail != nil || p.Releases[0].Version != "2.0.0" {
		t.Errorf("%+v", p.Releases)
	}
	wantAbsent(t, a, "Acme.None")
}

func TestNuGetWithoutSearch(t *testing.T) {
	failing := nugetAnswers
	failing.fail = "search.example"
	p := ask(t, nuget{clientsOf(t, failing)}, "Acme.Http", "2.0.0")
	if p.Incomplete == nil || p.Maintainers != nil || p.Find("2.0.0").Detail.Downloads != nil || p.Find("2.0.0").Detail.Size != 12 {
		t.Errorf("%+v", p)
	}
}
