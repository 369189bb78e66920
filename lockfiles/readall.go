package lockfiles

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Problem is a lockfile that could not be read. Nothing is known of what it
// pins, which is not the same as pinning nothing.
type Problem struct {
	Path   string
	Format string
	Err    error // a *ParseError
}

// Find gives the paths of files that a format matches, sorted; vendored copies
// are left out unless asked for. An unreadable directory is an error.
func Find(tree fs.FS, vendored bool) ([]string, error) {
	var found []string
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("list %s: %w", path, err)
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.IsDir():
			if !vendored && Vendored(path+"/.") {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() && FormatIn(tree, path) != nil:
			found = append(found, path)
		}
		return nil
	})
	return found, err
}

// ReadAll parses the lockfiles at paths concurrently. Both results are sorted
// by path. A parser that panics is a Problem of its file, not of the program.
// The error is that of ctx alone.
func ReadAll(ctx context.Context, tree fs.FS, paths []string) ([]Lockfile, []Problem, error) {
	type answer struct {
		lockfile Lockfile
		problem  *Problem
	}
	answers := make([]answer, len(paths))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range paths {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			lockfile, err := Read(ctx, tree, path)
			if err != nil {
				answers[i].problem = &Problem{path, lockfile.Format, err}
			}
			answers[i].lockfile = lockfile
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	var read []Lockfile
	var problems []Problem
	for _, a := range answers {
		if a.problem != nil {
			problems = append(problems, *a.problem)
		} else {
			read = append(read, a.lockfile)
		}
	}
	slices.SortFunc(read, func(a, b Lockfile) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	return read, problems, nil
}

// Read parses one lockfile with the format that matches its path (or its
// beginning, see FormatIn). Path and
// Format of the result are set even when there is an error.
func Read(ctx context.Context, tree fs.FS, path string) (lockfile Lockfile, err error) {
	format := FormatIn(tree, path)
	if format == nil {
		return Lockfile{Path: path}, parseErrorf(path, 0, "no lockfile format has this name or this beginning")
	}
	defer func() {
		if r := recover(); r != nil {
			err = parseErrorf(path, 0, "the %s parser failed: %v (please report this)\n%s", format.Name(), r, debug.Stack())
		}
		lockfile.Path, lockfile.Format = path, format.Name()
		err = asParseError(path, 0, err)
	}()
	lockfile, err = format.Parse(ctx, tree, path)
	if err == nil {
		err = atMost(maxEntries, path, lockfile.Packages)
	}
	return lockfile, err
}

// atMost refuses more than limit entries, at the first one too many.
func atMost(limit int, path string, packages []Package) error {
	if len(packages) <= limit {
		return nil
	}
	return parseErrorf(path, packages[limit].Line, "the file holds more than %d entries", limit)
}

// maxEntries bounds what one lockfile may ask of everyone downstream. The
// largest real one known holds about 70,000 entries.
const maxEntries = 500_000
