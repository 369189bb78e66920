package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// The schemas of the JSON reports. A field may be added to a version; none is
// renamed, removed or given another meaning without a new one. They are
// described in the README and in assets/schema.
const (
	reviewSchema   = "depreview.review/v1"
	packagesSchema = "depreview.packages/v1"
)

type jsonReview struct {
	Schema    string         `json:"schema"`
	Base      jsonRevision   `json:"base"`
	Head      jsonRevision   `json:"head"`
	Lockfiles []jsonLockfile `json:"lockfiles"`
	Changes   []jsonChange   `json:"changes"`
	Coverage  jsonCoverage   `json:"coverage"`
	LeftOut   []string       `json:"left_out,omitempty"`
	Errors    []jsonError    `json:"errors"`
}

type jsonRevision struct {
	Name   string  `json:"name"`
	Commit *string `json:"commit"`
}

type jsonLockfile struct {
	Path         string      `json:"path"`
	Format       string      `json:"format"`
	SchemaIs     *string     `json:"schema_version"`
	Changed      bool        `json:"changed"`
	Packages     *int        `json:"packages"`
	BasePath     *string     `json:"base_path"`
	BaseFormat   *string     `json:"base_format"`
	BaseSchemaIs *string     `json:"base_schema_version"`
	BasePackages *int        `json:"base_packages"`
	Settings     []jsonField `json:"settings"`
	Error        *string     `json:"error"`
}

type jsonChange struct {
	Lockfile      string      `json:"lockfile"`
	Ecosystem     string      `json:"ecosystem"`
	Name          string      `json:"name"`
	PURL          string      `json:"purl"`
	Kind          string      `json:"kind"`
	From          *string     `json:"from"`
	To            *string     `json:"to"`
	FromLabel     *string     `json:"from_label"`
	ToLabel       *string     `json:"to_label"`
	Class         *string     `json:"class"`
	Direct        bool        `json:"direct"`
	Dev           bool        `json:"dev"`
	Optional      bool        `json:"optional"`
	Bundled       bool        `json:"bundled"`
	InstallScript string      `json:"install_script"`
	Cause         jsonCause   `json:"cause"`
	Line          int         `json:"line"`
	BaseLine      int         `json:"base_line"`
	Path          *string     `json:"path"`
	Instances     int         `json:"instances"`
	Fields        []jsonField `json:"fields"`

	Findings []jsonFinding `json:"findings"`
	Checks   []jsonCheck   `json:"checks"`
}

type jsonCause struct {
	State    string   `json:"state"`
	By       *string  `json:"by"`
	HeadPath []string `json:"head_path"`
	BasePath []string `json:"base_path"`
}

type jsonField struct {
	Name string `json:"name"`
	Base string `json:"base"`
	Head string `json:"head"`
}

