package engines

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// program is the engine's file name.
const program = "depreview-engines"

// Engine is an engine that was found; it is not started yet. Its methods may be
// called at once: each starts a child of its own.
type Engine struct {
	Path    string // absolute
	version string
	limits  limits
}

// Find looks for the engine of a viewer of this version (BuildVersion): beside
// the viewer's own executable, then on PATH. Its error is an *Error of kind
// Absent that says how to install it. The current directory, which is the
// reviewed repository's, is never looked in.
func Find(version string) (*Engine, error) {
	own, err := os.Executable()
	if err != nil {
		own = ""
	}
	return find(version, own, exec.LookPath)
}

func find(version, own string, lookPath func(string) (string, error)) (*Engine, error) {
	name := program
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	var places []string
	if own != "" {
		places = append(places, filepath.Join(filepath.Dir(own), name))
		// Homebrew and the like put a link on PATH.
		if real, err := filepath.EvalSymlinks(own); err == nil {
			places = append(places, filepath.Join(filepath.Dir(real), name))
		}
	}
	for _, place := range places {
		if filepath.IsAbs(place) && executable(place) {
			return &Engine{Path: place, version: version, limits: defaultLimits}, nil
		}
	}
	path, err := lookPath(program)
	if err == nil && !filepath.IsAbs(path) {
		err = exec.ErrDot
	}
	if err != nil {
		reason := "depreview-engines is not installed: it is neither beside depreview nor on PATH"
		if errors.Is(err, exec.ErrDot) {
			reason = "depreview-engines is on PATH by a relative directory, and is not started from there"
		}
		return nil, &Error{Kind: Absent, Reason: reason, Hint: installHint(version), Err: err}
	}
	return &Engine{Path: path, version: version, limits: defaultLimits}, nil
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}
