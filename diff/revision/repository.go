package revision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// store is what a backend must be able to do; the rest is common to both.
// Hashes of commits are hexadecimal, those of other objects binary.
type store interface {
	// lookup resolves expressions to commits, "" where one does not resolve.
	lookup(ctx context.Context, exprs ...string) ([]string, error)
	// explain says why an expression does not resolve. It is never nil.
	explain(ctx context.Context, expr string) error
	// mergeBase is a best common ancestor; an error wraps ErrNoMergeBase.
	mergeBase(ctx context.Context, a, b string) (string, error)
	rootTree(ctx context.Context, commit string) (string, error)
	trees(ctx context.Context, ids []string) ([][]entry, error)
	blob(ctx context.Context, id string) ([]byte, error)
	// index gives every entry, sorted by path.
	index(ctx context.Context) ([]indexEntry, error)
	// staged compares a commit with the index.
	staged(ctx context.Context, commit string) ([]delta, error)
	// unstaged compares a commit, or the index for "", with the files on disk
	// that the index knows.
	unstaged(ctx context.Context, commit string) ([]delta, error)
	// untracked gives the files that the index does not know and that are not
	// ignored, in no order.
	untracked(ctx context.Context) ([]string, error)
	// crlf tells whether git would store LF for a CRLF on disk.
	crlf() bool
	close() error
}

// delta is a path at which two sides may differ.
type delta struct {
	path       string
	base, head entry // names are empty; mode 0 where there is nothing
	// touched: the file's times differ from the index's, so only its content
	// tells whether it differs. head holds its mode alone.
	touched bool
}

// facts are what is known of a repository once it is open.
type facts struct {
	root string // "" without a work tree
}

// repository is both backends' Repository.
type repository struct {
	ctx   context.Context // Open's: reads through fs.FS carry none
	store store
	facts facts
	cache treeCache
	index func() ([]indexEntry, error) // read once, so that one review sees one index
	work  func() (*worktree, error)
}

func newRepository(ctx context.Context, s store, f facts) *repository {
	r := &repository{ctx: ctx, store: s, facts: f}
	r.index = sync.OnceValues(func() ([]indexEntry, error) { return s.index(ctx) })
	r.work = sync.OnceValues(func() (*worktree, error) { return newWorktree(r) })
	return r
}

func (r *repository) Root() string { return r.facts.root }
func (r *repository) Close() error { return r.store.close() }

// defaultBranches are asked for in this order, here and then on origin.
var defaultBranches = []string{"main", "master", "trunk", "develop"}

func (r *repository) Range(ctx context.Context, args []string) (base, head Revision, err error) {
	asked, err := parseRange(args)
	if err != nil {
		return nil, nil, err
	}
	if asked.base == "" {
		base, err = r.defaultBase(ctx)
		if err == nil {
			head, err = r.Revision(ctx, WorkingTree)
		}
		return base, head, err
	}
	if asked.base == asked.head && (asked.base == WorkingTree || asked.base == Index) {
		return nil, nil, rangeError(asked.base, "both sides are the same, so there is nothing to compare")
	}
	exprs := []string{asked.base, asked.head}
	if asked.symmetric && (asked.head == WorkingTree || asked.head == Index) {
		exprs = append(exprs, "HEAD") // the commit that stands for them in the merge base
	}
	revisions, err := r.revisions(ctx, exprs)
	if err != nil {
		return nil, nil, err
	}
	base, head = revisions[0], revisions[1]
	if asked.symmetric {
		base, err = r.mergeBase(ctx, revisions[0], revisions[len(revisions)-1])
	}
	return base, head, err
}

func (r *repository) Revision(ctx context.Context, expr string) (Revision, error) {
	revisions, err := r.revisions(ctx, []string{expr})
	if err != nil {
		return nil, err
	}
	return revisions[0], nil
}