type jsonError struct {
	Lockfile string `json:"lockfile"`
	Revision string `json:"revision"`
	Line     int    `json:"line"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
}

// writeJSONReview writes a review as one JSON document.
func writeJSONReview(w io.Writer, recording *Recording) error {
	r := recording.Review
	out := jsonReview{
		Schema: reviewSchema, Base: toJSONRevision(r.Base), Head: toJSONRevision(r.Head),
		Lockfiles: []jsonLockfile{}, Changes: []jsonChange{}, Errors: toJSONErrors(r.Errors),
	}
	for _, l := range r.Lockfiles {
		entry := jsonLockfile{
			Path: l.Name(), Format: l.Format, SchemaIs: maybe(l.Schema), Changed: l.Changed,
			Packages: count(l.Packages), BasePath: maybe(l.BasePath), BaseFormat: maybe(l.BaseFormat),
			BaseSchemaIs: maybe(l.BaseSchema), BasePackages: count(l.BasePackages), Settings: toJSONFields(l.Settings),
		}
		if l.Format == "" {
			entry.Format = l.BaseFormat
		}
		if l.Error != nil {
			text := l.Error.String()
			entry.Error = &text
		}
		out.Lockfiles = append(out.Lockfiles, entry)
	}
	out.LeftOut = r.LeftOut
	for i := range r.Diff.Changes {
		change := toJSONChange(&r.Diff.Changes[i])
		change.Findings, change.Checks = toJSONResults(recording, i)
		out.Changes = append(out.Changes, change)
	}
	out.Coverage = toJSONCoverage(recording)
	return writeJSON(w, out)
}

func toJSONChange(c *diff.Change) jsonChange {
	p := c.Package()
	out := jsonChange{
		Lockfile: c.Lockfile, Ecosystem: p.Ecosystem, Name: p.Name, PURL: p.PURL(), Kind: c.Kind.String(),
		Class: maybe(c.Class.String()), Direct: p.Direct, Dev: p.Dev, Optional: p.Optional, Bundled: p.Bundled,
		InstallScript: p.InstallScript.String(), Line: p.Line, Path: maybe(p.Path), Instances: len(c.Instances),
		Fields: toJSONFields(c.Fields),
		Cause: jsonCause{State: c.Cause.State.String(), By: maybe(c.Cause.By.Name),
			HeadPath: list(c.Cause.HeadPath), BasePath: list(c.Cause.BasePath)},
	}
	if c.Base != nil {
		out.From, out.FromLabel, out.BaseLine = &c.Base.Version, maybe(c.Base.Label), c.Base.Line
	}
	if c.Head != nil {
		out.To, out.ToLabel = &c.Head.Version, maybe(c.Head.Label)
	}
	return out
}

type jsonListing struct {
	Schema    string         `json:"schema"`
	Revision  jsonRevision   `json:"revision"`
	Lockfiles []jsonLockfile `json:"lockfiles"`
	Packages  []jsonPackage  `json:"packages"`
	Errors    []jsonError    `json:"errors"`
}

type jsonPackage struct {
	Lockfile      string   `json:"lockfile"`
	Ecosystem     string   `json:"ecosystem"`
	Name          string   `json:"name"`
	Version       string   `json:"version"`
	Label         *string  `json:"label"`
	PURL          string   `json:"purl"`
	Integrity     []string `json:"integrity"`
	Origin        *string  `json:"origin"`
	Path          *string  `json:"path"`
	Direct        bool     `json:"direct"`
	Dev           bool     `json:"dev"`
	Optional      bool     `json:"optional"`
	Bundled       bool     `json:"bundled"`
	InstallScript string   `json:"install_script"`
	Requires      []string `json:"requires"`
	Line          int      `json:"line"`
}

func writeJSONListing(w io.Writer, l *analysis.Listing) error {
	out := jsonListing{Schema: packagesSchema, Revision: toJSONRevision(l.Revision),
		Lockfiles: []jsonLockfile{}, Packages: []jsonPackage{}, Errors: toJSONErrors(l.Errors)}
	for _, file := range l.Lockfiles {
		n := len(file.Packages)
		out.Lockfiles = append(out.Lockfiles, jsonLockfile{Path: file.Path, Format: file.Format,
			SchemaIs: maybe(file.Schema), Packages: &n, Settings: toJSONSettings(file.Settings)})
		for _, p := range file.Packages {
			out.Packages = append(out.Packages, toJSONPackage(file.Path, p))
		}
	}
	for _, e := range l.Errors {
		text := e.String()
		out.Lockfiles = append(out.Lockfiles, jsonLockfile{Path: e.Lockfile, Format: e.Format,
			Settings: []jsonField{}, Error: &text})
	}
	return writeJSON(w, out)
}

func toJSONPackage(lockfile string, p lockfiles.Package) jsonPackage {
	out := jsonPackage{Lockfile: lockfile, Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version, Label: maybe(p.Label),
		PURL: p.PURL(), Integrity: []string{}, Origin: maybe(p.Origin), Path: maybe(p.Path), Direct: p.Direct, Dev: p.Dev,
		Optional: p.Optional, Bundled: p.Bundled, InstallScript: p.InstallScript.String(), Requires: []string{}, Line: p.Line}
	for _, d := range p.Integrity {
		out.Integrity = append(out.Integrity, d.String())
	}
	for _, e := range p.Requires {
		out.Requires = append(out.Requires, strings.TrimSpace(e.Name+" "+e.Constraint))
	}
	return out
}

func toJSONRevision(r analysis.Revision) jsonRevision { return jsonRevision{r.Name, maybe(r.Commit)} }

func toJSONErrors(errors []analysis.Error) []jsonError {
	out := []jsonError{}
	for _, e := range errors {
		out = append(out, jsonError{e.Lockfile, e.Revision, e.Line, e.Message, e.Hint})
	}
	return out
}

func toJSONFields(fields []diff.Field) []jsonField {
	out := []jsonField{}
	for _, f := range fields {
		out = append(out, jsonField(f))
	}
	return out
}

func toJSONSettings(settings []lockfiles.Setting) []jsonField {
	out := []jsonField{}
	for _, s := range settings {
		out = append(out, jsonField{Name: s.Name, Head: s.Value})
	}
	return out
}

// maybe is nil for "": a fact that is absent is null, not an empty string.
func maybe(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func count(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// writeJSON writes v indented. Characters that a terminal would act on, or
// that would not be seen, are written as escapes: the same document to a
// program, harmless to a person who looks at it.
func writeJSON(w io.Writer, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := w.Write(escapeHidden(buf.Bytes()))
	return err
}

// escapeHidden works on a whole document because in valid JSON everything
// outside of strings is ASCII, which it leaves alone.
func escapeHidden(document []byte) []byte {
	if !slices.ContainsFunc(document, func(b byte) bool { return b > '~' }) {
		return document
	}
	out := make([]byte, 0, len(document)+64)
	for i := 0; i < len(document); {
		r, size := utf8.DecodeRune(document[i:])
		switch text := document[i : i+size]; {
		case r <= '~' || untrusted.Hidden(string(text)) == 0:
			out = append(out, text...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += size
	}
	return out
}
