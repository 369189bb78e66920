package diff

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		ecosystem, from, to string
		want                Class
	}{
		{"npm", "1.2.3", "2.0.0", Major},
		{"npm", "1.2.3", "1.3.0", Minor},
		{"npm", "1.2.3", "1.2.4", Patch},
		{"npm", "2.0.0", "1.2.4", Major},
		{"npm", "1.2.3-rc.1", "1.2.3", Prerelease},
		{"npm", "1.2.3", "1.2.3", NoClass},
		{"golang", "v0.0.0-20240101000000-aaaaaaaaaaaa", "v0.0.0-20240102000000-bbbbbbbbbbbb", Prerelease},
		{"golang", "v1.2.3", "v1.3.0", Minor},
		{"pypi", "2024.1", "1!1.0", Major},
		{"pypi", "1.0", "1.0.post1", Prerelease},
		{"pypi", "1.0", "1.0.1", Patch},
		{"gem", "7.0.4.1", "7.0.4.2", Patch},
		{"maven", "1.0.0.Final", "1.1.0.Final", Minor},
		{"githubactions", "v4.1.6", "v4.1.7", Patch},
		{"githubactions", "v4", "v5", Major},
		{"githubactions", "main", "v5", NoClass},
		{"githubactions", strings.Repeat("1", 40), strings.Repeat("2", 40), NoClass},
		{"docker", "3.20", "3.21", Minor},
		{"docker", "v47-rust", "v50-rust", Major},
		{"docker", "3.20-alpine", "3.21-slim", NoClass},
		{"docker", "latest", "3.21", NoClass},
		{"generic", "0.208.0", "0.209.0", Minor}, // a module at a URL
		{"generic", "v12.6.0", "v12.6.1", Patch},
	} {
		if got := Classify(c.ecosystem, c.from, c.to); got != c.want {
			t.Errorf("Classify(%s, %s, %s) = %q, want %q", c.ecosystem, c.from, c.to, got, c.want)
		}
	}
}

// TestCompareAgainstTables runs the version-order tables of the corpus, each
// line "a < b", "a = b" or "a > b".
func TestCompareAgainstTables(t *testing.T) {
	dir := os.Getenv("DEPREVIEW_CORPUS")
	if dir == "" {
		t.Skip("DEPREVIEW_CORPUS is not set: unpack the corpus with shared/tools/corpus and name its directory to run this test")
	}
	for ecosystem, file := range map[string]string{
		"npm": "semver-versions.txt", "pypi": "pypi-versions.txt", "maven": "maven-versions.txt", "gem": "rubygems-versions.txt",
		"composer": "packagist-versions.txt", "nuget": "nuget-versions.txt", "pub": "pub-versions.txt",
	} {
		f, err := os.Open(filepath.Join(dir, "versions", "osv-scalibr", file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines, compared := 0, 0
		for scanner := bufio.NewScanner(f); scanner.Scan(); {
			fields := strings.Fields(scanner.Text())
			if len(fields) != 3 || strings.HasPrefix(fields[0], "#") {
				continue
			}
			lines++
			order, ok := Compare(ecosystem, fields[0], fields[2])
			if !ok {
				continue // not the shape of a release number: an order is refused, not guessed
			}
			compared++
			if got := map[bool]string{true: "<"}[order < 0] + map[bool]string{true: "="}[order == 0] + map[bool]string{true: ">"}[order > 0]; got != fields[1] {
				t.Errorf("%s: %s %s %s, the table says %s", ecosystem, fields[0], got, fields[2], fields[1])
			}
		}
		t.Logf("%s: %d of %d lines compared", ecosystem, compared, lines)
		if compared*10 < lines*8 {
			t.Errorf("%s: only %d of %d lines could be ordered", ecosystem, compared, lines)
		}
	}
}
