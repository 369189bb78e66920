//go:build engines

package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

const lock = `{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0"},
"node_modules/acme-http":{"version":"1.0.0"},"node_modules/left-padz":{"version":"2.0.0"}}}`

// record is an advisory of versions before 1.5.0.
func record(id, ecosystem, name, more string) string {
	return fmt.Sprintf(`{"id":%q,"modified":"2026-01-02T03:04:05Z","schema_version":"1.7.0","summary":"s"%s,
"affected":[{"package":{"ecosystem":%q,"name":%q},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.5.0"}]}]}]}`, id, more, ecosystem, name)
}

// zipped writes a database of one ecosystem.
func zipped(t *testing.T, dir, layout, ecosystem string, records map[string]string) string {
	t.Helper()
	file := filepath.Join(dir, layout, ecosystem, "all.zip")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for name, text := range records {
		part, err := w.Create(name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func npmRecords() map[string]string {
	return map[string]string{
		"GHSA-aaaa-bbbb-cccc": record("GHSA-aaaa-bbbb-cccc", "npm", "acme-http", `,"aliases":["CVE-2026-1"]`),
		"MAL-2026-1":          record("MAL-2026-1", "npm", "event-flow", ""),
	}
}

func find1(t *testing.T, a engines.OSVAnswer, name string) engines.OSVPackage {
	t.Helper()
	i := slices.IndexFunc(a.Packages, func(p engines.OSVPackage) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("no %s in %+v", name, a)
	}
	return a.Packages[i]
}

func TestOSV(t *testing.T) {
	dir, db := t.TempDir(), t.TempDir()
	write(t, dir, map[string]string{
		"web/package-lock.json": lock,
		// The reviewed branch's own wish to see nothing.
		"web/osv-scanner.toml": "[[IgnoredVulns]]\nid = \"GHSA-aaaa-bbbb-cccc\"\nreason = \"x\"\n",
		".gitignore":           "web\n",
	})
	zipped(t, db, "osv-scalibr", "npm", npmRecords())
	for name, files := range map[string][]string{"files": {"web/package-lock.json"}, "directory": nil} {
		t.Run(name, func(t *testing.T) {
			a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: files, Database: db})
			if err != nil {
				t.Fatal(err)
			}
			p := find1(t, a, "acme-http")
			if p.Source != "web/package-lock.json" || p.Version != "1.0.0" || p.Ecosystem != "npm" || p.Unknown != "" || len(p.Advisories) != 1 {
				t.Fatalf("got %+v", p)
			}
			if adv := p.Advisories[0]; !slices.Equal(adv.IDs, []string{"GHSA-aaaa-bbbb-cccc"}) || !slices.Contains(adv.Aliases, "CVE-2026-1") || adv.Called != engines.CallsNotAnalysed {
				t.Errorf("got %+v", adv)
			}
			if clean := find1(t, a, "left-padz"); len(clean.Advisories) != 0 || clean.Unknown != "" {
				t.Errorf("got %+v", clean)
			}
			if len(a.Packages) != 2 || len(a.Databases) != 1 || a.Databases[0].Records != 2 || a.Databases[0].Modified.IsZero() || a.ScannerVersion == "unknown" {
				t.Errorf("got %+v", a)
			}
		})
	}
}

// Of two layouts the newer whole database is read, and a damaged one never.
func TestOSVLayouts(t *testing.T) {
	dir, db := t.TempDir(), t.TempDir()
	write(t, dir, map[string]string{"package-lock.json": lock})
	zipped(t, db, "osv-scanner", "npm", npmRecords())
	damaged := zipped(t, db, "osv-scalibr", "npm", npmRecords())
	if err := os.Truncate(damaged, 100); err != nil {
		t.Fatal(err)
	}
	a, err := runOSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"package-lock.json"}, Database: db})
	if err != nil || len(find1(t, a, "acme-http").Advisories) != 1 {
		t.Errorf("got %+v, %v", a, err)
	}
}

