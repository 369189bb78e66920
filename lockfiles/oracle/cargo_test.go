package oracle

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/extractor/filesystem/language/rust/cargolock"
	"github.com/google/osv-scalibr/inventory"
)

func TestCargolock(t *testing.T) {
	comparison{
		format:    "Cargo.lock",
		extractor: cargoSourced{cargolock.New()},
	}.run(t)
}

// cargoSourced leaves out of the extractor's answer the crates whose block has
// no source: they are the project's own, Roots to us.
type cargoSourced struct{ filesystem.Extractor }

func (x cargoSourced) Extract(ctx context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	data, err := io.ReadAll(input.Reader)
	if err != nil {
		return inventory.Inventory{}, err
	}
	sourced := make(map[entry]bool)
	for block := range strings.SplitSeq(string(data), "[[package]]\n") {
		if cargoField(block, "source") != "" {
			sourced[entry{cargoField(block, "name"), cargoField(block, "version")}] = true
		}
	}
	input.Reader = bytes.NewReader(data)
	found, err := x.Extractor.Extract(ctx, input)
	found.Packages = slices.DeleteFunc(found.Packages, func(p *extractor.Package) bool { return !sourced[entry{p.Name, p.Version}] })
	return found, err
}

func cargoField(block, key string) string {
	_, rest, ok := strings.Cut("\n"+block, "\n"+key+" = \"")
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, "\"\n")
	return value
}
