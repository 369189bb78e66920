package cmd

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/diff/revision"
)

// TestAttestPackage: what the registry holds of a package that is pinned is held
// against the lockfile's hash, and against who should have signed.
func TestAttestPackage(t *testing.T) {
	isolated(t)
	fixtures, err := filepath.Abs(filepath.Join("..", "testdata", "analysis", "attest"))
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := os.ReadFile(filepath.Join(fixtures, "acme-http.sigstore.json"))
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(fixtures, "root.json")
	raw, _ := hex.DecodeString(strings.Repeat("ab", 64))
	signed := "sha512-" + base64.StdEncoding.EncodeToString(raw)
	other := "sha512-" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 64))
	const attested = `,"attestations":{"url":"https://elsewhere.invalid","provenance":{"predicateType":"https://slsa.dev/provenance/v1"}}`
	const who = "https://github.com/acme/http/.github/workflows/release.yml@refs/tags/v1.2.3"
	for name, test := range map[string]struct {
		integrity, dist, document string
		args                      []string
		code                      int
		says                      string
	}{
		"it holds":              {signed, attested, string(bundle), nil, exitOK, "\nverified: the attestations hold for sha512-"},
		"by whom was asked for": {signed, attested, string(bundle), []string{"--identity", who}, exitOK, "\nverified: the attestations hold"},
		"by somebody else":      {signed, attested, string(bundle), []string{"--identity", who + "4"}, exitFound, "not verified: attestations: refused: it was signed by " + who},
		"other bytes":           {other, attested, string(bundle), nil, exitFound, "not verified: attestations: refused: the subject's sha512 is"},
		"one hash of two":       {other + " " + signed, attested, string(bundle), nil, exitFound, "not verified: attestations: refused"},
		"no hash":               {"", attested, string(bundle), nil, exitFound, "not verified: attestations: unverified claim: the lockfile pins no hash"},
		"a mirror":              {signed, "", "", nil, exitFound, "not verified: attestations: unknown: "},
		"it is not there":       {signed, attested, "", nil, exitFound, "has none where it keeps them"},
		"of another version":    {signed, attested, string(bundle), []string{"pkg:npm/acme-http@1.2.4"}, exitUsage, "no lockfile pins pkg:npm/acme-http@1.2.4 (working tree)"},
		"without a version":     {signed, attested, string(bundle), []string{"pkg:npm/acme-http"}, exitUsage, "names no version"},
		"with a digest":         {signed, attested, string(bundle), []string{"--digest", "sha512:00"}, exitUsage, "takes no --digest"},
		"bad expression":        {signed, attested, string(bundle), []string{"--identity-regexp", "("}, exitUsage, "reading the expression"},
		"offline":               {signed, attested, string(bundle), []string{"--offline"}, exitFound, "not verified: attestations: unknown: "},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/acme-http":
					fmt.Fprintf(w, `{"name":"acme-http","time":{"1.2.3":"2026-01-02T00:00:00Z"},"versions":{"1.2.3":{"version":"1.2.3","dist":{"integrity":%q%s}}}}`, signed, test.dist)
				case strings.HasSuffix(r.URL.Path, "/attestations/acme-http@1.2.3") && test.document != "":
					fmt.Fprintf(w, `{"attestations":[{"bundle":%s}]}`, test.document)
				default:
					w.WriteHeader(http.StatusNotFound)
					fmt.Fprint(w, `{"error":"Not found"}`)
				}
			}))
			defer server.Close()
			dir := t.TempDir()
			lock := fmt.Appendf(nil, `{"lockfileVersion":3,"packages":{"":{"dependencies":{"acme-http":"^1"}},"node_modules/acme-http":{"version":"1.2.3","integrity":%q}}}`, test.integrity)
			if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "one", Files: map[string][]byte{"package-lock.json": lock}}); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "package-lock.json"), lock, 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"attest", "pkg:npm/acme-http@1.2.3"}
			if len(test.args) > 0 && strings.HasPrefix(test.args[0], "pkg:") {
				args = args[:1]
			}
			args = append(append(args, test.args...), "--repo", dir, "--go-git", "--trusted-root", root, "--config", everywhere(t, server.URL, ""))
			var out, told bytes.Buffer
			if code := Main(args, nil, &out, &told); code != test.code || !strings.Contains(out.String()+told.String(), test.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s%s", code, test.code, test.says, &out, &told)
			}
			if test.code != exitOK && strings.Contains(out.String(), "\nverified: ") {
				t.Errorf("it says verified:\n%s", &out)
			}
		})
	}
}
