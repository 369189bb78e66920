package oracle

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"testing"

	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/pnpmlock"
	"github.com/google/osv-scalibr/inventory"
)

func TestPnpm(t *testing.T) {
	comparison{format: "pnpm-lock.yaml", extractor: pnpmExtractor{pnpmlock.New()}}.run(t)
}

// pnpmExtractor hands the extractor a file that it reads rightly:
//   - without directories of the project's own tree. To us they are roots,
//     since the same review shows their source;
//   - with short peers in the keys of 6.x: the extractor cuts
//     /a@1.0.0(@s/b@2.0.0) at every slash and then drops it.
type pnpmExtractor struct{ filesystem.Extractor }

var (
	pnpmDirectory = regexp.MustCompile(`(?m)^  file:.*:\n    resolution: \{directory: .*\n(?:    .*\n)*`)
	pnpmPeers     = regexp.MustCompile(`(?m)^  (/[^(\n]*)\(.*\):$`)
)

func (e pnpmExtractor) Extract(ctx context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	data, err := io.ReadAll(input.Reader)
	if err != nil {
		return inventory.Inventory{}, err
	}
	data = pnpmDirectory.ReplaceAll(data, nil)
	n := 0
	data = pnpmPeers.ReplaceAllFunc(data, func(line []byte) []byte {
		n++
		return fmt.Appendf(nil, "  %s(%d):", pnpmPeers.FindSubmatch(line)[1], n)
	})
	input.Reader = bytes.NewReader(data)
	return e.Extractor.Extract(ctx, input)
}
