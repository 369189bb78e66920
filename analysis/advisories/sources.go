package advisories

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// source is one file of a download.
type source struct {
	path string
	asOf time.Time
	// ecosystem is whose every record the file holds, or "" when it is just
	// some records.
	ecosystem string
}

// findSources finds the records below dir: <ecosystem>/all.zip at any depth, as
// osv-scanner and osv-scalibr lay them out, and other zips and JSON files. Of
// two downloads of one ecosystem the newer counts.
func findSources(dir string) ([]source, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err == nil {
		root, err = filepath.Abs(root)
	}
	if err != nil {
		return nil, fmt.Errorf("find advisories: %w", err)
	}
	var sources []source
	whole := make(map[string]int) // ecosystem -> place in sources
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := filepath.Ext(path); ext != ".zip" && ext != ".json" {
			return nil
		}
		info, err := os.Stat(path) // a link to a file is the user's own
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		s := source{path: path, asOf: info.ModTime().UTC().Truncate(time.Second)}
		if filepath.Base(path) == "all.zip" {
			s.ecosystem = ecosystemOfDir(filepath.Dir(path))
			if at, twice := whole[s.ecosystem]; twice {
				if s.asOf.After(sources[at].asOf) {
					sources[at] = s
				}
				return nil
			}
			whole[s.ecosystem] = len(sources)
		}
		sources = append(sources, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find advisories: %w", err)
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("find advisories in %s: there is no all.zip and no JSON record\nhint: name the directory above osv-scalibr/<ecosystem>/all.zip", dir)
	}
	return sources, nil
}

// ecosystemOfDir is whose download a directory holds, by its name.
func ecosystemOfDir(dir string) string {
	base := filepath.Base(dir)
	if name, err := url.PathUnescape(base); err == nil { // GitHub%20Actions
		return name
	}
	return base
}

// item is one record's text before it is read.
type item struct {
	where string
	read  func() ([]byte, error)
}

// A batch is what is read at a time: so many records, of so many bytes.
const (
	batchItems = 256
	batchBytes = 8 << 20
)

// each calls yield for all records of the source, a batch at a time. An item
// can be read until yield returns.
func (s source) each(yield func([]item) error) error {
	if filepath.Ext(s.path) == ".json" {
		return yield([]item{{s.path, func() ([]byte, error) { return readLimited(os.Open(s.path)) }}})
	}
	z, err := zip.OpenReader(s.path)
	if err != nil {
		return torn(s.path, err)
	}
	defer z.Close()
	files := z.File
	z.File = nil
	records, size := 0, uint64(0)
	var batch []item
	for i, f := range files {
		files[i] = nil // the directory of a large zip weighs as much as all else
		if !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		records++
		batch = append(batch, item{s.path + ": " + f.Name, func() ([]byte, error) { return readLimited(f.Open()) }})
		if size += f.UncompressedSize64; len(batch) < batchItems && size < batchBytes {
			continue
		}
		if err := yield(batch); err != nil {
			return err
		}
		batch, size = nil, 0
	}
	if records == 0 && s.ecosystem != "" {
		return torn(s.path, errors.New("it holds no record"))
	}
	return yield(batch)
}

func torn(path string, err error) error {
	return fmt.Errorf("read %s: %w\nhint: download it again", path, err)
}

// errTooLarge is a record that is refused, in a file that is whole.
var errTooLarge = fmt.Errorf("it is larger than %d bytes", MaxRecord)

func readLimited(f io.ReadCloser, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxRecord+1))
	if err == nil && len(data) > MaxRecord {
		err = errTooLarge
	}
	return data, err
}
