package cmd

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/attest/roots"
	"github.com/depreview/depreview/analysis/untrusted"
)

type dbCmd struct {
	Update dbUpdateCmd `cmd:"" help:"Download the advisories that are newer, index them, and refresh the roots of trust."`
	Import dbImportCmd `cmd:"" help:"Index the advisories in a directory: osv-scanner's, osv-scalibr's, or of OSV records."`
	Info   dbInfoCmd   `cmd:"" help:"Tell what the offline advisory database holds and which roots of trust are in use, and how old they are."`
}

type dbImportCmd struct {
	Dir string `arg:"" name:"DIR" help:"The directory above osv-scalibr/<ecosystem>/all.zip, or of zips and JSON records."`
}

type dbInfoCmd struct{}

// Run makes the database anew from a directory, and tells what it holds.
func (d *dbImportCmd) Run(env *environment) error {
	if d.Dir == "" {
		return errors.New("import advisories: no directory is named\nhint: depreview db import DIR")
	}
	path, err := advisories.DefaultPath()
	if err != nil {
		return err
	}
	// A review trades memory for speed (see cmd/depreview); an import has large
	// downloads to read, and time.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	info, err := advisories.Build(env.ctx, d.Dir, path)
	if err != nil {
		return err
	}
	return writeInfo(env.stdout, path, info)
}

// Run tells which roots are in use, and what the database holds.
func (dbInfoCmd) Run(env *environment) error {
	dir, err := roots.DefaultDir()
	if err != nil {
		return err
	}
	kept, now := roots.List(dir), time.Now()
	if err := errors.Join(writeRoots(env.stdout, kept, now), warnRoots(env.stderr, kept, now)); err != nil {
		return err
	}
	fmt.Fprintln(env.stdout)
	path, err := advisories.DefaultPath()
	if err != nil {
		return err
	}
	index, err := advisories.Open(path)
	if err != nil {
		return err
	}
	defer index.Close()
	if err := writeInfo(env.stdout, path, index.Info()); err != nil {
		return err
	}
	return warnOld(env.stderr, index.Info(), now)
}

// writeInfo tells of each ecosystem how much is there, how old it is, and
// whether it is all.
func writeInfo(w io.Writer, path string, info advisories.Info) error {
	fmt.Fprintf(w, "%s\n%d advisories\n\n", untrusted.Line(path), info.Records)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ecosystem\tadvisories\tmalware\tas of\tcomplete")
	for _, c := range info.Ecosystems {
		asOf, complete := "unknown", "yes"
		if !c.AsOf.IsZero() {
			asOf = c.AsOf.UTC().Format(time.RFC3339) + " (" + age(time.Since(c.AsOf)) + ")"
		}
		if c.Partial != "" {
			complete = "no: " + c.Partial
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\n", untrusted.Line(c.Ecosystem), c.Records, c.Malware, asOf, untrusted.Line(complete))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(info.Unreadable) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nnot read:")
	for _, u := range info.Unreadable {
		fmt.Fprintf(w, "  %s\n", untrusted.Line(u))
	}
	return nil
}
