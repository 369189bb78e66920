package engines

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	put := func(dir string, mode os.FileMode) string {
		file := filepath.Join(dir, program)
		if err := os.WriteFile(file, []byte("x"), mode); err != nil {
			t.Fatal(err)
		}
		return file
	}
	beside, onPath := put(dir, 0o755), put(other, 0o755)
	linked := filepath.Join(t.TempDir(), "depreview")
	if err := os.WriteFile(filepath.Join(dir, "depreview"), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "depreview"), linked); err != nil {
		t.Skip(err)
	}
	bare := t.TempDir()
	put(bare, 0o644)
	path := func(string) (string, error) { return onPath, nil }
	none := func(string) (string, error) { return "", exec.ErrNotFound }
	relative := func(string) (string, error) { return program, exec.ErrDot }
	careless := func(string) (string, error) { return "./" + program, nil }
	for _, c := range []struct {
		name, own string
		lookPath  func(string) (string, error)
		want      string // a path, or what the error says
	}{
		{"beside", filepath.Join(dir, "depreview"), path, beside},
		{"beside what a link names", linked, none, beside},
		{"on PATH", "/nonexistent/depreview", path, onPath},
		{"no executable known", "", path, onPath},
		{"beside, not executable", filepath.Join(bare, "depreview"), path, onPath},
		{"nowhere", "", none, "hint: go install -tags engines github.com/depreview/depreview/cmd/depreview-engines@v1.2.3"},
		{"in the reviewed directory", "", relative, "not started from there"},
		{"in the reviewed directory, by a name", "", careless, "not started from there"},
	} {
		e, err := find("v1.2.3", c.own, c.lookPath)
		if filepath.IsAbs(c.want) {
			if err != nil || e.Path != c.want {
				t.Errorf("%s: got %+v, %v; want %s", c.name, e, err, c.want)
			}
			continue
		}
		failed, ok := errors.AsType[*Error](err)
		if !ok || failed.Kind != Absent || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestInstallHint(t *testing.T) {
	const both = "from one checkout of depreview: go build -tags engines -o bin/ ./cmd/depreview ./cmd/depreview-engines"
	for version, want := range map[string]string{
		"v1.2.3": "@v1.2.3", "1.2.3": "@v1.2.3", "devel": both, "devel-0123456789ab": both, "v0.0.0-1+dirty": both, "": both,
	} {
		if hint := installHint(version); !strings.HasSuffix(hint, want) {
			t.Errorf("%q: %s", version, hint)
		}
	}
}
