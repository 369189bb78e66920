package oracle

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"slices"
	"testing"

	"github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/pdmlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/poetrylock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/uvlock"
	"github.com/google/osv-scalibr/inventory"

	"github.com/depreview/depreview/lockfiles"
)

// normalised: the extractors keep a name as the lockfile spells it; ours is the
// registry's.
func normalised(name, version string) (entry, bool) {
	return entry{lockfiles.NormalizePyPI(name), version}, true
}

func TestPoetry(t *testing.T) {
	comparison{format: "poetry.lock", extractor: poetrylock.New(), theirs: normalised}.run(t)
}

func TestPDM(t *testing.T) {
	comparison{format: "pdm.lock", extractor: pdmlock.New(), theirs: normalised}.run(t)
}

func TestUV(t *testing.T) {
	comparison{
		format: "uv.lock", extractor: uvExtractor{uvlock.New()}, theirs: normalised,
		known: map[string]map[string]string{
			"uv-uv-4038c9a6/after/scripts/benchmark/uv.lock": {
				"refused: scripts/benchmark/uv.lock:364: invalid TOML: table optional-dependencies already exists": "a half-renamed file: its table [distribution.optional-dependencies] stands there twice, which no TOML reader may take; the extractor sees it repaired (below)",
			},
		},
	}.run(t)
}

// uvExtractor puts two differences of the extractor aside. It knows only the
// newer name of the array, where uv reads "distribution" as well. And it
// reports the projects themselves, unless they are virtual at ".": with us
// they are Roots.
type uvExtractor struct{ filesystem.Extractor }

var uvProject = regexp.MustCompile(`(?m)^name = "([^"]+)"\n(?:version = "[^"]*"\n)?source = \{ (?:editable|virtual) = "`)

func (x uvExtractor) Extract(ctx context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	data, err := io.ReadAll(input.Reader)
	if err != nil {
		return inventory.Inventory{}, err
	}
	input.Reader = bytes.NewReader(bytes.ReplaceAll(data, []byte("[distribution"), []byte("[package")))
	found, err := x.Extractor.Extract(ctx, input)
	projects := make(map[string]bool)
	for _, match := range uvProject.FindAllSubmatch(data, -1) {
		projects[string(match[1])] = true
	}
	found.Packages = slices.DeleteFunc(found.Packages, func(p *extractor.Package) bool { return projects[p.Name] })
	return found, err
}
