package oracle

import (
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/php/composerlock"
)

func TestComposerlock(t *testing.T) {
	comparison{format: "composer.lock", extractor: composerlock.New()}.run(t)
}
