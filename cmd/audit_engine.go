package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	download "github.com/depreview/depreview/analysis/advisories/update"
	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff/revision"
)

// second asks osv-scanner too. Whatever becomes of it, what depreview itself
// found stands; only the person's own wish to end is an error.
func second(ctx context.Context, stderr io.Writer, rev revision.Revision, x *exposure.Exposure, vendored bool) error {
	beside, gaps, err := inputs(ctx, rev, vendored)
	var answer engines.OSVAnswer
	switch {
	case err != nil:
	case x.Pinned > 0 || len(x.Errors) > 0 || len(beside) > 0:
		answer, err = scan(ctx, rev, x, beside)
	case len(gaps) == 0:
		return nil // there is nothing to ask about
	}
	answer.NotSupported = append(answer.NotSupported, gaps...)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(stderr, "depreview: %s: %s\n", exposure.Scanner, untrusted.Block(strings.TrimSpace(err.Error())))
		x.Unscanned(err)
		return nil
	}
	x.Scanned(answer, beside...)
	return nil
}

// scan gives the engine a copy of what the revision pins, and of the files
// beside the lockfiles.
func scan(ctx context.Context, rev revision.Revision, x *exposure.Exposure, beside []exposure.Beside) (engines.OSVAnswer, error) {
	var none engines.OSVAnswer
	engine, err := engines.Find(buildVersion())
	if err != nil {
		return none, err
	}
	database, err := scannerDatabase()
	if err != nil {
		return none, err
	}
	dir, err := os.MkdirTemp("", "depreview-audit-")
	if err != nil {
		return none, fmt.Errorf("make a temporary directory: %w\nhint: set TMPDIR to a directory that you may write to", err)
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return none, err
	}
	request := engines.OSVRequest{Directory: dir, Database: database}
	for i := range x.Lockfiles {
		// A link under a lockfile's name is told of already, and never followed.
		if info, err := rev.Stat(x.Lockfiles[i].Path); err == nil && info.Mode().IsRegular() {
			request.Lockfiles = append(request.Lockfiles, x.Lockfiles[i].Path)
		}
	}
	for _, b := range beside {
		request.Lockfiles = append(request.Lockfiles, b.Path)
	}
	if len(request.Lockfiles) == 0 { // to the engine that means everything
		return none, errors.New("no lockfile can be read")
	}
	slices.Sort(request.Lockfiles)
	request.Lockfiles = slices.Compact(request.Lockfiles)
	if err := copyOut(ctx, rev, dir, request.Lockfiles, limits{files: 10_000, bytes: 512 << 20}); err != nil {
		return none, err
	}
	// What is called stays unknown where the source is not to be had; what is
	// pinned does not hang on that.
	unknown := ""
	if request.GoCalls, err = goSource(ctx, rev, dir, request.Lockfiles); err != nil {
		unknown, _, _ = strings.Cut(err.Error(), "\n")
	}
	answer, err := engine.OSV(ctx, request)
	if answer.CallsUnknown == "" {
		answer.CallsUnknown = unknown
	}
	return answer, err
}

// scannerDatabase is the directory above the downloads.
func scannerDatabase() (string, error) {
	layout, err := download.UserLayout(os.Getenv, os.UserCacheDir)
	if err != nil {
		return "", err
	}
	dir := layout.Write
	for _, d := range append([]string{layout.Write}, layout.Read...) {
		if info, err := os.Stat(d); err == nil && info.IsDir() {
			dir = d
			break
		}
	}
	return filepath.Abs(filepath.Dir(dir))
}

// limits bound a copy.
type limits struct {
	files int
	bytes int64
}

// copyOut writes files of the revision below dir. A revision opens regular
// files alone; what it lists under any other kind is an error here.
func copyOut(ctx context.Context, rev revision.Revision, dir string, files []string, most limits) error {
	if len(files) > most.files {
		return fmt.Errorf("copy for the engine: more than %d files", most.files)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("copy for the engine: %w", err)
	}
	defer root.Close()
	left := most.bytes
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := copyFile(rev, root, file, left)
		if err != nil {
			return fmt.Errorf("copy %s for the engine: %w", file, err)
		}
		left -= n
	}
	return nil
}

func copyFile(rev revision.Revision, root *os.Root, file string, left int64) (int64, error) {
	from, err := rev.Open(file)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	if info, err := from.Stat(); err != nil || !info.Mode().IsRegular() {
		return 0, errors.Join(err, fs.ErrInvalid)
	}
	name := filepath.FromSlash(file)
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return 0, err
	}
	to, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, io.LimitReader(from, left+1))
	if err = errors.Join(err, to.Close()); err == nil && n > left {
		err = errors.New("the files are too large together")
	}
	return n, err
}
