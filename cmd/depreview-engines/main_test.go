package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

// TestMain makes the test binary the engine too, so that the tests go through
// the pipe as the viewer does.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && (os.Args[1] == "scorecard" || os.Args[1] == "osv") {
		main()
	}
	os.Exit(m.Run())
}

// find is the engine of this build, found on PATH as the viewer finds it.
func find(t testing.TB) *engines.Engine {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := "depreview-engines"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	dir := t.TempDir()
	if err := os.Symlink(own, filepath.Join(dir, name)); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	e, err := engines.Find(engines.BuildVersion(""))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestByHand(t *testing.T) {
	var out, errs bytes.Buffer
	for _, args := range [][]string{nil, {"trivy"}, {"osv", "file"}, {"--help"}} {
		if code := run(args, strings.NewReader(""), &out, &errs); code != 2 || out.Len() > 0 || !strings.Contains(errs.String(), "by hand: ") {
			t.Errorf("%q: exit code %d, %q, %q", args, code, &out, &errs)
		}
		errs.Reset()
	}
	for _, version := range []string{"version", "--version"} {
		if code := run([]string{version}, nil, &out, &errs); code != 0 || !strings.HasPrefix(out.String(), "depreview-engines ") {
			t.Errorf("%s: exit code %d, %q", version, code, &out)
		}
		out.Reset()
	}
}
