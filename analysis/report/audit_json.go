package report

import (
	"cmp"
	"io"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
)

const auditSchema = "depreview.audit/v1"

type jsonAudit struct {
	Schema    string              `json:"schema"`
	Revision  jsonRevision        `json:"revision"`
	Lockfiles []jsonAuditLockfile `json:"lockfiles"`
	Packages  []jsonExposed       `json:"packages"`
	Counts    jsonCounts          `json:"counts"`
	Sources   []jsonSource        `json:"sources"`
	Coverage  jsonAuditCoverage   `json:"coverage"`
	Engines   []jsonEngine        `json:"engines"`
	LeftOut   []string            `json:"left_out"`
	Errors    []jsonError         `json:"errors"`
}

type jsonAuditLockfile struct {
	Path     string  `json:"path"`
	Format   string  `json:"format"`
	SchemaIs *string `json:"schema_version"`
	Packages *int    `json:"packages"`
	Error    *string `json:"error"`
}

type jsonExposed struct {
	Ecosystem  string        `json:"ecosystem"`
	Name       string        `json:"name"`
	Version    string        `json:"version"`
	Label      *string       `json:"label"`
	PURL       string        `json:"purl"`
	Direct     bool          `json:"direct"`
	Dev        bool          `json:"dev"`
	Optional   bool          `json:"optional"`
	Action     jsonAction    `json:"action"`
	Places     []jsonPlace   `json:"places"`
	Advisories []jsonExposer `json:"advisories"`
	Unknown    *string       `json:"unknown"`
}

type jsonAction struct {
	Kind   string  `json:"kind"`
	To     *string `json:"to"`
	Fixes  int     `json:"fixes"`
	Leaves int     `json:"leaves"`
}

type jsonPlace struct {
	Lockfile string   `json:"lockfile"`
	Kind     string   `json:"kind"`
	Line     int      `json:"line"`
	Direct   bool     `json:"direct"`
	Dev      bool     `json:"dev"`
	Optional bool     `json:"optional"`
	Copies   int      `json:"copies"`
	Path     []string `json:"path"`
}

// jsonExposer is one advisory of a package.
type jsonExposer struct {
	ID            string       `json:"id"`
	Aliases       []string     `json:"aliases"`
	Status        string       `json:"status"`
	Why           *string      `json:"why"`
	Malware       bool         `json:"malware"`
	Severity      string       `json:"severity"`
	Ratings       []jsonRating `json:"ratings"`
	Informational *string      `json:"informational"`
	Withdrawn     bool         `json:"withdrawn"`
	KEV           string       `json:"known_exploited"`
	EPSS          *float64     `json:"epss"`
	Fixed         *string      `json:"fixed"`
	Summary       string       `json:"summary"`
	URL           *string      `json:"url"`
	FoundBy       []string     `json:"found_by"`
	Reach         string       `json:"reach"`
}

type jsonRating struct {
	Version string  `json:"version"`
	Vector  string  `json:"vector"`
	Score   float64 `json:"score"`
}

type jsonCounts struct {
	Malware       int `json:"malware"`
	Exploited     int `json:"known_exploited"`
	Critical      int `json:"critical"`
	High          int `json:"high"`
	Medium        int `json:"medium"`
	Low           int `json:"low"`
	None          int `json:"none"`
	Unknown       int `json:"unknown"`
	Unclear       int `json:"cannot_tell"`
	Informational int `json:"informational"`
}

type jsonSource struct {
	Name     string  `json:"name"`
	Observed *string `json:"observed"`
}

type jsonAuditCoverage struct {
	Pinned        int          `json:"pinned"`
	Done          int          `json:"done"`
	NotApplicable int          `json:"not_applicable"`
	NotSupported  int          `json:"not_supported"`
	Unknown       int          `json:"unknown"`
	Reasons       []jsonReason `json:"reasons"`
}

