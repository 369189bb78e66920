package revision

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// The strict grammar: a name or a hash, then steps to ancestors. go-git's own
// resolver drops what it does not know (HEAD:path, main@{u}, HEAD@{1}) and
// answers for the rest, so it is not asked.
var (
	strictExpr    = pattern.New(`^([^\x00-\x20~^:?*\[\\{}\x7f]+)((?:[~^][0-9]{0,6})*)$`)
	strictStep    = pattern.New(`[~^][0-9]*`)
	describedName = pattern.New(`-g[0-9a-fA-F]{4,}$`)
	hexDigits     = pattern.New(`^[0-9a-fA-F]{4,40}$`)
	// perWorktree refs lie in the git directory of one work tree alone.
	perWorktree = pattern.New(`^(refs/)?(bisect|worktree|rewritten|main-worktree|worktrees)/`)
)

// refRules are git's, in its order (gitrevisions).
var refRules = []string{"refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"}

// plainHeads are the refs outside refs/ that hold one hash and nothing more.
var plainHeads = []string{"HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"}

func (g *goGit) lookup(ctx context.Context, exprs ...string) ([]string, error) {
	hashes := make([]string, len(exprs))
	for i, expr := range exprs {
		id, err := g.resolve(ctx, expr)
		switch {
		case err == nil:
			hashes[i] = id.String()
		case errors.Is(err, ErrNeedsGit) || ctx.Err() != nil:
			return nil, err
		}
	}
	return hashes, nil
}

func (g *goGit) explain(ctx context.Context, expr string) error {
	_, err := g.resolve(ctx, expr)
	if err == nil {
		err = ErrUnknownRevision // it has come into being since
	}
	e := &Error{Doing: fmt.Sprintf("resolve revision %q", expr), Err: err}
	if inner, ok := errors.AsType[*Error](err); ok { // a missing object
		e.Err = fmt.Errorf("%s: %w", inner.Doing, inner.Err)
		e.Hint = inner.Hint
	}
	switch {
	case e.Hint != "":
	case errors.Is(err, ErrNoCommits):
		e.Hint = "run `git commit` first, or name two commits"
	case errors.Is(err, ErrAmbiguous):
		e.Hint = "write more digits of the hash"
	case errors.Is(err, ErrNotCommit):
		e.Hint = "name a branch, a tag or a commit"
	case g.shallow():
		e.Hint = "this clone is shallow: run `git fetch --unshallow`"
	default:
		e.Hint = "`git branch --all` and `git tag` show the names here; `git fetch --all --tags` fetches newer ones"
	}
	return e
}

