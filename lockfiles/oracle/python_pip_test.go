package oracle

import (
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/python/requirements"

	"github.com/depreview/depreview/lockfiles"
)

func TestRequirements(t *testing.T) {
	const range1 = "the extractor takes the lower bound of a range for the version; a range pins none"
	comparison{
		format:    "requirements.txt",
		extractor: requirements.NewDefault(),
		// The extractor passes over every line that names a URL or a
		// repository, and every name written with a dot.
		ours: func(p lockfiles.Package) (entry, bool) {
			return entry{p.Name, p.Version}, p.Origin == "" && !dotted(p.Name)
		},
		// The extractor keeps names as written.
		theirs: func(name, version string) (entry, bool) {
			name = lockfiles.NormalizePyPI(name)
			return entry{name, version}, !dotted(name)
		},
		known: map[string]map[string]string{
			"pip-sigstore-conformance-da68f584/before/tools/requirements.txt": {"+sigstore ": range1, "-sigstore 1.1.2": range1},
			"pip-sigstore-conformance-da68f584/after/tools/requirements.txt":  {"+sigstore ": range1, "-sigstore 3.6.1": range1},
			"pip-warehouse-50fd6374/before/requirements/dev.txt": {
				"+asyncudp ": range1, "-asyncudp 0.7": range1,
				"+hupper ": range1, "-hupper 1.9": range1,
				"+pip-tools ": range1, "-pip-tools 1.0": range1,
				"+pyramid-debugtoolbar ": range1, "-pyramid-debugtoolbar 2.5": range1,
			},
		},
	}.run(t)
}

// dotted tells the names that some files of the corpus write with a dot, and
// others with a dash.
func dotted(name string) bool {
	for _, namespace := range []string{"zope-", "repoze-", "jaraco-"} {
		if strings.HasPrefix(name, namespace) {
			return true
		}
	}
	return false
}
