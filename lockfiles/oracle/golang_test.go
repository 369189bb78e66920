package oracle

import (
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem/language/golang/gomod"

	"github.com/depreview/depreview/lockfiles"
)

func TestGomod(t *testing.T) {
	comparison{
		format:    "go.mod",
		extractor: gomod.New(),
		// The extractor drops the v of versions and gives a replaced module the
		// name of its replacement; we keep both as go.mod writes them.
		ours: func(p lockfiles.Package) (entry, bool) {
			name := p.Name
			if by, ok := strings.CutPrefix(p.Origin, "replaced by "); ok {
				name = by
			}
			return entry{name, strings.TrimPrefix(p.Version, "v")}, true
		},
	}.run(t)
}
