package engines

import "testing"

func TestInputs(t *testing.T) {
	for file, want := range map[string][3]string{ // an SBOM, a vendored copy, the native library
		"bom.json":                            {"sbom"},
		"out/App.CDX.json":                    {"sbom"},
		"sbom.spdx":                           {"sbom"},
		"a/b.spdx.rdf.xml":                    {"sbom"},
		"my-bom.json":                         {},
		"package.json":                        {},
		"libs/acme.jar":                       {"", "vendored"},
		"libs/ACME.JAR":                       {"", "vendored"},
		"wheels/acme-1.0-py3-none-any.whl":    {"", "vendored"},
		"_vendor/acme-1.0.dist-info/METADATA": {"", "vendored"},
		"_vendor/acme-1.0.dist-info/RECORD":   {},
		"web/node_modules/.package-lock.json": {"", "vendored"},
		"web/.package-lock.json":              {},
		"third_party/zip/src/zip.c":           {"", "", "third_party/zip"},
		"third_party/zip/deps/inner/x.h":      {"", "", "third_party/zip/deps/inner"},
		"third_party/x.c":                     {},
		"src/zip.c":                           {},
		"third_party/zip/README":              {},
	} {
		got := [3]string{"", "", NativeCopy(file)}
		if IsSBOM(file) {
			got[0] = "sbom"
		}
		if IsVendored(file) {
			got[1] = "vendored"
		}
		if got != want {
			t.Errorf("%s is %q, want %q", file, got, want)
		}
	}
}
