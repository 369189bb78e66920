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
	"github.com/google/osv-scalibr/extractor/filesystem/language/ruby/gemfilelock"
	"github.com/google/osv-scalibr/inventory"

	"github.com/depreview/depreview/lockfiles"
)

func TestGemfilelock(t *testing.T) {
	comparison{
		format:    "Gemfile.lock",
		extractor: gemsElsewhere{gemfilelock.New()},
		// The extractor drops the platform of a version.
		ours: func(p lockfiles.Package) (entry, bool) {
			number, _ := lockfiles.SplitGemVersion(p.Version)
			return entry{p.Name, number}, true
		},
	}.run(t)
}

// gemsElsewhere leaves out of the extractor's answer the gems of PATH sections:
// in the corpus all of them are directories of the project, Roots to us.
type gemsElsewhere struct{ filesystem.Extractor }

func (x gemsElsewhere) Extract(ctx context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	data, err := io.ReadAll(input.Reader)
	if err != nil {
		return inventory.Inventory{}, err
	}
	local := make(map[entry]bool)
	for section := range strings.SplitSeq(string(data), "\n\n") {
		if !strings.HasPrefix(section, "PATH\n") {
			continue
		}
		for line := range strings.Lines(section) {
			if name, version, ok := strings.Cut(strings.TrimSpace(line), " ("); ok && strings.HasPrefix(line, "    ") && line[4] != ' ' {
				local[entry{name, strings.TrimSuffix(version, ")")}] = true
			}
		}
	}
	input.Reader = bytes.NewReader(data)
	found, err := x.Extractor.Extract(ctx, input)
	found.Packages = slices.DeleteFunc(found.Packages, func(p *extractor.Package) bool { return local[entry{p.Name, p.Version}] })
	return found, err
}
