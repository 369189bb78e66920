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

// IsSBOM tells whether osv-scanner takes the file at a slash path for a
// CycloneDX or SPDX document.
func IsSBOM(file string) bool {
	name := strings.ToLower(path.Base(file))
	return slices.Contains(sbomNames, name) ||
		slices.ContainsFunc(sbomEndings, func(ending string) bool { return strings.HasSuffix(name, ending) })
}
