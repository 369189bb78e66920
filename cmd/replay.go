package cmd

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/clients/settings"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/assets"
	"github.com/depreview/depreview/diff/revision"
)

// demoServices are those of the demo: what they say is bundled, and so is the
// time at which they said it.
func (env *environment) demoServices(ctx context.Context, base, head revision.Revision) (*asking, error) {
	evidence, err := assets.DemoEvidence()
	if err != nil {
		return nil, err
	}
	return env.replayed(ctx, evidence, base, head)
}

// replayed are services that say again what was recorded of them. Nothing is
// asked, and nothing is kept.
func (env *environment) replayed(ctx context.Context, evidence fs.FS, base, head revision.Revision) (*asking, error) {
	recordings, err := replay.New(evidence)
	if err != nil {
		return nil, err
	}
	transport, err := clients.NewTransport(recordings.Options())
	if err != nil {
		return nil, err
	}
	// The settings of the project count, those of the person do not.
	nobody := &settings.Person{Endpoints: recordings.Endpoints(), Closed: recordings.Closed()}
	c := clients.With(transport, nobody.For(settings.ReadProject(ctx, base, base.Name())))
	asking := &asking{options: analysis.Options{Refresh: clients.Refresh, Now: recordings.Now()}}
	options := &asking.options
	if !slices.Equal(env.cli.Checks, []string{noChecks}) {
		sources := checks.Sources{Clients: c, Registry: registry.New(c), IndexErr: advisories.ErrAbsent}
		sources.HeadNPM = nobody.For(settings.ReadProject(ctx, head, head.Name())).NPM
		sources.Scorecard = checks.ScorecardMode(env.cli.Scorecard)
		if sources.Scorecard == checks.ScorecardAuto {
			sources.Scorecard = checks.ScorecardHosted // what was never recorded is missed where a person asks for it
		}
		sources.Engine = func() (checks.Engine, error) { return nil, errors.New("what the engine says is not recorded") }
		all := checks.All(sources)
		if options.Checks, err = choose(all, env.cli.Checks); err != nil {
			return nil, err
		}
		options.Checks = env.withoutScorecard(options.Checks)
		asking.sources = &sources
	}
	return asking, nil
}

// recording writes down what the network answers.
func (env *environment) recording(opts clients.Options, e clients.Endpoints, a *asking) (clients.Options, error) {
	if opts.Offline {
		return opts, errors.New("record the answers: offline, no service is asked\nhint: leave out --offline")
	}
	recorder, err := replay.NewRecorder(env.cli.Record, e, time.Now())
	if err != nil {
		return opts, err
	}
	a.ended = recorder.Err
	return recorder.Options(opts), nil
}
