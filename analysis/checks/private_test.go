package checks

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

// TestPrivateNamesStayAtHome: what a scope's own registry serves is looked up
// in the offline database, which tells nobody, and nowhere else.
func TestPrivateNamesStayAtHome(t *testing.T) {
	s := &service{refs: map[string][]string{"@acme/http 1.0.0": {"GHSA-1"}}}
	sources := s.sources(t, "")
	sources.Clients = clients.With(sources.Clients.Transport, clients.Settings{Endpoints: sources.Clients.Endpoints, NPM: func(string) clients.NPMRoute {
		return clients.NPMRoute{Base: "https://npm.acme.example", From: ".npmrc:1 at main", Scoped: true}
	}})
	c := change("@acme/http", "1.0.0", "1.1.0")
	const why = "private by .npmrc:1 at main: only the registry of its scope is asked"
	if said, _, _, got := run(t, sources, c); len(said) > 0 || got != why {
		t.Errorf("without a database: %q, %q", said, got)
	}
	_, err := newNotes(Sources{Clients: sources.Clients, Registry: registry.New(sources.Clients)}).Run(t.Context(), c, &analysis.Review{Now: today})
	if err == nil || analysis.Why(err) != why {
		t.Errorf("notes: %v", err)
	}
	_, err = (&scorecardCheck{s: Sources{Clients: sources.Clients, Registry: registry.New(sources.Clients)}}).Run(t.Context(), c, &analysis.Review{Now: today})
	if err == nil || analysis.Why(err) != why {
		t.Errorf("scorecard: %v", err)
	}
	sources.Index = index(t, map[string]string{"GHSA-2": osvRecord("GHSA-2", "@acme/http", severe, events("introduced", "1.1.0"))})
	said, _, r, got := run(t, sources, c)
	if len(said) != 1 || !strings.HasPrefix(said[0], "advisory-introduced fail") || got != "" {
		t.Errorf("with a database: %q, %q", said, got)
	}
	for _, f := range r.Findings {
		if !strings.HasPrefix(f.Source, "offline advisories") {
			t.Errorf("said by %s", f.Source)
		}
	}
	if n := s.batches.Load() + s.fetched.Load(); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}
