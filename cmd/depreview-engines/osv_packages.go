//go:build engines

package main

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/google/osv-scanner/v2/pkg/models"
)

// packages takes the library's result apart. Elsewhere are the Go modules of
// which only a call that was seen says something. Guesses are archives that do
// not tell what they are.
func packages(result models.VulnerabilityResults, r engines.OSVRequest, elsewhere map[string]bool) (out []engines.OSVPackage, guesses []engines.OSVGap) {
	prefix := filepath.ToSlash(filepath.Clean(r.Directory)) + "/"
	for _, source := range result.Results {
		for _, p := range source.Packages {
			file, stated := source.Source.Path, true
			// Behind an SBOM's own path stands where a component was found.
			if at := p.Package.Inventory; at != nil && len(at.Locations) > 0 {
				file = at.Locations[0]
				stated = source.Source.Type != models.SourceTypeArtifact || statesName(p.Package.Ecosystem, at.Locations)
			}
			file = strings.TrimPrefix(filepath.ToSlash(file), prefix)
			pkg := engines.OSVPackage{
				Source: file, Ecosystem: p.Package.Ecosystem, Name: p.Package.Name, Version: p.Package.Version,
			}
			switch {
			case !stated && len(p.Groups) == 0:
				// No advisory of a guessed name says nothing of what is there.
				gap := engines.OSVGap{Source: file, Reason: "an archive that does not state its name and version"}
				if !slices.Contains(guesses, gap) {
					guesses = append(guesses, gap)
				}
				continue
			case !stated:
				pkg.Unknown = "its name is guessed from the file's"
			case p.Package.Ecosystem == "" && p.Package.Commit != "":
				pkg.Version, pkg.Unknown = p.Package.Commit, "it is known by its commit, which only the service looks up"
			case p.Package.Ecosystem == "":
				pkg.Unknown = "its ecosystem is not known"
			case p.Package.Version == "":
				pkg.Unknown = "its version is not known"
			case p.Package.Name == "" || p.Package.Name == "unknown":
				pkg.Unknown = "its name is not known"
			}
			if pkg.Name == "" {
				pkg.Name = "(no name)"
			}
			calls := r.GoCalls && strings.HasSuffix(file, "go.mod")
			for _, g := range p.Groups {
				adv := engines.OSVAdvisory{IDs: slices.Clone(g.IDs), Aliases: slices.Clone(g.Aliases), MaxSeverity: g.MaxSeverity}
				slices.Sort(adv.IDs)
				slices.Sort(adv.Aliases)
				if calls {
					adv.Called = called(g)
				}
				if adv.Called == engines.NotCalled && elsewhere[pkg.Name] {
					adv.Called = engines.CallsNotAnalysed
				}
				pkg.Advisories = append(pkg.Advisories, adv)
			}
			out = append(out, pkg)
		}
	}
	return out, guesses
}

// statesName tells whether what was found in a copy is what a file of it says.
// Of a jar without one, osv-scalibr's java/archive guesses from the file's own
// name, or knows it as "unknown" (the last place is then the archive itself).
func statesName(ecosystem string, places []string) bool {
	if ecosystem != "Maven" {
		return true
	}
	last := strings.ToLower(path.Base(filepath.ToSlash(places[len(places)-1])))
	return last == "pom.properties" || last == "manifest.mf"
}

// called reads the analysis of a group of aliases: the record of one of them
// names functions, and stands for all.
func called(g models.GroupInfo) engines.Called {
	if len(g.ExperimentalAnalysis) == 0 {
		return engines.CallsNotAnalysed
	}
	for _, analysis := range g.ExperimentalAnalysis {
		if analysis.Called {
			return engines.IsCalled
		}
	}
	return engines.NotCalled
}
