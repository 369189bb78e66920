package revision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// goGit is the store for machines without git. It keeps to what go-git reads
// as git does: plain object storage, refs and the index. Expressions, the
// comparison of trees and of files on disk are this package's own.
type goGit struct {
	place place
	// mu: go-git's storage fills its tables of packs as it reads.
	mu      sync.Mutex
	storage *filesystem.Storage
	work    *worktree // nil without a work tree
}

// place is where a repository lies.
type place struct {
	top    string // of the work tree, or ""
	gitDir string // HEAD and the index
	common string // refs and objects; gitDir but in a linked worktree
	config repoConfig
}

func openGoGit(ctx context.Context, dir string) (Repository, error) {
	doing := fmt.Sprintf("open the repository at %q without git", dir)
	if name := steered(); name != "" {
		return nil, needsGit(doing, name+" is set")
	}
	found, err := locate(dir)
	if err != nil {
		return nil, &Error{Doing: doing, Err: err, Hint: "run inside a repository, or name one with --repo DIR"}
	}
	if reason := found.refusal(); reason != "" {
		return nil, needsGit(doing, reason)
	}
	g := &goGit{place: found}
	dot := osfs.New(found.gitDir)
	tree := dotgit.NewRepositoryFilesystem(dot, nil)
	if found.common != found.gitDir {
		tree = dotgit.NewRepositoryFilesystem(dot, osfs.New(found.common))
	}
	g.storage = filesystem.NewStorageWithOptions(tree, cache.NewObjectLRUDefault(), filesystem.Options{KeepDescriptors: true})
	repo := newRepository(ctx, g, facts{root: found.top})
	if found.top != "" {
		if g.work, err = repo.work(); err != nil {
			return nil, err
		}
	}
	return repo, nil
}

// locate goes up from dir to the first repository, as git does: a ".git" that
// is no git directory is passed by.
func locate(dir string) (place, error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return place{}, err
	}
	if at, err = filepath.EvalSymlinks(at); err != nil {
		return place{}, err
	}
	for {
		p := place{top: at, gitDir: filepath.Join(at, ".git")}
		if line, err := os.ReadFile(p.gitDir); err == nil {
			target, ok := strings.CutPrefix(string(line), "gitdir: ")
			if target = strings.TrimRight(target, "\r\n"); !ok || target == "" {
				return place{}, fmt.Errorf("%w: %s is no gitdir file", ErrNotRepository, p.gitDir)
			}
			if !filepath.IsAbs(target) {
				target = filepath.Join(at, target)
			}
			if p.gitDir = target; !p.complete() {
				return place{}, fmt.Errorf("%w: %s is no git directory", ErrNotRepository, target)
			}
			return p, p.config.err
		}
		if p.complete() {
			if p.config.bare {
				p.top = ""
			}
			return p, p.config.err
		}
		if bare := (place{gitDir: at}); bare.complete() {
			return bare, bare.config.err
		}
		parent := filepath.Dir(at)
		if parent == at {
			return place{}, fmt.Errorf("%w (nor is any directory above)", ErrNotRepository)
		}
		at = parent
	}
}

// complete finds the common directory and reads the configuration; false when
// gitDir is not one.
func (p *place) complete() bool {
	p.common = p.gitDir
	if line, err := os.ReadFile(filepath.Join(p.gitDir, "commondir")); err == nil {
		p.common = strings.TrimSpace(string(line))
		if !filepath.IsAbs(p.common) {
			p.common = filepath.Join(p.gitDir, p.common)
		}
	}
	for _, dir := range []string{"objects", "refs"} {
		if found, err := os.Stat(filepath.Join(p.common, dir)); err != nil || !found.IsDir() {
			return false
		}
	}
	if _, err := os.Lstat(filepath.Join(p.gitDir, "HEAD")); err != nil {
		return false
	}
	p.config = readConfig(filepath.Join(p.common, "config"))
	return true
}

func (g *goGit) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.storage.Close()
}

func (g *goGit) crlf() bool { return g.place.config.autocrlf }

// read gives the bytes of an object of one kind.
func (g *goGit) read(ctx context.Context, kind plumbing.ObjectType, id plumbing.Hash) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	o, err := g.storage.EncodedObject(kind, id)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, missing(id.String())
	}
	if err != nil {
		return nil, fmt.Errorf("read object %s: %w", id, err)
	}
	if o.Size() > maxObject {
		return nil, fmt.Errorf("%s is %d bytes; more than %d MB are not read", id, o.Size(), maxObject>>20)
	}
	r, err := o.Reader()
	if err != nil {
		return nil, fmt.Errorf("read object %s: %w", id, err)
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxObject))
}

func (g *goGit) rootTree(ctx context.Context, commit string) (string, error) {
	c, err := g.commit(ctx, plumbing.NewHash(commit))
	if err != nil {
		return "", err
	}
	return string(c.TreeHash[:]), nil
}

func (g *goGit) commit(ctx context.Context, id plumbing.Hash) (*object.Commit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	c, err := object.GetCommit(g.storage, id)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, g.absent(id)
	}
	return c, err
}

// absent is missing for a commit, which a shallow clone lacks on purpose.
func (g *goGit) absent(id plumbing.Hash) error {
	err := missing(id.String())
	if e, ok := errors.AsType[*Error](err); ok && g.shallow() {
		e.Hint = "this clone is shallow: run `git fetch --unshallow`"
	}
	return err
}

func (g *goGit) shallow() bool {
	found, err := os.Stat(filepath.Join(g.place.common, "shallow"))
	return err == nil && found.Size() > 0
}

func hashOf(id string) (h plumbing.Hash) {
	copy(h[:], id)
	return h
}

func (g *goGit) trees(ctx context.Context, ids []string) ([][]entry, error) {
	trees := make([][]entry, len(ids))
	for i, id := range ids {
		raw, err := g.read(ctx, plumbing.TreeObject, hashOf(id))
		if err != nil {
			return nil, err
		}
		if trees[i], err = parseTree(raw, len(plumbing.Hash{})); err != nil {
			return nil, fmt.Errorf("read tree %s: %w", hashOf(id), err)
		}
	}
	return trees, nil
}

func (g *goGit) blob(ctx context.Context, id string) ([]byte, error) {
	return g.read(ctx, plumbing.BlobObject, hashOf(id))
}
