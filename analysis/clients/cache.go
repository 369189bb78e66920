package clients

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"
)

// cache keeps answers in a directory, one file an answer. A file is written
// under another name and renamed, and carries the digest of its content: what
// is read is whole, whoever else writes at the same time and whenever the
// power went. Nothing that goes wrong here is an error of the request.
type cache struct {
	dir string // "" keeps nothing

	// write is os.WriteFile but for tests of a full disk.
	write    func(name string, data []byte, mode fs.FileMode) error
	problems atomic.Int64
	broken   atomic.Int64
}

// entry is one kept answer.
type entry struct {
	Key          string    `json:"key"`
	Status       int       `json:"status"`
	At           time.Time `json:"at"` // when the service last said so
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Link         string    `json:"link,omitempty"` // the next page, where there is one
	Size         int       `json:"size"`
	Digest       string    `json:"sha256"`

	body []byte
}

const cacheMagic = "depreview cache 1 "

// cacheRoom is the directory below the caller's; another layout gets another.
const cacheRoom = "http-1"

func newCache(dir string) *cache {
	if dir != "" {
		dir = filepath.Join(dir, cacheRoom)
	}
	return &cache{dir: dir, write: os.WriteFile}
}

func (c *cache) path(key string) string {
	sum := sha256.Sum256([]byte(key))
	name := hex.EncodeToString(sum[:])
	return filepath.Join(c.dir, name[:2], name[2:])
}

// get returns the kept answer, or nil. A damaged file is set aside.
func (c *cache) get(key string) *entry {
	if c.dir == "" {
		return nil
	}
	path := c.path(key)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		c.problems.Add(1)
		return nil
	}
	e, err := readEntry(data)
	if err != nil {
		c.setAside(key)
		return nil
	}
	if e.Key != key { // two keys of one digest: no one has seen that, but it costs one comparison
		return nil
	}
	if info, err := os.Stat(path); err == nil {
		touch(path, info, time.Now())
	}
	return e
}

// setAside renames a damaged file, so that a person can look at it and the
// answer is asked for again.
func (c *cache) setAside(key string) {
	if c.dir == "" {
		return
	}
	c.broken.Add(1)
	name := c.path(key)
	if os.Rename(name, name+".broken") != nil {
		_ = os.Remove(name)
	}
}

func (c *cache) put(e *entry) {
	if c.dir == "" {
		return
	}
	if err := c.store(e); err != nil {
		c.problems.Add(1)
	}
}

var temporary atomic.Int64

func (c *cache) store(e *entry) error {
	sum := sha256.Sum256(e.body)
	e.Size, e.Digest = len(e.body), hex.EncodeToString(sum[:])
	head, err := json.Marshal(e)
	if err != nil {
		return err
	}
	name := c.path(e.Key)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	data := make([]byte, 0, len(cacheMagic)+len(head)+len(e.body)+16)
	data = append(data, cacheMagic...)
	data = strconv.AppendInt(data, int64(len(head)), 10)
	data = append(append(append(data, '\n'), head...), e.body...)
	// The name is of this process and this write alone.
	part := fmt.Sprintf("%s.%d-%d.part", name, os.Getpid(), temporary.Add(1))
	if err := c.write(part, data, 0o600); err != nil {
		_ = os.Remove(part)
		return err
	}
	if err := os.Rename(part, name); err != nil {
		_ = os.Remove(part)
		return err
	}
	return nil
}

var errDamaged = errors.New("the entry is damaged")

func readEntry(data []byte) (*entry, error) {
	line, rest, ok := bytes.Cut(data, []byte{'\n'})
	size, isOurs := bytes.CutPrefix(line, []byte(cacheMagic))
	if !ok || !isOurs {
		return nil, errDamaged
	}
	n, err := strconv.Atoi(string(size))
	if err != nil || n < 0 || n > len(rest) {
		return nil, errDamaged
	}
	e := &entry{}
	if err := json.Unmarshal(rest[:n], e); err != nil {
		return nil, errDamaged
	}
	e.body = rest[n:]
	sum := sha256.Sum256(e.body)
	if len(e.body) != e.Size || hex.EncodeToString(sum[:]) != e.Digest {
		return nil, errDamaged
	}
	return e, nil
}

// CacheDir is where the cache lies unless a person says otherwise.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory: %w\nhint: set XDG_CACHE_HOME", err)
	}
	return filepath.Join(dir, "depreview"), nil
}
