package clients

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	// cacheMost is how much is kept. Tidying leaves a fifth of it free, so that
	// it need not be done again soon.
	cacheMost = 512 << 20
	// cacheUnread is how long an answer is kept that nobody reads.
	cacheUnread = 180 * 24 * time.Hour
	// tidyEvery is how rarely the cache is looked through.
	tidyEvery = 24 * time.Hour
	// leftBehind is how old an unfinished or damaged file is when it is removed.
	leftBehind = 7 * 24 * time.Hour
	// touchAfter is how old the mark of the last reading may be.
	touchAfter = 24 * time.Hour
	tidyMark   = "tidied"
)

// Tidy removes from the cache what nobody has read for long, and what is too
// much, the least read first. It does so once a day at most, whichever process
// comes first, and may be ended at any time: each removal is whole, and an
// answer that is gone is asked for again.
func (t *Transport) Tidy(ctx context.Context) error {
	return t.cache.tidy(ctx, time.Now(), cacheMost)
}

type keptFile struct {
	path string
	size int64
	read time.Time
}

func (c *cache) tidy(ctx context.Context, now time.Time, most int64) error {
	if c.dir == "" || !c.due(now) {
		return nil
	}
	var files []keptFile
	var total int64
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil // another process tidies too
		case err != nil || !d.Type().IsRegular() || d.Name() == tidyMark:
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		age := now.Sub(info.ModTime())
		if age > cacheUnread || filepath.Ext(path) != "" && age > leftBehind { // .part and .broken
			_ = os.Remove(path)
			return nil
		}
		files = append(files, keptFile{path, info.Size(), info.ModTime()})
		total += info.Size()
		return nil
	})
	if err != nil || total <= most {
		return err
	}
	slices.SortFunc(files, func(a, b keptFile) int { return a.read.Compare(b.read) })
	for _, f := range files {
		if total <= most/5*4 || ctx.Err() != nil {
			break
		}
		if os.Remove(f.path) == nil {
			total -= f.size
		}
	}
	return ctx.Err()
}

// due takes the turn of the day. Of two processes that ask at once both may get
// it, which costs a look more and nothing else.
func (c *cache) due(now time.Time) bool {
	mark := filepath.Join(c.dir, tidyMark)
	info, err := os.Stat(mark)
	switch {
	case err == nil && now.Sub(info.ModTime()) < tidyEvery && !info.ModTime().After(now):
		return false
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false
	}
	if err != nil {
		if _, err := os.Stat(c.dir); err != nil {
			return false // nothing is kept yet
		}
		if os.WriteFile(mark, nil, 0o600) != nil {
			return false
		}
	}
	return os.Chtimes(mark, now, now) == nil
}

// touch marks an answer as read, so that tidying spares it.
func touch(path string, info fs.FileInfo, now time.Time) {
	if now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(path, now, now) // a cache that cannot be written still answers
	}
}