// toAuditCoverage counts the packages that are pinned.
func toAuditCoverage(pinned int, c analysis.Coverage) jsonAuditCoverage {
	out := jsonAuditCoverage{pinned, c.Done, c.NotApplicable, c.NotSupported, c.Unknown, []jsonReason{}}
	for _, reason := range c.ByReason() {
		out.Reasons = append(out.Reasons, jsonReason{reason, c.Reasons[reason]})
	}
	return out
}

// writeJSONAudit writes an audit as one JSON document.
func writeJSONAudit(w io.Writer, x *exposure.Exposure) error {
	n := x.Count()
	out := jsonAudit{Schema: auditSchema, Revision: toJSONRevision(x.Revision),
		Lockfiles: []jsonAuditLockfile{}, Packages: []jsonExposed{}, Sources: []jsonSource{},
		LeftOut: list(x.LeftOut), Errors: toJSONErrors(x.Errors),
		Counts: jsonCounts{Malware: n.Malware, Exploited: n.Exploited, Critical: n.Levels[advisories.Critical],
			High: n.Levels[advisories.High], Medium: n.Levels[advisories.Medium], Low: n.Levels[advisories.Low],
			None: n.Levels[advisories.None], Unknown: n.Levels[advisories.Unknown], Unclear: n.Unclear, Informational: n.Informational},
		Coverage: toAuditCoverage(x.Pinned, x.Coverage), Engines: []jsonEngine{}}
	for _, e := range x.Engines {
		out.Engines = append(out.Engines, toJSONEngine(x.Pinned, &e))
	}
	for _, s := range x.Sources {
		out.Sources = append(out.Sources, jsonSource{s.Name, maybe(s.Observed)})
	}
	for _, l := range x.Lockfiles {
		entry := jsonAuditLockfile{Path: l.Name(), Format: l.Format, SchemaIs: maybe(l.Schema), Packages: count(l.Packages)}
		if l.Error != nil {
			entry.Error = maybe(l.Error.String())
		}
		out.Lockfiles = append(out.Lockfiles, entry)
	}
	for i := range x.Packages {
		out.Packages = append(out.Packages, toJSONExposed(&x.Packages[i]))
	}
	return writeJSON(w, out)
}

func toJSONExposed(p *exposure.Package) jsonExposed {
	out := jsonExposed{Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version, Label: maybe(p.Label), PURL: p.PURL,
		Direct: p.Direct, Dev: p.Dev, Optional: p.Optional, Unknown: maybe(p.Unknown),
		Action: jsonAction{p.Action.Kind.String(), maybe(p.Action.To), p.Action.Fixes, p.Action.Leaves},
		Places: []jsonPlace{}, Advisories: []jsonExposer{}}
	for _, at := range p.Places {
		out.Places = append(out.Places, jsonPlace{at.Lockfile, cmp.Or(at.Kind, "lockfile"), at.Line, at.Direct, at.Dev, at.Optional, at.Copies, list(at.Path)})
	}
	for i := range p.Rows {
		out.Advisories = append(out.Advisories, toJSONRow(&p.Rows[i]))
	}
	return out
}

func toJSONRow(r *exposure.Row) jsonExposer {
	out := jsonExposer{ID: r.ID, Aliases: list(r.IDs[1:]), Status: "cannot_tell", Why: maybe(r.Why), Malware: r.Malware,
		Severity: r.Severity.Level.String(), Ratings: []jsonRating{}, Informational: maybe(r.Informational),
		Withdrawn: r.Withdrawn, KEV: r.KEV.String(), EPSS: r.EPSS, Fixed: maybe(r.Fixed), Summary: r.Summary,
		URL: maybe(r.URL), FoundBy: list(r.FoundBy), Reach: r.Reach.String()}
	if r.Status == advisories.IsAffected {
		out.Status = "affected"
	}
	for _, rating := range r.Severity.Ratings {
		out.Ratings = append(out.Ratings, jsonRating{rating.Version, rating.Vector, rating.Score})
	}
	return out
}