// revisions resolves all expressions in one turn.
func (r *repository) revisions(ctx context.Context, exprs []string) ([]Revision, error) {
	resolved := make([]Revision, len(exprs))
	var commits []string
	for i, expr := range exprs {
		var err error
		switch expr {
		case WorkingTree:
			resolved[i], err = r.workTree()
		case Index:
			resolved[i], err = r.indexRevision()
		default:
			err = checkExpression(expr)
			commits = append(commits, expr)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(commits) == 0 {
		return resolved, nil
	}
	hashes, err := r.store.lookup(ctx, commits...)
	if err != nil {
		return nil, err
	}
	for i, expr := range exprs {
		if resolved[i] != nil {
			continue
		}
		if hashes[0] == "" {
			return nil, r.store.explain(ctx, expr)
		}
		resolved[i] = r.commit(expr, hashes[0])
		hashes = hashes[1:]
	}
	return resolved, nil
}

func (r *repository) commit(name, hash string) *snapshot {
	return &snapshot{newCommitTree(r, hash), r, name, hash}
}

func (r *repository) workTree() (Revision, error) {
	if r.facts.root == "" {
		return nil, noWorkTree("open the working tree")
	}
	go r.store.crlf() // settings are read while commits are resolved
	work, err := r.work()
	if err != nil {
		return nil, err // and not a nil *worktree inside an interface
	}
	return work, nil
}

func (r *repository) indexRevision() (Revision, error) {
	if r.facts.root == "" {
		return nil, noWorkTree("open the index")
	}
	entries, err := r.index()
	if err != nil {
		return nil, err
	}
	return &snapshot{&indexTree{entries}, r, "index", ""}, nil
}

func noWorkTree(doing string) error {
	return &Error{Doing: doing, Err: ErrNoWorkTree, Hint: "name two commits (BASE..HEAD), or run inside a work tree"}
}

func (r *repository) mergeBase(ctx context.Context, a, b Revision) (Revision, error) {
	hash := a.Commit()
	if hash != b.Commit() {
		var err error
		if hash, err = r.store.mergeBase(ctx, a.Commit(), b.Commit()); err != nil {
			if e, ok := errors.AsType[*Error](err); ok {
				e.Doing = fmt.Sprintf("find the merge base of %q and %q", a.Name(), b.Name())
			}
			return nil, err
		}
	}
	return r.commit("merge base of "+a.Name()+" and "+b.Name(), hash), nil
}

// defaultBase is the merge base of HEAD with the default branch.
func (r *repository) defaultBase(ctx context.Context) (Revision, error) {
	if r.facts.root == "" {
		return nil, noWorkTree("open the working tree")
	}
	names := []string{"HEAD", "origin/HEAD"}
	refs := []string{"HEAD", "refs/remotes/origin/HEAD"}
	for _, branch := range defaultBranches {
		names = append(names, branch, "origin/"+branch)
		refs = append(refs, "refs/heads/"+branch, "refs/remotes/origin/"+branch)
	}
	hashes, err := r.store.lookup(ctx, refs...)
	if err != nil {
		return nil, err
	}
	if hashes[0] == "" {
		return nil, r.store.explain(ctx, "HEAD")
	}
	for i, hash := range hashes[1:] {
		if hash != "" {
			return r.mergeBase(ctx, r.commit("HEAD", hashes[0]), r.commit(names[i+1], hash))
		}
	}
	return nil, &Error{
		Doing: "find the default branch", Err: errors.New("neither origin/HEAD nor main, master, trunk or develop exists"),
		Hint: "name the base, as in `depreview BASE`, or run `git remote set-head origin --auto`",
	}
}

// rank orders the kinds of revision, so that each pair is compared one way:
// which paths differ does not depend on the direction.
func rank(rev Revision) int {
	switch rev := rev.(type) {
	case *worktree:
		return 2
	case *snapshot:
		if rev.commit == "" {
			return 1
		}
	}
	return 0
}

func (r *repository) Changed(ctx context.Context, base, head Revision) ([]string, error) {
	if rank(base) > rank(head) {
		base, head = head, base
	}
	var changed []string
	var err error
	switch {
	case rank(base) == rank(head) && base.Commit() == head.Commit():
	case rank(head) == 0:
		changed, err = r.changedCommits(ctx, base.Commit(), head.Commit())
	case rank(head) == 1:
		var deltas []delta
		deltas, err = r.store.staged(ctx, base.Commit())
		for _, d := range deltas {
			changed = append(changed, d.path)
		}
	default:
		changed, err = r.changedOnDisk(ctx, base.Commit())
	}
	if err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", base.Name(), head.Name(), err)
	}
	slices.Sort(changed)
	return slices.Compact(changed), nil
}

func (r *repository) changedCommits(ctx context.Context, base, head string) ([]string, error) {
	var roots [2]string
	for i, commit := range []string{base, head} {
		var err error
		if roots[i], err = r.store.rootTree(ctx, commit); err != nil {
			return nil, err
		}
	}
	var changed []string
	if roots[0] == roots[1] {
		return nil, nil
	}
	err := diffTrees(ctx, r.store, roots[0], roots[1], func(path string, _, _ entry) { changed = append(changed, path) })
	return changed, err
}

func (r *repository) changedOnDisk(ctx context.Context, commit string) ([]string, error) {
	work, err := r.work()
	if err != nil {
		return nil, err
	}
	var deltas []delta
	var untracked []string
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { deltas, err = r.store.unstaged(groupCtx, commit); return err })
	group.Go(func() (err error) { untracked, err = r.store.untracked(groupCtx); return err })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return work.confirm(ctx, deltas, untracked)
}
