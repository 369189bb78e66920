package analysis

import (
	"errors"
	"fmt"
	"strings"

	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/lockfiles"
)

// newError takes a lockfile's error apart: place, cause, next step.
func newError(p lockfiles.Problem, side Revision) Error {
	e := Error{Lockfile: p.Path, Format: p.Format, Revision: side.Name}
	cause := p.Err
	if pe, ok := errors.AsType[*lockfiles.ParseError](p.Err); ok {
		e.Line, cause = pe.Line, pe.Err
	}
	e.Message, e.Hint, _ = strings.Cut(cause.Error(), "\nhint: ")
	if e.Hint == "" && errors.Is(cause, revision.ErrNotRegular) {
		e.Hint = "put the lockfile itself at this place; what lies there now was not looked into"
	}
	return e
}

// String reads "path:line at revision: message".
func (e Error) String() string {
	place := e.Lockfile
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Line)
	}
	if e.Revision != "" {
		place += " at " + e.Revision
	}
	return place + ": " + e.Message
}
