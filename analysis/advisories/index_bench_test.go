package advisories

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/depreview/depreview/lockfiles"
)

// generate writes a download of so many records: most of malware, as npm's is,
// and the rest with text and lists of versions as GitHub's have.
func generate(tb testing.TB, dir string, records int) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "npm"), 0o755); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "npm", "all.zip"))
	if err != nil {
		tb.Fatal(err)
	}
	z := zip.NewWriter(f)
	details := strings.Repeat("What it does and what to do about it, at some length. ", 30)
	var list []string
	for i := range 60 {
		list = append(list, fmt.Sprintf("%q", fmt.Sprintf("1.%d.0", i)))
	}
	for i := range records {
		id, name := fmt.Sprintf("MAL-2026-%d", i), fmt.Sprintf("pkg-%d", i)
		body := fmt.Sprintf(`"summary": "Malicious code in %s (npm)", "details": %q, "affected": [{"package": {"ecosystem": "npm", "name": %q, "purl": "pkg:npm/%s"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}], "database_specific": {"cwes": [{"cweId": "CWE-506"}]}}],
			"database_specific": {"malicious-packages-origins": [{"source": "us", "sha256": "%064d", "import_time": "2026-01-01T00:00:00Z"}]}`, name, details[:400], name, name, i)
		if i%5 == 0 {
			id, name = fmt.Sprintf("GHSA-%d", i), fmt.Sprintf("lib-%d", i%10000)
			body = fmt.Sprintf(`"summary": "%s reads too far", "details": %q, "aliases": ["CVE-2026-%d"], "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
				"affected": [{"package": {"ecosystem": "npm", "name": %q}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.60.0"}]}], "versions": [%s]}], "references": [{"type": "WEB", "url": "https://example.invalid/%d"}]`,
				name, details, i, name, strings.Join(list, ","), i)
		}
		w, err := z.Create(id + ".json")
		if err == nil {
			_, err = fmt.Fprintf(w, `{"schema_version": "1.7.4", "id": %q, "modified": "2026-01-02T03:04:05Z", "published": "2026-01-01T00:00:00Z", %s}`, id, body)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
}

const large = 200_000

// BenchmarkBuild makes the index of 200,000 records. heap-MB is the most that
// the heap held; the process's peak is told by `/usr/bin/time -v`.
func BenchmarkBuild(b *testing.B) {
	dir := b.TempDir()
	generate(b, dir, large)
	path := filepath.Join(b.TempDir(), "index.db")
	runtime.GC()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		var m runtime.MemStats
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			case <-stop:
				peak <- most
				return
			}
		}
	}()
	for b.Loop() {
		if _, err := Build(b.Context(), dir, path); err != nil {
			b.Fatal(err)
		}
	}
	close(stop)
	b.ReportMetric(float64(<-peak)/1e6, "heap-MB")
	if info, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "file-MB")
	}
}

// BenchmarkLookup asks an index of 200,000 records, alone and with the matching
// of what it gives against both versions of a change.
func BenchmarkLookup(b *testing.B) {
	dir := b.TempDir()
	generate(b, dir, large)
	x := built(b, dir)
	for _, c := range []struct {
		name, format string
		versions     []string
		records      int
	}{
		{"none", "nothing-%d", nil, 0},
		{"one", "pkg-%d", nil, 1},
		{"twenty", "lib-%d", nil, 20},
		{"one and match", "pkg-%d", []string{"1.0.0", "1.1.0"}, 1},
		{"twenty and match", "lib-%d", []string{"1.59.0", "1.60.0"}, 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				n := i%1999*5 + 1
				if c.records == 20 {
					n = i % 1999 * 5
				}
				id := lockfiles.ID{Ecosystem: "npm", Name: fmt.Sprintf(c.format, n)}
				answer, err := x.Lookup(id)
				if err != nil || len(answer.Records) != c.records {
					b.Fatalf("%v: %d records, %v", id, len(answer.Records), err)
				}
				for _, v := range c.versions {
					Affecting(NewTarget(id, v), answer.Records, Options{})
				}
				i++
			}
		})
	}
}

// BenchmarkOpen is what a review pays before the first question.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	generate(b, dir, large)
	path := filepath.Join(b.TempDir(), "index.db")
	if _, err := Build(b.Context(), dir, path); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		x, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		x.Close()
	}
}
