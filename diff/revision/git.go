package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// git is the store that asks the git binary. Commands run in the directory
// that was opened, so that git finds the repository each time as it did at
// first, whatever GIT_DIR and its like say.
type git struct {
	binary, dir string
	life        context.Context // ends with Open's context, and by close
	end         context.CancelCauseFunc
	env         []string
	objects     *catFile
	// second reads while objects is busy: base's lockfile is inflated beside
	// head's, which is a fifth of a review's time.
	second *catFile
	// settings are read once, and only where the working tree takes part.
	settings func() (settings, error)
}

// gitEnv is the environment of every child. Variables that would change what
// a path or an answer means are left out; those that say where the repository
// lies are the person's and stay.
func gitEnv() []string {
	drop := []string{
		"GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
		"GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "LC_ALL", "LANGUAGE", "GIT_OPTIONAL_LOCKS",
		"GIT_TERMINAL_PROMPT", "GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER",
	}
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(drop, name)
	})
	return append(env,
		"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
		// A read must not become a download. Versions of git before 2.39.4 do
		// not know the first; to them no transport is allowed.
		"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
	)
}

// gitOptions stand before every subcommand: what a repository's own settings
// could have git start is switched off.
var gitOptions = []string{
	"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull,
	"-c", "diff.external=", "-c", "diff.relative=false", "-c", "core.quotePath=false",
}

func (g *git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, g.binary, slices.Concat(gitOptions, args)...)
	cmd.Dir, cmd.Env = g.dir, g.env
	// A grandchild that kept the pipe open must not keep us.
	cmd.WaitDelay = time.Second
	return cmd
}

// run gives git's stdout. A failure is a *gitFailure.
func (g *git) run(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(g.life, func() { cancel(context.Cause(g.life)) })()
	cmd := g.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.Bytes(), nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	code := -1
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	}
	return stdout.Bytes(), &gitFailure{args[0], code, stderr.String(), err}
}

// gitFailure is a git command that ended with an error.
type gitFailure struct {
	command string
	code    int // -1: it did not start, or was killed
	stderr  string
	err     error
}

func (f *gitFailure) Error() string {
	if text := said(f.stderr); text != "" {
		return fmt.Sprintf("git %s: %s", f.command, text)
	}
	return fmt.Sprintf("git %s: %v", f.command, f.err)
}

func (f *gitFailure) Unwrap() error { return f.err }

func openGit(ctx context.Context, binary, dir string) (Repository, error) {
	life, end := context.WithCancelCause(ctx)
	g := &git{binary: binary, dir: dir, life: life, end: end, env: gitEnv()}
	command := func() *exec.Cmd { return g.command(life, "cat-file", "--batch") }
	g.objects, g.second = &catFile{command: command}, &catFile{command: command}
	g.settings = sync.OnceValues(g.readSettings)
	// Every start costs milliseconds: the reader starts while the repository
	// is looked for.
	go g.objects.warm()
	found, err := g.find(ctx)
	if err != nil {
		g.close()
		return nil, err
	}
	return newRepository(life, g, found), nil
}

// find asks where the work tree is. The path comes last, so that a line break
// in it is no danger.
func (g *git) find(ctx context.Context) (facts, error) {
	out, err := g.run(ctx, "rev-parse", "--is-inside-work-tree", "--show-toplevel")
	failure, failed := errors.AsType[*gitFailure](err)
	inside, rest, _ := strings.Cut(string(out), "\n")
	switch {
	case err == nil:
		return facts{root: strings.TrimSuffix(rest, "\n")}, nil
	case !failed:
		return facts{}, err
	case inside == "false" && strings.Contains(failure.stderr, "must be run in a work tree"):
		return facts{}, nil // bare, or inside the .git directory
	}
	e := &Error{Doing: fmt.Sprintf("open the repository at %q", g.dir), Said: said(failure.stderr), Err: failure.err}
	switch {
	case strings.Contains(failure.stderr, "dubious ownership"):
		e.Err = ErrUnsafeOwner
		e.Said, _, _ = strings.Cut(e.Said, "; To add an exception")
		e.Hint = "if you trust it, run `git config --global --add safe.directory " + ownedPath(failure.stderr) + "`"
	case strings.Contains(failure.stderr, "not a git repository"):
		e.Err = ErrNotRepository
		e.Hint = "run inside a repository, or name one with --repo DIR"
	case failure.code == -1:
		e.Hint = "see that the directory exists and can be entered"
	default:
		e.Hint = "see what `git status` says there"
	}
	return facts{}, e
}

// ownedPath is the directory that git suggests to trust, which in a linked
// worktree or a submodule is not the one that was opened.
func ownedPath(stderr string) string {
	_, path, _ := strings.Cut(stderr, "safe.directory ")
	path, _, _ = strings.Cut(path, "\n")
	if path == "" {
		return "DIR"
	}
	return said(path)
}

func (g *git) close() error {
	g.end(errClosed)
	return errors.Join(g.objects.close(), g.second.close())
}

// reader is the one that answers soonest. The tree that leads to base's
// lockfile must not wait for head's lockfile either.
func (g *git) reader() *catFile {
	if g.objects.busy() {
		return g.second
	}
	return g.objects
}

func (g *git) rootTree(ctx context.Context, commit string) (string, error) {
	read, err := g.objects.ask(ctx, commit+"^{tree}")
	if err != nil {
		return "", err
	}
	if read[0].kind != "tree" {
		return "", missing(commit + "^{tree}")
	}
	return unhex(read[0].id), nil
}

func (g *git) trees(ctx context.Context, ids []string) ([][]entry, error) {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = entry{id: id}.hex()
	}
	trees := make([][]entry, 0, len(ids))
	for len(names) > 0 {
		n := min(len(names), 2*walkBatch) // both sides of a batch in one turn
		read, err := g.reader().ask(ctx, names[:n]...)
		if err != nil {
			return nil, err
		}
		for i, o := range read {
			if o.kind != "tree" {
				return nil, missing(names[i])
			}
			entries, err := parseTree(o.data, len(o.id)/2)
			if err != nil {
				return nil, fmt.Errorf("read tree %s: %w", o.id, err)
			}
			trees = append(trees, entries)
		}
		names = names[n:]
	}
	return trees, nil
}

func (g *git) blob(ctx context.Context, id string) ([]byte, error) {
	name := entry{id: id}.hex()
	read, err := g.reader().ask(ctx, name)
	if err != nil {
		return nil, err
	}
	if read[0].kind != "blob" {
		return nil, missing(name)
	}
	return read[0].data, nil
}
