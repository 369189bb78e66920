package revision

import (
	"context"
	"encoding/hex"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// treeCache keeps the directories that were looked into. Both sides of a
// review share it, because most of their directories are the same objects.
type treeCache struct {
	mu    sync.Mutex
	trees map[string][]entry
}

func (c *treeCache) get(ctx context.Context, s store, id string) ([]entry, error) {
	c.mu.Lock()
	entries, ok := c.trees[id]
	c.mu.Unlock()
	if ok {
		return entries, nil
	}
	read, err := s.trees(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trees == nil {
		c.trees = map[string][]entry{}
	}
	c.trees[id] = read[0]
	return read[0], nil
}

// commitTree is the files of one commit, read directory by directory as asked.
type commitTree struct {
	repo   *repository
	commit string
	root   func() (string, error) // the tree of the commit, in binary; read once
}

func newCommitTree(r *repository, commit string) *commitTree {
	return &commitTree{r, commit, sync.OnceValues(func() (string, error) {
		return r.store.rootTree(r.ctx, commit)
	})}
}

func (t *commitTree) lookup(name string) (entry, error) {
	id, err := t.root()
	if err != nil {
		return entry{}, err
	}
	at := entry{mode: modeTree, id: id}
	for part := range strings.SplitSeq(name, "/") {
		if !at.isDir() {
			return entry{}, fs.ErrNotExist
		}
		entries, err := t.repo.cache.get(t.repo.ctx, t.repo.store, at.id)
		if err != nil {
			return entry{}, err
		}
		i, ok := slices.BinarySearchFunc(entries, part, func(e entry, name string) int { return strings.Compare(e.name, name) })
		if !ok {
			return entry{}, fs.ErrNotExist
		}
		at = entries[i]
	}
	return at, nil
}

func (t *commitTree) list(dir string) ([]entry, error) {
	id, err := t.root()
	if err != nil {
		return nil, err
	}
	if dir != "." {
		e, err := t.lookup(dir)
		if err != nil {
			return nil, err
		}
		id = e.id
	}
	return t.repo.cache.get(t.repo.ctx, t.repo.store, id)
}

func (t *commitTree) paths(ctx context.Context, match func(string) bool) (files, others []string, err error) {
	id, err := t.root()
	if err != nil {
		return nil, nil, err
	}
	err = diffTrees(ctx, t.repo.store, "", id, func(path string, _, e entry) {
		switch {
		case !match(path):
		case e.regular():
			files = append(files, path)
		default:
			others = append(others, path)
		}
	})
	slices.Sort(files)
	slices.Sort(others)
	return files, others, err
}

// unhex makes the binary form of a hash, or "" of what is none.
func unhex(s string) string {
	id, err := hex.DecodeString(s)
	if err != nil || len(id) != 20 && len(id) != 32 {
		return ""
	}
	return string(id)
}
