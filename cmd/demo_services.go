package cmd

import (
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/checks"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/analysis/replay"
	"github.com/depreview/depreview/assets"
)

// recorded are the services of the demo: what they say is bundled, and so is
// the time at which they said it. No settings of the person are read, nothing
// is asked, and nothing is kept.
func (env *environment) recorded() (*asking, error) {
	evidence, err := assets.DemoEvidence()
	if err != nil {
		return nil, err
	}
	recordings, err := replay.New(evidence)
	if err != nil {
		return nil, err
	}
	c, err := recordings.Clients()
	if err != nil {
		return nil, err
	}
	options := analysis.Options{Refresh: clients.Refresh, Now: recordings.Now()}
	if !slices.Equal(env.cli.Checks, []string{noChecks}) {
		all := checks.All(checks.Sources{Clients: c, Registry: registry.New(c), IndexErr: advisories.ErrAbsent})
		if options.Checks, err = choose(all, env.cli.Checks); err != nil {
			return nil, err
		}
	}
	return &asking{options: options}, nil
}
