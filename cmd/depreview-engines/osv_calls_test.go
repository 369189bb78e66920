//go:build engines

package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

// Why calls are not known is said in words that a person can act on, whatever
// the linked go command and govulncheck say: this holds the words against them.
func TestOSVCallsUnknownPlainly(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not installed")
	}
	t.Setenv("GOMODCACHE", t.TempDir())
	db := t.TempDir()
	zipped(t, db, "osv-scalibr", "Go", map[string]string{"GO-2026-1": `{"id":"GO-2026-1","modified":"2026-01-02T03:04:05Z","schema_version":"1.7.0","summary":"s",
"affected":[{"package":{"ecosystem":"Go","name":"acme.example/http"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.5.0"}]}]}]}`})
	const hash = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	const sum = "acme.example/http v1.0.0 " + hash + "acme.example/http v1.0.0/go.mod " + hash
	for name, test := range map[string]struct{ goMod, want string }{
		"no modules":   {"module app.example\n\ngo 1.21\n\nrequire acme.example/http v1.0.0\n", "server/go.mod: modules that it needs are neither vendored nor in this machine's module cache (go mod download)"},
		"a newer go":   {"module app.example\n\ngo 1.999\n\nrequire acme.example/http v1.0.0\n", "server/go.mod: it asks for a newer Go than this machine has"},
		"not readable": {"module app.example\n\ngo 1.21\n\nrequire acme.example/http v1.0.0\n\nreplace acme.example/http => ./absent\n", "server/go.mod"},
	} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"server/go.mod": test.goMod, "server/go.sum": sum, "server/main.go": "package main\n\nimport \"acme.example/http\"\n\nfunc main() { http.Get() }\n"})
		a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"server/go.mod"}, Database: db, GoCalls: true})
		if err != nil || name != "not readable" && a.CallsUnknown != test.want || !strings.Contains(a.CallsUnknown, test.want) {
			t.Errorf("%s: %q, %v", name, a.CallsUnknown, err)
		}
	}
}
