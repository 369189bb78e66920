// Package checks holds what depreview looks at: one file a check, and the list
// of them here. It stands above the clients, the registries and the advisories,
// and below cmd, which gives the list to analysis.Run.
package checks

import (
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

// Sources is what the checks ask.
type Sources struct {
	Clients  *clients.Clients
	Registry *registry.Registry
	// Index is the offline advisory database; nil, with the reason in IndexErr,
	// when there is none.
	Index    *advisories.Index
	IndexErr error
	// HeadNPM is the registry that head's settings would name for an npm package;
	// nil is not known. It is to be shown, and never to be asked.
	HeadNPM func(name string) clients.NPMRoute
	// Offline: the network must not be asked.
	Offline bool
	// Withdrawn shows advisories that their database took back.
	Withdrawn bool
	// Brief leaves out the long text of advisories that have a summary: a list of
	// everything pinned may hold thousands.
	Brief bool
	// AsOf leaves out what was published later; zero leaves out nothing. It is
	// set when a person asks for the review as of then.
	AsOf time.Time
	// Scorecard says who is asked for a Scorecard; "" is ScorecardHosted. Engine
	// finds the engine, which is looked for when a live score is wanted; an error
	// is why there is none. nil is that there is none.
	Scorecard ScorecardMode
	Engine    func() (Engine, error)
	// ForgeToken is the person's token for github.com, or "": with it a live
	// score that they ask for has all checks.
	ForgeToken string
	// Attest says whom to trust; the zero Options trust what is embedded.
	Attest attest.Options
}

// All is every check, in the order of their columns and sections. To add one,
// write its file and add its line.
func All(s Sources) []analysis.Check {
	return []analysis.Check{
		advisoryCheck{s},
		newScripts(s),
		&ageCheck{registry: s.Registry},
		&statusCheck{s.Registry},
		&publisherCheck{s.Registry},
		&sizeCheck{s.Registry},
		newNotes(s),
		newRegistrySource(s),
		newIntegrity(s),
		&licenseCheck{s: s},
		newScorecard(s),
		newProvenance(s),
		&actionPins{s.Clients.GitHub},
		imagePins{},
		newImageSignature(s),
	}
}
