package origin

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
)

// recordedAnswer is one of the corpus, which is not part of the repository.
func recordedAnswer(t *testing.T, path string) string {
	t.Helper()
	dir := os.Getenv("DEPREVIEW_CORPUS")
	if dir == "" {
		t.Skip("DEPREVIEW_CORPUS names no directory of recorded answers")
	}
	file, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var from io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if from, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestCorpus: real answers of registries, and the embedded roots and keys.
func TestCorpus(t *testing.T) {
	v, err := attest.NewVerifier(attest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	public := endpoints
	public.NPM = clients.DefaultEndpoints().NPM
	npm := strings.TrimPrefix(public.NPM, "https://")
	const bytes512 = "7bea9f6e7ff37f5fab0b36bf061200fff03099fd2fd696b91d04bc5e4f225eb9fd6e0cadcad54ba980f43fb352a99e8810b4e0abeb5c0ef2cf9108cd1f258b36"
	raw, err := hex.DecodeString(bytes512)
	if err != nil {
		t.Fatal(err)
	}
	integrity := "sha512-" + base64.StdEncoding.EncodeToString(raw)
	t.Run("npm", func(t *testing.T) {
		a, _ := asking(t, v, public, map[string]string{
			npm + "/sigstore": fmt.Sprintf(`{"name":"sigstore","time":{"1.0.0":"2023-02-09T17:57:00Z"},"versions":{"1.0.0":{"scripts":{},"dist":{"integrity":%q,"attestations":{"url":"https://x.invalid","provenance":{"predicateType":"https://slsa.dev/provenance/v0.2"}}}}}}`, integrity),
			npm + "/-/npm/v1/attestations/sigstore@1.0.0": recordedAnswer(t, "attest/npm-attestations/npm-cli/valid-sigstore-attestations.json"),
		})
		r := head(t, a, pinned("npm", "sigstore", "1.0.0", integrity))
		wantStanding(t, r, attest.Verified, "")
		if id := r.Identity(); len(r.Proofs) != 2 || id.Repository != "https://github.com/sigstore/sigstore-js" || id.Ref != "refs/tags/v1.0.0" {
			t.Errorf("%+v", r.Proofs)
		}
		r = head(t, a, pinned("npm", "sigstore", "1.0.0", sha512))
		wantStanding(t, r, attest.Refused, "2 of 2")
	})
	t.Run("npm signatures", func(t *testing.T) {
		a, s := asking(t, v, public, map[string]string{npm + "/lodash": recordedAnswer(t, "api/npm-packument/dependabot/lodash.json.gz")})
		const pin = "sha512-ufIfwX7g5obXKaJhzbnAJBNf5Idxqty+AHaNadWFxtNKjGmF/ZO8ptSEjQRQRymBPZtLa0NV9sbrsH87Ae2R1A=="
		r := head(t, a, pinned("npm", "lodash", "0.1.0", pin))
		wantSignature(t, r, attest.Verified, "")
		wantStanding(t, r, attest.Absent, "")
		wantSignature(t, head(t, a, pinned("npm", "lodash", "0.1.0", sha512)), attest.Refused, "does not hold")
		if s.asked[npm+"/-/npm/v1/keys"] != 0 {
			t.Error("embedded keys come first")
		}
	})
	t.Run("pypi", func(t *testing.T) {
		const file, digest = "pypi_attestations-0.0.19.tar.gz", "9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3"
		a, _ := asking(t, v, endpoints, map[string]string{
			"pypi.invalid/simple/pypi-attestations/":                                  fmt.Sprintf(`{"name":"pypi-attestations","versions":["0.0.19"],"files":[{"filename":%q,"hashes":{"sha256":%q},"provenance":"https://x.invalid"}]}`, file, digest),
			"pypi.invalid/integrity/pypi-attestations/0.0.19/" + file + "/provenance": recordedAnswer(t, "attest/pypi/pypi-attestations/"+file+".provenance"),
		})
		r := head(t, a, pinned("pypi", "pypi-attestations", "0.0.19", "sha256:"+digest))
		wantStanding(t, r, attest.Verified, "")
		if id := r.Identity(); id.Repository != "https://github.com/trailofbits/pypi-attestations" || !strings.HasSuffix(id.Workflow, "release.yml") {
			t.Errorf("%+v", id)
		}
	})
}
