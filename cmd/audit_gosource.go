package cmd

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/diff/revision"
)

var errTooManyEmbedded = errors.New("copy for the engine: too many files are embedded")

// goSource copies to dir what tells which code the Go modules among the
// lockfiles call, and says whether there is any: what `go list` reads. A
// vendor directory is what such a module is built from, so it comes along; of
// files that are embedded the go command asks only whether they are there, so
// empty ones stand for them.
func goSource(ctx context.Context, rev revision.Revision, dir string, lockfiles []string) (bool, error) {
	modules := make(map[string]bool) // by directory: whether it is built from a vendor directory
	for _, file := range lockfiles {
		if path.Base(file) == "go.mod" {
			info, err := rev.Stat(path.Join(path.Dir(file), "vendor", "modules.txt"))
			modules[path.Dir(file)] = err == nil && info.Mode().IsRegular()
		}
	}
	if len(modules) == 0 {
		return false, nil
	}
	var all []string
	source, err := rev.Paths(ctx, func(file string) bool {
		if slices.Contains(lockfiles, file) {
			return false
		}
		at, own := vendoredIn(file)
		if !own && !modules[at] {
			return false // somebody else's copy
		}
		all = append(all, file)
		switch base := path.Base(file); {
		case base == "go.sum", base == "go.mod":
			return own
		case base == "go.work", base == "go.work.sum":
			return file == base
		case base == "modules.txt":
			return !own
		}
		return path.Ext(file) == ".go"
	})
	if err != nil || len(source) == 0 {
		return false, err
	}
	most := limits{files: 50_000, bytes: 512 << 20}
	if err := copyOut(ctx, rev, dir, source, most); err != nil {
		return false, err
	}
	return true, placeEmbedded(ctx, dir, source, all, most.files)
}

// vendoredIn is the directory whose vendor directory a file lies in; own says
// that it lies in none.
func vendoredIn(file string) (dir string, own bool) {
	parts := strings.Split(path.Dir(file), "/")
	n := slices.Index(parts, "vendor")
	if n < 0 {
		return "", true
	}
	return path.Join(append([]string{"."}, parts[:n]...)...), false
}

// mostEmbedPatterns bounds the patterns of a revision: each is held against each
// of its files. The largest of programs have hundreds.
const mostEmbedPatterns = 10_000

// placeEmbedded puts an empty file wherever a go:embed of the copied source
// names one of the revision.
func placeEmbedded(ctx context.Context, dir string, source, all []string, most int) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	patterns := make(map[string][]string) // by the directory of the source
	named := 0
	for _, file := range source {
		if path.Ext(file) != ".go" || ctx.Err() != nil {
			continue
		}
		data, err := root.ReadFile(filepath.FromSlash(file))
		if err != nil {
			return err
		}
		at := path.Dir(file)
		found := embedPatterns(data)
		if named += len(found); named > mostEmbedPatterns {
			return errTooManyEmbedded
		}
		patterns[at] = append(patterns[at], found...)
	}
	for _, file := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !embedded(patterns, file) {
			continue
		}
		if most--; most < 0 {
			return errTooManyEmbedded
		}
		name := filepath.FromSlash(file)
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600); err == nil {
			f.Close()
		} else if !os.IsExist(err) { // it may be source itself
			return err
		}
	}
	return nil
}

// embedded tells whether a pattern of a directory above the file names it, or a
// directory that it lies in.
func embedded(patterns map[string][]string, file string) bool {
	for at := path.Dir(file); ; at = path.Dir(at) {
		if list := patterns[at]; len(list) > 0 {
			for part := file; part != at && part != "."; part = path.Dir(part) {
				name := strings.TrimPrefix(part, at+"/")
				if slices.ContainsFunc(list, func(p string) bool { ok, _ := path.Match(p, name); return ok }) {
					return true
				}
			}
			if slices.Contains(list, ".") {
				return true
			}
		}
		if at == "." {
			return false
		}
	}
}

// embedPatterns are the patterns of a Go file's go:embed lines, as the embed
// package describes them: separated by blanks, each bare or quoted.
func embedPatterns(source []byte) (patterns []string) {
	const directive = "//go:embed"
	if !bytes.Contains(source, []byte(directive)) {
		return nil
	}
	for line := range bytes.Lines(source) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(string(line)), directive)
		if !ok || strings.TrimLeft(rest, " \t") == rest {
			continue
		}
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			word := rest
			if rest[0] == '"' || rest[0] == '`' {
				prefix, err := strconv.QuotedPrefix(rest)
				if err != nil {
					break // the go command will refuse it
				}
				word, _ = strconv.Unquote(prefix)
				rest = rest[len(prefix):]
			} else {
				end := strings.IndexAny(rest, " \t")
				if end < 0 {
					end = len(rest)
				}
				word, rest = rest[:end], rest[end:]
			}
			patterns = append(patterns, strings.TrimPrefix(word, "all:"))
		}
	}
	return patterns
}
