package revision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

var errNotDir = errors.New("not a directory")

// worktree is the files on disk as a Revision. Everything goes through an
// os.Root, so no name and no link leads outside.
type worktree struct {
	repo *repository
	root *os.Root
	// skipped is what a sparse work tree leaves out on purpose: those files
	// read as in the index. Made when a file is first missed.
	skipped func() (*indexTree, error)
}

func newWorktree(r *repository) (*worktree, error) {
	root, err := os.OpenRoot(r.facts.root)
	if err != nil {
		return nil, fmt.Errorf("open the work tree: %w", err)
	}
	return &worktree{r, root, sync.OnceValues(func() (*indexTree, error) {
		entries, err := r.index()
		skipped := &indexTree{}
		for _, e := range entries {
			if e.skipWorktree && e.stage == 0 {
				skipped.entries = append(skipped.entries, e)
			}
		}
		return skipped, err
	})}, nil
}

func (w *worktree) Name() string   { return "working tree" }
func (w *worktree) Commit() string { return "" }

// isGitDir tells the names that git itself keeps, on file systems that fold
// case too.
func isGitDir(name string) bool { return strings.EqualFold(name, ".git") }

// lstat finds what lies at name, reading as git does: a path through a
// symbolic link or into a submodule or the .git directory is not there.
func (w *worktree) lstat(op, name string) (fs.FileInfo, error) {
	if !validPath(name) || !validPath(filepath.ToSlash(name)) {
		return nil, pathError(op, name, fs.ErrInvalid)
	}
	if name == "." {
		return w.root.Stat(".")
	}
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		if isGitDir(path.Base(name[:i])) {
			break
		}
		found, err := w.root.Lstat(filepath.FromSlash(name[:i]))
		switch {
		case err != nil:
			return nil, pathError(op, name, cause(err))
		case i == len(name):
			if found.IsDir() && w.isNested(name) {
				return info{path.Base(name), fs.ModeIrregular, 0}, nil
			}
			return found, nil
		case !found.IsDir() || w.isNested(name[:i]):
			return nil, pathError(op, name, fs.ErrNotExist)
		}
	}
	return nil, pathError(op, name, fs.ErrNotExist)
}

// lstatMany is lstat for thousands of paths, which looks at each directory
// once. It tells what is there and opens nothing.
func (w *worktree) lstatMany() func(name string) (fs.FileInfo, error) {
	entered := map[string]bool{".": true}
	return func(name string) (fs.FileInfo, error) {
		if !validPath(name) {
			return nil, pathError("stat", name, fs.ErrInvalid)
		}
		dir := path.Dir(name)
		real, known := entered[dir]
		if !known {
			found, err := w.lstat("stat", dir)
			real = err == nil && found.IsDir()
			entered[dir] = real
		}
		if !real {
			return nil, pathError("stat", name, fs.ErrNotExist)
		}
		found, err := os.Lstat(filepath.Join(w.root.Name(), filepath.FromSlash(name)))
		if err != nil {
			return nil, pathError("stat", name, cause(err))
		}
		return found, nil
	}
}

// cause is the error without the name, which the caller adds in its own form.
// A file below a file is absent, as in a commit.
func cause(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	if isNotDir(err) || errors.Is(err, fs.ErrNotExist) {
		return fs.ErrNotExist
	}
	return err
}

// isNested tells a directory that is a repository of its own: a submodule, a
// linked worktree, a clone inside the work tree.
func (w *worktree) isNested(dir string) bool {
	dot := filepath.FromSlash(dir + "/.git")
	found, err := w.root.Lstat(dot)
	if err != nil || found.Mode().IsRegular() {
		return err == nil
	}
	_, err = w.root.Lstat(filepath.Join(dot, "HEAD"))
	return err == nil
}

// find is lstat with what a sparse work tree leaves out. The entry is set for
// that alone.
func (w *worktree) find(op, name string) (fs.FileInfo, entry, error) {
	found, err := w.lstat(op, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return found, entry{}, err
	}
	skipped, listErr := w.skipped()
	if listErr != nil {
		return nil, entry{}, pathError(op, name, listErr)
	}
	e, absent := skipped.lookup(name)
	if absent != nil {
		return nil, entry{}, err
	}
	return info{path.Base(name), e.fsMode(), 0}, e, nil
}

