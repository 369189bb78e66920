package lockfiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxSize bounds one lockfile. The largest real one known is about 40 MB.
const maxSize = 64 << 20

var (
	errEmpty    = errors.New("the file is empty")
	errTooLarge = fmt.Errorf("the file is larger than %d MB", maxSize>>20)
)

// readLockfile reads a lockfile whole and refuses what no lockfile holds: more
// than maxSize bytes, nothing at all, NUL bytes, merge-conflict markers. A
// byte order mark is dropped. CRLF stays; parsers tolerate it.
func readLockfile(tree fs.FS, path string) ([]byte, error) {
	data, err := readBounded(tree, path)
	if err != nil {
		return nil, &ParseError{path, 0, err}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &ParseError{path, 1, errEmpty}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, parseErrorf(path, lineAt(data, i), "the file holds a NUL byte")
	}
	if line := conflictMarker(data); line > 0 {
		return nil, parseErrorf(path, line, "the file holds merge-conflict markers\nhint: resolve the conflict, then run the package manager's install to rebuild the lockfile")
	}
	return data, nil
}

// readManifest reads a file that only adds to what a lockfile says. ok is
// false when there is none or it cannot be read.
func readManifest(tree fs.FS, path string) (data []byte, ok bool) {
	data, err := readBounded(tree, path)
	return data, err == nil
}

func readBounded(tree fs.FS, path string) ([]byte, error) {
	f, err := tree.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var buf bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Size() > maxSize {
		return nil, errTooLarge
	} else if err == nil && info.Size() > 0 {
		buf.Grow(int(info.Size()) + bytes.MinRead)
	}
	if _, err := io.Copy(&buf, io.LimitReader(f, maxSize+1)); err != nil {
		return nil, err
	}
	if buf.Len() > maxSize {
		return nil, errTooLarge
	}
	return bytes.TrimPrefix(buf.Bytes(), []byte("\xef\xbb\xbf")), nil
}

// conflictMarker is the line of the first git conflict marker, or 0. A lone
// "=======" is text in several formats; the opening and closing marks are not.
func conflictMarker(data []byte) int {
	for _, mark := range [][]byte{[]byte("<<<<<<< "), []byte(">>>>>>> ")} {
		for from := 0; ; {
			i := bytes.Index(data[from:], mark)
			if i < 0 {
				break
			}
			i += from
			if i == 0 || data[i-1] == '\n' {
				return lineAt(data, i)
			}
			from = i + 1
		}
	}
	return 0
}

// lineAt is the 1-based line of the byte at offset.
func lineAt(data []byte, offset int) int {
	return 1 + bytes.Count(data[:min(offset, len(data))], []byte("\n"))
}
