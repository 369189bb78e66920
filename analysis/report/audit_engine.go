package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/untrusted"
)

// jsonEngine is another engine that was asked.
type jsonEngine struct {
	Name         string            `json:"name"`
	Version      *string           `json:"version"`
	Failed       *string           `json:"failed"`
	CallsUnknown *string           `json:"calls_unknown"`
	Coverage     jsonAuditCoverage `json:"coverage"`
	Beside       []jsonBeside      `json:"beside"`
	NotSupported []jsonGap         `json:"not_supported"`
	Nameless     int               `json:"nameless"`
}

type jsonBeside struct {
	Path     string  `json:"path"`
	Kind     string  `json:"kind"`
	Packages int     `json:"packages"`
	Unknown  int     `json:"unknown"`
	Reason   *string `json:"reason"`
}

type jsonGap struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

func toJSONEngine(pinned int, e *exposure.Engine) jsonEngine {
	out := jsonEngine{Name: e.Name, Version: maybe(e.Version), Failed: maybe(e.Failed), CallsUnknown: maybe(e.CallsUnknown),
		Coverage: toAuditCoverage(pinned, e.Coverage), Beside: []jsonBeside{}, NotSupported: []jsonGap{}, Nameless: e.Nameless}
	for _, b := range e.Beside {
		out.Beside = append(out.Beside, jsonBeside{b.Path, b.Kind, b.Packages, b.Unknown, maybe(b.Reason)})
	}
	for _, gap := range e.NotSupported {
		out.NotSupported = append(out.NotSupported, jsonGap{gap.Source, gap.Reason})
	}
	return out
}

// pathsMost bounds the paths that one line of a text names.
const pathsMost = 3

// writeEngine writes what another engine said of everything: the lockfiles, the
// files beside them, and what it does not look at.
func writeEngine(w io.Writer, e *exposure.Engine) {
	line := e.Name
	if e.Version != "" {
		line += " " + e.Version
	}
	if e.Failed != "" {
		line += ": no answer: " + e.Failed
	} else {
		line += ": " + e.Coverage.String()
	}
	if e.CallsUnknown != "" {
		line += "; which code is called is not known: " + e.CallsUnknown
	}
	fmt.Fprintf(w, "%s\n", untrusted.Line(line))
	for _, b := range e.Beside {
		line := fmt.Sprintf("also looked up %s (%s): %s", b.Path, kindWords(b.Kind), plural(b.Packages, "package"))
		switch {
		case b.Packages == 0:
			line = fmt.Sprintf("not known of %s (%s): %s", b.Path, kindWords(b.Kind), b.Reason)
		case b.Reason != "":
			line += fmt.Sprintf(", %d unknown: %s", b.Unknown, b.Reason)
		}
		fmt.Fprintf(w, "  %s\n", untrusted.Line(line))
	}
	if e.Nameless > 0 {
		fmt.Fprintf(w, "  not looked up: %s of SBOMs without a package URL\n", plural(e.Nameless, "component"))
	}
	var reasons []string
	byReason := make(map[string][]string)
	for _, gap := range e.NotSupported {
		if byReason[gap.Reason] == nil {
			reasons = append(reasons, gap.Reason)
		}
		byReason[gap.Reason] = append(byReason[gap.Reason], gap.Source)
	}
	for _, reason := range reasons {
		paths := byReason[reason]
		line := fmt.Sprintf("not supported, %s: %s", reason, strings.Join(paths[:min(len(paths), pathsMost)], ", "))
		if more := len(paths) - pathsMost; more > 0 {
			line += fmt.Sprintf(" and %d more (--format json has them)", more)
		}
		fmt.Fprintf(w, "  %s\n", untrusted.Line(line))
	}
}

// kindWords names what a file beside the lockfiles is.
func kindWords(kind string) string {
	if kind == exposure.BesideSBOM {
		return "SBOM"
	}
	return kind
}
