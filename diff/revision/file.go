package revision

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// validPath is fs.ValidPath without its demand for UTF-8: git names are bytes.
func validPath(name string) bool {
	if name == "." {
		return true
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return !strings.Contains(name, "\x00")
}

func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// info describes a file of a commit or of the index; neither keeps times.
type info struct {
	name string
	mode fs.FileMode
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

// dirEntry is a name in a directory; its size is read when asked for.
type dirEntry struct {
	name string
	mode fs.FileMode
	stat func() (fs.FileInfo, error)
}

func (d dirEntry) Name() string               { return d.name }
func (d dirEntry) IsDir() bool                { return d.mode.IsDir() }
func (d dirEntry) Type() fs.FileMode          { return d.mode.Type() }
func (d dirEntry) Info() (fs.FileInfo, error) { return d.stat() }
func (d dirEntry) String() string             { return fs.FormatDirEntry(d) }

// blobFile is an open file whose content is in memory.
type blobFile struct {
	*bytes.Reader
	info info
}

func (f *blobFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *blobFile) Close() error               { return nil }

func newBlobFile(name string, mode fs.FileMode, data []byte) *blobFile {
	return &blobFile{bytes.NewReader(data), info{path.Base(name), mode, int64(len(data))}}
}

// dirFile is an open directory.
type dirFile struct {
	path    string
	info    fs.FileInfo
	entries []fs.DirEntry
}

func (d *dirFile) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *dirFile) Close() error               { return nil }

func (d *dirFile) Read([]byte) (int, error) {
	return 0, pathError("read", d.path, notRegular(fs.ModeDir))
}

func (d *dirFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		all := d.entries
		d.entries = nil
		return all, nil
	}
	if len(d.entries) == 0 {
		return nil, io.EOF
	}
	some := d.entries[:min(n, len(d.entries))]
	d.entries = d.entries[len(some):]
	return some, nil
}
