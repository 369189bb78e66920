package cmd

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/tui"
)

type postureCmd struct {
	Rev    string `arg:"" optional:"" default:"HEAD" help:"The revision to look at; \".\" is the working tree."`
	Engine string `placeholder:"NAME" enum:",scorecard" default:"" help:"Ask another engine too: scorecard, OpenSSF Scorecard's file checks, by depreview-engines and without a network."`
}

// Run looks at the repository's own hygiene: its files alone, without network, and
// with Scorecard where that is wished for.
// It opens the screen, or writes the report where there is none to open.
func (c *postureCmd) Run(env *environment) error {
	if env.cli.Packages != nil || env.cli.Staged {
		return errors.New("posture looks at one revision, and takes no --packages and no --staged\nhint: depreview posture :")
	}
	if c.Rev == "" { // a script's variable that is not set must not look at something else
		return errors.New("posture: the revision is empty\nhint: leave it out to look at HEAD")
	}
	format, ok := report.FindPosture(env.cli.Format)
	if env.cli.Format == "" {
		format, ok = report.PostureFormats[0], true
	}
	if !ok {
		return fmt.Errorf("unknown format %q\nhint: the formats of posture are %s", env.cli.Format, report.PostureNames())
	}
	if env.cli.Format == "" && env.cli.Output == "" && isTerminal(env.stdout) && !screenOptions(env).WantsPlain() {
		return c.open(env)
	}
	found, err := c.read(env.ctx, env)
	if err != nil {
		return err
	}
	out := &output{path: env.cli.Output, w: env.stdout}
	err = format.Write(out, found)
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	return c.exit(env, found)
}

// open shows the screen; the keys and looks are the person's own.
func (c *postureCmd) open(env *environment) error {
	if err := env.configure(); err != nil {
		return err
	}
	var found atomic.Pointer[report.Posture] // a person may quit before it is known
	err := tui.RunPosture(env.ctx, screenOptions(env), func(ctx context.Context) (*report.Posture, error) {
		p, err := c.read(ctx, env)
		found.Store(p)
		return p, err
	})
	if err != nil {
		return err
	}
	return c.exit(env, found.Load())
}

func (c *postureCmd) read(ctx context.Context, env *environment) (*report.Posture, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	repo, err := openRepository(ctx, env)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	rev, err := repo.Revision(ctx, c.Rev)
	if err != nil {
		return nil, err
	}
	var options posture.Options
	if c.Engine == posture.Scorecard {
		if options.Scored, err = scored(ctx, repo, rev, env.cli.Repo); err != nil {
			return nil, err
		}
	}
	found, err := posture.Read(ctx, rev, options)
	if err != nil {
		return nil, err
	}
	return &report.Posture{Revision: analysis.Revision{Name: rev.Name(), Commit: rev.Commit()}, Report: found, Version: buildVersion()}, nil
}

// exit gives the exit code of what was found, on the screen as in a report. What
// is not known is said in words too: a program that looks at the code alone, or
// a person whose report went to a file, must not take it for fine.
func (c *postureCmd) exit(env *environment, found *report.Posture) error {
	if found == nil {
		fmt.Fprintf(env.stderr, "depreview: incomplete (exit code %d): the screen was left before everything was looked at\n", exitIncomplete)
		return exitError{exitIncomplete}
	}
	code := exitOK
	switch {
	case found.Failed():
		code = exitFound
	case len(found.Problems) > 0:
		code = exitIncomplete
	}
	if n := len(found.Problems); n > 0 {
		first, more, hint := found.Problems[0], "", ""
		if n > 1 {
			more = fmt.Sprintf("; and %d more", n-1)
		}
		if first.Do != "" {
			hint = "\nhint: " + untrusted.Line(first.Do)
		}
		fmt.Fprintf(env.stderr, "depreview: incomplete (exit code %d): %s%s%s\n", code, untrusted.Line(first.String()), more, hint)
	}
	if code == exitOK {
		return nil
	}
	return exitError{code}
}
