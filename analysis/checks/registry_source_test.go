package checks

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

func TestRegistrySource(t *testing.T) {
	usual := clients.NPMRoute{Base: "https://npm.example"}
	mine := clients.NPMRoute{Base: "https://npm.acme.example", From: ".npmrc:1 at main"}
	evil := clients.NPMRoute{Base: "https://evil.example", From: ".npmrc:1 at update"}
	refused := clients.NPMRoute{From: ".npmrc:1 at main", Refused: "two files disagree"}
	npm := &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "npm", Name: "@acme/http"}, Version: "1.0.0"}
	review := &analysis.Review{Base: analysis.Revision{Name: "main"}, Head: analysis.Revision{Name: "update"}}
	for name, test := range map[string]struct {
		base, head clients.NPMRoute
		finds      string // part of the title
		shows      bool
		fails      string
	}{
		"the usual one":           {usual, usual, "", false, ""},
		"the project's own":       {mine, mine, "", true, ""},
		"head sends it elsewhere": {mine, evil, "update has this package come from https://evil.example, main from https://npm.acme.example", true, ""},
		"head takes it away":      {mine, usual, "from https://npm.example, main from", true, ""},
		"head brings one":         {usual, evil, "evil.example", true, ""},
		"head makes it unknown":   {mine, refused, "a registry that is not known", true, ""},
		"nobody is asked":         {refused, refused, "", true, "two files disagree"},
		"head makes it known":     {refused, evil, "evil.example", true, "two files disagree"},
	} {
		k := registrySource{base: func(string) clients.NPMRoute { return test.base }, head: func(string) clients.NPMRoute { return test.head }}
		got, err := k.Run(t.Context(), &diff.Change{Head: npm}, review)
		if (err != nil) != (test.fails != "") || err != nil && err.Error() != test.fails {
			t.Errorf("%s: %v", name, err)
		}
		if (len(got.Evidence) == 1) != test.shows {
			t.Errorf("%s: evidence %+v", name, got.Evidence)
		}
		switch {
		case test.finds == "" && len(got.Findings) > 0:
			t.Errorf("%s: %+v", name, got.Findings)
		case test.finds != "" && (len(got.Findings) != 1 || got.Findings[0].Code != "registry-changed" || got.Findings[0].Outcome != analysis.Warn ||
			!strings.Contains(got.Findings[0].Title, test.finds)):
			t.Errorf("%s: %+v", name, got.Findings)
		}
	}
	k := registrySource{base: func(string) clients.NPMRoute { return evil }, head: func(string) clients.NPMRoute { return usual }}
	for name, c := range map[string]*diff.Change{
		"removed": {Base: npm},
		"another": {Head: &lockfiles.Package{ID: lockfiles.ID{Ecosystem: "pypi", Name: "acme"}}},
	} {
		if got, err := k.Run(t.Context(), c, review); err == nil || len(got.Findings)+len(got.Evidence) > 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := newRegistrySource(Sources{}).Run(t.Context(), &diff.Change{Head: npm}, review); err == nil {
		t.Error("settings that are not read are clean")
	}
}
