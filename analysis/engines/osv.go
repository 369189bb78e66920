package engines

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// OSVRequest asks osv-scanner for the advisories of what lockfiles pin. It runs
// without the network.
type OSVRequest struct {
	// Directory is an absolute path that the caller filled: nothing outside it is
	// read, and links in it are not followed.
	Directory string
	// Lockfiles are slash paths in Directory: lockfiles, SBOMs (IsSBOM) and what
	// vendored copies tell of themselves (IsVendored). None means everything in
	// it that osv-scanner knows but the last.
	Lockfiles []string
	// Database is the directory above osv-scalibr/<Ecosystem>/all.zip (or
	// osv-scanner/<Ecosystem>/all.zip; of two the newer is read).
	Database string
	// GoCalls asks which advisories' functions a Go module really calls. It runs
	// the go command on the directory, offline, with cgo off, so that no code of
	// a package is run; modules that the module cache lacks leave it unknown.
	GoCalls bool
}

// OSVAnswer is what the scan found.
type OSVAnswer struct {
	Packages  []OSVPackage
	Databases []OSVDatabase
	// Unread are files that could not be read, with the reason: what they pin is
	// not in Packages.
	Unread []string
	// NotSupported are files and directories that osv-scanner, without the
	// network, says nothing of: that they are not in Packages tells nothing.
	NotSupported []OSVGap
	// Nameless counts components that an SBOM describes without a package URL:
	// they cannot be looked up and are not in Packages.
	Nameless int
	// CallsUnknown says why calls were asked for and not analysed, or "".
	CallsUnknown   string
	ScannerVersion string // of the library: "v2.3.2"
}

// OSVGap is an input that osv-scanner does not look at.
type OSVGap struct {
	Source string // slash path
	Reason string // one line
}

// OSVDatabase is one ecosystem's database, as it was read.
type OSVDatabase struct {
	Ecosystem string    // as OSV spells it: "npm", "crates.io"
	Modified  time.Time // the file's, or zero: unknown
	Records   int
	// Broken is the number of records that could have applied and could not be
	// read; the first of them is named by Problem.
	Broken int
	// Problem is why the database says less than it should, or "".
	Problem string
}

// OSVPackage is one package of one file.
type OSVPackage struct {
	Source     string // slash path in Directory
	Ecosystem  string // as OSV spells it
	Name       string
	Version    string
	Advisories []OSVAdvisory
	// Unknown says why nothing, or not everything, is known of it: its
	// ecosystem's database is absent or damaged, or OSV has none. Without it, no
	// advisories means that none applies.
	Unknown string
}

// OSVAdvisory is one group of records that are aliases of each other.
type OSVAdvisory struct {
	IDs         []string // of the records, sorted
	Aliases     []string // with the IDs, sorted
	MaxSeverity string   // a CVSS base score, "7.2", or ""
	Called      Called
}

// Called is what the call analysis said. The zero value is unknown.
type Called string

const (
	CallsNotAnalysed Called = ""
	IsCalled         Called = "called"
	NotCalled        Called = "not-called"
)

// osvTime is how long a scan may take: reading 200,000 records costs osv-scanner
// about 10 s an ecosystem.
const osvTime = 3 * time.Minute

// OSV asks the engine. An error is an *Error; of kind Database where no package
// could be looked up at all.
func (e *Engine) OSV(ctx context.Context, r OSVRequest) (OSVAnswer, error) {
	var a OSVAnswer
	if err := e.ask(ctx, call{engine: "osv", limit: osvTime, goCommand: r.GoCalls}, r, &a); err != nil {
		return OSVAnswer{}, err
	}
	if err := a.complete(); err != nil {
		return OSVAnswer{}, &Error{Kind: Garbage, Engine: "osv", Reason: "answered a result that is not whole: " + err.Error(), Hint: installHint(e.version)}
	}
	return a, nil
}

// complete refuses an answer that would read as clean without a database.
func (a OSVAnswer) complete() error {
	if len(a.Packages) == 0 && len(a.Unread) == 0 && len(a.NotSupported) == 0 {
		return errors.New("no package and no reason")
	}
	good := make(map[string]bool)
	for _, d := range a.Databases {
		good[d.Ecosystem] = d.Problem == "" && d.Broken == 0
	}
	if a.Nameless < 0 {
		return errors.New("fewer than no components")
	}
	for _, gap := range a.NotSupported {
		if gap.Source == "" || gap.Reason == "" {
			return errors.New("an input that is not supported, without a name or a reason")
		}
	}
	for _, p := range a.Packages {
		if p.Name == "" || p.Source == "" {
			return errors.New("a package without a name or a source")
		}
		if p.Unknown == "" && !good[baseEcosystem(p.Ecosystem)] {
			return fmt.Errorf("%s %s is called known without a whole database of %s", p.Name, p.Version, p.Ecosystem)
		}
		for _, adv := range p.Advisories {
			if len(adv.IDs) == 0 {
				return fmt.Errorf("%s has an advisory without a name", p.Name)
			}
		}
	}
	return nil
}

// baseEcosystem is the part that names a database: "Debian" of "Debian:12".
func baseEcosystem(ecosystem string) string {
	base, _, _ := strings.Cut(ecosystem, ":")
	return base
}
