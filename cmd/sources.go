package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/clients/settings"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff/revision"
)

// asking is how a review is checked: the checks, and what they are to know.
type asking struct {
	options analysis.Options
	notices []string                  // settings that could not be used, one line each
	later   func(ctx context.Context) // what can wait until the list is on screen, or nil
	ended   func() error              // what went wrong beside the review, or nil
	hint    func() string             // what would tell more, once the review is done; "" or nil is nothing
}

// services asks the services, as options and settings have it. Nothing is asked
// and nothing of the project is read before a check wants to know. What it opens
// is closed when ctx ends.
func (env *environment) services(ctx context.Context, base, head revision.Revision) (*asking, error) {
	if env.cli.Replay != "" {
		return env.replayed(ctx, os.DirFS(env.cli.Replay), base, head)
	}
	wanted := env.config.Checks
	if len(env.cli.Checks) > 0 {
		wanted = env.cli.Checks
	}
	trace, err := openTrace(ctx, env.cli.Trace)
	if err != nil {
		return nil, err
	}
	if slices.Equal(wanted, []string{noChecks}) {
		return &asking{options: analysis.Options{Now: env.cli.Now}}, nil
	}
	index := openIndex(ctx)
	person, err := settings.Read(settings.ThisWorld(), env.config.own())
	if err != nil {
		return nil, err
	}
	a := &asking{notices: person.Notices}
	transport, err := env.transport(person, trace, a)
	if err != nil {
		return nil, err
	}
	c := clients.With(transport, person.For(settings.ReadProject(ctx, base, base.Name())))
	s := checks.Sources{Clients: c, Registry: registry.New(c), Offline: env.offline(), AsOf: env.cli.Now, Withdrawn: env.cli.Withdrawn}
	s.Attest.Roots = keptRoots
	s.HeadNPM = person.For(settings.ReadProject(ctx, head, head.Name())).NPM
	s.Index, s.IndexErr = index()
	s.Brief = env.brief
	a.hint = env.scorecard(&s)
	s.ForgeToken = person.GitHub
	if s.Withdrawn && s.Index == nil && !s.Offline {
		a.notices = append(a.notices, "advisories that were taken back are not known: the service leaves them out, and there is no offline database; depreview db update makes one")
	}
	chosen, err := choose(checks.All(s), wanted)
	if err != nil {
		return nil, err
	}
	chosen = env.withoutScorecard(chosen)
	a.options = analysis.Options{Checks: chosen, Refresh: clients.Refresh, Now: env.cli.Now}
	return a, nil
}

func (env *environment) offline() bool { return env.cli.Offline || env.config.Offline }

// transport is the one way to the network, with the person's tokens.
func (env *environment) transport(person *settings.Person, trace io.Writer, a *asking) (*clients.Transport, error) {
	opts := clients.Options{Trace: trace, Offline: env.offline(), Version: buildVersion(), Tokens: person.Tokens, Limits: person.Endpoints.Limits()}
	if opts.Offline && !env.cli.Now.IsZero() {
		// What was kept is then as old as it was at that time, on every run.
		opts.Clock = pinned{at: env.cli.Now}
	}
	var err error
	if opts.CacheDir, err = clients.CacheDir(); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		a.notices = append(a.notices, untrusted.Line("answers are not kept: "+first))
	}
	if env.cli.Record != "" {
		if opts, err = env.recording(opts, person.Endpoints, a); err != nil {
			return nil, err
		}
	}
	transport, err := clients.NewTransport(opts)
	if err == nil && !opts.Offline {
		a.later = func(ctx context.Context) { _ = transport.Tidy(ctx) } // the next day is another try
	}
	return transport, err
}

// pinned is a clock that stands.
type pinned struct {
	clients.SystemClock
	at time.Time
}

// Now implements clients.Clock.
func (p pinned) Now() time.Time { return p.at }

// openTrace makes the file of --trace, for the person alone: it names what they
// depend on.
func openTrace(ctx context.Context, path string) (io.Writer, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write the trace: %w\nhint: name a file in a directory that exists and that you may write to", err)
	}
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		_ = file.Chmod(0o600) // of a file that was there before
	}
	context.AfterFunc(ctx, func() { file.Close() })
	return file, nil
}

// openIndex opens the offline advisories beside other work.
func openIndex(ctx context.Context) func() (*advisories.Index, error) {
	type opened struct {
		index *advisories.Index
		err   error
	}
	done := make(chan opened, 1)
	go func() {
		path, err := advisories.DefaultPath()
		if err != nil {
			done <- opened{nil, err}
			return
		}
		index, err := advisories.Open(path)
		if err == nil {
			context.AfterFunc(ctx, func() { index.Close() })
		}
		done <- opened{index, err}
	}()
	return func() (*advisories.Index, error) { o := <-done; return o.index, o.err }
}

// noChecks is what --checks takes for a review of the lockfiles alone.
const noChecks = "none"

// choose keeps the checks that were asked for; nil are all.
func choose(all []analysis.Check, wanted []string) ([]analysis.Check, error) {
	if len(wanted) == 0 {
		return all, nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name()
	}
	for _, name := range wanted {
		switch {
		case name == noChecks:
			return nil, errors.New("choose checks: none is named beside others\nhint: --checks none, or the names of those to make")
		case !slices.Contains(names, name):
			return nil, fmt.Errorf("choose checks: there is no check %q\nhint: the checks are %s", name, strings.Join(append(names, noChecks), ", "))
		}
	}
	return slices.DeleteFunc(all, func(c analysis.Check) bool { return !slices.Contains(wanted, c.Name()) }), nil
}
