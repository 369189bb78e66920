package advisories

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// of makes a record of npm's alpha: "GHSA-1 =CVE-1 [1.0.0,1.2.0)" with
// "withdrawn" and a severity as further words.
func of(t testing.TB, text string) *Record {
	t.Helper()
	words := strings.Fields(text)
	var aliases []string
	extra, span := "", ""
	for _, w := range words[1:] {
		switch {
		case w[0] == '=':
			aliases = append(aliases, fmt.Sprintf("%q", w[1:]))
		case w[0] == '[':
			from, to, _ := strings.Cut(strings.Trim(w, "[)"), ",")
			span = "SEMVER introduced " + from
			if to != "" {
				span += " fixed " + to
			}
		case w == "git":
			span = "GIT introduced 0"
		case w == "withdrawn":
			extra += `, "withdrawn": "2026-01-01T00:00:00Z"`
		default:
			extra += fmt.Sprintf(`, "database_specific": {"severity": %q}`, w)
		}
	}
	return record(t, fmt.Sprintf(`{"id": %q, "aliases": [%s], "affected": [{"package": {"ecosystem": "npm", "name": "alpha"}, "ranges": [%s]}]%s}`,
		words[0], strings.Join(aliases, ","), events(span), extra))
}

func all(t testing.TB, texts ...string) (records []*Record) {
	for _, text := range texts {
		records = append(records, of(t, text))
	}
	return records
}

func TestAffecting(t *testing.T) {
	for _, c := range []struct {
		name    string
		records []string
		o       Options
		want    []string // ids, level, status, fixed
	}{
		{"aliases are one row", []string{"PYSEC-1 =CVE-1 [0,1.3.0)", "GHSA-1 =CVE-1 [0,1.2.0) HIGH", "CVE-1 [0,1.1.0)"}, Options{},
			[]string{"GHSA-1 CVE-1 PYSEC-1: high, affected, 1.3.0"}},
		{"a chain of aliases", []string{"A-1 =B-1 [0)", "B-2 =C-1 [0)", "C-1 =B-1 [0)"}, Options{},
			[]string{"A-1 B-1 B-2 C-1: unknown, affected, "}},
		{"the same record twice", []string{"A-1 [0)", "A-1 [0)"}, Options{}, []string{"A-1: unknown, affected, "}},
		{"malware first", []string{"GHSA-1 [0) CRITICAL", "MAL-1 [0)", "GHSA-2 [0)"}, Options{},
			[]string{"MAL-1: critical, affected, ", "GHSA-1: critical, affected, ", "GHSA-2: unknown, affected, "}},
		{"an alias of malware is malware", []string{"GHSA-1 =MAL-1 [0) LOW", "MAL-1 [0)"}, Options{}, []string{"MAL-1 GHSA-1: critical, affected, "}},
		{"withdrawn is left out", []string{"GHSA-1 [0) withdrawn"}, Options{}, nil},
		{"withdrawn on request", []string{"GHSA-1 [0) withdrawn"}, Options{Withdrawn: true}, []string{"GHSA-1: unknown, affected, , withdrawn"}},
		{"withdrawn beside a standing one", []string{"GHSA-1 =CVE-1 [0) withdrawn HIGH", "PYSEC-1 =CVE-1 [0,1.4.0) LOW"}, Options{Withdrawn: true},
			[]string{"PYSEC-1 CVE-1: low, affected, 1.4.0"}},
		{"not affected", []string{"A-1 [0,1.0.0)", "A-2 [2.0.0)"}, Options{}, nil},
		{"one cannot tell", []string{"A-1 =CVE-1 git", "A-2 =CVE-1 [0,1.0.0)"}, Options{}, []string{"A-1 CVE-1: unknown, cannot tell, "}},
		{"sure before unsure", []string{"A-1 git CRITICAL", "A-2 [0) LOW"}, Options{}, []string{"A-2: low, affected, ", "A-1: critical, cannot tell, "}},
	} {
		for range 3 { // in every order of the records
			var got []string
			for _, a := range Affecting(target("npm", "alpha", "1.1.0"), all(t, c.records...), c.o) {
				s := fmt.Sprintf("%s: %v, %v, %s", strings.Join(a.IDs, " "), a.Severity.Level, a.Status, a.Fixed)
				if a.Withdrawn {
					s += ", withdrawn"
				}
				got = append(got, s)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
			}
			c.records = append(slices.Clone(c.records[1:]), c.records[0])
		}
	}
}

func TestBetween(t *testing.T) {
	at := func(version string) *Target {
		if version == "-" {
			return nil
		}
		v := target("npm", "alpha", version)
		return &v
	}
	records := all(t, "A-1 [1.0.0,1.2.0)", "A-2 [1.2.0)", "A-3 [0,9.0.0) HIGH", "A-4 [0,0.5.0)", "MAL-1 [1.1.0,1.2.0)", "A-5 git", "A-6 [0) withdrawn")
	const branch = "main"
	for _, c := range []struct{ base, head, want string }{
		{"1.1.0", "1.3.0", "fixed MAL-1, introduced A-2, unknown A-5, remains A-3 to 9.0.0, fixed A-1"},
		{"-", "1.1.0", "introduced MAL-1 to 1.2.0, introduced A-3 to 9.0.0, introduced A-1 to 1.2.0, unknown A-5"},
		{"1.1.0", "-", "fixed MAL-1, unknown A-5, fixed A-3, fixed A-1"},
		{"0.9.0", "0.9.1", "unknown A-5, remains A-3 to 9.0.0"},
		// What the head is affected by is never hidden by a base that nobody knows.
		{branch, "1.3.0", "unknown MAL-1, unknown A-3 to 9.0.0, unknown A-2, unknown A-1, unknown A-4, unknown A-5"},
	} {
		var got []string
		for _, d := range Between(at(c.base), at(c.head), records, Options{}) {
			s := d.Effect.String() + " " + d.ID
			if d.Head == IsAffected && d.Fixed != "" {
				s += " to " + d.Fixed
			}
			got = append(got, s)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s -> %s:\n got %s\nwant %s", c.base, c.head, strings.Join(got, ", "), c.want)
		}
	}
}
