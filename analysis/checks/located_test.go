package checks

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// says is an attestedBy that always says the same.
func says(address, commit string, err error) attestedBy {
	return func(context.Context, *lockfiles.Package) (string, string, string, error) {
		return address, commit, "deps-dev.invalid", err
	}
}

// TestLocate: how a repository is known, in the order of what that is worth.
func TestLocate(t *testing.T) {
	claim := registry.Detail{Repository: "git+https://github.invalid/acme/http.git", Directory: "packages/core", Commit: strings.ToUpper(commitOf("a"))}
	trusted := claim
	trusted.TrustedRepository = "github:acme/built"
	none := claim
	none.Attested = lockfiles.No
	holds := claim
	holds.Attested = lockfiles.Yes
	vanity := registry.Detail{Repository: "https://github.invalid/acme/vanity", Commit: commitOf("b")}
	for name, test := range map[string]struct {
		ecosystem, name string
		detail          *registry.Detail // of both versions
		whole           string           // what the registry says of the package
		fails           error
		attested        attestedBy
		want            string // forge/name dir commit's first digit: how; or the error
	}{
		"attested": {detail: &trusted, attested: says("https://github.invalid/acme/proven", commitOf("c"), nil),
			want: "github.invalid/acme/proven  c: attested: deps-dev.invalid verified an attestation of this version"},
		"attested, and where in it": {detail: &claim, attested: says("https://github.invalid/Acme/http", "", nil),
			want: "github.invalid/Acme/http packages/core a: attested: deps-dev.invalid verified an attestation of this version"},
		"the registry states it": {detail: &trusted, attested: says("", "", nil),
			want: "github.invalid/acme/built  a: npm.invalid states that a workflow of it published this version"},
		"a claim": {detail: &claim, attested: says("", "", nil),
			want: "github.invalid/acme/http packages/core a: a claim of the publisher in the metadata of npm.invalid"},
		"nobody is asked": {detail: &claim,
			want: "github.invalid/acme/http packages/core a: a claim of the publisher in the metadata of npm.invalid"},
		"the registry holds no attestation": {detail: &none, attested: says("https://github.invalid/acme/proven", "", nil),
			want: "github.invalid/acme/http packages/core a: a claim of the publisher in the metadata of npm.invalid"},
		"it holds some, and nobody verified them": {detail: &holds, attested: says("", "", nil),
			want: "github.invalid/acme/http packages/core a: a claim of the publisher in the metadata of npm.invalid; the registry holds attestations, which nobody verified here"},
		"whether it is attested is not known": {detail: &claim, attested: says("", "", errors.New("no answer")),
			want: "github.invalid/acme/http packages/core a: a claim of the publisher in the metadata of npm.invalid; whether it is attested is not known: no answer"},
		"an attestation of what is no repository": {detail: &claim, attested: says("https://github.invalid/", "", nil),
			want: "github.invalid/acme/http packages/core a: a claim of the publisher in the metadata of npm.invalid"},
		"of the package alone": {whole: "github:acme/whole", detail: &registry.Detail{},
			want: "github.invalid/acme/whole  : a claim of the publisher in the metadata of npm.invalid"},
		"not known":                 {detail: &registry.Detail{}, want: "no repository of it is known"},
		"the registry fails":        {fails: errors.New("npm.invalid failed"), want: "npm.invalid failed"},
		"a Go origin":               {ecosystem: "golang", name: "acme.example/vanity", detail: &vanity, want: "github.invalid/acme/vanity  b: Go origin: npm.invalid fetched it there"},
		"a Go module path":          {ecosystem: "golang", name: "github.invalid/acme/http/core/v2", detail: &vanity, want: "github.invalid/acme/http core b: its name"},
		"a module, without a proxy": {ecosystem: "golang", name: "github.invalid/acme/http", fails: errors.New("x"), want: "github.invalid/acme/http  : its name"},
		"an action":                 {ecosystem: "githubactions", name: "acme/http/sub", want: "github.invalid/acme/http  2: its name"},
		"an action that is no such": {ecosystem: "githubactions", name: "./local", want: "it is no repository of the forge"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.ecosystem == "" {
				test.ecosystem, test.name = "npm", "acme-http"
			}
			compare := func(context.Context, *diff.Change) (*registry.Comparison, error) {
				if test.fails != nil {
					return nil, test.fails
				}
				release := &registry.Release{Detail: test.detail}
				return &registry.Comparison{Package: &registry.Package{Source: "npm.invalid", Repository: test.whole}, Base: release, Head: release}, nil
			}
			l := locator{web: "https://github.invalid", compare: compare, attested: test.attested}
			s, err := l.locate(t.Context(), notesChange(test.ecosystem, test.name, commitOf("1"), commitOf("2")))
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = s.forge() + "/" + s.name + " " + s.dir + " " + s.commit[:min(1, len(s.commit))] + ": " + s.how()
			}
			if got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
	if new(source).how() != "not known" {
		t.Error("the zero source is known by something")
	}
}

// TestVerifiedSource: what is not verified is not believed, nor what
// contradicts itself.
func TestVerifiedSource(t *testing.T) {
	const one, two = `"sourceRepository":"https://github.invalid/acme/http"`, `"sourceRepository":"https://github.invalid/acme/other"`
	for text, want := range map[string]string{
		`{}`: "",
		`{"attestations":[{"verified":true,` + one + `,"commit":"c1"}]}`:                                                                   "https://github.invalid/acme/http c1",
		`{"attestations":[{"verified":false,` + one + `,"commit":"c1"}]}`:                                                                  "",
		`{"attestations":[{` + one + `}]}`:                                                                                                 "",
		`{"slsaProvenances":[{"verified":true,` + one + `,"commit":"c1"}]}`:                                                                "https://github.invalid/acme/http c1",
		`{"slsaProvenances":[{"verified":true,` + one + `,"commit":"c1"}],"attestations":[{"verified":true,` + one + `,"commit":"c1"}]}`:   "https://github.invalid/acme/http c1",
		`{"slsaProvenances":[{"verified":true,` + one + `,"commit":"c2"}],"attestations":[{"verified":true,` + one + `,"commit":"c1"}]}`:   "https://github.invalid/acme/http ",
		`{"slsaProvenances":[{"verified":true,` + two + `}],"attestations":[{"verified":true,` + one + `}]}`:                               "several",
		`{"attestations":[{"verified":true,` + one + `},{"verified":true,"sourceRepository":"git+https://github.invalid/Acme/http.git"}]}`: "https://github.invalid/acme/http ",
		`{"slsaProvenances":[{"verified":false,` + two + `}],"attestations":[{"verified":true,` + one + `,"commit":"c1"}]}`:                "https://github.invalid/acme/http c1",
	} {
		var said clients.DepsDevVersion
		if err := json.Unmarshal([]byte(text), &said); err != nil {
			t.Fatal(err)
		}
		address, commit, err := verifiedSource(&said)
		got := address
		switch {
		case err != nil:
			got = "several"
		case address != "":
			got += " " + commit
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
