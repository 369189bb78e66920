package registry

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/lockfiles"
)

func TestPyPI(t *testing.T) {
	c, _ := serving(t, map[string]string{
		"pypi.invalid/simple/acme-http/": `{"name":"acme-http","project-status":{"status":"archived","reason":"done"},"versions":["1.0","1.1.0","2.0.0","2.1.0","3.0rc1"],"files":[
{"filename":"Acme_HTTP-1.0-py3-none-any.whl","url":"u","hashes":{"sha256":"aa"},"size":100,"upload-time":"2025-01-01T00:00:05Z","yanked":false,"provenance":"https://pypi.invalid/p"},
{"filename":"acme.http-1.0.0.tar.gz","url":"u","hashes":{"sha256":"ab"},"size":50,"upload-time":"2025-01-01T00:00:00Z","yanked":"half"},
{"filename":"acme_http-1.1.0-cp312-cp312-linux_x86_64.whl","url":"u","hashes":{},"size":70,"upload-time":"2025-02-01T00:00:00Z","yanked":"broken"},
{"filename":"acme-http-1.1.0.zip","url":"u","hashes":{"sha256":"ac"},"size":60,"upload-time":"2025-02-01T00:00:00Z","yanked":true},
{"filename":"acme_http-2.0.0.tar.gz","url":"u","hashes":{"sha256":"ad"},"size":90,"upload-time":"2026-01-01T00:00:00Z","yanked":false},
{"filename":"other-9.9.tar.gz","url":"u","hashes":{},"yanked":false},
{"filename":"acme_http-3.0rc1-py3.9.egg","url":"u","hashes":{},"yanked":false}]}`,
		"pypi.invalid/pypi/acme-http/1.0/json":   `{"info":{"name":"acme-http","version":"1.0","license":"whole text","license_expression":"MIT","requires_dist":["left_padz>=1","x ; extra == 'dev'","Left-Padz; python_version<'3'"],"project_urls":{"Source Code":"https://git.example/acme/http.git","Homepage":"https://acme.example"}},"urls":[],"ownership":{"roles":[{"role":"Owner","user":"ada"},{"role":"Maintainer","user":"ada"},{"role":"Maintainer","user":"bob"}]}}`,
		"pypi.invalid/pypi/acme-http/2.0.0/json": `{"info":{"name":"acme-http","version":"2.0.0","license":"MIT\n\nwhole text","classifiers":["License :: OSI Approved","License :: OSI Approved :: MIT License"]},"urls":[]}`,
	})
	p, err := pypi{c}.Package(t.Context(), "acme-http", []string{"1.0.0", "2.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	wantBrief(t, p, "1.0 2025-01-01 *; 1.1.0 2025-02-01 withdrawn:yes (broken); 2.0.0 2026-01-01 *; 2.1.0 withdrawn:unknown; 3.0rc1")
	if p.Status != "archived" || p.StatusReason != "done" || p.Source != "pypi.invalid" || !p.Observed.Equal(today) || p.Incomplete != nil ||
		!reflect.DeepEqual(p.Maintainers, []string{"ada", "bob"}) || p.Repository != "https://git.example/acme/http" {
		t.Errorf("%+v", p)
	}
	want := &Detail{
		License: "MIT", Size: 50, Packed: true, Repository: "https://git.example/acme/http", Attested: lockfiles.Yes,
		Digests: []lockfiles.Digest{{Algorithm: "sha256", Value: "aa"}, {Algorithm: "sha256", Value: "ab"}},
		Scripts: map[string]string{}, Requires: []string{"left-padz"},
	}
	if got := p.Find("1.0.0.0").Detail; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	d := p.Find("2").Detail
	if d.License != "License :: OSI Approved :: MIT License" || d.Size != 90 || d.Attested != lockfiles.No || d.Scripts["sdist"] != "acme_http-2.0.0.tar.gz" || d.Requires != nil {
		t.Errorf("%+v", d)
	}
}

func TestPyPIUnknown(t *testing.T) {
	c, s := serving(t, map[string]string{
		"pypi.invalid/simple/html/":       `<html><a href="html-1.0.tar.gz">x</a></html>`,
		"pypi.invalid/pypi/html/1.0/json": `{"info":{"name":"html","version":"1.0","yanked":true,"yanked_reason":"bad"},"urls":[{"filename":"html-1.0.tar.gz","packagetype":"sdist","size":5,"upload_time_iso_8601":"2026-01-01T00:00:00Z","yanked":true,"yanked_reason":"bad"}]}`,
		"pypi.invalid/simple/held/":       `{"name":"held","project-status":{"status":"quarantined"},"versions":[],"files":[]}`,
		"pypi.invalid/simple/half/":       `{"name":"half","versions":["1.0"],"files":[{"filename":"half-1.0-cp312-cp312-win_amd64.whl","url":"u","hashes":{},"yanked":false},{"filename":"half-1.0.tar.gz","url":"u","hashes":{},"yanked":false}]}`,
		"pypi.invalid/pypi/half/1.0/json": `500 {}`,
		"pypi.invalid/simple/broken/":     `500 {}`,
		"pypi.invalid/simple/bare/":       `{"name":"bare","versions":["1.0"],"files":[]}`,
		"pypi.invalid/pypi/bare/1.0/json": `{"info":{"name":"bare","version":"1.0"},"urls":[]}`,
	})
	ask := func(name string, versions ...string) (*Package, error) {
		return pypi{c}.Package(t.Context(), name, versions)
	}
	p, err := ask("html", "1.0", "2.0")
	if err != nil || p.Incomplete == nil || brief(p) != "1.0 2026-01-01 withdrawn:yes (bad) *" || p.Find("1.0").Detail.Scripts["sdist"] == "" {
		t.Errorf("%+v %v", p, err)
	}
	if p, err = ask("held", "1.0"); err != nil || p.Status != "quarantined" || p.Find("1.0") != nil || s.count("pypi.invalid/pypi/held/1.0/json") != 0 {
		t.Errorf("%+v %v", p, err)
	}
	if p, err = ask("half", "1.0"); err != nil || p.Incomplete == nil || p.Maintainers != nil {
		t.Errorf("%+v %v", p, err)
	} else if d := p.Find("1.0").Detail; d.Scripts == nil || d.ScriptsLimit == "" || d.License != "" || d.Attested != lockfiles.Unclaimed || d.Size != 0 {
		t.Errorf("%+v", d)
	}
	if p, err = ask("bare", "1.0"); err != nil || p.Status != "" || p.Find("1.0").Withdrawn != lockfiles.Unclaimed || p.Find("1.0").Detail.Scripts != nil || p.Maintainers != nil {
		t.Errorf("%+v %v", p, err)
	}
	if _, err = ask("broken", "1.0"); err == nil || errors.Is(err, clients.ErrAbsent) {
		t.Error(err)
	}
	if _, err = ask("nothing", "1.0"); !errors.Is(err, clients.ErrAbsent) {
		t.Error(err)
	}
}

// TestPyPIBooks: installers of old projects make up no releases.
func TestPyPIBooks(t *testing.T) {
	files := []clients.PyPIFile{
		{Filename: "acme-1.5.1.tar.gz"}, {Filename: "acme-1.5.1.win32-py2.7-nosse.exe"}, {Filename: "acme-1.6-py3-none-any.whl"},
		{Filename: "acme-nightly.zip"}, {Filename: "acme-1.6.zip"},
	}
	for want, versions := range map[string][]string{"1.5.1:1 1.6:2 ": nil, "1.5.1.0:1 1.6:2 2.0:0 ": {"1.5.1.0", "1.6", "1.6.0", "2.0"}} {
		got := ""
		for _, b := range pypiBooks("acme", &clients.PyPIProject{Versions: versions, Files: files}) {
			got += fmt.Sprintf("%s:%d ", b.version, len(b.files))
		}
		if got != want {
			t.Errorf("%v: %q, want %q", versions, got, want)
		}
	}
}

func TestPyPIFileVersion(t *testing.T) {
	for file, want := range map[string]string{
		"acme_http-1.0-py3-none-any.whl":            "1.0",
		"Acme.HTTP-1.0-1-cp312-cp312-win_amd64.whl": "1.0",
		"acme-http-1.0.tar.gz":                      "1.0",
		"acme-http-1.0-2.tar.gz":                    "1.0-2",
		"acme-http-1.0rc1.zip":                      "1.0rc1",
		"acme_http-1.0-py2.7.egg":                   "1.0",
		"acme_http-1.0-py3.9-win-amd64.egg":         "1.0",
		"acme_http-1.0.win-amd64-py3.9.exe":         "1.0",
		"acme_http-1.0.win32.exe":                   "1.0",
		"acme_http-1.0-1.noarch.rpm":                "1.0",
		"acme-httpd-1.0.tar.gz":                     "",
		"acme-1.0.tar.gz":                           "",
		"acme-http":                                 "",
	} {
		if got := pypiFileVersion("acme-http", file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}
