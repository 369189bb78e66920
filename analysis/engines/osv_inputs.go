package engines

import (
	"path"
	"slices"
	"strings"
)

// sbomNames and sbomEndings are the files that osv-scanner v2.3.2 reads as an
// SBOM (osv-scalibr's extractor/filesystem/sbom/cdx and spdx), in any case of
// letters.
var (
	sbomNames   = []string{"bom.json", "bom.xml"}
	sbomEndings = []string{".cdx.json", ".cdx.xml", ".spdx.json", ".spdx", ".spdx.yml", ".spdx.rdf", ".spdx.rdf.xml"}
)

// vendoredEndings are the files in which a copied package tells its own name and
// version, of those that osv-scanner v2.3.2 reads (osv-scalibr's java/archive and
// python/wheelegg, its own javascript/nodemodules), without endings that other
// kinds of file have too.
var (
	vendoredArchives = []string{".jar", ".war", ".ear", ".whl", ".egg"}
	vendoredEndings  = []string{".dist-info/METADATA", ".egg-info/PKG-INFO", "EGG-INFO/PKG-INFO"}
)

// IsVendored tells whether osv-scanner reads the file at a slash path for the
// name and version of a package that was copied into the repository.
func IsVendored(file string) bool {
	ends := func(ending string) bool { return strings.HasSuffix(file, ending) }
	return slices.Contains(vendoredArchives, strings.ToLower(path.Ext(file))) || slices.ContainsFunc(vendoredEndings, ends) ||
		path.Base(file) == ".package-lock.json" && path.Base(path.Dir(file)) == "node_modules"
}

// nativeParents and nativeEndings are where osv-scanner v2.3.2 looks for copies
// of C and C++ libraries (internal/scalibrextract/filesystem/vendored), whose
// version only the service can tell.
var (
	nativeParents = []string{"3rdparty", "dep", "deps", "thirdparty", "third-party", "third_party", "libs", "external", "externals", "vendor", "vendored"}
	nativeEndings = []string{".hpp", ".h", ".hh", ".cc", ".c", ".cpp"}
)

// NativeCopy is the directory of the copied C or C++ library that the file at a
// slash path belongs to, as osv-scanner would ask the service about it; "" where
// it would not.
func NativeCopy(file string) string {
	if !slices.Contains(nativeEndings, path.Ext(file)) {
		return ""
	}
	parts := strings.Split(file, "/")
	for i := len(parts) - 2; i > 0; i-- {
		if slices.Contains(nativeParents, parts[i-1]) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// IsSBOM tells whether osv-scanner takes the file at a slash path for a
// CycloneDX or SPDX document.
func IsSBOM(file string) bool {
	name := strings.ToLower(path.Base(file))
	return slices.Contains(sbomNames, name) ||
		slices.ContainsFunc(sbomEndings, func(ending string) bool { return strings.HasSuffix(name, ending) })
}
