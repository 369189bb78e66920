package cmd

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/diff/revision"
)

const (
	auditRecords  = 200_000
	auditPackages = 3_000
)

// auditDownload writes a download of 200,000 npm advisories where osv-scalibr
// and osv-scanner look for it: four in five of malware, as npm's are, the rest
// twenty each of 2,000 libraries.
func auditDownload(tb testing.TB, dir string) {
	tb.Helper()
	dir = filepath.Join(dir, "osv-scalibr", "npm")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	file, err := os.Create(filepath.Join(dir, "all.zip"))
	if err != nil {
		tb.Fatal(err)
	}
	z := zip.NewWriter(file)
	details := strings.Repeat("What it does and what to do about it, at some length. ", 30)
	for i := range auditRecords {
		id, body := auditRecord(i, details)
		w, err := z.Create(id + ".json")
		if err == nil {
			_, err = fmt.Fprintf(w, `{"schema_version": "1.7.4", "id": %q, "modified": "2026-01-02T03:04:05Z", "published": "2026-01-01T00:00:00Z", "details": %q, %s}`, id, details, body)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := file.Close(); err != nil {
		tb.Fatal(err)
	}
}

func auditRecord(i int, details string) (id, body string) {
	if i%5 != 0 {
		name := fmt.Sprintf("bad-%d", i)
		return fmt.Sprintf("MAL-2026-%d", i), fmt.Sprintf(`"summary": "Malicious code in %s (npm)", "affected": [{"package": {"ecosystem": "npm", "name": %q}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]`, name, name)
	}
	name := fmt.Sprintf("lib-%d", i/5%2000)
	var listed []string
	for minor := range 60 {
		listed = append(listed, fmt.Sprintf(`"1.%d.0"`, minor))
	}
	return fmt.Sprintf("GHSA-%d", i), fmt.Sprintf(`"summary": "%s reads too far", "aliases": ["CVE-2026-%d"], "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
		"affected": [{"package": {"ecosystem": "npm", "name": %q}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.60.0"}]}], "versions": [%s]}], "references": [{"type": "WEB", "url": "https://advisory.example/%d"}]`,
		name, i, name, strings.Join(listed, ","), i)
}

// auditLockfile pins 3,000 packages: 200 libraries at an affected version, 1,300
// at a fixed one, and 1,500 that no advisory names; each requires two others.
func auditLockfile() map[string][]byte {
	name := func(i int) string {
		if i < 1500 {
			return fmt.Sprintf("lib-%d", i)
		}
		return fmt.Sprintf("good-%d", i)
	}
	var b strings.Builder
	b.WriteString(`{"name": "large", "lockfileVersion": 3, "packages": {"": {"name": "large", "dependencies": {"lib-0": "^1.0.0"}}`)
	for i := range auditPackages {
		version := "1.60.0"
		if i < 200 {
			version = "1.59.0"
		}
		fmt.Fprintf(&b, ",\n\"node_modules/%s\": {\"version\": %q, \"resolved\": \"https://registry.npm.invalid/%s.tgz\", \"dependencies\": {%q: \"*\", %q: \"*\"}}",
			name(i), version, name(i), name((i*2+1)%auditPackages), name((i*2+2)%auditPackages))
	}
	b.WriteString("}}\n")
	return map[string][]byte{"package-lock.json": []byte(b.String()), "package.json": []byte(`{"name": "large", "dependencies": {"lib-0": "^1.0.0"}}`)}
}

// BenchmarkAudit is the whole process of an offline audit of 3,000 packages
// against 200,000 advisories, with the most memory that it held, or the test's own
// where that is more: a child begins as a copy of its parent. With
// DEPREVIEW_BENCH_ENGINE, a depreview-engines built with the tag `engines`, its
// osv-scanner scans the same lockfile against the same download in the same run,
// and x-depreview is how often depreview's own audit is done in that time. With
// DEPREVIEW_BENCH_OTHER a command for sh that reads $LOCKFILE and $DATABASE (the
// directory above osv-scalibr/npm/all.zip) is measured beside them:
//
//	go build -tags engines -o /tmp/engines ./cmd/depreview-engines
//	DEPREVIEW_BENCH_ENGINE=/tmp/engines go test ./cmd -run '^$' -bench 'Audit$'
func BenchmarkAudit(b *testing.B) {
	dir, cache, download := b.TempDir(), b.TempDir(), b.TempDir()
	auditDownload(b, download)
	files := auditLockfile()
	if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "pin", Files: files}); err != nil {
		b.Fatal(err)
	}
	lockfile := filepath.Join(b.TempDir(), "package-lock.json")
	if err := os.WriteFile(lockfile, files["package-lock.json"], 0o644); err != nil {
		b.Fatal(err)
	}
	environ := append(os.Environ(), "XDG_CACHE_HOME="+cache, "HOME="+cache, "LocalAppData="+cache, "LOCKFILE="+lockfile, "DATABASE="+download,
		"OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY="+download, "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY="+download)
	binary := buildBinary(b)
	measure := func(b *testing.B, want int, stdin string, stdout io.Writer, args ...string) {
		var peak int64
		for b.Loop() {
			command := exec.Command(args[0], args[1:]...)
			var stderr bytes.Buffer
			command.Env, command.Stdin, command.Stdout, command.Stderr = environ, strings.NewReader(stdin), stdout, &stderr
			if err := command.Run(); command.ProcessState == nil || command.ProcessState.ExitCode() != want {
				b.Fatalf("%v: %s", err, stderr.String())
			}
			peak = max(peak, peakMemory(command.ProcessState))
		}
		b.ReportMetric(float64(peak)/1e6, "MB-peak")
	}
	b.Run("import", func(b *testing.B) { measure(b, exitOK, "", io.Discard, binary, "db", "import", download) })
	own := make(map[string]time.Duration)
	for _, format := range []string{"text", "json"} {
		b.Run(format, func(b *testing.B) {
			measure(b, exitFound, "", io.Discard, binary, "audit", "HEAD", "--repo", dir, "--offline", "--format", format)
			own[format] = b.Elapsed() / time.Duration(b.N)
		})
	}
	if engine := os.Getenv("DEPREVIEW_BENCH_ENGINE"); engine != "" {
		b.Run("osv-scanner", func(b *testing.B) {
			var answer bytes.Buffer
			measure(b, exitOK, scanRequest(b, engine, lockfile, download), &answer, engine, "osv")
			if packages, found := scanAnswer(b, &answer); packages != auditPackages || found != 200 {
				b.Fatalf("the scan tells of %d packages, %d of them with advisories", packages, found)
			}
			if own["text"] > 0 {
				b.ReportMetric(float64(b.Elapsed()/time.Duration(b.N))/float64(own["text"]), "x-depreview")
			}
		})
	}
	if other := os.Getenv("DEPREVIEW_BENCH_OTHER"); other != "" {
		b.Run("other", func(b *testing.B) { measure(b, exitFound, "", io.Discard, "sh", "-c", other) })
	}
}

