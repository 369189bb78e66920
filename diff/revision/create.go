package revision

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Commit is one commit for Create: every file of its tree by path.
type Commit struct {
	Branch  string
	Message string
	Files   map[string][]byte
}

// Create makes a new repository in the empty directory dir, one commit upon
// the other, each on its branch. It needs no git binary, and the same commits
// always get the same hashes.
func Create(dir string, commits ...Commit) error {
	repo, err := gogit.PlainInitWithOptions(dir, &gogit.PlainInitOptions{
		InitOptions: gogit.InitOptions{DefaultBranch: plumbing.NewBranchReferenceName(commits[0].Branch)}})
	if err != nil {
		return fmt.Errorf("create a repository in %s: %w", dir, err)
	}
	tree, err := repo.Worktree()
	if err != nil {
		return err
	}
	var present []string
	for i, c := range commits {
		if i > 0 && c.Branch != commits[i-1].Branch {
			if err := tree.Checkout(&gogit.CheckoutOptions{Branch: plumbing.NewBranchReferenceName(c.Branch), Create: true}); err != nil {
				return fmt.Errorf("create the branch %s: %w", c.Branch, err)
			}
		}
		if present, err = writeFiles(dir, tree, present, c.Files); err != nil {
			return err
		}
		who := &object.Signature{Name: "depreview", Email: "demo@depreview.example",
			When: time.Date(2026, 11, 2+i, 9, 0, 0, 0, time.UTC)}
		if _, err := tree.Commit(c.Message, &gogit.CommitOptions{Author: who, Committer: who, AllowEmptyCommits: true}); err != nil {
			return fmt.Errorf("commit %q: %w", c.Message, err)
		}
	}
	return nil
}

// writeFiles makes the work tree and the index hold exactly files.
func writeFiles(dir string, tree *gogit.Worktree, present []string, files map[string][]byte) ([]string, error) {
	var paths []string
	for path, data := range files {
		paths = append(paths, path)
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return nil, err
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		if _, err := tree.Add(path); err != nil {
			return nil, fmt.Errorf("add %s: %w", path, err)
		}
	}
	for _, path := range present {
		if files[path] == nil {
			if _, err := tree.Remove(path); err != nil {
				return nil, fmt.Errorf("remove %s: %w", path, err)
			}
		}
	}
	return paths, nil
}
