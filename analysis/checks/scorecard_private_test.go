package checks

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
)

// TestScorecardPrivate: of a package from somebody's own registry, and of a
// repository on their own forge, no public service is told.
func TestScorecardPrivate(t *testing.T) {
	compare := func(repository string) string {
		return `{"name":"acme-http","versions":{"2.0.0":{"name":"acme-http","version":"2.0.0","repository":"` + repository + `"}}}`
	}
	for npm, want := range map[string]string{
		"https://npm.acme.example":     "its registry is not the public one, so its repository is named to no other service",
		clients.DefaultEndpoints().NPM: "Scorecard's service does not know the repositories of git.acme.example",
	} {
		s := licenseServices{packument: compare("https://github.com/acme/http"), asked: new([]string)}
		if npm == clients.DefaultEndpoints().NPM {
			s.packument = compare("https://git.acme.example/acme/http")
			s.depsDev = map[string]string{}
		}
		transport, err := clients.NewTransport(clients.Options{RoundTripper: s, Clock: licenseClock{}})
		if err != nil {
			t.Fatal(err)
		}
		e := clients.DefaultEndpoints()
		e.NPM = npm
		c := clients.New(transport, e, nil)
		_, err = (&scorecardCheck{s: Sources{Clients: c, Registry: registry.New(c)}}).Run(t.Context(), notesChange("npm", "acme-http", "", "2.0.0"), &analysis.Review{Now: scorecardNow})
		if err == nil || analysis.Why(err) != want {
			t.Errorf("%s: %v, want %s", npm, err, want)
		}
	}
}

// TestScorecardActions: the forge shows a private action to who has a token
// for it, and its name is told to nobody.
func TestScorecardActions(t *testing.T) {
	const unsaid = "the forge does not say that its repository is public, so it is named to no other service"
	for forge, want := range map[string]string{
		`{"full_name":"acme/http","private":false}`: "", `{"full_name":"acme/http","private":true}`: unsaid, `{"full_name":"acme/http"}`: unsaid, "": "no answer of github.invalid was recorded",
	} {
		files := fstest.MapFS{"now": {Data: []byte(scorecardNow.Format(time.RFC3339))}}
		files["scorecard/github.invalid/acme/http.json"] = &fstest.MapFile{Data: []byte(strings.Replace(scorecardSays(commitOf("2"), "2026-11-16", "6.4", "Maintained 10"), "github.com", "github.invalid", 1))}
		files["scorecard/github.invalid/acme/http,commit="+commitOf("1")+".http"] = &fstest.MapFile{Data: []byte(scorecardNever)}
		if forge != "" {
			files["github/acme/http.json"] = &fstest.MapFile{Data: []byte(forge)}
		}
		r, err := replay.New(files)
		if err != nil {
			t.Fatal(err)
		}
		c, err := r.Clients()
		if err != nil {
			t.Fatal(err)
		}
		k := &scorecardCheck{s: Sources{Clients: c, Registry: registry.New(c)}}
		result, err := k.Run(t.Context(), notesChange("githubactions", "acme/http/sub", commitOf("1"), commitOf("2")), &analysis.Review{Now: scorecardNow})
		got := ""
		if err != nil {
			got = analysis.Why(err)
		}
		if got != want || (len(result.Evidence) > 0) != (want == "") {
			t.Errorf("%s: %q, want %q", forge, got, want)
		}
		if want == "" && !strings.HasSuffix(result.Evidence[0].Claim, "at the commit of "+commitOf("2")[:12]) {
			t.Error(result.Evidence[0].Claim)
		}
	}
}