// Without a whole database nothing is clean.
func TestOSVDatabaseMissing(t *testing.T) {
	offline(t)
	dir := t.TempDir()
	write(t, dir, map[string]string{"package-lock.json": lock, "requirements.txt": "acme-http==1.0.0\n"})
	request := engines.OSVRequest{Directory: dir, Lockfiles: []string{"package-lock.json"}}
	for reason, prepare := range map[string]func(db string){
		"osv-scanner has no downloads of advisories on this machine": func(string) {},
		"there is no database of npm":                                func(db string) { zipped(t, db, "osv-scalibr", "PyPI", npmRecords()) },
		"it is no whole zip": func(db string) {
			if err := os.Truncate(zipped(t, db, "osv-scalibr", "npm", npmRecords()), 200); err != nil {
				t.Fatal(err)
			}
		},
		"it holds no record": func(db string) { zipped(t, db, "osv-scalibr", "npm", map[string]string{}) },
		"1 of its records cannot be read": func(db string) {
			records := npmRecords()
			records["GHSA-aaaa-bbbb-cccc"] = strings.Replace(records["GHSA-aaaa-bbbb-cccc"], `"modified":"2026`, `"modified":"x`, 1)
			zipped(t, db, "osv-scalibr", "npm", records)
		},
		"GHSA-aaaa-bbbb-cccc": func(db string) { // bytes that rot within a zip whose directory is whole
			file := zipped(t, db, "osv-scalibr", "npm", map[string]string{"GHSA-aaaa-bbbb-cccc": npmRecords()["GHSA-aaaa-bbbb-cccc"]})
			f, err := os.OpenFile(file, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteAt([]byte("rotten"), 80)
			f.Close()
		},
	} {
		db := t.TempDir()
		prepare(db)
		request.Database = db
		a, err := runOSV(t.Context(), request)
		e, ok := errors.AsType[*engines.Error](err)
		if !ok || e.Kind != engines.Database || !strings.Contains(e.Reason, reason) || e.Hint != "depreview db update" {
			t.Errorf("%s: got %+v, %v", reason, a.Packages, err)
		}
	}
	// One ecosystem's absence leaves the other's answers.
	db := t.TempDir()
	zipped(t, db, "osv-scalibr", "npm", npmRecords())
	request.Database, request.Lockfiles = db, []string{"package-lock.json", "requirements.txt"}
	a, err := runOSV(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.Packages {
		if want := map[string]string{"npm": "", "PyPI": "there is no database of PyPI"}[p.Ecosystem]; p.Unknown != want {
			t.Errorf("%+v is not %q", p, want)
		}
	}
}

func TestOSVUnreadFiles(t *testing.T) {
	offline(t)
	dir, db := t.TempDir(), t.TempDir()
	write(t, dir, map[string]string{"package-lock.json": lock, "bad/package-lock.json": `{"packages": [`, "notes.txt": "x"})
	zipped(t, db, "osv-scalibr", "npm", npmRecords())
	for name, files := range map[string][]string{"files": {"bad/package-lock.json", "package-lock.json", "notes.txt"}, "directory": nil} {
		a, err := runOSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: files, Database: db})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said := strings.Join(a.Unread, "\n")
		if !strings.Contains(said, "bad/package-lock.json") || strings.Contains(said, dir[1:]) || strings.Contains(said, "notes.txt") {
			t.Errorf("%s: unread is %q", name, said)
		}
		if want := []engines.OSVGap{{Source: "notes.txt", Reason: "osv-scanner does not know this kind of file"}}; files != nil && !slices.Equal(a.NotSupported, want) {
			t.Errorf("not supported: %+v", a.NotSupported)
		}
		if len(find1(t, a, "acme-http").Advisories) != 1 {
			t.Errorf("%s: got %+v", name, a)
		}
	}
	a, err := runOSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"bad/package-lock.json"}, Database: db})
	if err != nil || len(a.Unread) != 1 || len(a.Packages) != 0 {
		t.Errorf("got %+v, %v", a, err)
	}
	a, err = runOSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"notes.txt"}, Database: db})
	if err != nil || len(a.NotSupported) != 1 || len(a.Unread)+len(a.Packages) != 0 {
		t.Errorf("got %+v, %v", a, err)
	}
	if a, err := runOSV(t.Context(), engines.OSVRequest{Directory: t.TempDir(), Database: db}); err == nil {
		t.Errorf("an empty directory: got %+v", a)
	}
}

