package checks

import (
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/spdx"
)

func licensed(version, stated string) *licenseSide {
	s := &licenseSide{version: version, stated: stated, why: "the registry states none", source: "registry.example", observed: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
	s.read()
	return s
}

func TestJudgeLicense(t *testing.T) {
	for _, test := range []struct {
		name, base, head string // "-" is no base
		allow            string // "" is no list
		want             string // code outcome, joined
	}{
		{"same", "MIT", "MIT", "", ""},
		{"same in other words", "The MIT License", "MIT", "MIT", ""},
		{"same in another order", "MIT/Apache-2.0", "Apache-2.0 OR MIT", "", ""},
		{"added", "-", "MIT", "", ""},
		{"other of one kind", "MIT", "Apache-2.0", "", "license-changed info"},
		{"more is asked", "MIT", "AGPL-3.0-only", "", "license-changed warn"},
		{"a choice is gone", "MIT OR GPL-3.0-only", "GPL-3.0-only", "", "license-changed warn"},
		{"a choice of one kind is gone", "MIT OR Apache-2.0", "MIT", "", "license-changed info"},
		{"less is asked", "GPL-3.0-only", "MIT", "", "license-changed info"},
		{"to what nobody ranks", "MIT", "LicenseRef-Acme", "", "license-changed warn"},
		{"to nobody", "MIT", "UNLICENSED", "", "license-changed warn"},
		{"source available", "MPL-2.0", "BUSL-1.1", "", "license-changed warn"},
		// silence is no change: a mirror leaves things out
		{"stripped", "MIT", "", "", "license-unknown info"},
		{"stripped before", "", "MIT", "", ""},
		{"never stated", "", "", "", "license-unknown info"},
		{"never stated, with a list", "", "", "MIT", "license-unknown warn"},
		{"added without", "-", "", "", "license-unknown info"},
		{"no more readable", "MIT", "SEE LICENSE IN EULA.md", "", "license-changed warn, license-unknown info"},
		{"readable now", "BSD", "BSD-3-Clause", "", "license-changed info"},
		{"both unreadable", "BSD", "BSD", "", "license-unknown info"},
		{"an address of the version", "https://acme.example/1.0.0/license", "https://acme.example/2.0.0/license", "", "license-unknown info"},
		{"another address", "https://acme.example/1.0.0/license", "https://acme.example/2.0.0/eula", "", "license-changed warn, license-unknown info"},
		{"both unreadable, another", "BSD", "Acme Terms", "", "license-changed warn, license-unknown info"},
		// the list
		{"allowed", "MIT", "MIT", "MIT,ISC", ""},
		{"not allowed", "-", "GPL-3.0-only", "MIT", "license-not-allowed fail"},
		{"not allowed before either", "GPL-3.0-only", "GPL-3.0-only", "MIT", "license-not-allowed fail"},
		{"one of a choice", "-", "GPL-3.0-only OR MIT", "MIT", ""},
		{"all of a list", "-", "MIT, GPL-3.0-only", "MIT", "license-not-allowed fail"},
		{"changed and not allowed", "MIT", "SSPL-1.0", "MIT", "license-changed warn, license-not-allowed fail"},
		{"unreadable is not allowed", "-", "MIT-like", "MIT", "license-unknown warn"},
		{"nobody's", "-", "UNLICENSED", "MIT", "license-not-allowed fail"},
	} {
		var base *licenseSide
		if test.base != "-" {
			base = licensed("1.0.0", test.base)
		}
		var list spdx.Allowlist
		if test.allow != "" {
			var err error
			if list, err = spdx.NewAllowlist(strings.Split(test.allow, ",")); err != nil {
				t.Fatal(err)
			}
		}
		head := licensed("2.0.0", test.head)
		var got []string
		for _, f := range judgeLicense(base, head, list) {
			got = append(got, f.Code+" "+f.Outcome.String())
			if f.Source != "registry.example" || f.Observed.IsZero() || f.Title == "" || strings.Contains(f.Title+f.Detail, "\n") {
				t.Errorf("%s: %+v", test.name, f)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: %v, want %s", test.name, got, test.want)
		}
		if facts := licenseEvidence(base, head)[0].Body.(analysis.Facts); facts[0].Head != head.expression() || facts[0].Name != "license" {
			t.Errorf("%s: %+v", test.name, facts)
		}
	}
}

func TestLicenseWords(t *testing.T) {
	base, head := licensed("1.0.0", "MIT"), licensed("2.0.0", "MIT, GPL-3.0-only")
	list, err := spdx.NewAllowlist([]string{"MIT"})
	if err != nil {
		t.Fatal(err)
	}
	found := judgeLicense(base, head, list)
	if len(found) != 2 || found[0].Title != "the licence changed from MIT to MIT AND GPL-3.0-only" || found[1].Title != "MIT AND GPL-3.0-only is not allowed" ||
		!strings.Contains(found[1].Detail, ".depreview/policy.toml") || !strings.Contains(found[1].Detail, "read as if all held") {
		t.Errorf("%+v", found)
	}
	head.source = "other.example"
	if found := judgeLicense(base, head, nil); !strings.Contains(found[0].Detail, "registry.example") || !strings.Contains(found[0].Detail, "other.example") {
		t.Errorf("%+v", found)
	}
	evidence := licenseEvidence(base, head)[0]
	facts := evidence.Body.(analysis.Facts)
	if evidence.Source != "registry.example, other.example" || len(facts) != 3 || facts[1].Head != "MIT, GPL-3.0-only" || facts[2].Head != "strong copyleft" {
		t.Errorf("%+v", evidence)
	}
	long := licensed("2.0.0", strings.Repeat("very long\n", 100))
	for _, f := range judgeLicense(base, long, nil) {
		if strings.Contains(f.Title+f.Detail, "\n") || len(f.Title)+len(f.Detail) > 400 {
			t.Errorf("%+v", f)
		}
	}
}
