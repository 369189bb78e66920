package oracle

import (
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/dotnet/packageslockjson"
)

func TestPackagesLock(t *testing.T) {
	comparison{
		format:    "packages.lock.json",
		extractor: packageslockjson.NewDefault(),
		// The extractor lists referenced projects as packages without a
		// version; they are the repository's own, for us roots.
		theirs: func(name, version string) (entry, bool) {
			return entry{name, version}, version != ""
		},
	}.run(t)
}
