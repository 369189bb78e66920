package cmd

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/diff/revision"
)

// largePair makes a repository of two commits of a package-lock.json of 2.3 MB
// in which 5% of the packages move, and gives its directory.
func largePair(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	err := revision.Create(dir,
		revision.Commit{Branch: "main", Message: "before", Files: largeLockfile(0)},
		revision.Commit{Branch: "main", Message: "after", Files: largeLockfile(1)})
	if err != nil {
		tb.Fatal(err)
	}
	return dir
}

func largeLockfile(patch int) map[string][]byte {
	const packages = 4400
	var b, direct strings.Builder
	for i := 0; i < packages; i += 40 {
		fmt.Fprintf(&direct, ",\n        \"pkg-%d\": \"^1.0.0\"", i)
	}
	manifest := strings.TrimPrefix(direct.String(), ",")
	fmt.Fprintf(&b, "{\n  \"name\": \"large\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {\n    \"\": {\n      \"name\": \"large\",\n      \"dependencies\": {%s\n      }\n    }", manifest)
	for i := range packages {
		version := fmt.Sprintf("1.%d.0", i%30)
		if i%20 == 0 {
			version = fmt.Sprintf("1.%d.%d", i%30, patch)
		}
		sum := sha512.Sum512(fmt.Appendf(nil, "%d %s", i, version))
		fmt.Fprintf(&b, ",\n    \"node_modules/pkg-%d\": {\n      \"version\": \"%s\",\n      \"resolved\": \"https://registry.npm.invalid/pkg-%d/-/pkg-%d-%s.tgz\",\n      \"integrity\": \"sha512-%s\",\n      \"dev\": true,\n      \"license\": \"MIT\",\n      \"dependencies\": {\n        \"pkg-%d\": \"^1.0.0\",\n        \"pkg-%d\": \"^1.0.0\"\n      },\n      \"engines\": {\n        \"node\": \">=18\"\n      },\n      \"funding\": {\n        \"url\": \"https://fund.invalid/pkg-%d\"\n      }\n    }",
			i, version, i, i, version, base64.StdEncoding.EncodeToString(sum[:]), i/2, (i+7)%packages, i)
	}
	b.WriteString("\n  }\n}\n")
	return map[string][]byte{
		"package-lock.json": []byte(b.String()),
		"package.json":      fmt.Appendf(nil, "{\n  \"name\": \"large\",\n  \"dependencies\": {%s\n  }\n}\n", manifest),
	}
}

// BenchmarkReview is the whole review without the start of the process.
func BenchmarkReview(b *testing.B) {
	dir := largePair(b)
	for b.Loop() {
		if code := Main([]string{"--repo", dir, "HEAD~1..HEAD", "--offline", "--format", "json"}, nil, io.Discard, io.Discard); code != exitOK {
			b.Fatalf("exit code %d", code)
		}
	}
}

// BenchmarkProcess is the whole process, and `git diff --stat` of the same two
// commits beside it for scale: the ratio is what can be compared between
// machines.
func BenchmarkProcess(b *testing.B) {
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("git is not on PATH")
	}
	dir := largePair(b)
	binary := buildBinary(b)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"depreview", []string{binary, "--repo", dir, "HEAD~1..HEAD", "--offline", "--format", "json"}},
		{"depreview-lockfiles-alone", []string{binary, "--repo", dir, "HEAD~1..HEAD", "--offline", "--checks", "none", "--format", "json"}},
		{"git-diff-stat", []string{"git", "-C", dir, "diff", "--stat", "HEAD~1", "HEAD"}},
		{"depreview-version", []string{binary, "--version"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var peak int64
			for b.Loop() {
				command := exec.Command(c.args[0], c.args[1:]...)
				var stderr bytes.Buffer
				command.Stderr = &stderr
				if err := command.Run(); err != nil {
					b.Fatalf("%v: %s", err, stderr.String())
				}
				peak = max(peak, peakMemory(command.ProcessState))
			}
			if peak > 0 {
				b.ReportMetric(float64(peak)/1e6, "MB-peak")
			}
		})
	}
}

func buildBinary(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "depreview")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "./depreview")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}