// scanRequest asks an engine of any version for a scan of one lockfile.
func scanRequest(b *testing.B, engine, lockfile, download string) string {
	b.Helper()
	said, err := exec.Command(engine, "version").Output()
	words := strings.Fields(string(said))
	if err != nil || len(words) < 2 {
		b.Fatalf("%s version: %q, %v", engine, said, err)
	}
	request, err := json.Marshal(map[string]any{
		"Protocol": engines.Protocol, "Version": words[1], "Engine": "osv",
		"Body": engines.OSVRequest{Directory: filepath.Dir(lockfile), Lockfiles: []string{filepath.Base(lockfile)}, Database: download},
	})
	if err != nil {
		b.Fatal(err)
	}
	return string(request)
}

// scanAnswer counts the packages of the last of several answers, and those with
// advisories.
func scanAnswer(b *testing.B, answers io.Reader) (packages, found int) {
	b.Helper()
	decoder := json.NewDecoder(answers)
	for {
		var answer struct{ Body engines.OSVAnswer }
		if err := decoder.Decode(&answer); err == io.EOF {
			return packages, found
		} else if err != nil {
			b.Fatal(err)
		}
		packages, found = len(answer.Body.Packages), 0
		for _, p := range answer.Body.Packages {
			if len(p.Advisories) > 0 {
				found++
			}
		}
	}
}
