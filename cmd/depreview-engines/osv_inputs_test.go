//go:build engines

package main

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/engines"
)

// What stands in an SBOM is looked up under the SBOM's own path, and what cannot
// be looked up is counted.
func TestOSVSBOM(t *testing.T) {
	dir, db := t.TempDir(), t.TempDir()
	write(t, dir, map[string]string{
		"bom.json": `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
{"type":"library","name":"acme-http","version":"1.0.0","purl":"pkg:npm/acme-http@1.0.0","evidence":{"occurrences":[{"location":"/srv/app"}]}},
{"type":"library","group":"@acme","name":"core","version":"1.0.0","purl":"pkg:npm/%40acme/core@1.0.0"},
{"type":"library","name":"no-version","purl":"pkg:npm/no-version"},
{"type":"library","name":"by-hand","version":"1.0.0"}]}`,
		"out/app.spdx.json": `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"app","dataLicense":"CC0-1.0","documentNamespace":"https://app.example/1","creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: x"]},
"packages":[{"SPDXID":"SPDXRef-a","name":"acme-http","versionInfo":"1.0.0","downloadLocation":"NOASSERTION","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/acme-http@1.0.0"}]},
{"SPDXID":"SPDXRef-b","name":"app","downloadLocation":"NOASSERTION"}]}`,
		"torn.cdx.json": `{"bomFormat":"CycloneDX","components":[`,
	})
	records := npmRecords()
	records["GHSA-dddd-eeee-ffff"] = record("GHSA-dddd-eeee-ffff", "npm", "@acme/core", "")
	zipped(t, db, "osv-scalibr", "npm", records)
	a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: []string{"bom.json", "out/app.spdx.json", "torn.cdx.json"}, Database: db})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range a.Packages {
		line := p.Source + " " + p.Name + " " + p.Version + " " + p.Unknown
		for _, adv := range p.Advisories {
			line += adv.IDs[0]
		}
		got = append(got, line)
	}
	slices.Sort(got)
	want := []string{
		"bom.json @acme/core 1.0.0 GHSA-dddd-eeee-ffff",
		"bom.json acme-http 1.0.0 GHSA-aaaa-bbbb-cccc",
		"bom.json no-version  its version is not known",
		"out/app.spdx.json acme-http 1.0.0 GHSA-aaaa-bbbb-cccc",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if a.Nameless != 2 || len(a.Unread) != 1 || a.Unread[0] != "torn.cdx.json: osv-scanner cannot read it" {
		t.Errorf("nameless %d, unread %q", a.Nameless, a.Unread)
	}
}

// A copy that tells its own name and version is looked up too.
func TestOSVVendored(t *testing.T) {
	dir, db := t.TempDir(), t.TempDir()
	files := map[string]string{
		"libs/http.jar":       jar(t, "META-INF/maven/org.acme/http/pom.properties", "groupId=org.acme\nartifactId=http\nversion=1.0.0\n"),
		"libs/http-1.0.0.jar": jar(t, "a.class", "of which nobody knows what it is"),
		"libs/none.jar":       jar(t, "a.class", "of which nobody knows what it is"),
		"app/_vendor/acme_http-1.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-http\nVersion: 1.0.0\n",
		"web/node_modules/.package-lock.json":            strings.Replace(lock, `"":{"name":"app","version":"1.0.0"},`, "", 1),
	}
	write(t, dir, files)
	zipped(t, db, "osv-scalibr", "npm", npmRecords())
	zipped(t, db, "osv-scalibr", "PyPI", map[string]string{"GHSA-pppp-pppp-pppp": strings.Replace(record("GHSA-pppp-pppp-pppp", "PyPI", "acme-http", ""), "SEMVER", "ECOSYSTEM", 1)})
	zipped(t, db, "osv-scalibr", "Maven", map[string]string{"GHSA-jjjj-jjjj-jjjj": strings.Replace(record("GHSA-jjjj-jjjj-jjjj", "Maven", "org.acme:http", ""), "SEMVER", "ECOSYSTEM", 1)})
	var given []string
	for file := range files {
		if !engines.IsVendored(file) {
			t.Errorf("%s would not be given", file)
		}
		given = append(given, file)
	}
	slices.Sort(given)
	a, err := find(t).OSV(t.Context(), engines.OSVRequest{Directory: dir, Lockfiles: given, Database: db})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"libs/http.jar org.acme:http":                              "GHSA-jjjj-jjjj-jjjj",
		"app/_vendor/acme_http-1.0.0.dist-info/METADATA acme-http": "GHSA-pppp-pppp-pppp",
		"web/node_modules/.package-lock.json acme-http":            "GHSA-aaaa-bbbb-cccc",
		"web/node_modules/.package-lock.json left-padz":            "",
	}
	for _, p := range a.Packages {
		id := ""
		for _, adv := range p.Advisories {
			id += adv.IDs[0]
		}
		if wanted, known := want[p.Source+" "+p.Name]; !known || wanted != id || p.Unknown != "" {
			t.Errorf("got %+v", p)
		}
		delete(want, p.Source+" "+p.Name)
	}
	const silent = "an archive that does not state its name and version"
	if gaps := []engines.OSVGap{{Source: "libs/http-1.0.0.jar", Reason: silent}, {Source: "libs/none.jar", Reason: silent}}; !slices.Equal(a.NotSupported, gaps) {
		t.Errorf("not supported: %+v", a.NotSupported)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v; %+v", want, a)
	}
}

// jar is an archive with one file.
func jar(t *testing.T, name, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	part, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
