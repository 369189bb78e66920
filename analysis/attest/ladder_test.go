package attest

import (
	"fmt"
	"testing"
)

func release(change ...func(*Release)) Release {
	r := Release{Version: "1.0.0", PublisherKnown: true, Publisher: "ada", Attested: Absent}
	for _, c := range change {
		c(&r)
	}
	return r
}

func proven(r *Release)   { r.Attested = Verified }
func said(r *Release)     { r.Attested = Claimed }
func service(r *Release)  { r.Publisher, r.Service = "GitHub Actions", "github" }
func approved(r *Release) { r.Approver = "ada" }
func refused(r *Release)  { r.Attested = Refused }
func stripped(r *Release) {
	r.Publisher, r.PublisherKnown, r.Attested = "", false, Unknown
}

func TestRung(t *testing.T) {
	for name, test := range map[string]struct {
		release Release
		want    Rung
	}{
		"zero":                           {Release{}, RungUnknown},
		"a mirror leaves it out":         {release(stripped), RungUnknown},
		"attestations not known":         {release(func(r *Release) { r.Attested = Unknown }), RungUnknown},
		"a service, attestations unsaid": {release(service, func(r *Release) { r.Attested = Unknown }), RungUnknown},
		"refused":                        {release(service, refused), RungUnknown},
		"nothing":                        {Release{Attested: Absent}, RungNone},
		"never anything":                 {Release{Attested: NeverHad}, RungNone},
		"an account":                     {release(), RungSigned},
		"a registry's signature":         {Release{Attested: Absent, Signature: Proof{Standing: Verified}}, RungSigned},
		"a refused signature":            {Release{Attested: Absent, Signature: Proof{Standing: Refused}}, RungNone},
		"a service alone":                {release(service), RungTrusted},
		"provenance":                     {release(proven), RungProvenance},
		"provenance, as it is said":      {release(said), RungProvenance},
		"both":                           {release(service, said), RungService},
		"staged":                         {release(approved), RungApproved},
		"staged, through a mirror":       {release(stripped, approved), RungApproved},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.release.Rung(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestFall(t *testing.T) {
	of := func(with ...func(*Release)) Release { return release(with...) }
	both, prov, none, unknown := of(service, said), of(said), of(), of(stripped)
	for name, test := range map[string]struct {
		head   Release
		line   []Release
		from   Rung
		lost   bool
		strict bool
	}{
		"as before":                       {both, []Release{both, both, both}, RungService, false, false},
		"higher than before":              {both, []Release{prov, none}, RungProvenance, false, false},
		"three had it":                    {none, []Release{both, both, both, none}, RungService, true, true},
		"three had it, the last one more": {none, []Release{both, prov, prov}, RungService, true, true},
		"two had it":                      {none, []Release{both, both, none, both}, RungService, true, false},
		"two of a line of two":            {none, []Release{prov, prov}, RungProvenance, true, false},
		"given up earlier":                {none, []Release{none, both, both, both}, RungSigned, false, false},
		"a mirror strips head":            {unknown, []Release{both, both, both}, RungUnknown, false, false},
		"a mirror strips the line":        {none, []Release{unknown, unknown, unknown}, RungUnknown, false, false},
		"a mirror strips one of the line": {none, []Release{both, unknown, both}, RungService, true, false},
		"the first of its line":           {none, nil, RungUnknown, false, false},
		"a service less":                  {prov, []Release{both, both, both}, RungService, true, true},
		"refused at head is no fall":      {of(refused), []Release{both, both, both}, RungUnknown, false, false},
		"a person approved before":        {both, []Release{of(approved), both, both}, RungApproved, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			from, loss := Fall(&test.head, test.line)
			if got, want := fmt.Sprint(from, loss.Lost, loss.Strict), fmt.Sprint(test.from, test.lost, test.strict); got != want {
				t.Errorf("%s, want %s", got, want)
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
