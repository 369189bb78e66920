package oracle

import (
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/python/pylock"

	"github.com/depreview/depreview/lockfiles"
)

func TestPylock(t *testing.T) {
	comparison{
		format:    "pylock.toml",
		extractor: pylock.New(),
		// The extractor keeps names as written; pipenv leaves their dots.
		theirs: func(name, version string) (entry, bool) {
			return entry{lockfiles.NormalizePyPI(name), version}, true
		},
	}.run(t)
}
