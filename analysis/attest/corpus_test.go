package attest

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// corpus is the folder of recorded real answers, which is not in the repository.
func corpus(t testing.TB) string {
	dir := os.Getenv("DEPREVIEW_CORPUS")
	if dir == "" {
		t.Skip("DEPREVIEW_CORPUS names no folder")
	}
	return dir
}

func TestCorpus(t *testing.T) {
	dir := corpus(t)
	file, err := os.Open(filepath.Join(dir, "attest", "truth.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.LazyQuotes = '\t', true
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	truth := map[string]map[string]string{}
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, column := range rows[0] {
			one[column] = row[i]
		}
		truth[strings.TrimPrefix(one["file"], "attest/")] = one
	}
	listed := 0
	for _, c := range corpusCases {
		t.Run(c.file, func(t *testing.T) {
			row := truth[c.file]
			if row == nil {
				t.Fatal("truth.tsv has no such case")
			}
			listed++
			if open := row["expected"] == "see-note"; c.why == "" && (open || c.ok != (row["expected"] == "ok")) {
				t.Errorf("truth.tsv says %s, we say ok %v, and the table does not say why", row["expected"], c.ok)
			}
			document, err := os.ReadFile(filepath.Join(dir, "attest", c.file))
			if err != nil {
				t.Fatal(err)
			}
			v, err := NewVerifier(corpusOptions(t, dir, c.file, row))
			var proofs []Proof
			if err == nil {
				proofs, err = v.Verify(document, corpusWant(t, c.file, row))
			}
			ok := err == nil && len(proofs) > 0
			reason := ""
			for _, p := range proofs {
				ok = ok && p.Standing == Verified
				reason += p.Standing.String() + ": " + p.Reason + "; "
				if (p.Standing == Verified) == (p.Reason != "") {
					t.Errorf("a proof that is %s has the reason %q", p.Standing, p.Reason)
				}
				if p.Standing != Verified && p.Identity != (Identity{}) {
					t.Errorf("a proof that is %s names %+v", p.Standing, p.Identity)
				}
			}
			t.Logf("%v %s", err, reason)
			if ok != c.ok {
				t.Errorf("verified: %v, want %v: %v %s", ok, c.ok, err, reason)
			}
		})
	}
	missing := 0
	for _, row := range truth {
		if row["expected"] != "n/a" {
			missing++
		}
	}
	if missing != len(corpusCases) {
		t.Errorf("truth.tsv has %d cases, the table %d", missing, len(corpusCases))
	}
}

// corpusOptions are the roots that truth.tsv names for the case. The bundles of
// rfc8785 and spt3g are of Sigstore's staging instance, whose root stands beside the
// conformance suite's cases of that instance.
func corpusOptions(t *testing.T, dir, file string, row map[string]string) Options {
	read := func(path string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	o := Options{NPMKeys: read("attest/npm-keys/registry.npmjs.org.keys.json")}
	for _, word := range strings.Fields(row["trusted_root"]) {
		switch path, key := strings.CutPrefix(word, "key="); {
		case key:
			o.PublicKey = read(path)
		case strings.HasSuffix(path, ".json") && strings.Contains(path, "root") && !strings.HasSuffix(path, "public-good.trusted_root.json"):
			o.TrustedRoot = read(path)
		}
	}
	if strings.Contains(file, "public-key-validity") {
		o.PublicKey = read("attest/sigstore-go/public-keys/public-key-validity.pem")
	}
	if strings.Contains(file, "rfc8785") || strings.Contains(file, "spt3g") {
		o.TrustedRoot = read("attest/conformance/rekor2-happy-path/trusted_root.json")
	}
	return o
}

// corpusWant reads the digests in any of the notations of truth.tsv.
func corpusWant(t *testing.T, file string, row map[string]string) Want {
	want := Want{}
	if text := row["artifact_digest"]; strings.HasPrefix(text, "[") {
		var subjects []subject
		if err := json.Unmarshal([]byte(text), &subjects); err != nil {
			t.Fatal(err)
		}
		want.Name = subjects[0].Name
		for algorithm, value := range subjects[0].Digest {
			want.Digests = append(want.Digests, lockfiles.Digest{Algorithm: algorithm, Value: value})
		}
	} else {
		text = strings.Replace(text, "SHA2_256:", "sha256:", 1)
		for _, word := range strings.Fields(text) {
			if algorithm, value, ok := strings.Cut(word, ":"); ok {
				want.Digests = append(want.Digests, lockfiles.Digest{Algorithm: algorithm, Value: value})
			} else if algorithm, value, ok := strings.Cut(word, "-"); ok && digestSizes[algorithm] > 0 {
				want.Digests = append(want.Digests, lockfiles.Digest{Algorithm: algorithm, Value: value})
			}
		}
	}
	switch {
	case strings.HasPrefix(file, "npm-attestations/pacote/"):
		want.Name = "pkg:npm/sigstore@0.4.0"
	case strings.HasPrefix(file, "pypi/pypi-attestations/") && !strings.HasSuffix(file, ".sigstore"):
		name, _, _ := strings.Cut(filepath.Base(file), ".attestation")
		for _, suffix := range []string{".publish", ".slsa", ".provenance"} {
			name = strings.TrimSuffix(name, suffix)
		}
		want.Name = name
	case strings.HasPrefix(file, "conformance/"):
		want.Identity = IdentityPolicy{SAN: row["identity"], Issuer: row["issuer"]}
	}
	return want
}
