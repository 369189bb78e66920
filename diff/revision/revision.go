// Package revision shows a git revision, the index or the working tree as an
// fs.FS, and says which paths differ between two of them.
//
// It stands at the foot of diff: package lockfiles reads through the fs.FS
// that it makes, and cmd opens it with what a person typed. It is the only
// room that starts git. The git binary comes first because it alone answers
// every repository rightly; go-git stands behind the same interface for
// machines without git, and refuses with a reason what it would get wrong.
//
// Nothing that a reviewed branch brings is executed: no hook, file-system
// monitor, external diff, textconv, content filter or fetch is started, and
// nothing is written, not even the index's cached file times.
package revision

import (
	"context"
	"io/fs"
	"os/exec"
)

// Backend chooses who reads the repository.
type Backend int

// Auto is Git where a git binary is on PATH, else GoGit.
const (
	Auto Backend = iota
	Git
	GoGit
)

// The two revisions that are no commit, as a person types them.
const (
	WorkingTree = "."
	Index       = ":"
)

// Repository is one repository, open for reading. It serves many goroutines.
type Repository interface {
	// Root is the top of the work tree, or "" for a repository without one.
	Root() string
	// Range understands what a person types after the command: nothing (the
	// merge base of HEAD with the default branch .. working tree), "A" (A ..
	// working tree), "A..B", "A...B" (the merge base of A and B .. B), or "A"
	// and "B" apart. "." or nothing after the dots is the working tree, ":" is
	// the index, nothing before them is HEAD. The default branch is
	// origin/HEAD, else the first of main, master, trunk and develop that
	// exists here or on origin.
	Range(ctx context.Context, args []string) (base, head Revision, err error)
	// Revision is one side alone: ".", ":" or what names a commit.
	Revision(ctx context.Context, expr string) (Revision, error)
	// Changed gives the paths that differ between two revisions of this
	// repository, sorted: added, removed, modified, or of another mode. A
	// rename is a removed and an added path. Against the working tree,
	// untracked files that are not ignored count as added. A path may be
	// listed whose content is equal in git's eyes alone (line endings or a
	// content filter such as LFS on a file touched since). None is left out
	// but files that the index tells git not to look at (assume-unchanged,
	// skip-worktree).
	Changed(ctx context.Context, base, head Revision) ([]string, error)
	// Close ends the child processes. Revisions cannot be read afterwards.
	Close() error
}

// Revision is a tree of files as an fs.FS. Files are given as committed (or as
// they lie on disk): no smudge filter, no textconv, no line-ending conversion.
// Symbolic links and submodules are listed with their types, are never
// followed or entered, and cannot be opened. Names may hold any byte but NUL.
type Revision interface {
	fs.ReadDirFS
	fs.StatFS
	fs.ReadFileFS
	// Name is the revision as the person wrote it ("main", "HEAD~3"), or
	// "working tree", "index", "merge base of A and B".
	Name() string
	// Commit is the full hash; "" for the index and the working tree.
	Commit() string
	// Paths gives the regular files that match, sorted. In the working tree
	// those are tracked files that exist and untracked ones not ignored.
	Paths(ctx context.Context, match func(path string) bool) ([]string, error)
	// Find gives those files, and beside them what matches and is no regular
	// file: symbolic links, submodules, devices; never a directory. Sorted.
	Find(ctx context.Context, match func(path string) bool) (files, others []string, err error)
	// ReadLink is where a symbolic link leads, as it is written.
	ReadLink(name string) (string, error)
}

// Open finds the repository that dir lies in. ctx bounds the life of the
// Repository: when it ends, reading stops and child processes are killed.
func Open(ctx context.Context, dir string, backend Backend) (Repository, error) {
	if backend != GoGit {
		binary, err := exec.LookPath("git")
		switch {
		case err == nil:
			return openGit(ctx, binary, dir)
		case backend == Git:
			return nil, &Error{Doing: "start git", Err: err, Hint: "install git and see that it is on PATH"}
		}
	}
	return openGoGit(ctx, dir)
}
