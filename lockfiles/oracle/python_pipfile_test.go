package oracle

import (
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/python/pipfilelock"

	"github.com/depreview/depreview/lockfiles"
)

func TestPipfileLock(t *testing.T) {
	comparison{
		format:    "Pipfile.lock",
		extractor: pipfilelock.New(),
		// The extractor passes over entries without a pinned version; we keep
		// them, for they are installed all the same.
		ours: func(p lockfiles.Package) (entry, bool) { return entry{p.Name, p.Version}, p.Version != "" },
		theirs: func(name, version string) (entry, bool) {
			return entry{lockfiles.NormalizePyPI(name), version}, true
		},
	}.run(t)
}
