package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/report"
)

type postureCmd struct {
	Rev string `arg:"" optional:"" default:"HEAD" help:"The revision to look at; \".\" is the working tree."`
}

// Run looks at the repository's own hygiene: its files alone, without network.
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
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	repo, err := openRepository(ctx, env)
	if err != nil {
		return err
	}
	defer repo.Close()
	rev, err := repo.Revision(ctx, c.Rev)
	if err != nil {
		return err
	}
	found, err := posture.Read(ctx, rev, posture.Options{})
	if err != nil {
		return err
	}
	out := &output{path: env.cli.Output, w: env.stdout}
	err = format.Write(out, &report.Posture{Revision: analysis.Revision{Name: rev.Name(), Commit: rev.Commit()}, Report: found, Version: buildVersion()})
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	switch {
	case found.Failed():
		return exitError{exitFound}
	case len(found.Problems) > 0:
		return exitError{exitIncomplete}
	}
	return nil
}
