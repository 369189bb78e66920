package oracle

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/pnpmlock"
	"github.com/google/osv-scalibr/inventory"

	"github.com/depreview/depreview/lockfiles"
)

func TestPnpm(t *testing.T) {
	comparison{format: "pnpm-lock.yaml", extractor: withoutDirectories{pnpmlock.New()}, ours: pnpmOurs}.run(t)
}

// pnpmOurs leaves out instances of 6.x whose peers have a scope: the extractor
// cuts /a@1.0.0(@s/b@2.0.0) at every slash and then drops it. We are right.
func pnpmOurs(p lockfiles.Package) (entry, bool) {
	_, peers, _ := strings.Cut(p.Path, "(")
	return entry{p.Name, p.Version}, !strings.HasPrefix(p.Path, "/") || !strings.Contains(peers, "/")
}

// withoutDirectories hides directories of the project's own tree from the
// extractor. To us they are roots, since the same review shows their source.
type withoutDirectories struct{ filesystem.Extractor }

var pnpmDirectory = regexp.MustCompile(`(?m)^  file:.*:\n    resolution: \{directory: .*\n(?:    .*\n)*`)

func (e withoutDirectories) Extract(ctx context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	data, err := io.ReadAll(input.Reader)
	if err != nil {
		return inventory.Inventory{}, err
	}
	input.Reader = bytes.NewReader(pnpmDirectory.ReplaceAll(data, nil))
	return e.Extractor.Extract(ctx, input)
}
