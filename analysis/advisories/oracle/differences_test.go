package oracle

import (
	"regexp"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/lockfiles"
)

// difference is a way in which the answers differ on purpose. There is none in
// which osv-scalibr finds a version affected and depreview calls it not
// affected: TestAgreesWithOSVScalibr would fail.
type difference struct {
	reason   string
	explains func(r *advisories.Record, id lockfiles.ID, version string, ours advisories.Status, theirs string) bool
}

var commit = regexp.MustCompile(`^[0-9a-f]{40}$`)

const theyMiss = "not affected"

// differences, the first that explains an answer counts.
var differences = []difference{
	{"the lockfile pins no version: depreview cannot tell, osv-scalibr says affected", func(r *advisories.Record, id lockfiles.ID, version string, ours advisories.Status, theirs string) bool {
		return version == "" && ours == advisories.CannotTell && theirs == "affected"
	}},
	{"a commit has no place in the order of releases: depreview cannot tell, osv-scalibr orders its text", func(r *advisories.Record, id lockfiles.ID, version string, ours advisories.Status, theirs string) bool {
		return commit.MatchString(version) && ours == advisories.CannotTell
	}},
	{"the registry folds or keeps the case of names, osv-scalibr lowers one side only", func(r *advisories.Record, id lockfiles.ID, version string, ours advisories.Status, theirs string) bool {
		return (id.Ecosystem == "golang" || id.Ecosystem == "pypi") && theirs == theyMiss &&
			(strings.ToLower(id.Name) != id.Name || strings.ContainsAny(id.Name, "._"))
	}},
	{"osv-scalibr reads no range that stands behind a GIT range", func(r *advisories.Record, id lockfiles.ID, version string, ours advisories.Status, theirs string) bool {
		return theirs == theyMiss && slices.ContainsFunc(r.Affected, func(a advisories.Affected) bool {
			return len(a.Ranges) > 0 && slices.ContainsFunc(a.Ranges, func(r advisories.Range) bool { return r.Type == "GIT" })
		})
	}},
}
