package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/analysis/exposure"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/lockfiles"
)

// writeTextAudit writes an audit for a person: what to do, then every advisory.
func writeTextAudit(out io.Writer, x *exposure.Exposure) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%s\n", AuditSentence(x))
	if text := AuditCounts(x.Count()); text != "" {
		fmt.Fprintf(w, "%s\n", text)
	}
	writeActions(w, x)
	writeAdvisories(w, x)
	writeErrors(w, x.Errors)
	fmt.Fprintf(w, "\n%s\n", AuditCoverage(x))
	for i := range x.Engines {
		writeEngine(w, &x.Engines[i])
	}
	return w.Flush()
}

// AuditSentence says what was looked at and what came of it, in one line fit
// for a terminal. That nothing is known to be wrong is only said of what was
// answered.
func AuditSentence(x *exposure.Exposure) string { return untrusted.Line(auditSentence(x)) }

func auditSentence(x *exposure.Exposure) string {
	at := describeRevision(x.Revision)
	answered := x.Pinned - x.Coverage.Unknown - x.Coverage.NotSupported
	in := plural(readLockfiles(x), "lockfile") + " at " + at
	switch {
	case len(x.Lockfiles) == 0:
		return fmt.Sprintf("No lockfile was found at %s.", at)
	case x.Pinned == 0 && len(x.Errors) > 0:
		return fmt.Sprintf("No lockfile at %s could be read: nothing is known.", at)
	case x.Pinned == 0:
		return fmt.Sprintf("No package is pinned in %s.", in)
	case len(x.Packages) > 0:
		return fmt.Sprintf("%s in %s: %s known of %s.", plural(x.Pinned, "package"), in, plural(rows(x), "advisory"), plural(len(x.Packages), "package"))
	case answered == 0 && x.Coverage.Unknown > 0:
		return fmt.Sprintf("%s in %s: whether advisories exist is not known of any.", plural(x.Pinned, "package"), in)
	case answered == 0:
		return fmt.Sprintf("%s in %s: no source has advisories of such packages.", plural(x.Pinned, "package"), in)
	case answered < x.Pinned:
		return fmt.Sprintf("%s in %s: no advisory is known of %d; the others were not answered.", plural(x.Pinned, "package"), in, answered)
	}
	return fmt.Sprintf("%s in %s: no advisory is known of any; all were asked.", plural(x.Pinned, "package"), in)
}

func readLockfiles(x *exposure.Exposure) (n int) {
	for _, l := range x.Lockfiles {
		if l.Error == nil {
			n++
		}
	}
	return n
}

func rows(x *exposure.Exposure) (n int) {
	for i := range x.Packages {
		n += len(x.Packages[i].Rows)
	}
	return n
}

// AuditCounts is how many advisories there are of each kind, the worst first.
func AuditCounts(c exposure.Counts) string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(c.Malware, "malware")
	add(c.Exploited, "known to be exploited")
	for _, l := range []advisories.Level{advisories.Critical, advisories.High, advisories.Medium, advisories.Low, advisories.None} {
		add(c.Levels[l], l.String())
	}
	add(c.Levels[advisories.Unknown], "of unknown severity")
	add(c.Unclear, "that may affect the pinned version or not")
	add(c.Informational, "for information")
	return strings.Join(parts, ", ")
}

var actionHeads = []struct {
	kind exposure.ActionKind
	head string
}{
	{exposure.RemoveIt, "remove, or replace at once: made or changed to do harm"},
	{exposure.Upgrade, "upgrade"},
	{exposure.Replace, "no fixed version is known: replace it, or weigh the risk"},
	{exposure.Look, "look: it cannot be told whether the pinned version is affected"},
	{exposure.Note, "notices"},
}

// writeActions writes one line a package, by what to do about it.
func writeActions(w io.Writer, x *exposure.Exposure) {
	for _, a := range actionHeads {
		var t table
		for i := range x.Packages {
			if p := &x.Packages[i]; p.Action.Kind == a.kind {
				name, move := AuditPackage(p), AuditVersion(p)
				if p.Action.To != "" {
					move += " -> " + AuditFixed(p, p.Action.To)
				}
				t.row(1, name, move, strings.Join(append([]string{actionNotes(p)}, AuditWhence(p)...), "; "))
			}
		}
		if len(t.lines) > 0 {
			fmt.Fprintf(w, "\n%s\n", a.head)
			t.write(w)
		}
	}
}

// placesMost is how many places of one package are written; JSON has them all.
const placesMost = 5

// writeAdvisories writes each package with its advisories and its places.
func writeAdvisories(w io.Writer, x *exposure.Exposure) {
	if len(x.Packages) > 0 {
		fmt.Fprint(w, "\nadvisories, what needs doing first in front\n")
	}
	for i := range x.Packages {
		p := &x.Packages[i]
		fmt.Fprintf(w, "  %s %s\n", AuditPackage(p), AuditVersion(p))
		for j := range p.Rows {
			fmt.Fprintf(w, "    %s\n", strings.TrimRight(auditRow(p, &p.Rows[j]), " "))
		}
		for _, at := range p.Places[:min(len(p.Places), placesMost)] {
			fmt.Fprintf(w, "    in %s\n", placeWords(at))
		}
		if more := len(p.Places) - placesMost; more > 0 {
			fmt.Fprintf(w, "    and in %s (--format json has them)\n", plural(more, "more place"))
		}
		if p.Unknown != "" {
			fmt.Fprintf(w, "    there may be more: %s\n", untrusted.Line(p.Unknown))
		}
	}
}

// auditRow is one advisory: how bad, which, what fixes it, what it is of.
func auditRow(p *exposure.Package, r *exposure.Row) string {
	words := []string{pad(AuditSeverity(r), 8), untrusted.Line(r.ID)}
	switch {
	case r.Status != advisories.IsAffected:
		words = append(words, "(cannot tell: "+excerpt(r.Why)+")")
	case r.Fixed != "":
		words = append(words, "(fixed in "+AuditFixed(p, r.Fixed)+")")
	case r.Affects():
		words = append(words, "(no fix known)")
	}
	if r.KEV == lockfiles.Yes {
		words = append(words, "(known to be exploited)")
	}
	switch r.Reach {
	case exposure.Called:
		words = append(words, "(called)")
	case exposure.NotCalled:
		words = append(words, "(not called)")
	}
	if !slices.Equal(r.FoundBy, []string{exposure.Ours}) {
		words = append(words, "(found by "+untrusted.Line(strings.Join(r.FoundBy, ", "))+")")
	}
	return strings.Join(words, " ") + "  " + excerpt(r.Summary)
}

// AuditCoverage says how the asking ended, who was asked, and what nobody
// looked at, in one line fit for a terminal.
func AuditCoverage(x *exposure.Exposure) string {
	line := untrusted.Line(x.Coverage.String())
	var asked []string
	for _, s := range x.Sources {
		asked = append(asked, untrusted.Line(s.Name))
	}
	if len(asked) > 0 {
		line += "; by " + strings.Join(asked, ", ")
	}
	if n := len(x.Errors); n > 0 {
		line += "; incomplete: " + plural(n, "lockfile error")
	}
	if n := len(x.LeftOut); n > 0 {
		line += fmt.Sprintf("; left out: %s in vendored copies (--vendored reads them)", plural(n, "lockfile"))
	}
	return line
}
