package attest

import (
	"fmt"
	"testing"
)

func rungOf(change ...func(*Release)) Release {
	r := Release{Version: "1.0.0", PublisherKnown: true, Publisher: "ada", Attested: Absent}
	for _, c := range change {
		c(&r)
	}
	return r
}

func proven(r *Release)     { r.Attested = Verified }
func saidSo(r *Release)     { r.Attested = Claimed }
func service(r *Release)    { r.Publisher, r.Service = "GitHub Actions", "github" }
func approved(r *Release)   { r.Approver = "ada" }
func refusedAll(r *Release) { r.Attested = Refused }
func strippedBare(r *Release) {
	r.Publisher, r.PublisherKnown, r.Attested = "", false, Unknown
}

func TestRung(t *testing.T) {
	for name, test := range map[string]struct {
		release Release
		want    Rung
	}{
		"zero":                           {Release{}, RungUnknown},
		"a mirror leaves it out":         {rungOf(strippedBare), RungUnknown},
		"attestations not known":         {rungOf(func(r *Release) { r.Attested = Unknown }), RungUnknown},
		"a service, attestations unsaid": {rungOf(service, func(r *Release) { r.Attested = Unknown }), RungUnknown},
		"refused":                        {rungOf(service, refusedAll), RungUnknown},
		"nothing":                        {Release{Attested: Absent}, RungNone},
		"never anything":                 {Release{Attested: NeverHad}, RungNone},
		"an account":                     {rungOf(), RungSigned},
		"a registry's signature":         {Release{Attested: Absent, Signature: Proof{Standing: Verified}}, RungSigned},
		"a refused signature":            {Release{Attested: Absent, Signature: Proof{Standing: Refused}}, RungNone},
		"a service alone":                {rungOf(service), RungTrusted},
		"provenance":                     {rungOf(proven), RungProvenance},
		"provenance, as it is said":      {rungOf(saidSo), RungProvenance},
		"both":                           {rungOf(service, saidSo), RungService},
		"staged":                         {rungOf(approved), RungApproved},
		"staged, through a mirror":       {rungOf(strippedBare, approved), RungApproved},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.release.Rung(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestLossOf(t *testing.T) {
	of := func(with ...func(*Release)) Release { return rungOf(with...) }
	both, prov, none, unknown := of(service, saidSo), of(saidSo), of(), of(strippedBare)
	for name, test := range map[string]struct {
		line []Release // before what has none
		want string
	}{
		"three had it":                    {[]Release{both, both, both, none}, "lost, strictly: 3 of 3"},
		"in different ways":               {[]Release{both, prov, prov}, "lost, strictly: 3 of 3"},
		"one approved, which is higher":   {[]Release{both, of(approved), prov}, "lost, strictly: 2 of 3"},
		"two had it":                      {[]Release{both, both, none, both}, "lost: 2 of 3"},
		"a line of two":                   {[]Release{prov, prov}, "lost: 2 of 2"},
		"given up earlier":                {[]Release{none, both, both, both}, "not lost: 2 of 3"},
		"a mirror strips the line":        {[]Release{unknown, unknown, unknown}, "not lost: 0 of 3"},
		"a mirror strips one of the line": {[]Release{both, unknown, both}, "lost: 2 of 3"},
		"the first of its line":           {nil, "not lost: 0 of 0"},
		"what was refused":                {[]Release{of(refusedAll), both, both}, "not lost: 2 of 3"},
	} {
		t.Run(name, func(t *testing.T) {
			l := LossOf(test.line, RungProvenance, (*Release).Attests)
			got := map[bool]string{true: "lost", false: "not lost"}[l.Lost]
			if l.Strict {
				got += ", strictly"
			}
			if got = fmt.Sprintf("%s: %d of %d", got, l.Had, l.Looked); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestRungsReadDifferently(t *testing.T) {
	seen := map[string]bool{}
	for r := RungUnknown; r <= RungApproved; r++ {
		if seen[r.String()] {
			t.Errorf("rung %d reads as another", r)
		}
		seen[r.String()] = true
	}
}