func TestOSVRefuses(t *testing.T) {
	dir, db := t.TempDir(), t.TempDir()
	write(t, dir, map[string]string{"package-lock.json": lock})
	if err := os.Symlink("/etc", filepath.Join(dir, "out")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("package-lock.json", filepath.Join(dir, "npm-shrinkwrap.json")); err != nil {
		t.Skip(err)
	}
	for _, r := range []engines.OSVRequest{
		{Directory: "relative", Database: db},
		{Directory: dir, Database: "relative"},
		{Directory: dir, Database: db, Lockfiles: []string{"../package-lock.json"}},
		{Directory: dir, Database: db, Lockfiles: []string{"/etc/passwd"}},
		{Directory: dir, Database: db, Lockfiles: []string{"absent.json"}},
		{Directory: dir, Database: db, Lockfiles: []string{"npm-shrinkwrap.json"}},
		{Directory: dir, Database: db, Lockfiles: []string{"out/passwd"}},
		{Directory: filepath.Join(dir, "absent"), Database: db, Lockfiles: []string{"x"}},
	} {
		if _, err := runOSV(t.Context(), r); err == nil {
			t.Errorf("%+v is taken", r)
		} else if e, ok := errors.AsType[*engines.Error](err); !ok || e.Kind != engines.Request {
			t.Errorf("%+v: got %v", r, err)
		}
	}
}

// What a Go module calls is told from what it only requires; a module that does
// not build leaves it unknown.
func TestOSVGoCalls(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not installed")
	}
	db := t.TempDir()
	goRecord := func(id, symbol string) string {
		return fmt.Sprintf(`{"id":%q,"modified":"2026-01-02T03:04:05Z","schema_version":"1.7.0","summary":"s",
"affected":[{"package":{"ecosystem":"Go","name":"acme.example/http"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.5.0"}]}],
"ecosystem_specific":{"imports":[{"path":"acme.example/http","symbols":[%q]}]}}]}`, id, symbol)
	}
	zipped(t, db, "osv-scalibr", "Go", map[string]string{"GO-2026-1": goRecord("GO-2026-1", "Get"), "GO-2026-2": goRecord("GO-2026-2", "Post")})
	files := map[string]string{
		"go.mod":                           "module app.example\n\ngo 1.21\n\nrequire acme.example/http v1.0.0\n",
		"main.go":                          "package main\n\nimport \"acme.example/http\"\n\nfunc main() { http.Get() }\n",
		"vendor/acme.example/http/http.go": "package http\n\nfunc Get() {}\nfunc Post() {}\n",
		"vendor/modules.txt":               "# acme.example/http v1.0.0\n## explicit; go 1.21\nacme.example/http\n",
	}
	for _, c := range []struct {
		name, main string
		ask        bool
		want       map[string]engines.Called
		unknown    string
	}{
		{"asked", files["main.go"], true, map[string]engines.Called{"GO-2026-1": engines.IsCalled, "GO-2026-2": engines.NotCalled}, ""},
		{"not asked", files["main.go"], false, map[string]engines.Called{"GO-2026-1": "", "GO-2026-2": ""}, ""},
		{"does not build", "package main\n\nimport \"acme.example/absent\"\n", true, map[string]engines.Called{"GO-2026-1": "", "GO-2026-2": ""}, "Failed to run code analysis"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			files["main.go"] = c.main
			write(t, dir, files)
			a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"go.mod"}, Database: db, GoCalls: c.ask})
			if err != nil {
				t.Fatal(err)
			}
			p := find1(t, a, "acme.example/http")
			if len(p.Advisories) != 2 || (a.CallsUnknown == "") != (c.unknown == "") || !strings.Contains(a.CallsUnknown, c.unknown) {
				t.Fatalf("got %+v, calls unknown: %q", p, a.CallsUnknown)
			}
			for _, adv := range p.Advisories {
				if adv.Called != c.want[adv.IDs[0]] {
					t.Errorf("%s is %q, want %q", adv.IDs[0], adv.Called, c.want[adv.IDs[0]])
				}
			}
		})
	}
}