func (w *worktree) Open(name string) (fs.File, error) {
	found, e, err := w.find("open", name)
	if err != nil {
		return nil, err
	}
	switch {
	case found.IsDir():
		entries, err := w.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &dirFile{name, found, entries}, nil
	case !found.Mode().IsRegular():
		return nil, pathError("open", name, notRegular(found.Mode()))
	case e.mode != 0:
		data, err := w.repo.store.blob(w.repo.ctx, e.id)
		if err != nil {
			return nil, pathError("open", name, err)
		}
		return newBlobFile(name, found.Mode(), data), nil
	}
	f, err := w.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, pathError("open", name, cause(err))
	}
	// Between the two looks a link may have taken the file's place.
	if opened, err := f.Stat(); err != nil || !os.SameFile(found, opened) {
		f.Close()
		return nil, pathError("open", name, errors.New("the file changed while it was opened"))
	}
	return f, nil
}

func (w *worktree) ReadFile(name string) ([]byte, error) {
	f, err := w.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func (w *worktree) Stat(name string) (fs.FileInfo, error) {
	found, e, err := w.find("stat", name)
	if err == nil && e.mode != 0 && e.regular() {
		data, err := w.repo.store.blob(w.repo.ctx, e.id)
		if err != nil {
			return nil, pathError("stat", name, err)
		}
		return info{path.Base(name), e.fsMode(), int64(len(data))}, nil
	}
	return found, err
}

func (w *worktree) ReadDir(name string) ([]fs.DirEntry, error) {
	found, e, err := w.find("readdir", name)
	switch {
	case err != nil:
		return nil, err
	case !found.IsDir():
		return nil, pathError("readdir", name, errNotDir)
	}
	var entries []fs.DirEntry
	if e.mode == 0 {
		if entries, err = w.onDisk(name); err != nil {
			return nil, err
		}
	}
	onDisk := map[string]bool{}
	for _, e := range entries {
		onDisk[e.Name()] = true
	}
	skipped, err := w.skipped()
	if err != nil {
		return nil, pathError("readdir", name, err)
	}
	left, _ := skipped.list(name)
	for _, e := range left {
		if !onDisk[e.name] {
			entries = append(entries, w.dirEntry(name, e.name, e.fsMode()))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// onDisk lists a directory without what a sparse work tree leaves out, in no
// order.
func (w *worktree) onDisk(name string) ([]fs.DirEntry, error) {
	dir, err := w.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, pathError("readdir", name, cause(err))
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, pathError("readdir", name, cause(err))
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return isGitDir(e.Name()) })
	for i, e := range entries {
		if e.IsDir() && w.isNested(path.Join(name, e.Name())) {
			entries[i] = w.dirEntry(name, e.Name(), fs.ModeIrregular)
		}
	}
	return entries, nil
}

func (w *worktree) dirEntry(dir, name string, mode fs.FileMode) fs.DirEntry {
	return dirEntry{name, mode, func() (fs.FileInfo, error) { return w.Stat(path.Join(dir, name)) }}
}

func (w *worktree) ReadLink(name string) (string, error) {
	_, e, err := w.find("readlink", name)
	switch {
	case err != nil:
		return "", err
	case e.mode != 0:
		return (&snapshot{lister: &indexTree{[]indexEntry{{entry: e}}}, repo: w.repo}).ReadLink(name)
	}
	target, err := w.root.Readlink(filepath.FromSlash(name))
	if err != nil {
		return "", pathError("readlink", name, cause(err))
	}
	return filepath.ToSlash(target), nil
}

func (w *worktree) Paths(ctx context.Context, match func(string) bool) ([]string, error) {
	files, _, err := w.Find(ctx, match)
	return files, err
}

func (w *worktree) Find(ctx context.Context, match func(string) bool) (files, others []string, err error) {
	var tracked []indexEntry
	var untracked []string
	var group errgroup.Group
	group.Go(func() (err error) { tracked, err = w.repo.index(); return err })
	group.Go(func() (err error) { untracked, err = w.repo.store.untracked(ctx); return err })
	if err := group.Wait(); err != nil {
		return nil, nil, fmt.Errorf("list the files of the working tree: %w", err)
	}
	add := func(path string) error {
		if !match(path) {
			return nil
		}
		at, _, err := w.find("stat", path)
		switch {
		case err == nil && at.Mode().IsRegular():
			files = append(files, path)
		case err == nil && !at.IsDir():
			others = append(others, path)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("list the files of the working tree: %w", err)
		}
		return nil
	}
	for _, e := range tracked {
		if err := add(e.name); err != nil {
			return nil, nil, err
		}
	}
	for _, path := range untracked {
		if err := add(path); err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(files)
	slices.Sort(others)
	return slices.Compact(files), slices.Compact(others), nil
}
