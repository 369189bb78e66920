// Package engines is the pipe to depreview-engines, the program that holds
// osv-scanner and Scorecard: as libraries of the viewer they would treble its
// size, cannot be cancelled, and write to its screen.
//
// One JSON document goes to the engine's standard input, one comes back on its
// standard output. Both carry the protocol's number and depreview's version, and
// each side refuses the other's where they differ. The engine gets a time limit,
// a bounded output, an environment of what it needs, and a temporary directory
// that goes with it; it is ended, with all that it started, when the review is.
//
// Above it stand the checks and commands that want an engine's answer; below it
// only the operating system: this room and cmd/depreview-engines share its types.
package engines

import (
	"strings"
)

// Kind says what went wrong with an engine. Every kind means that what was asked
// is unknown; none means that nothing was found.
type Kind string

const (
	Absent    Kind = "absent"    // no engine beside the viewer and none on PATH
	Start     Kind = "start"     // found, and could not be started
	Version   Kind = "version"   // another protocol or another depreview
	NoEngine  Kind = "no-engine" // built without the libraries, or no such engine
	Request   Kind = "request"   // the engine refuses what it was asked
	Timeout   Kind = "timeout"   // ended after its time limit
	Cancelled Kind = "cancelled" // ended because nobody waits for it any more
	Flood     Kind = "flood"     // ended because it answered too much
	Crash     Kind = "crash"     // it ended without an answer
	Garbage   Kind = "garbage"   // it answered something else than a result
	Database  Kind = "database"  // no usable advisory database (osv)
	Failed    Kind = "failed"    // it answered that it could not do it
)

// Error is why an engine gave no result.
type Error struct {
	Kind   Kind
	Engine string // "scorecard", "osv", or "" where none was asked yet
	Reason string // one line
	Stderr string // the end of what the engine said beside its answer, at most 4 KB
	Hint   string // the next step, or ""
	Err    error  // the cause, where there is one: context.Canceled, an *exec.Error
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Engine != "" {
		b.WriteString(e.Engine + " engine: ")
	}
	b.WriteString(e.Reason)
	if line := lastLine(e.Stderr); line != "" && (e.Kind == Crash || e.Kind == Garbage) {
		b.WriteString(": " + line)
	}
	if e.Hint != "" {
		b.WriteString("\nhint: " + e.Hint)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Short is the reason in one line, for a cell of a table: without what the
// engine wrote to standard error, which differs from run to run.
func (e *Error) Short() string {
	if e.Engine == "" {
		return e.Reason
	}
	return e.Engine + " engine: " + e.Reason
}

// lastLine is the last line that says something, on one line and bounded; a
// Go program that dies says why in the first, before its stacks.
func lastLine(text string) string {
	line := ""
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "panic:") || strings.HasPrefix(l, "fatal error:") {
			line = l
			break
		}
		if l != "" {
			line = l
		}
	}
	return OneLine(line, 200)
}

// OneLine puts text on one line without control characters and cuts it after
// most bytes. It is no gate: whoever draws the text passes it through that.
func OneLine(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
