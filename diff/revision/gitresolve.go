package revision

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// commitOf is the expression that peels expr to its commit. A search of
// messages takes the rest of the line as its text, and is a commit anyway.
func commitOf(expr string) string {
	if strings.HasPrefix(expr, ":/") {
		return expr
	}
	return expr + "^{commit}"
}

// lookup asks the reader that runs already: it resolves whatever rev-parse
// does, and no process has to start.
func (g *git) lookup(ctx context.Context, exprs ...string) ([]string, error) {
	names := make([]string, len(exprs))
	for i, expr := range exprs {
		names[i] = commitOf(expr)
	}
	read, err := g.objects.ask(ctx, names...)
	if err != nil {
		return nil, err
	}
	hashes := make([]string, len(exprs))
	for i, o := range read {
		if o.kind == "commit" {
			hashes[i] = o.id
		}
	}
	return hashes, nil
}

// explain asks rev-parse, whose messages say more than the reader's, and then
// what could be the matter. It may take its time.
func (g *git) explain(ctx context.Context, expr string) error {
	e := &Error{Doing: fmt.Sprintf("resolve revision %q", expr), Err: ErrUnknownRevision}
	_, err := g.run(ctx, "rev-parse", "--verify", "--end-of-options", commitOf(expr))
	if failure, ok := errors.AsType[*gitFailure](err); ok {
		e.Said = said(failure.stderr)
	}
	read, err := g.objects.ask(ctx, expr, "HEAD^{commit}", "refs/remotes/origin/"+expr)
	if err != nil {
		return err
	}
	switch named, head, remote := read[0], read[1], read[2]; {
	case named.kind != "" && named.kind != "commit":
		e.Err = fmt.Errorf("%w: it names a %s", ErrNotCommit, named.kind)
		e.Hint = "name a branch, a tag or a commit"
	case named.state == "ambiguous" || strings.Contains(e.Said, "is ambiguous"):
		e.Err = ErrAmbiguous
		e.Hint = "write more digits; `git rev-parse --disambiguate=PREFIX` lists what begins so"
	case head.kind == "" && (strings.HasPrefix(expr, "HEAD") || strings.HasPrefix(expr, "@")):
		e.Err = ErrNoCommits
		e.Hint = "run `git commit` first, or name two commits"
	case remote.kind == "commit" || remote.kind == "tag":
		e.Hint = fmt.Sprintf("write origin/%s, or run `git branch %s origin/%s`", expr, expr, expr)
	case g.isShallow(ctx):
		e.Hint = "this clone is shallow: run `git fetch --unshallow`"
	default:
		e.Hint = "`git branch --all` and `git tag` show the names here; `git fetch --all --tags` fetches newer ones"
	}
	return e
}

func (g *git) isShallow(ctx context.Context) bool {
	out, err := g.run(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}

func (g *git) mergeBase(ctx context.Context, a, b string) (string, error) {
	out, err := g.run(ctx, "merge-base", a, b)
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	failure, ok := errors.AsType[*gitFailure](err)
	if !ok {
		return "", err
	}
	e := &Error{Doing: "find the merge base", Err: ErrNoMergeBase, Said: said(failure.stderr)}
	e.Hint = "name the base yourself, as in BASE..HEAD"
	switch {
	case failure.code != 1:
		e.Err = failure.err
		e.Hint = "`git fsck` says what is damaged"
	case g.isShallow(ctx):
		e.Hint = "this clone is shallow: run `git fetch --unshallow`"
	}
	return "", e
}
