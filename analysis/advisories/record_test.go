package advisories

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func record(t testing.TB, text string) *Record {
	t.Helper()
	r, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const full = `{
	"schema_version": "1.7.5", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-01-02T03:04:05.678901Z",
	"published": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-1"], "upstream": ["CVE-2026-2"], "related": ["CVE-2026-3"],
	"summary": "alpha reads too far", "details": "More of it.", "credits": [{"name": "A. Person"}],
	"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
	"affected": [{
		"package": {"ecosystem": "Go", "name": "example.invalid/alpha", "purl": "pkg:golang/example.invalid/alpha"},
		"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}],
		"versions": ["1.0.0"],
		"ecosystem_specific": {"imports": [{"path": "example.invalid/alpha/read", "symbols": ["Far"]}], "custom": [1]},
		"database_specific": {"source": "https://example.invalid", "severity": {"not": "a word"}}
	}],
	"references": [{"type": "FIX", "url": "https://example.invalid/fix"}],
	"database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-125"], "github_reviewed": true, "nvd_published_at": null}
}`

func TestParse(t *testing.T) {
	r := record(t, full)
	if r.Specific.Severity != "MODERATE" || !slices.Equal(r.Specific.CWEs, []string{"CWE-125"}) {
		t.Errorf("database_specific: %+v", r.Specific)
	}
	a := r.Affected[0]
	if a.Ecosystem.Imports[0].Symbols[0] != "Far" || a.Database.Severity != "" {
		t.Errorf("specific fields: %+v %+v", a.Ecosystem, a.Database)
	}
	if r.IsWithdrawn() || r.Malware() || r.Summary != "alpha reads too far" || r.References[0].Type != "FIX" {
		t.Errorf("%+v", r)
	}
	// What is stored is an OSV record again, and says the same.
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(record(t, string(data)))
	if err != nil || string(again) != string(data) {
		t.Errorf("%v\n%s\n%s", err, data, again)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         ``,
		"cut":           full[:300],
		"a list":        `[]`,
		"null":          `null`,
		"no id":         `{"modified": "2026-01-02T03:04:05Z"}`,
		"two ids":       `{"id": "A-1", "id": "A-2", "modified": "2026-01-02T03:04:05Z"}`,
		"two in a part": `{"id": "A-1", "database_specific": {"x": 1, "x": 2}}`,
		"no time":       `{"id": "A-1", "modified": "yesterday"}`,
		"no UTF-8":      "{\"id\": \"A-\xff\"}",
		"too long":      `{"id": "A-1", "details": "` + strings.Repeat("x", MaxRecord) + `"}`,
	} {
		if r, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
}

func TestMalware(t *testing.T) {
	for text, want := range map[string]bool{
		`{"id": "MAL-2026-1"}`:                        true,
		`{"id": "GHSA-a", "aliases": ["MAL-2026-1"]}`: false,
		`{"id": "X-1", "database_specific": {"malicious-packages-origins": [{"source": "us", "sha256": "00"}]}}`: true,
		`{"id": "X-1", "database_specific": {"malicious-packages-origins": []}}`:                                 false,
	} {
		if got := record(t, text).Malware(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestSeverity(t *testing.T) {
	const (
		v2   = `{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}`
		v30  = `{"type": "CVSS_V3", "score": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}`
		v31  = `{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}`
		v40  = `{"type": "CVSS_V4", "score": "CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"}`
		none = `{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"}`
		bad  = `{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}`
		ubu  = `{"type": "Ubuntu", "score": "negligible"}`
	)
	for _, c := range []struct {
		name, record string
		want         Level
		versions     string
		score        float64
	}{
		{"version 2", `{"id": "A", "severity": [` + v2 + `]}`, High, "2.0", 7.5},
		{"version 3.0", `{"id": "A", "severity": [` + v30 + `]}`, High, "3.0", 7.5},
		{"version 3.1", `{"id": "A", "severity": [` + v31 + `]}`, Critical, "3.1", 9.8},
		{"version 4", `{"id": "A", "severity": [` + v40 + `]}`, Medium, "4.0", 4.8},
		{"the worst band, the newest first", `{"id": "A", "severity": [` + v2 + `,` + v31 + `,` + v40 + `]}`, Critical, "4.0 3.1 2.0", 4.8},
		{"no harm is not unknown", `{"id": "A", "severity": [` + none + `]}`, None, "3.1", 0},
		{"nothing", `{"id": "A"}`, Unknown, "", 0},
		{"a bad vector", `{"id": "A", "severity": [` + bad + `]}`, Unknown, "", 0},
		{"a bad vector and a word", `{"id": "A", "severity": [` + bad + `], "database_specific": {"severity": "HIGH"}}`, High, "", 0},
		{"a word", `{"id": "A", "database_specific": {"severity": "MODERATE"}}`, Medium, "", 0},
		{"an unknown word", `{"id": "A", "database_specific": {"severity": "SPICY"}}`, Unknown, "", 0},
		{"Ubuntu", `{"id": "A", "severity": [` + ubu + `]}`, Low, "", 0},
		{"a vector beats a word", `{"id": "A", "severity": [` + v40 + `], "database_specific": {"severity": "CRITICAL"}}`, Medium, "4.0", 4.8},
		{"the package's own", `{"id": "A", "severity": [` + v31 + `], "affected": [{"severity": [` + v30 + `]}]}`, High, "3.0", 7.5},
		{"RustSec", `{"id": "A", "affected": [{"database_specific": {"cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}`, Critical, "3.1", 9.8},
		{"malware", `{"id": "MAL-1"}`, Critical, "", 0},
	} {
		r := record(t, c.record)
		var entry *Affected
		if len(r.Affected) > 0 {
			entry = &r.Affected[0]
		}
		s := r.SeverityOf(entry)
		var versions []string
		for _, rating := range s.Ratings {
			versions = append(versions, rating.Version)
		}
		if s.Level != c.want || strings.Join(versions, " ") != c.versions {
			t.Errorf("%s: %v %v", c.name, s.Level, s.Ratings)
		}
		if len(s.Ratings) > 0 && s.Ratings[0].Score != c.score {
			t.Errorf("%s: score %v, want %v", c.name, s.Ratings[0].Score, c.score)
		}
	}
}
