package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/diff/revision"
)

// fakeEngine is this test binary under the engine's name. The file beside the
// name that it was started by says how to behave.
func fakeEngine() {
	told, _ := os.ReadFile(filepath.Join(filepath.Dir(os.Args[0]), "behaviour"))
	version := buildVersion()
	switch string(told) {
	case "garbage":
		fmt.Println("Warning: hello")
		os.Exit(0)
	case "crash":
		panic("left-padz is too long")
	case "version":
		version = "v0.0.1"
	}
	os.Exit(engines.Serve(context.Background(), version, os.Args[1], os.Stdin, os.Stdout, engines.Handlers{
		Scorecard: fakeScorecard,
		OSV: func(_ context.Context, r engines.OSVRequest) (engines.OSVAnswer, error) {
			if _, err := os.Stat(filepath.Join(r.Database, "osv-scalibr", "npm", "all.zip")); err != nil {
				return engines.OSVAnswer{}, &engines.Error{Kind: engines.Database, Reason: "there is no advisory database on this machine", Hint: "depreview db update"}
			}
			return fakeScan(r, string(told) == "partial")
		},
	}))
}

// fakeScan answers of what really lies in the directory.
func fakeScan(r engines.OSVRequest, partial bool) (a engines.OSVAnswer, err error) {
	a.ScannerVersion, a.Databases = "v2.9.9", []engines.OSVDatabase{{Ecosystem: "npm", Records: 3}}
	for _, file := range r.Lockfiles {
		data, err := os.ReadFile(filepath.Join(r.Directory, file))
		if err != nil {
			return a, err
		}
		var lock struct {
			Packages map[string]struct{ Version string }
		}
		if filepath.Base(file) == "go.mod" {
			if _, err := os.Stat(filepath.Join(r.Directory, "main.go")); err != nil || !r.GoCalls {
				a.CallsUnknown = "there is no source"
			}
			a.Databases = append(a.Databases, engines.OSVDatabase{Ecosystem: "Go", Records: 1})
			a.Packages = append(a.Packages, engines.OSVPackage{Source: file, Ecosystem: "Go", Name: "stdlib", Version: "1.26"})
			continue
		}
		if filepath.Base(file) == "empty.jar" {
			continue
		}
		if err := json.Unmarshal(data, &lock); err != nil {
			return a, err
		}
		for key, entry := range lock.Packages {
			name := strings.TrimPrefix(key, "node_modules/")
			if name == "" || partial && name == "left-padz" {
				continue
			}
			p := engines.OSVPackage{Source: file, Ecosystem: "npm", Name: name, Version: entry.Version}
			switch name {
			case "acme-http": // depreview knows it by its other name
				p.Advisories = []engines.OSVAdvisory{{IDs: []string{"CVE-2026-0002"}, MaxSeverity: "9.8", Called: engines.NotCalled}}
			case "left-padz":
				p.Advisories = []engines.OSVAdvisory{{IDs: []string{"GHSA-llll-llll-llll"}, MaxSeverity: "7.2", Called: engines.IsCalled}}
			}
			a.Packages = append(a.Packages, p)
		}
	}
	return a, nil
}

// installed puts the fake on PATH, and nothing else.
func installed(t *testing.T, behaviour string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a link to the test binary needs a right that few have")
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(own, filepath.Join(dir, "depreview-engines")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "behaviour"), []byte(behaviour), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
}