func (g *goGit) resolve(ctx context.Context, expr string) (plumbing.Hash, error) {
	parts := strictExpr.FindStringSubmatch(expr)
	refuse := func(reason string) (plumbing.Hash, error) {
		return plumbing.ZeroHash, needsGit(fmt.Sprintf("resolve revision %q", expr), reason)
	}
	switch {
	case parts == nil || strings.Contains(parts[1], ".."):
		return refuse("only names, hashes, ~N and ^N are understood without git")
	case perWorktree.MatchString(parts[1]) || parts[1] == "FETCH_HEAD":
		return refuse("this ref is not understood without git")
	}
	id, err := g.named(parts[1])
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if id.IsZero() && describedName.MatchString(parts[1]) {
		return refuse("names as `git describe` prints them are not understood without git")
	}
	if id.IsZero() {
		if id, err = g.abbreviated(parts[1]); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	if id, err = g.peel(id); err != nil {
		return plumbing.ZeroHash, err
	}
	for _, step := range strictStep.FindAllString(parts[2], -1) {
		if id, err = g.step(ctx, id, step); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	// The object itself must be here: a ref may point at what is missing.
	_, err = g.commit(ctx, id)
	return id, err
}

// named follows a full hash or a ref; the zero hash when there is none.
func (g *goGit) named(name string) (plumbing.Hash, error) {
	if len(name) == 40 && hexDigits.MatchString(name) {
		return plumbing.NewHash(name), nil // even where a ref has this name, as in git
	}
	if name == "@" {
		name = "HEAD"
	}
	var candidates []string
	if slices.Contains(plainHeads, name) || strings.HasPrefix(name, "refs/") {
		candidates = append(candidates, name)
	}
	for _, rule := range refRules {
		candidates = append(candidates, fmt.Sprintf(rule, name))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, candidate := range candidates {
		ref, err := storer.ResolveReference(g.storage, plumbing.ReferenceName(candidate))
		if err == nil {
			return ref.Hash(), nil
		}
		if candidate == "HEAD" && errors.Is(err, plumbing.ErrReferenceNotFound) {
			return plumbing.ZeroHash, ErrNoCommits
		}
		// A directory of that name, or a name that no ref may have.
	}
	return plumbing.ZeroHash, nil
}

// abbreviated finds the one commit, or tag of a commit, that begins so.
func (g *goGit) abbreviated(digits string) (plumbing.Hash, error) {
	if !hexDigits.MatchString(digits) {
		return plumbing.ZeroHash, ErrUnknownRevision
	}
	digits = strings.ToLower(digits)
	prefix, err := hex.DecodeString(digits[:len(digits)&^1])
	if err != nil {
		return plumbing.ZeroHash, ErrUnknownRevision
	}
	g.mu.Lock()
	found, err := g.storage.HashesWithPrefix(prefix)
	g.mu.Unlock()
	if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("look for objects that begin with %s: %w", digits, err)
	}
	var commits []plumbing.Hash
	objects := 0
	for _, id := range found {
		if !strings.HasPrefix(id.String(), digits) {
			continue
		}
		objects++
		if _, err := g.peel(id); err == nil && !slices.Contains(commits, id) {
			commits = append(commits, id)
		}
	}
	switch {
	case len(commits) == 1:
		return commits[0], nil
	case len(commits) > 1:
		return plumbing.ZeroHash, fmt.Errorf("%w: %d commits begin so", ErrAmbiguous, len(commits))
	case objects > 0:
		return plumbing.ZeroHash, fmt.Errorf("%w: objects begin so, but no commit", ErrNotCommit)
	}
	return plumbing.ZeroHash, ErrUnknownRevision
}

// peel follows annotated tags to their commit.
func (g *goGit) peel(id plumbing.Hash) (plumbing.Hash, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for range 10 { // tags of tags; git sets no bound, people stop at two
		o, err := g.storage.EncodedObject(plumbing.AnyObject, id)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			return plumbing.ZeroHash, g.absent(id)
		}
		if err != nil {
			return plumbing.ZeroHash, fmt.Errorf("read object %s: %w", id, err)
		}
		switch o.Type() {
		case plumbing.CommitObject:
			return id, nil
		case plumbing.TagObject:
			tag, err := object.DecodeTag(g.storage, o)
			if err != nil {
				return plumbing.ZeroHash, fmt.Errorf("read tag %s: %w", id, err)
			}
			id = tag.Target
		default:
			return plumbing.ZeroHash, fmt.Errorf("%w: it names a %s", ErrNotCommit, o.Type())
		}
	}
	return plumbing.ZeroHash, fmt.Errorf("%w: a tag of a tag of a tag, ten deep", ErrNotCommit)
}

// step goes to an ancestor: ~N the first parent N times, ^N the Nth parent.
func (g *goGit) step(ctx context.Context, id plumbing.Hash, step string) (plumbing.Hash, error) {
	n := 1
	if len(step) > 1 {
		n, _ = strconv.Atoi(step[1:]) // at most six digits
	}
	times, parent := n, 1
	if step[0] == '^' {
		times, parent = min(n, 1), n
	}
	for range times {
		c, err := g.commit(ctx, id)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		if len(c.ParentHashes) < parent {
			return plumbing.ZeroHash, fmt.Errorf("%w: %s has %d parents", ErrUnknownRevision, id, len(c.ParentHashes))
		}
		id = c.ParentHashes[parent-1]
	}
	return id, nil
}

func (g *goGit) mergeBase(ctx context.Context, a, b string) (string, error) {
	first, err := g.commit(ctx, plumbing.NewHash(a))
	if err != nil {
		return "", err
	}
	second, err := g.commit(ctx, plumbing.NewHash(b))
	if err != nil {
		return "", err
	}
	g.mu.Lock()
	bases, err := first.MergeBase(second)
	g.mu.Unlock()
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return "", &Error{
			Doing: "find the merge base", Err: fmt.Errorf("%w: history is missing", ErrMissingObject),
			Hint: "if this clone is shallow, run `git fetch --unshallow`",
		}
	}
	switch {
	case err != nil:
		return "", err
	case len(bases) > 1:
		return "", needsGit("find the merge base", "the histories cross, so there are several merge bases")
	case len(bases) == 0:
		return "", &Error{Doing: "find the merge base", Err: ErrNoMergeBase, Hint: "name the base yourself, as in BASE..HEAD"}
	}
	return bases[0].Hash.String(), nil
}
