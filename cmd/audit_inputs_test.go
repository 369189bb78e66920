package cmd

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/diff/revision"
)

// TestAuditBeside: SBOMs and vendored copies go to the engine, also where there
// is no lockfile; what nobody looks at is said.
func TestAuditBeside(t *testing.T) {
	home := isolated(t)
	downloaded(t, home)
	installed(t, "")
	dir := t.TempDir()
	if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "pin", Files: map[string][]byte{
		"out/bom.json":              []byte(`{"packages": {"left-padz": {"version": "1.0.1"}}}`),
		"libs/empty.jar":            []byte("x"),
		"node_modules/a/bom.json":   []byte(`{}`),
		"third_party/zip/src/zip.c": []byte(""),
		".gitmodules":               []byte("[submodule \"x\"]\n\tpath = deps/x\n\turl = https://forge.invalid/x\n\tpath = ../out\n"),
	}}); err != nil {
		t.Fatal(err)
	}
	args := []string{"--repo", dir, "--offline", "--engine", "osv-scanner"}
	code, out, told := runAudit(args...)
	if code != exitFound || told != "" {
		t.Errorf("exit code %d: %s", code, told)
	}
	for _, want := range []string{
		"\n    in out/bom.json, SBOM\n", "found by osv-scanner", "\n  also looked up out/bom.json (SBOM): 1 package\n",
		"\n  not supported, osv-scanner finds no package in it: libs/empty.jar\n",
		"\n  not supported, an SBOM in a vendored copy, which --vendored reads: node_modules/a/bom.json\n",
		"\n  not supported, a copy of C or C++ code, whose version only the service tells: third_party/zip\n",
		"\n  not supported, a submodule, whose advisories hang on its commit, which only the service looks up: deps/x\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the report:\n%s", want, out)
		}
	}
	if _, out, _ := runAudit(append(args, "--vendored")...); strings.Contains(out, "which --vendored reads") {
		t.Errorf("--vendored:\n%s", out)
	}
	// A repository with nothing to look at needs no engine, and one with nothing
	// that can be looked at is told of.
	t.Setenv("PATH", t.TempDir())
	for _, c := range []struct {
		name, want string
	}{{"README.md", "No lockfile was found"}, {"deps/zip/zip.c", "not supported, a copy of C or C++ code"}} {
		dir := t.TempDir()
		if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "x", Files: map[string][]byte{c.name: nil}}); err != nil {
			t.Fatal(err)
		}
		if code, out, told := runAudit("--repo", dir, "--offline", "--engine", "osv-scanner"); code != exitOK || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit code %d, %s:\n%s", c.name, code, told, out)
		}
	}
}

// TestSubmodulesSayWhenTheyAreCut: what stands behind a line that is too long is
// not known.
func TestSubmodulesSayWhenTheyAreCut(t *testing.T) {
	for content, want := range map[string]bool{
		"path = deps/x\n": true,
		"path = deps/x\n# " + strings.Repeat("x", 70<<10):    false,
		"path = deps/x\n" + strings.Repeat("# x\n", 300<<10): false,
	} {
		dir := t.TempDir()
		if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "x", Files: map[string][]byte{".gitmodules": []byte("[submodule \"x\"]\n" + content)}}); err != nil {
			t.Fatal(err)
		}
		repo, err := revision.Open(t.Context(), dir, revision.GoGit)
		if err != nil {
			t.Fatal(err)
		}
		rev, err := repo.Revision(t.Context(), "main")
		if err != nil {
			t.Fatal(err)
		}
		if dirs, whole := submodules(rev); whole != want || len(dirs) != 1 {
			t.Errorf("%d bytes: %q, whole: %t", len(content), dirs, whole)
		}
		repo.Close()
	}
}
