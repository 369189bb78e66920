package oracle

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/packagelockjson"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/yarnlock"
	"github.com/google/osv-scalibr/inventory"
)

func TestPackageLock(t *testing.T) {
	// npm 5 and 6 wrote "resolved": false for packages inside another's archive;
	// the extractor's decoder refuses the file, npm does not.
	const failed = "extractor failed: could not extract: json: cannot unmarshal bool into Go struct field Dependency.dependencies.dependencies.resolved of type string"
	reason := map[string]string{failed: "npm reads false as no origin"}
	npmComparison("package-lock.json", map[string]map[string]string{
		"npm-crates.io-75659450/before/package-lock.json": reason,
		"npm-crates.io-75659450/after/package-lock.json":  reason,
		"npm-pacote-127a28b4/after/package-lock.json":     reason,
	}).run(t)
}

func TestNpmShrinkwrap(t *testing.T) {
	npmComparison("npm-shrinkwrap.json", nil).run(t)
}

func TestYarnLock(t *testing.T) {
	comparison{
		format:    "yarn.lock",
		extractor: yarnlock.New(),
		theirs: func(name, version string) (entry, bool) {
			// The version that yarn writes for workspaces: roots, not packages.
			return entry{name, version}, version != "0.0.0-use.local"
		},
	}.run(t)
}

var registryTarball = regexp.MustCompile(`^https?://[^/]+/((?:@[^/]+/)?[^/]+)/-/[^/]+?-(\d+\.\d+\.\d+[^/]*)\.tgz$`)

func npmComparison(format string, known map[string]map[string]string) comparison {
	return comparison{
		format:    format,
		extractor: npmWithoutOwn{packagelockjson.NewDefault()},
		theirs: func(name, version string) (entry, bool) {
			// In version 1 the extractor gives the URL of a tarball as its
			// version. We give the URL as the origin, and the version that a
			// registry's URL ends in.
			if strings.Contains(version, "://") {
				m := registryTarball.FindStringSubmatch(version)
				if version = ""; m != nil && m[1] == name {
					version = m[2]
				}
			}
			return entry{name, version}, true
		},
		known: known,
	}
}

// npmWithoutOwn takes out what the extractor lists and we do not call
// packages: the project's own directories (workspaces) and the links to them.
// We give them as roots.
type npmWithoutOwn struct{ filesystem.Extractor }

func (e npmWithoutOwn) Extract(ctx context.Context, input *filesystem.ScanInput) (inventory.Inventory, error) {
	data, err := io.ReadAll(input.Reader)
	if err != nil {
		return inventory.Inventory{}, err
	}
	input.Reader = bytes.NewReader(data)
	found, err := e.Extractor.Extract(ctx, input)
	if err != nil {
		return found, err
	}
	var lock struct {
		Packages map[string]struct {
			Name, Version string
			Link          bool
		}
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return found, err
	}
	own, others := make(map[entry]bool), make(map[entry]bool)
	name := regexp.MustCompile(`(@[^/]+/)?[^/]+$`)
	for location, p := range lock.Packages {
		if p.Name == "" {
			p.Name = name.FindString(location)
		}
		if p.Link || !strings.Contains(location, "node_modules/") {
			own[entry{p.Name, p.Version}] = true
		} else {
			others[entry{p.Name, p.Version}] = true
		}
	}
	var kept []*extractor.Package
	for _, p := range found.Packages {
		if e := (entry{p.Name, p.Version}); others[e] || !own[e] {
			kept = append(kept, p)
		}
	}
	found.Packages = kept
	return found, nil
}
