package origin

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/diff"
)

// sum is a SHA-256 for a file of a test.
func sum(n int) string { return fmt.Sprintf("%064x", n) }

// simplePage lists files of flat-stream: name, then what its provenance is.
func simplePage(files ...string) string {
	var entries []string
	for i, f := range files {
		file, provenance, _ := strings.Cut(f, " ")
		if provenance != "" {
			provenance = `,"provenance":` + provenance
		}
		entries = append(entries, fmt.Sprintf(`{"filename":%q,"hashes":{"sha256":%q}%s}`, file, sum(i), provenance))
	}
	return `{"name":"flat-stream","versions":["1.0","1.1"],"files":[` + strings.Join(entries, ",") + `]}`
}

const (
	page    = "pypi.invalid/simple/flat-stream/"
	sdist   = "flat_stream-1.1.tar.gz"
	wheel   = "flat_stream-1.1-py3-none-any.whl"
	proofOf = "pypi.invalid/integrity/flat-stream/1.1/"
	there   = ` "https://pypi.invalid/x"`
)

func TestPyPI(t *testing.T) {
	many := make([]string, 12)
	for i := range many {
		many[i] = fmt.Sprintf("flat_stream-1.1-cp3%d-linux.whl", i) + there
	}
	all := map[string]string{}
	for _, f := range many {
		file, _, _ := strings.Cut(f, " ")
		all[proofOf+file+"/provenance"] = `{"attestation_bundles":["good"]}`
	}
	good := map[string]string{
		proofOf + sdist + "/provenance": `{"attestation_bundles":["good"]}`, proofOf + wheel + "/provenance": `{"attestation_bundles":["good"]}`,
	}
	with := func(file, body string) map[string]string {
		m := maps.Clone(good)
		if m[proofOf+file+"/provenance"] = body; body == "" {
			delete(m, proofOf+file+"/provenance")
		}
		return m
	}
	for name, tt := range map[string]struct {
		page   string
		pins   int
		bodies map[string]string
		want   attest.Standing
		why    string
		proofs int
	}{
		"all":              {simplePage(sdist+there, wheel+there), 2, good, attest.Verified, "", 2},
		"one is pinned":    {simplePage(sdist+there, wheel+" null"), 1, good, attest.Verified, "", 1},
		"one has none":     {simplePage(sdist+there, wheel+" null"), 2, good, attest.Absent, "1 of 2 pinned files have no attestation", 1},
		"one is not told":  {simplePage(sdist+there, wheel), 2, good, attest.Unknown, "does not say", 1},
		"none":             {simplePage(sdist+" null", wheel+" null"), 2, nil, attest.Absent, "", 0},
		"an index strips":  {simplePage(sdist, wheel), 2, nil, attest.Unknown, "does not pass on", 0},
		"other files":      {strings.ReplaceAll(simplePage(sdist+" null"), sum(0), sum(77)), 1, nil, attest.Unknown, "none of the files that are pinned", 0},
		"one is refused":   {simplePage(sdist+there, wheel+there), 2, with(wheel, `{"attestation_bundles":["bad"]}`), attest.Refused, "1 of 2", 2},
		"one is not there": {simplePage(sdist+there, wheel+there), 2, with(wheel, ""), attest.Unknown, "has nothing where it keeps that", 2},
		"switched off":     {simplePage(sdist+there, wheel+there), 2, with(wheel, `403 {"message":"Attestations temporarily disabled"}`), attest.Unknown, "refused it (403)", 2},
		"a page":           {simplePage(sdist+there, wheel+there), 2, with(wheel, "<html>"), attest.Unknown, "something else", 2},
		"empty":            {simplePage(sdist+there, wheel+there), 2, with(wheel, `{"attestation_bundles":[],"x":"nothing"}`), attest.Unknown, "its document holds nothing", 2},
		"not pinned":       {simplePage(sdist + there), 0, good, attest.Claimed, "pins no hash", 1},
		"none, not pinned": {simplePage(sdist + " null"), 0, nil, attest.Absent, "", 0},
		"half a page":      {"CUT " + simplePage(sdist + there)[:40], 1, good, attest.Unknown, "cut off", 0},
		"many":             {simplePage(many...), 12, all, attest.Claimed, "8 of 12 pinned files are verified", 8},
		"one is unlisted":  {simplePage(sdist+there, wheel+there), 3, good, attest.Unknown, "1 of the pinned hashes are of no file", 2},
	} {
		t.Run(name, func(t *testing.T) {
			bodies := map[string]string{page: tt.page, "pypi.invalid/pypi/flat-stream/1.1/json": `{"info":{"name":"flat-stream","version":"1.1"},"urls":[]}`}
			maps.Copy(bodies, tt.bodies)
			v := &verifier{}
			a, _ := asking(t, v, endpoints, bodies)
			var pins []string
			for i := range tt.pins {
				pins = append(pins, "sha256:"+sum(i))
			}
			r := head(t, a, pinned("pypi", "flat-stream", "1.1", pins...))
			wantStanding(t, r, tt.want, tt.why)
			wantSignature(t, r, attest.NeverHad, "")
			if len(r.Proofs) != tt.proofs {
				t.Errorf("proofs %+v", r.Proofs)
			}
			for _, w := range v.wants {
				if len(w.Digests) != 1 || !strings.HasPrefix(w.Name, "flat_stream-1.1") {
					t.Errorf("verified against %+v", w)
				}
			}
		})
	}
}

func TestPyPILine(t *testing.T) {
	body := simplePage("flat_stream-0.9.tar.gz null", "flat_stream-1.0.tar.gz"+there, sdist+" null")
	body = strings.Replace(body, `["1.0"`, `["0.9","1.0"`, 1)
	a, _ := asking(t, &verifier{}, endpoints, map[string]string{page: body})
	line, err := a.Line(t.Context(), &diff.Change{Head: pinned("pypi", "flat-stream", "1.1")})
	if len(line) != 1 || err != nil { // the page of the project says all
		t.Fatal(line, err)
	}
	wantSignature(t, &line[0], attest.NeverHad, "")
	wantStanding(t, &line[0], attest.Claimed, "")
	if line[0].Version != "1.0" || line[0].PublisherKnown {
		t.Errorf("%+v", line[0])
	}
}

// TestLineIsNotComplete: what is known comes beside the error.
func TestLineIsNotComplete(t *testing.T) {
	a, _ := asking(t, &verifier{}, endpoints, map[string]string{
		page: "CUT " + simplePage(sdist + there)[:40], "pypi.invalid/pypi/flat-stream/1.1/json": `{"info":{"name":"flat-stream","version":"1.1"},"urls":[]}`,
	})
	line, err := a.Line(t.Context(), &diff.Change{Head: pinned("pypi", "flat-stream", "1.1")})
	if len(line) != 0 || err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Error(line, err)
	}
}
