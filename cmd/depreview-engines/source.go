//go:build engines

package main

import (
	"bytes"
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

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// source is the files of one commit, or of one directory, read where they lie:
// nothing is checked out, so that no path and no link of a stranger's is ever
// followed on this machine.
type source struct {
	files []string // sorted slash paths of regular files
	read  func(file string) (data []byte, cut bool, err error)

	links, submodules int

	reading sync.Mutex // held while read is called

	mu   sync.Mutex
	cut  map[string]bool // larger than maxFile: read to there
	lfs  map[string]bool // pointers: their contents are not fetched
	kept map[string][]byte
	room int // for kept
}

const (
	maxFile   = 10 << 20  // bytes of one file that the checks see
	keepFile  = 256 << 10 // files up to this are kept for the next check
	keepAll   = 128 << 20
	maxFiles  = 200_000
	maxBytes  = 512 << 20
	maxDepth  = 64 // of directories: a tree can hold itself a million times over
	lfsMarker = "version https://git-lfs.github.com/spec/"
)

var errTooMany = errors.New("it has too many files")

// open gives a file to the checks. It is read when its first byte is: a check
// opens every file for the few whose names concern it, and what it does not read
// cannot fail it.
func (s *source) open(file string) (io.ReadCloser, error) {
	if _, ok := slices.BinarySearch(s.files, file); !ok {
		return nil, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
	}
	return &lazy{source: s, file: file}, nil
}

// lazy is a file that is not read yet.
type lazy struct {
	source *source
	file   string
	data   *bytes.Reader
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.data == nil {
		data, err := l.source.contents(l.file)
		if err != nil {
			return 0, err
		}
		l.data = bytes.NewReader(data)
	}
	return l.data.Read(p)
}

func (*lazy) Close() error { return nil }

func (s *source) known(file string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.kept[file]
	return data, ok
}

// contents reads a file, once where it is small enough to keep. Several checks
// ask at once: those that ask for what is known do not wait for a reading.
func (s *source) contents(file string) ([]byte, error) {
	if data, ok := s.known(file); ok {
		return data, nil
	}
	s.reading.Lock() // go-git's stores are for one at a time
	defer s.reading.Unlock()
	if data, ok := s.known(file); ok {
		return data, nil
	}
	data, cut, err := s.read(file)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cut {
		put(&s.cut, file, true)
	}
	if len(data) < 1024 && bytes.HasPrefix(data, []byte(lfsMarker)) {
		put(&s.lfs, file, true)
	}
	if len(data) <= keepFile && s.room+len(data) <= keepAll {
		put(&s.kept, file, data)
		s.room += len(data)
	}
	return data, nil
}

func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = make(map[string]V)
	}
	(*m)[key] = v
}

// notes say what the checks did not see.
func (s *source) notes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var notes []string
	add := func(n int, one, many string) {
		if n == 1 {
			notes = append(notes, "1 "+one)
		} else if n > 1 {
			notes = append(notes, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(s.links, "link is not followed", "links are not followed")
	add(s.submodules, "submodule is not fetched", "submodules are not fetched")
	add(len(s.lfs), "file is in LFS and not fetched", "files are in LFS and not fetched")
	add(len(s.cut), "file is read to its first 10 MB", "files are read to their first 10 MB")
	return notes
}

// commitSource lists the files of a commit in an object store.
func commitSource(ctx context.Context, store storer.EncodedObjectStorer, commit plumbing.Hash, most int) (*source, error) {
	c, err := object.GetCommit(store, commit)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", commit, err)
	}
	s, blobs, entries := &source{}, make(map[string]plumbing.Hash), 0
	var walk func(dir string, tree plumbing.Hash, depth int) error
	walk = func(dir string, hash plumbing.Hash, depth int) error {
		if depth > maxDepth {
			return errors.New("its directories are nested too deep")
		}
		tree, err := object.GetTree(store, hash)
		if err != nil {
			return fmt.Errorf("read the directory %q: %w", dir, err)
		}
		for _, e := range tree.Entries {
			if entries++; entries > most {
				return fmt.Errorf("%w: over %d", errTooMany, most)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			file := path.Join(dir, e.Name)
			if !fs.ValidPath(e.Name) || e.Name == "." || strings.ContainsAny(e.Name, "/\x00") {
				return fmt.Errorf("an entry of %q has the name %q", dir, e.Name)
			}
			switch e.Mode {
			case filemode.Dir:
				if err := walk(file, e.Hash, depth+1); err != nil {
					return err
				}
			case filemode.Regular, filemode.Deprecated, filemode.Executable:
				s.files, blobs[file] = append(s.files, file), e.Hash
			case filemode.Submodule:
				s.submodules++
			default:
				s.links++
			}
		}
		return nil
	}
	if err := walk("", c.TreeHash, 0); err != nil {
		return nil, err
	}
	slices.Sort(s.files)
	s.read = func(file string) ([]byte, bool, error) {
		hash, ok := blobs[file]
		if !ok {
			return nil, false, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
		}
		o, err := store.EncodedObject(plumbing.BlobObject, hash)
		if err != nil {
			return nil, false, fmt.Errorf("read %s: %w", file, err)
		}
		r, err := o.Reader()
		if err != nil {
			return nil, false, fmt.Errorf("read %s: %w", file, err)
		}
		defer r.Close()
		return upTo(r, o.Size())
	}
	return s, nil
}

// directorySource lists the files of a directory as they stand: all, or those
// of only that are regular files.
func directorySource(ctx context.Context, dir string, only *[]string, most int) (*source, func(), error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("open the directory: %w", err)
	}
	s, entries := &source{}, 0
	look := func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entries++; entries > most {
			return fmt.Errorf("%w: over %d", errTooMany, most)
		}
		switch {
		case e.IsDir() && e.Name() == ".git":
			return fs.SkipDir
		case e.Type().IsRegular():
			s.files = append(s.files, file)
		case e.Type()&fs.ModeSymlink != 0:
			s.links++
		}
		return ctx.Err()
	}
	if only == nil {
		only = new([]string)
		err = fs.WalkDir(root.FS(), ".", look)
	}
	for _, file := range *only {
		info, absent := root.Lstat(filepath.FromSlash(file))
		if absent != nil { // gone since it was listed, or below a link that leads out
			continue
		}
		if err = look(file, fs.FileInfoToDirEntry(info), nil); err != nil {
			break
		}
	}
	if err != nil {
		root.Close()
		return nil, nil, err
	}
	slices.Sort(s.files)
	s.files = slices.Compact(s.files)
	s.read = func(file string) ([]byte, bool, error) {
		if _, ok := slices.BinarySearch(s.files, file); !ok {
			return nil, false, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
		}
		f, err := root.Open(filepath.FromSlash(file))
		if err != nil {
			return nil, false, err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			return nil, false, fmt.Errorf("%s is no regular file any more (%v)", file, err)
		}
		return upTo(f, info.Size())
	}
	return s, func() { root.Close() }, nil
}

func upTo(r io.Reader, size int64) (data []byte, cut bool, err error) {
	data, err = io.ReadAll(io.LimitReader(r, maxFile))
	return data, size > maxFile, err
}
