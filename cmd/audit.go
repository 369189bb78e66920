package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync/atomic"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/tui"
)

type auditCmd struct {
	Rev    string `arg:"" optional:"" name:"REV" default:"." help:"The revision to look at; the working tree if none is named."`
	FailOn string `name:"fail-on" placeholder:"LEVEL" enum:"any,low,medium,high,critical,none" default:"any" help:"The least severity for exit code 1: any, low, medium, high or critical; none never gives it."`
	Engine string `placeholder:"NAME" enum:",osv-scanner" default:"" help:"Ask another engine too: osv-scanner, by depreview-engines and the downloads on this machine, without a network."`
}

// failLevels are the severities from which on an audit exits with 1.
var failLevels = map[string]advisories.Level{
	"any": advisories.Unknown, "low": advisories.Low, "medium": advisories.Medium,
	"high": advisories.High, "critical": advisories.Critical,
}

// Run looks up everything that the revision pins, shows it or writes the
// report, and gives the exit code of what was found.
func (a *auditCmd) Run(env *environment) error {
	if err := env.configure(); err != nil {
		return err
	}
	if err := a.refuse(env); err != nil {
		return err
	}
	format, ok := report.FindAudit(env.cli.Format)
	if env.cli.Format == "" {
		format, ok = report.Audits[0], true
	}
	if !ok {
		return fmt.Errorf("unknown format %q\nhint: the formats of an audit are %s", env.cli.Format, report.AuditNames())
	}
	// A review trades memory for speed (see cmd/depreview); what passes through
	// an audit is mostly records that affect nothing.
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	if env.cli.Format == "" && env.cli.Output == "" && isTerminal(env.stdout) && !screenOptions(env).WantsPlain() {
		return a.open(env)
	}
	out := &output{path: env.cli.Output, w: env.stdout}
	found, err := a.write(env, format, out)
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	return a.exit(env.stderr, found)
}

// open shows the screen. What was not asked about when the person left it is
// not known, and the exit code says so.
func (a *auditCmd) open(env *environment) error {
	// The records stay open until everything is put together.
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	var found atomic.Pointer[exposure.Exposure]
	var told bytes.Buffer // the screen hides standard error: it is written after it
	err := tui.RunAudit(ctx, screenOptions(env), func(ctx context.Context, h analysis.Handler, doing func(string)) (*exposure.Exposure, error) {
		x, err := a.gather(ctx, env, &told, h, doing)
		if err == nil {
			found.Store(x)
		}
		return x, err
	})
	if err != nil {
		return err
	}
	if x := found.Load(); x != nil {
		fmt.Fprint(env.stderr, told.String())
		return a.exit(env.stderr, x)
	}
	fmt.Fprintf(env.stderr, "depreview: incomplete (exit code %d): the screen was left before everything was looked up\n", exitIncomplete)
	return exitError{exitIncomplete}
}

// refuse says which options of a review mean nothing here.
func (a *auditCmd) refuse(env *environment) error {
	switch {
	case a.Rev == "":
		return errors.New("audit: the revision is empty\nhint: leave it out to look at the working tree")
	case env.cli.Packages != nil:
		return errors.New("--packages lists what is pinned without looking anything up\nhint: depreview --packages REV, or depreview audit REV")
	case env.cli.Staged:
		return errors.New("--staged compares, and an audit looks at one revision\nhint: depreview audit : looks at the index")
	case len(env.cli.Checks) > 0:
		return errors.New("an audit makes the advisories check alone, so it takes no --checks\nhint: depreview check makes the others")
	}
	return nil
}

// write makes the report.
func (a *auditCmd) write(env *environment, format report.Audit, out io.Writer) (*exposure.Exposure, error) {
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	env.brief = true
	line := newProgressLine(env.stderr, isTerminal(env.stderr) && !screenOptions(env).WantsPlain())
	found, err := a.gather(ctx, env, line, line, line.say)
	line.clear()
	if err != nil {
		return nil, err
	}
	return found, format.Write(out, found)
}

// gather looks up everything that the revision pins. What it learns it tells h
// too, and with doing what it does after that; notices go to told.
func (a *auditCmd) gather(ctx context.Context, env *environment, told io.Writer, h analysis.Handler, doing func(what string)) (found *exposure.Exposure, err error) {
	repo, err := openRepository(ctx, env)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	rev, err := repo.Revision(ctx, a.Rev)
	if err != nil {
		return nil, err
	}
	env.cli.Checks = []string{"advisories"}
	asking, err := env.ask(ctx, rev, rev)
	if err != nil {
		return nil, err
	}
	for _, n := range asking.notices {
		fmt.Fprintf(told, "depreview: %s\n", n)
	}
	if asking.later != nil {
		go asking.later(ctx)
	}
	options := asking.options
	options.Vendored = env.cli.Vendored
	both := &twice{h, &exposure.Gatherer{Told: func(x *exposure.Exposure) error {
		found = x
		if a.Engine == exposure.Scanner {
			doing("asking " + exposure.Scanner)
			return second(ctx, told, rev, x, env.cli.Vendored)
		}
		return nil
	}}}
	err = analysis.RunPinned(ctx, rev, options, both)
	return found, err
}

// exit gives the exit code. What is not known is said in words too: a program
// that looks at the code alone must not take it for clean.
func (a *auditCmd) exit(stderr io.Writer, x *exposure.Exposure) error {
	code := exitOK
	level, counts := failLevels[a.FailOn]
	incomplete := x.Incomplete()
	switch {
	case counts && x.Reaches(level):
		code = exitFound
	case incomplete != "":
		code = exitIncomplete
	}
	if incomplete != "" {
		fmt.Fprintf(stderr, "depreview: incomplete (exit code %d): %s%s\n", code, untrusted.Line(incomplete), hintFor(x))
	}
	if code == exitOK {
		return nil
	}
	return exitError{code}
}

// hintFor is the next step towards what nobody answered.
func hintFor(x *exposure.Exposure) string {
	for _, reason := range x.Coverage.ByReason() {
		if next := exposure.NextStep(reason); next != "" {
			return "\nhint: " + next
		}
	}
	return ""
}
