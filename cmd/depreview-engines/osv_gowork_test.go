//go:build engines

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

// called1 is an advisory of acme.example/http in one function.
func called1(symbol string) string {
	return fmt.Sprintf(`{"id":"GO-2026-1","modified":"2026-01-02T03:04:05Z","schema_version":"1.7.0","summary":"s",
"affected":[{"package":{"ecosystem":"Go","name":"acme.example/http"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.5.0"}]}],
"ecosystem_specific":{"imports":[{"path":"acme.example/http","symbols":[%q]}]}}]}`, symbol)
}

// Modules of one go.work that require each other are analysed together, and a
// file that is embedded needs to be there.
func TestOSVGoWork(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not installed")
	}
	dir, db := t.TempDir(), t.TempDir()
	zipped(t, db, "osv-scalibr", "Go", map[string]string{"GO-2026-1": called1("Get")})
	write(t, dir, map[string]string{
		"go.work":         "go 1.21\n\nuse (\n\t./app\n\t./http\n)\n",
		"app/go.mod":      "module app.example\n\ngo 1.21\n\nrequire acme.example/http v1.0.0\n",
		"app/main.go":     "package main\n\nimport (\n\t_ \"embed\"\n\n\t\"acme.example/http\"\n)\n\n//go:embed page.html\nvar page string\n\nfunc main() { http.Get() }\n",
		"app/page.html":   "",
		"http/go.mod":     "module acme.example/http\n\ngo 1.21\n",
		"http/http.go":    "package http\n\nfunc Get() {}\n",
		"other/readme.md": "",
	})
	a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"app/go.mod"}, Database: db, GoCalls: true})
	if err != nil {
		t.Fatal(err)
	}
	if p := find1(t, a, "acme.example/http"); a.CallsUnknown != "" || len(p.Advisories) != 1 || p.Advisories[0].Called != engines.CallsNotAnalysed {
		t.Errorf("got %+v, calls unknown: %q", p, a.CallsUnknown)
	}
}

// Of a module that a directory takes the place of by go.work (osv-scanner reads
// the replacements of go.mod itself), govulncheck sees no call,
// whatever is called: that says nothing.
func TestOSVReplaced(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not installed")
	}
	dir, db := t.TempDir(), t.TempDir()
	zipped(t, db, "osv-scalibr", "Go", map[string]string{"GO-2026-1": called1("Get")})
	write(t, dir, map[string]string{
		"go.mod":       "module app.example\n\ngo 1.21\n\nrequire acme.example/http v1.0.0\n",
		"go.work":      "go 1.21\n\nuse .\n\nreplace acme.example/http => ./http\n",
		"main.go":      "package main\n\nimport \"acme.example/http\"\n\nfunc main() { http.Get() }\n",
		"http/go.mod":  "module acme.example/http\n\ngo 1.21\n",
		"http/http.go": "package http\n\nfunc Get() {}\n",
	})
	a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"go.mod"}, Database: db, GoCalls: true})
	if err != nil {
		t.Fatal(err)
	}
	if p := find1(t, a, "acme.example/http"); len(p.Advisories) != 1 || p.Advisories[0].Called != engines.CallsNotAnalysed {
		t.Errorf("got %+v", p)
	}
	if a.CallsUnknown != "" {
		t.Error(a.CallsUnknown)
	}
}

// A go.mod or go.work of the reviewed branch that leads out of the revision does
// not reach the go command.
func TestGoWorkRefuses(t *testing.T) {
	for _, c := range []struct{ mod, work, want string }{
		{"module a\n", "", ""},
		{"module a\nreplace b => ./b\n", "go 1.21\nuse .\n", ""},
		{"module a\nreplace b => b.example v1.0.0\n", "", ""},
		{"module a\nreplace b => ../b\n", "", `b is replaced by "../b", a directory outside of the revision`},
		{"module a\nreplace b => /srv/b\n", "", "outside of the revision"},
		{"module a\n", "go 1.21\nuse ../b\n", `go.work uses "../b"`},
		{"module a\n", "go 1.21\nuse .\nreplace b => ./../../b\n", "outside of the revision"},
		{"module a\n<<<<<<<\n", "", "go.mod cannot be read"},
		{"module a\nreplace b => ../b\n" + strings.Repeat("// x\n", maxFile/5+1), "", "go.mod cannot be read"}, // the go command would
		{"module a\n", "use use\n<", "go.work cannot be read"},
	} {
		dir := t.TempDir()
		t.Setenv("GOWORK", "off")
		files := map[string]string{"go.mod": c.mod}
		if c.work != "" {
			files["go.work"] = c.work
		}
		write(t, dir, files)
		_, got := goWork(dir, []string{"go.mod"})
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%.99q %q: %q", c.mod, c.work, got)
		}
		in := os.Getenv("GOWORK") == filepath.Join(dir, "go.work")
		if in != (c.want == "" && c.work != "") {
			t.Errorf("%q %q: go.work is in force: %t", c.mod, c.work, in)
		}
	}
}
