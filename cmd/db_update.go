package cmd

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/depreview/depreview/analysis/advisories"
	download "github.com/depreview/depreview/analysis/advisories/update"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/untrusted"
)

type dbUpdateCmd struct {
	Ecosystems []string `arg:"" optional:"" name:"ECOSYSTEM" help:"Which ones, as OSV or package-url call them (npm, PyPI, golang); all that depreview reads lockfiles of, if none is named."`
}

// Run refreshes the roots of trust, downloads the advisories that are newer, and
// makes the database anew. That one of the two fails does not hold up the other.
func (d *dbUpdateCmd) Run(env *environment) error {
	if err := env.configure(); err != nil {
		return err
	}
	endpoints, err := clients.DefaultEndpoints().Override(env.config.Endpoints)
	if err != nil {
		return err
	}
	return d.run(env, endpoints)
}

func (d *dbUpdateCmd) run(env *environment, endpoints clients.Endpoints) error {
	names, err := d.names()
	if err != nil {
		return err
	}
	if env.offline() {
		return errors.New("update advisories: --offline forbids the download\nhint: depreview db import DIR takes a download from elsewhere")
	}
	trace, err := openTrace(env.ctx, env.cli.Trace)
	if err != nil {
		return err
	}
	transport, err := clients.NewTransport(clients.Options{Trace: trace, Version: buildVersion(), Limits: endpoints.Limits()})
	if err != nil {
		return err
	}
	roots := refreshRoots(env, transport, endpoints)
	if env.ctx.Err() != nil {
		return env.ctx.Err()
	}
	return errors.Join(updateAdvisories(env, transport, endpoints, names), roots)
}

// names are OSV's names of the ecosystems that were named.
func (d *dbUpdateCmd) names() (names []string, err error) {
	for _, text := range d.Ecosystems {
		name := advisories.FindEcosystem(text)
		if name == "" {
			return nil, fmt.Errorf("update advisories: OSV has no ecosystem %q that depreview can match\nhint: depreview db update without a name updates all", text)
		}
		names = append(names, name)
	}
	return names, nil
}

func updateAdvisories(env *environment, transport *clients.Transport, endpoints clients.Endpoints, names []string) error {
	path, err := advisories.DefaultPath()
	if err != nil {
		return err
	}
	layout, err := download.UserLayout(os.Getenv, os.UserCacheDir)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // as in an import
	info, err := download.Run(env.ctx, download.Options{
		Database: clients.NewOSVDatabase(transport, endpoints), Layout: layout, Index: path, Ecosystems: names,
		Tell: func(o download.Outcome) { fmt.Fprintf(env.stderr, "depreview: %s\n", tellOutcome(o, time.Now())) },
	})
	if info.Records == 0 {
		return err
	}
	if err := errors.Join(writeInfo(env.stdout, path, info), warnOld(env.stderr, info, time.Now())); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w\nhint: depreview db update asks again for what is missing, and for nothing else", err)
	}
	return nil
}

// tellOutcome is what became of one ecosystem, in one line.
func tellOutcome(o download.Outcome, now time.Time) string {
	name := untrusted.Line(o.Ecosystem)
	switch {
	case o.Err != nil && o.Kept:
		return fmt.Sprintf("%s: %s; the copy from %s stays", name, clients.Why(o.Err), age(now.Sub(o.AsOf)))
	case o.Err != nil:
		return fmt.Sprintf("%s: %s", name, clients.Why(o.Err))
	case o.Size == 0:
		return name + ": nothing newer"
	}
	return fmt.Sprintf("%s: %.1f MB", name, float64(o.Size)/1e6)
}
