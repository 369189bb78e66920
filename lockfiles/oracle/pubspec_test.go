package oracle

import (
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/dart/pubspec"
)

func TestPubspecLock(t *testing.T) {
	// Entries with "source: path" inside the repository are the project's own
	// packages: for us roots, for the extractor packages like any other.
	own := map[string]bool{"_popularity": true, "_pub_shared": true, "api_builder": true,
		"fake_gcloud": true, "indexed_blob": true, "pub_package_reader": true}
	comparison{
		format:    "pubspec.lock",
		extractor: pubspec.New(),
		theirs: func(name, version string) (entry, bool) {
			return entry{name, version}, !own[name]
		},
	}.run(t)
}
