package oracle

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/inventory"

	"github.com/depreview/depreview/lockfiles"
)

func TestDeno(t *testing.T) {
	comparison{format: "deno.lock", extractor: denoKeys{}, ours: denoOurs}.run(t)
}

// denoOurs gives back what the keys of the file say.
func denoOurs(p lockfiles.Package) (entry, bool) {
	if p.Ecosystem == "generic" {
		return entry{p.Origin, p.Integrity[0].Value}, true
	}
	return entry{p.Ecosystem, strings.TrimPrefix(p.Path, p.Ecosystem+":")}, true
}

// denoKeys stands in for an extractor, for osv-scalibr has none: it counts the
// keys of the file by another JSON reader.
type denoKeys struct{ filesystem.Extractor }

func (denoKeys) Extract(_ context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	type section map[string]json.RawMessage
	type packages struct{ JSR, NPM section }
	var file struct {
		packages          // of version 4 and later
		Packages packages // of version 3
		Version  string
		Remote   map[string]string
	}
	if err := json.NewDecoder(input.Reader).Decode(&file); err != nil {
		return inventory.Inventory{}, err
	}
	if file.Version == "2" { // npm alone, with the specifiers beside the packages
		var within section
		if err := json.Unmarshal(file.NPM["packages"], &within); file.NPM != nil && err != nil {
			return inventory.Inventory{}, err
		}
		file.NPM = within
	}
	var found inventory.Inventory
	add := func(name, version string) {
		found.Packages = append(found.Packages, &extractor.Package{Name: name, Version: version})
	}
	for _, p := range []packages{file.packages, file.Packages} {
		for id := range p.JSR {
			add("jsr", id)
		}
		for id := range p.NPM {
			add("npm", id)
		}
	}
	for url, hash := range file.Remote {
		add(url, hash)
	}
	return found, nil
}
