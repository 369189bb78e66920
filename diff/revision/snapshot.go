package revision

import (
	"context"
	"fmt"
	"io/fs"
	"path"
)

// lister is a tree of entries: a commit's or the index's. Its errors are bare;
// the snapshot adds what was asked.
type lister interface {
	lookup(name string) (entry, error)
	list(dir string) ([]entry, error)
	// paths parts what matches in regular files and others, each sorted.
	paths(ctx context.Context, match func(string) bool) (files, others []string, err error)
}

// snapshot is a commit or the index as a Revision.
type snapshot struct {
	lister
	repo   *repository
	name   string
	commit string // "" for the index
}

func (s *snapshot) Name() string   { return s.name }
func (s *snapshot) Commit() string { return s.commit }

func (s *snapshot) Paths(ctx context.Context, match func(string) bool) ([]string, error) {
	files, _, err := s.Find(ctx, match)
	return files, err
}

func (s *snapshot) Find(ctx context.Context, match func(string) bool) (files, others []string, err error) {
	if files, others, err = s.paths(ctx, match); err != nil {
		return nil, nil, fmt.Errorf("list the files of %s: %w", s.name, err)
	}
	return files, others, nil
}

func (s *snapshot) ReadLink(name string) (string, error) {
	e, err := s.find("readlink", name)
	if err != nil {
		return "", err
	}
	if e.mode != modeLink {
		return "", pathError("readlink", name, fs.ErrInvalid)
	}
	data, err := s.repo.store.blob(s.repo.ctx, e.id)
	if err != nil {
		return "", pathError("readlink", name, err)
	}
	return string(data), nil
}

func (s *snapshot) find(op, name string) (entry, error) {
	if !validPath(name) {
		return entry{}, pathError(op, name, fs.ErrInvalid)
	}
	if name == "." {
		return entry{name: ".", mode: modeTree}, nil
	}
	e, err := s.lookup(name)
	if err != nil {
		return entry{}, pathError(op, name, err)
	}
	return e, nil
}

// content reads a regular file, and says why anything else is not read.
func (s *snapshot) content(op, name string, e entry) ([]byte, error) {
	if !e.regular() {
		return nil, pathError(op, name, notRegular(e.fsMode()))
	}
	data, err := s.repo.store.blob(s.repo.ctx, e.id)
	if err != nil {
		return nil, pathError(op, name, err)
	}
	return data, nil
}

func notRegular(mode fs.FileMode) error {
	what := "a special file"
	switch {
	case mode.IsDir():
		what = "a directory"
	case mode&fs.ModeSymlink != 0:
		what = "a symbolic link, which is not followed"
	case mode&fs.ModeIrregular != 0:
		what = "a submodule, which is not entered"
	}
	return fmt.Errorf("%w: it is %s", ErrNotRegular, what)
}

func (s *snapshot) Open(name string) (fs.File, error) {
	e, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if e.isDir() {
		entries, err := s.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &dirFile{name, info{path.Base(name), e.fsMode(), 0}, entries}, nil
	}
	data, err := s.content("open", name, e)
	if err != nil {
		return nil, err
	}
	return newBlobFile(name, e.fsMode(), data), nil
}

func (s *snapshot) ReadFile(name string) ([]byte, error) {
	e, err := s.find("read", name)
	if err != nil {
		return nil, err
	}
	return s.content("read", name, e)
}

// Stat reads a regular file whole, because git gives the size with the bytes.
func (s *snapshot) Stat(name string) (fs.FileInfo, error) {
	e, err := s.find("stat", name)
	if err != nil {
		return nil, err
	}
	size := 0
	if e.regular() {
		data, err := s.content("stat", name, e)
		if err != nil {
			return nil, err
		}
		size = len(data)
	}
	return info{path.Base(name), e.fsMode(), int64(size)}, nil
}

func (s *snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := s.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !e.isDir() {
		return nil, pathError("readdir", name, errNotDir)
	}
	entries, err := s.list(name)
	if err != nil {
		return nil, pathError("readdir", name, err)
	}
	listed := make([]fs.DirEntry, len(entries))
	for i, e := range entries {
		full := path.Join(name, e.name)
		listed[i] = dirEntry{e.name, e.fsMode(), func() (fs.FileInfo, error) { return s.Stat(full) }}
	}
	return listed, nil
}