// downloaded puts a file where osv-scalibr's download would be.
func downloaded(t *testing.T, home string) {
	t.Helper()
	for _, name := range []string{"OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY", "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY"} {
		t.Setenv(name, home)
	}
	dir := filepath.Join(home, "osv-scalibr", "npm")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "all.zip"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAuditEngine: each row says who found it, what is called goes before what
// is not, and what the engine alone found is there.
func TestAuditEngine(t *testing.T) {
	home := isolated(t)
	downloaded(t, home)
	installed(t, "")
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	dir := pair(t, nil, map[string]string{"go.mod": "module example.org/app\n\ngo 1.26\n", "main.go": "package main\n"}, "acme-http", "event-flow", "left-padz")
	server := httptest.NewServer(&osv{})
	defer server.Close()
	args := []string{"--repo", dir, "--config", everywhere(t, server.URL, ""), "--engine", "osv-scanner"}
	code, out, told := runAudit(append(args, "--format", "json")...)
	if code != exitFound || told != "" {
		t.Errorf("exit code %d: %s", code, told)
	}
	var report struct {
		Packages []struct {
			Name       string
			Advisories []struct {
				ID, Severity, Reach string
				FoundBy             []string `json:"found_by"`
			}
		}
		Engines []struct {
			Name, Version string
			Coverage      struct{ Done, Unknown int }
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range report.Packages {
		for _, a := range p.Advisories {
			got = append(got, strings.Join([]string{p.Name, a.ID, a.Severity, a.Reach, strings.Join(a.FoundBy, "+")}, " "))
		}
	}
	want := []string{ // what is exploited first, whatever is called
		"event-flow GHSA-eeee-eeee-eeee medium unknown depreview",
		"left-padz GHSA-llll-llll-llll high called osv-scanner",
		"acme-http GHSA-aaaa-aaaa-aaaa critical not_called depreview+osv-scanner",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if e := report.Engines; len(e) != 1 || e[0].Version != "v2.9.9" || e[0].Coverage.Done != 4 || e[0].Coverage.Unknown != 0 {
		t.Errorf("engines: %+v", e)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, out, _ := runAudit(args...); !strings.Contains(out, "(called) (found by osv-scanner)") || !strings.Contains(out, "npm left-padz  1.0.1  1 advisory; direct") || !strings.Contains(out, "\nosv-scanner v2.9.9: checked 4 of 4\n") {
		t.Errorf("text:\n%s", out)
	}
}

// TestAuditEngineSilent: what the engine does not say is unknown to it, what
// depreview found stands, and nothing is clean by that.
func TestAuditEngineSilent(t *testing.T) {
	for _, c := range []struct {
		behaviour, told, last string
		absent, empty         bool
	}{
		{behaviour: "absent", absent: true, told: "hint: build both from one checkout", last: "osv-scanner: no answer: depreview-engines is not installed"},
		{behaviour: "version", told: "v0.0.1", last: "osv-scanner: no answer: "},
		{behaviour: "garbage", told: "osv engine: ", last: "osv-scanner: no answer: "},
		{behaviour: "crash", told: "osv engine: ", last: "osv-scanner: no answer: "},
		{behaviour: "no database", empty: true, told: "hint: depreview db update", last: "osv-scanner: no answer: there is no advisory database"},
		{behaviour: "partial", told: "osv-scanner does not know of 1 of 2 packages", last: "osv-scanner v2.9.9: checked 1 of 2; 1 unknown: 1 osv-scanner does not list it"},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			home := isolated(t)
			installed(t, c.behaviour)
			if c.absent {
				t.Setenv("PATH", t.TempDir())
			}
			downloaded(t, home)
			if c.empty {
				if err := os.RemoveAll(filepath.Join(home, "osv-scalibr")); err != nil {
					t.Fatal(err)
				}
			}
			dir := pair(t, nil, nil, "left-padz", "nothing-known")
			server := httptest.NewServer(&osv{})
			defer server.Close()
			args := []string{"--repo", dir, "--config", everywhere(t, server.URL, ""), "--engine", "osv-scanner"}
			code, out, told := runAudit(args...)
			if code != exitIncomplete || !strings.Contains(told, "incomplete (exit code 3)") || !strings.Contains(told, c.told) {
				t.Errorf("exit code %d: %s", code, told)
			}
			if !strings.Contains(out, "\n"+c.last) || !strings.Contains(out, "\nchecked 2 of 2") {
				t.Errorf("report:\n%s", out)
			}
		})
	}
}

// TestCopyOut: a copy is what the revision holds, within its bounds.
func TestCopyOut(t *testing.T) {
	dir := pair(t, nil, map[string]string{"api/go.mod": "module example.org/api\n"}, "left-padz")
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	rev, err := repo.Revision(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len(lockfile(1, "left-padz")) + len("module example.org/api\n"))
	both := []string{"api/go.mod", "package-lock.json"}
	for _, c := range []struct {
		files []string
		most  limits
		want  string
	}{
		{both, limits{2, size}, ""},
		{both, limits{1, size}, "more than 1 files"},
		{both, limits{2, size - 1}, "too large together"},
		{[]string{"api"}, limits{2, size}, "copy api for the engine"},
		{[]string{"gone.lock"}, limits{2, size}, "copy gone.lock for the engine"},
		{[]string{"../package-lock.json"}, limits{2, size}, "for the engine"},
	} {
		to := t.TempDir()
		err := copyOut(t.Context(), rev, to, c.files, c.most)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v %v: %v", c.files, c.most, err)
		}
		if data, _ := os.ReadFile(filepath.Join(to, "api", "go.mod")); c.want == "" && string(data) != "module example.org/api\n" {
			t.Errorf("copied %q", data)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := copyOut(ended, rev, t.TempDir(), both, limits{2, size}); err == nil {
		t.Error("goes on when nobody waits any more")
	}
}
