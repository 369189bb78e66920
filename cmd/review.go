package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/diff/revision"
	"github.com/depreview/depreview/tui"
)

// selection is what the review is of; review and check share it.
type selection struct {
	Revs []string `arg:"" optional:"" name:"REVS" help:"What to compare: BASE, BASE..HEAD, BASE...HEAD, or BASE HEAD."`
}

// choices are the options of every review. They are options of the program,
// so that --help shows them without a subcommand's name.
type choices struct {
	Format   string  `placeholder:"FORMAT" help:"Write a report instead of opening the screen: text or json; posture also sarif."`
	Output   string  `short:"o" placeholder:"FILE" help:"Write the report to FILE instead of standard output."`
	Packages *string `placeholder:"REV" help:"List every package that REV pins instead of comparing."`
	Staged   bool    `help:"Compare HEAD with the index, when no REVS are given."`
	Vendored bool    `help:"Read lockfiles inside node_modules and vendored copies too."`

	Checks []string  `placeholder:"LIST" help:"Make these checks alone, separated by commas; none makes none."`
	Now    time.Time `placeholder:"TIME" help:"Review as of TIME, such as 2026-01-02T15:04:05Z."`

	Scorecard string `enum:"auto,hosted,live,none" default:"auto" help:"Who is asked for a Scorecard: hosted, the services; live, the engine on the source too; auto, the engine where a direct dependency was never scanned; none."`
	Withdrawn bool   `help:"Show advisories that were taken back, too; the offline database has them."`
}

type reviewCmd struct{ selection }

type checkCmd struct{ selection }

// Run opens the screen, or writes the report where there is none to open.
func (r *reviewCmd) Run(env *environment) error {
	if err := env.configure(); err != nil {
		return err
	}
	if env.cli.Format != "" || env.cli.Output != "" || env.cli.Packages != nil {
		return r.write(env, "")
	}
	if !isTerminal(env.stdout) {
		return r.write(env, "standard output is no terminal; writing the text report (--format json for programs)")
	}
	return r.open(env)
}

// Run writes the report, on a terminal too.
func (c *checkCmd) Run(env *environment) error {
	if err := env.configure(); err != nil {
		return err
	}
	return c.write(env, "")
}

// configure reads the configuration, before anything is drawn.
func (env *environment) configure() (err error) {
	env.config, err = readConfig(env.cli.Config)
	return err
}

func (s *selection) open(env *environment) error {
	// The screen reads lines of lockfiles for as long as it is open, and so
	// does the repository stay.
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	w := &watcher{}
	err := tui.Run(ctx, screenOptions(env), func(ctx context.Context, h analysis.Handler) error {
		w.Handler = h
		return s.review(ctx, env, w)
	})
	return w.exit(err)
}

func screenOptions(env *environment) tui.Options {
	return tui.Options{ASCII: env.cli.ASCII, NoColor: env.cli.NoColor, NoMotion: !env.cli.Motion, Plain: env.cli.Plain,
		Keys: env.config.keys(), Open: openBrowser, Input: env.stdin, Output: env.stdout, Environ: os.Environ()}
}

// write makes the report of the review, or of one revision's packages. The
// notice goes to stderr just before, once there is something to report.
func (s *selection) write(env *environment, notice string) error {
	if env.cli.Packages != nil && (env.cli.Staged || len(s.Revs) > 0) {
		return errors.New("--packages lists one revision and compares nothing, so it takes no REVS and no --staged\nhint: depreview --packages REV")
	}
	format, ok := report.Find(env.cli.Format)
	if env.cli.Format == "" {
		format, ok = report.Formats[0], true
	}
	if !ok {
		return fmt.Errorf("unknown format %q\nhint: the formats are %s", env.cli.Format, report.Names())
	}
	out := &output{path: env.cli.Output, w: env.stdout}
	incomplete, err := s.writeTo(env, format, out, notice)
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	if incomplete {
		return exitError{exitIncomplete}
	}
	return nil
}

func (s *selection) writeTo(env *environment, format report.Format, out io.Writer, notice string) (incomplete bool, err error) {
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	if env.cli.Packages == nil {
		w := &watcher{Handler: format.Handler(out), before: func(notices []string) {
			for _, n := range notices {
				fmt.Fprintf(env.stderr, "depreview: %s\n", n)
			}
			if notice != "" {
				fmt.Fprintf(env.stderr, "depreview: %s\n", notice)
			}
		}}
		err := s.review(ctx, env, w)
		if err == nil && w.asking.hint != nil {
			if hint := w.asking.hint(); hint != "" {
				fmt.Fprintf(env.stderr, "depreview: %s\n", hint)
			}
		}
		return w.incomplete, err
	}
	repo, err := openRepository(ctx, env)
	if err != nil {
		return false, err
	}
	defer repo.Close()
	rev, err := repo.Revision(ctx, *env.cli.Packages)
	if err != nil {
		return false, err
	}
	listing, err := analysis.List(ctx, rev, env.options())
	if err != nil {
		return false, err
	}
	return len(listing.Errors) > 0, format.Listing(out, listing)
}

// review reads the repository and reports to h. The repository stays open
// until ctx ends, for a handler that reads files of the review later.
func (s *selection) review(ctx context.Context, env *environment, w *watcher) error {
	// A script's variable that is not set must not review something else.
	if slices.Contains(s.Revs, "") {
		return errors.New("read revisions: a revision is empty\nhint: leave it out to compare the merge base with the default branch with the working tree")
	}
	repo, err := openRepository(ctx, env)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { repo.Close() })
	revs := s.Revs
	if env.cli.Staged {
		if len(revs) > 0 {
			return fmt.Errorf("--staged compares HEAD with the index and takes no REVS\nhint: depreview %s..: compares with the index too", revs[0])
		}
		revs = []string{"HEAD", revision.Index}
	}
	base, head, err := repo.Range(ctx, revs)
	if err != nil {
		return err
	}
	a, err := env.ask(ctx, base, head)
	if err != nil {
		return err
	}
	w.asking = a
	options := a.options
	options.Vendored = env.cli.Vendored
	w.ctx = ctx
	err = analysis.Run(ctx, repo, base, head, options, w)
	if a.ended != nil {
		err = errors.Join(err, a.ended())
	}
	return err
}

func (env *environment) options() analysis.Options {
	return analysis.Options{Vendored: env.cli.Vendored}
}

func openRepository(ctx context.Context, env *environment) (revision.Repository, error) {
	backend := revision.Auto
	if env.cli.GoGit {
		backend = revision.GoGit
	}
	return revision.Open(ctx, env.cli.Repo, backend)
}

// watcher remembers of a review what its exit code needs.
type watcher struct {
	analysis.Handler
	before     func(notices []string) // called when the review is known, or nil
	incomplete bool

	ctx    context.Context
	asking *asking
}

func (w *watcher) Changes(r *analysis.Review) error {
	w.incomplete = len(r.Errors) > 0
	if w.before != nil {
		w.before(w.asking.notices)
	}
	if err := w.Handler.Changes(r); err != nil {
		return err
	}
	if w.asking.later != nil {
		go w.asking.later(w.ctx)
	}
	return nil
}

// exit gives the screen's exit code: the same as a report's.
func (w *watcher) exit(err error) error {
	if err == nil && w.incomplete {
		return exitError{exitIncomplete}
	}
	return err
}
