package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/analysis/untrusted"
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

// Run looks up everything that the revision pins, writes the report, and gives
// the exit code of what was found.
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
	out := &output{path: env.cli.Output, w: env.stdout}
	found, err := a.write(env, format, out)
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	return a.exit(env.stderr, found)
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

func (a *auditCmd) write(env *environment, format report.Audit, out io.Writer) (found *exposure.Exposure, err error) {
	ctx, end := context.WithCancel(env.ctx)
	defer end()
	repo, err := openRepository(ctx, env)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	rev, err := repo.Revision(ctx, a.Rev)
	if err != nil {
		return nil, err
	}
	env.cli.Checks, env.brief = []string{"advisories"}, true
	asking, err := env.ask(ctx, rev, rev)
	if err != nil {
		return nil, err
	}
	for _, n := range asking.notices {
		fmt.Fprintf(env.stderr, "depreview: %s\n", n)
	}
	if asking.later != nil {
		go asking.later(ctx)
	}
	options := asking.options
	options.Vendored = env.cli.Vendored
	err = analysis.RunPinned(ctx, rev, options, &exposure.Gatherer{Told: func(x *exposure.Exposure) error {
		found = x
		if a.Engine == exposure.Scanner {
			if err := second(ctx, env.stderr, rev, x, env.cli.Vendored); err != nil {
				return err
			}
		}
		return format.Write(out, x)
	}})
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
	for reason := range x.Coverage.Reasons {
		if strings.Contains(reason, "offline advisory database") || strings.HasPrefix(reason, "the offline database") {
			return "\nhint: depreview db update"
		}
	}
	return ""
}
