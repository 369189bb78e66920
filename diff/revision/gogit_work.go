package revision

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/format/index"
)

// readIndex refuses what go-git's decoder refuses: a split or sparse index.
func (g *goGit) readIndex() (*index.Index, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	idx, err := g.storage.Index()
	if err != nil {
		return nil, needsGit("read the index", fmt.Sprintf("the index has a form that only git reads, such as split or sparse (%v)", err))
	}
	slices.SortStableFunc(idx.Entries, func(a, b *index.Entry) int { return strings.Compare(a.Name, b.Name) })
	return idx, nil
}

func fromIndex(e *index.Entry) entry {
	return entry{"", uint32(e.Mode), string(e.Hash[:])}
}

func (g *goGit) index(context.Context) ([]indexEntry, error) {
	idx, err := g.readIndex()
	if err != nil {
		return nil, err
	}
	entries := make([]indexEntry, len(idx.Entries))
	for i, e := range idx.Entries {
		entries[i] = indexEntry{fromIndex(e), int(e.Stage), e.SkipWorktree}
		entries[i].name = e.Name
	}
	return entries, nil
}

// flatten is every file of a commit by its path.
func (g *goGit) flatten(ctx context.Context, commit string) (map[string]entry, error) {
	root, err := g.rootTree(ctx, commit)
	if err != nil {
		return nil, err
	}
	files := map[string]entry{}
	err = diffTrees(ctx, g, "", root, func(path string, _, e entry) {
		files[path] = entry{"", e.mode, e.id}
	})
	return files, err
}

func (g *goGit) staged(ctx context.Context, commit string) ([]delta, error) {
	return g.against(ctx, commit, func(_ *index.Index, e *index.Entry) (entry, bool) {
		if e.IntentToAdd || e.Stage != 0 {
			return entry{}, false
		}
		return fromIndex(e), false
	})
}

// against compares a commit ("" for the index itself) with what side makes of
// each index entry. side says too whether only the content on disk can tell.
func (g *goGit) against(ctx context.Context, commit string, side func(*index.Index, *index.Entry) (entry, bool)) ([]delta, error) {
	idx, err := g.readIndex()
	if err != nil {
		return nil, err
	}
	var base map[string]entry
	if commit != "" {
		if base, err = g.flatten(ctx, commit); err != nil {
			return nil, err
		}
	}
	var deltas []delta
	for i, e := range idx.Entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if i > 0 && e.Name == idx.Entries[i-1].Name {
			continue // another side of an unmerged path
		}
		d := delta{path: e.Name, base: base[e.Name]}
		if commit == "" && !e.IntentToAdd && e.Stage == 0 {
			d.base = fromIndex(e)
		}
		delete(base, e.Name)
		d.head, d.touched = side(idx, e)
		if e.Stage != 0 { // unmerged: the disk may equal a commit, the index equals none
			d.touched = d.head.mode != 0 && commit != ""
			deltas = append(deltas, d)
			continue
		}
		if d.touched || d.head != d.base {
			deltas = append(deltas, d)
		}
	}
	for path, e := range base {
		deltas = append(deltas, delta{path: path, base: e})
	}
	return deltas, nil
}

func (g *goGit) unstaged(ctx context.Context, commit string) ([]delta, error) {
	if g.work == nil {
		return nil, noWorkTree("open the working tree")
	}
	lstat := g.work.lstatMany()
	return g.against(ctx, commit, func(idx *index.Index, e *index.Entry) (entry, bool) {
		indexed := fromIndex(e)
		found, err := lstat(e.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && (e.SkipWorktree || indexed.mode == modeGitlink):
			return indexed, false
		case errors.Is(err, fs.ErrNotExist):
			return entry{}, false
		case err != nil:
			return entry{}, true
		case indexed.mode == modeGitlink && (found.IsDir() || found.Mode()&fs.ModeIrregular != 0):
			return g.submodule(e, indexed), false
		}
		mode := diskMode(found.Mode())
		if (g.place.config.ignoreMode || runtime.GOOS == "windows") && found.Mode().IsRegular() && indexed.regular() {
			mode = indexed.mode
		}
		if e.Stage == 0 && mode == indexed.mode && unmoved(found, idx, e) {
			return indexed, false
		}
		return entry{mode: mode}, true
	})
}

// unmoved tells that the file is as it was when the index last read it, by
// git's rule: same times and size, and written before the index was. Where the
// time of change cannot be read, the answer is no and the content decides.
func unmoved(found fs.FileInfo, idx *index.Index, e *index.Entry) bool {
	changed, ok := changeTime(found)
	return ok && !e.IntentToAdd && e.Size == uint32(found.Size()) && changed.Equal(e.CreatedAt) &&
		found.ModTime().Equal(e.ModifiedAt) && found.ModTime().Before(idx.ModTime.Truncate(time.Second))
}

// submodule is the commit that a submodule's directory stands at. Where that
// cannot be said without its own git directory, an unknown commit is given, so
// that it counts as changed.
func (g *goGit) submodule(e *index.Entry, indexed entry) entry {
	if !g.work.isNested(e.Name) {
		return indexed // not initialised
	}
	p, err := locate(filepath.Join(g.place.top, filepath.FromSlash(e.Name)))
	if err != nil || p.refusal() != "" {
		return entry{mode: modeGitlink}
	}
	repo, err := openGoGit(context.Background(), p.top)
	if err != nil {
		return entry{mode: modeGitlink}
	}
	defer repo.Close()
	head, err := repo.Revision(context.Background(), "HEAD")
	if err != nil {
		return entry{mode: modeGitlink}
	}
	return entry{mode: modeGitlink, id: unhex(head.Commit())}
}

func (g *goGit) untracked(ctx context.Context) ([]string, error) {
	if g.work == nil {
		return nil, noWorkTree("open the working tree")
	}
	idx, err := g.readIndex()
	if err != nil {
		return nil, err
	}
	// A directory where the index has a file is new; one where it has a
	// submodule is not looked into.
	files, submodules := make(map[string]bool, len(idx.Entries)), map[string]bool{}
	for _, e := range idx.Entries {
		files[e.Name] = true
		if uint32(e.Mode) == modeGitlink {
			submodules[e.Name] = true
		}
	}
	var found []string
	var walk func(dir string, rules ignoreRules) error
	walk = func(dir string, rules ignoreRules) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		entries, err := g.work.onDisk(dir)
		if errors.Is(err, fs.ErrPermission) {
			return nil // git warns and goes on
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Name() == ".gitignore" && e.Type().IsRegular() {
				if text, err := g.work.ReadFile(path.Join(dir, e.Name())); err == nil {
					rules = rules.with(text, dir)
				}
			}
		}
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			switch {
			case submodules[name] || files[name] && !e.IsDir() || rules.ignored(name, e.IsDir()):
			case e.IsDir():
				if err := walk(name, rules); err != nil {
					return err
				}
			case e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0:
				found = append(found, name)
			}
		}
		return nil
	}
	return found, walk(".", readExclude(g.place.common))
}
