package cmd

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/depreview/depreview/analysis/attest"
	"github.com/depreview/depreview/analysis/attest/roots"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/untrusted"
)

// keptRoots are the roots of trust that db update keeps, for attest.Options.
func keptRoots() attest.Roots {
	dir, err := roots.DefaultDir()
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return attest.Roots{Problem: "the kept roots are not used: " + first}
	}
	return roots.Use(dir)
}

// refreshRoots refreshes the roots of trust by TUF. What fails keeps those that
// are there, and is told; the error at the end says so once.
func refreshRoots(env *environment, transport *clients.Transport, endpoints clients.Endpoints) error {
	dir, err := roots.DefaultDir()
	if err != nil {
		return err
	}
	failed := false
	for _, r := range roots.Repositories() {
		out := r.Refresh(env.ctx, clients.NewTUF(transport, r.Base(endpoints)), dir, time.Now())
		if env.ctx.Err() != nil {
			return env.ctx.Err()
		}
		failed = failed || out.Err != nil
		fmt.Fprintf(env.stderr, "depreview: %s\n", tellRoots(out))
	}
	if failed {
		return errors.New("not all roots of trust could be refreshed\nhint: those that are there stay in use; depreview db info lists them")
	}
	return nil
}

// tellRoots is what became of one repository.
func tellRoots(o roots.Outcome) string {
	var lines []string
	if o.Broken != "" {
		lines = append(lines, fmt.Sprintf("the kept roots of %s were damaged, and are set aside as %s", o.Repository.Title, o.Broken))
	}
	switch {
	case o.Err != nil:
		lines = append(lines, o.Err.Error())
	case o.Changed:
		lines = append(lines, "the roots of "+o.Repository.Title+" are new, verified by TUF")
	default:
		lines = append(lines, "the roots of "+o.Repository.Title+" are confirmed by TUF, and nothing is newer")
	}
	return untrusted.Block(strings.Join(lines, "\ndepreview: "))
}

// writeRoots lists the roots in use, with their ages.
func writeRoots(w io.Writer, all []roots.Kept, now time.Time) error {
	fmt.Fprintln(w, "roots of trust")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "of\tfrom\tas of\tby TUF")
	for _, k := range all {
		from, asOf, by := k.From.String(), "-", "-"
		switch {
		case k.Date.IsZero():
			from, by = "none", "what its instance signed is unknown"
		case k.Date.After(now):
			asOf = k.Date.UTC().Format(time.DateOnly) + " (the future)"
		default:
			asOf = k.Date.UTC().Format(time.DateOnly) + " (" + age(now.Sub(k.Date)) + ")"
		}
		if !k.Expires.IsZero() {
			by = "to be confirmed by " + k.Expires.UTC().Format(time.DateOnly)
			if now.After(k.Expires) {
				by = "expired " + k.Expires.UTC().Format(time.DateOnly)
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.Repository.Title, from, asOf, by)
	}
	return table.Flush()
}

// warnRoots tells which roots are older than a year, and which are not used.
func warnRoots(w io.Writer, all []roots.Kept, now time.Time) error {
	for _, k := range all {
		root := attest.Root{From: k.From, Date: k.Date}
		var err error
		switch {
		case k.Problem != "":
			_, err = fmt.Fprintf(w, "depreview: the kept roots of %s are not used: %s\nhint: depreview db update gets them anew\n", k.Repository.Title, untrusted.Line(k.Problem))
		case !k.Date.IsZero() && root.Old(now):
			_, err = fmt.Fprintf(w, "depreview: the roots of %s are older than a year; what was signed under a newer key does not verify\nhint: depreview db update\n", k.Repository.Title)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
