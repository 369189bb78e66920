//go:build engines

package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// address holds a repository's address against what may be fetched: https, a
// host with a name, no credentials.
func address(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("the repository's address cannot be read")
	}
	_, notIP := netip.ParseAddr(u.Hostname())
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "https":
		return nil, fmt.Errorf("the repository is fetched over https alone, not %q", u.Scheme)
	case u.User != nil:
		return nil, errors.New("the repository's address holds credentials")
	case notIP == nil || !strings.Contains(host, ".") || u.Port() != "" || strings.HasSuffix(host, "."):
		return nil, fmt.Errorf("the repository's host %q is none to fetch from", u.Host)
	case u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") == "" || strings.Contains(u.Path, ".."):
		return nil, errors.New("the repository's address names no repository")
	}
	u.Host = host
	return u, nil
}

var errTooLarge = errors.New("it is too large")

// fetch brings one commit without its history into dir and gives the store it
// lies in. At most most bytes are written.
func fetch(ctx context.Context, address string, commit plumbing.Hash, dir string, most int64) (storer.EncodedObjectStorer, error) {
	disk := &boundedFS{Filesystem: osfs.New(dir, osfs.WithBoundOS()), left: new(atomic.Int64)}
	disk.left.Store(most)
	store := filesystem.NewStorageWithOptions(disk, cache.NewObjectLRU(32*cache.MiByte), filesystem.Options{LargeObjectThreshold: maxFile})
	if err := store.Init(); err != nil {
		return nil, err
	}
	remote := git.NewRemote(store, &config.RemoteConfig{Name: "origin", URLs: []string{address}})
	get := func(source string) error {
		return remote.FetchContext(ctx, &git.FetchOptions{
			RefSpecs: []config.RefSpec{config.RefSpec(source + ":refs/depreview/commit")},
			Depth:    1, Tags: git.NoTags,
		})
	}
	err := get(commit.String())
	if errors.Is(err, git.ErrExactSHA1NotSupported) {
		// The server gives what its branches and tags name.
		refs, listed := remote.ListContext(ctx, &git.ListOptions{PeelingOption: git.AppendPeeled})
		if listed != nil {
			return nil, explain(listed, disk)
		}
		for _, ref := range refs {
			if ref.Hash() == commit && ref.Type() == plumbing.HashReference {
				err = get(strings.TrimSuffix(ref.Name().String(), "^{}"))
				break
			}
		}
	}
	if err != nil && !errors.Is(err, git.NoErrAlreadyUpToDate) {
		return nil, explain(err, disk)
	}
	if store.HasEncodedObject(commit) != nil {
		return nil, fmt.Errorf("the repository has no commit %s", commit)
	}
	return store, nil
}

// explain says in the field's words why a fetch failed.
func explain(err error, disk *boundedFS) error {
	switch {
	case disk.left.Load() < 0:
		return fmt.Errorf("the commit is not fetched: %w", errTooLarge)
	case errors.Is(err, transport.ErrRepositoryNotFound), errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return errors.New("the repository is gone, or private")
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return errors.New("the repository is empty")
	case errors.Is(err, git.ErrExactSHA1NotSupported):
		return errors.New("the server gives no single commits, and no branch or tag names this one")
	case strings.Contains(err.Error(), "not our ref"), strings.Contains(err.Error(), "unadvertised object"):
		return errors.New("the repository has no such commit")
	}
	return fmt.Errorf("fetch the commit: %w", err)
}

// local opens a repository on this machine, without starting git.
func local(path string, commit plumbing.Hash) (storer.EncodedObjectStorer, error) {
	repo, err := git.PlainOpenWithOptions(path, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if err != nil {
		return nil, fmt.Errorf("open the repository: %w", err)
	}
	if repo.Storer.HasEncodedObject(commit) != nil {
		return nil, fmt.Errorf("the repository has no commit %s", commit)
	}
	if s, ok := repo.Storer.(*filesystem.Storage); ok {
		// Without these each object costs a look for a loose one and the opening of
		// its pack: a third of the time. The process ends with its answer, and a
		// pack that goes away meanwhile leaves what it held unknown.
		return filesystem.NewStorageWithOptions(s.Filesystem(), cache.NewObjectLRUDefault(), filesystem.Options{KeepDescriptors: true, ExclusiveAccess: true}), nil
	}
	return repo.Storer, nil
}

// boundedFS refuses to write more than is left.
type boundedFS struct {
	billy.Filesystem
	left *atomic.Int64
}

func (b *boundedFS) wrap(f billy.File, err error) (billy.File, error) {
	if err != nil {
		return nil, err
	}
	return &boundedFile{File: f, left: b.left}, nil
}

func (b *boundedFS) Create(name string) (billy.File, error) { return b.wrap(b.Filesystem.Create(name)) }

func (b *boundedFS) OpenFile(name string, flag int, perm os.FileMode) (billy.File, error) {
	return b.wrap(b.Filesystem.OpenFile(name, flag, perm))
}

func (b *boundedFS) TempFile(dir, prefix string) (billy.File, error) {
	return b.wrap(b.Filesystem.TempFile(dir, prefix))
}

func (b *boundedFS) Chroot(dir string) (billy.Filesystem, error) {
	inner, err := b.Filesystem.Chroot(dir)
	if err != nil {
		return nil, err
	}
	return &boundedFS{Filesystem: inner, left: b.left}, nil
}

type boundedFile struct {
	billy.File
	left *atomic.Int64
}

func (f *boundedFile) Write(p []byte) (int, error) {
	if f.left.Add(-int64(len(p))) < 0 {
		return 0, errTooLarge
	}
	return f.File.Write(p)
}
