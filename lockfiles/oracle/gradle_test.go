package oracle

import (
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/java/gradlelockfile"
)

func TestGradleLock(t *testing.T) {
	comparison{format: "gradle.lockfile", extractor: gradlelockfile.New()}.run(t)
}
