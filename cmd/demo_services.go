package cmd

import (
	"context"
	"slices"

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

// recorded are the services of the demo: what they say is bundled, and so is
// the time at which they said it. Nothing is asked, and nothing is kept.
func (env *environment) recorded(ctx context.Context, base, head revision.Revision) (*asking, error) {
	evidence, err := assets.DemoEvidence()
	if err != nil {
		return nil, err
	}
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
	options := analysis.Options{Refresh: clients.Refresh, Now: recordings.Now()}
	if !slices.Equal(env.cli.Checks, []string{noChecks}) {
		sources := checks.Sources{Clients: c, Registry: registry.New(c), IndexErr: advisories.ErrAbsent}
		sources.HeadNPM = nobody.For(settings.ReadProject(ctx, head, head.Name())).NPM
		all := checks.All(sources)
		if options.Checks, err = choose(all, env.cli.Checks); err != nil {
			return nil, err
		}
	}
	return &asking{options: options}, nil
}
