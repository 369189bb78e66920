package revision

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
)

// confirm leaves out of deltas the files that were only touched, and adds the
// untracked ones. Content is compared here and not by git: git would start the
// filters that the reviewed branch's .gitattributes ask for.
func (w *worktree) confirm(ctx context.Context, deltas []delta, untracked []string) ([]string, error) {
	loose := map[string]bool{}
	for _, path := range untracked {
		loose[path] = true
	}
	var changed []string
	for _, d := range deltas {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// A path taken out of the index alone is still there, untracked.
		back := d.head.mode == 0 && loose[d.path]
		delete(loose, d.path)
		if (d.touched || back) && w.same(d) {
			continue
		}
		changed = append(changed, d.path)
	}
	for path := range loose {
		changed = append(changed, path)
	}
	return changed, nil
}

// same tells whether the file on disk is surely the one of base. Every doubt
// is a no: a path too many costs a look, a path too few hides a change.
func (w *worktree) same(d delta) bool {
	path, base := d.path, d.base
	found, err := w.lstat("stat", path)
	if err != nil {
		return false
	}
	mode := d.head.mode // as the backend saw it, which may not trust the disk's
	if mode == 0 {
		mode = diskMode(found.Mode())
	}
	if mode != base.mode {
		return false
	}
	if found.Mode()&fs.ModeSymlink != 0 {
		target, err := w.root.Readlink(filepath.FromSlash(path))
		target = filepath.ToSlash(target)
		return err == nil && mode == modeLink && blobHash(base.id, int64(len(target)), strings.NewReader(target)) == base.id
	}
	if !found.Mode().IsRegular() || !base.regular() {
		return false
	}
	f, err := w.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	if blobHash(base.id, found.Size(), f) == base.id {
		return true
	}
	return w.repo.store.crlf() && w.sameLines(path, base)
}

// diskMode is the mode that git would store for a file; 0 for what it cannot.
func diskMode(mode fs.FileMode) uint32 {
	switch {
	case mode&fs.ModeSymlink != 0:
		return modeLink
	case !mode.IsRegular():
		return 0
	case mode&0o100 != 0:
		return modeExec
	}
	return modeFile
}

// sameLines is same for a text file that git would store with LF.
func (w *worktree) sameLines(path string, base entry) bool {
	data, err := w.ReadFile(path)
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return false
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return blobHash(base.id, int64(len(data)), bytes.NewReader(data)) == base.id
}

// blobHash is the hash that git would give to size bytes of r, of the kind
// that like is of; "" if r holds another number of bytes.
func blobHash(like string, size int64, r io.Reader) string {
	var h hash.Hash = sha1.New() // git's, not ours to choose
	if len(like) == sha256.Size {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", size)
	if n, err := io.Copy(h, r); err != nil && !errors.Is(err, io.EOF) || n != size {
		return ""
	}
	return string(h.Sum(nil))
}
