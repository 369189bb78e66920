package lockfiles

import (
	"errors"
	"fmt"
)

// ErrUnsupportedVersion marks a schema version that the parser does not know.
var ErrUnsupportedVersion = errors.New("unsupported schema version")

// ParseError says which lockfile could not be read, where and why. It reads
// "path:line: cause"; the revision is added by who knows it.
type ParseError struct {
	Path string
	Line int // 1-based; 0 when no line is to blame
	Err  error
}

func (e *ParseError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %v", e.Path, e.Line, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }

// parseErrorf is a *ParseError with a formatted cause.
func parseErrorf(path string, line int, format string, args ...any) *ParseError {
	return &ParseError{path, line, fmt.Errorf(format, args...)}
}

// asParseError gives err its file, unless it has one already.
func asParseError(path string, line int, err error) error {
	if err == nil {
		return nil
	}
	if pe, ok := errors.AsType[*ParseError](err); ok {
		if pe.Path == "" {
			pe.Path = path
		}
		return pe
	}
	return &ParseError{path, line, err}
}

// unsupported says that a schema version is unknown, and which are known.
func unsupported(path string, line int, what, version, known string) error {
	return &ParseError{path, line, fmt.Errorf("%s %s is not supported (%w; known: %s)", what, version, ErrUnsupportedVersion, known)}
}
