package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// newText writes a review as text for a person: the same tree as the screen.
func newText(w io.Writer) analysis.Handler { return textReport{w} }

type textReport struct{ w io.Writer }

func (textReport) Progress(int, int, string) error { return nil }

func (t textReport) Changes(r *analysis.Review) error {
	w := bufio.NewWriter(t.w)
	fmt.Fprintf(w, "%s\n", untrusted.Line(Sentence(r)))
	for _, l := range r.Lockfiles {
		if l.Changed && l.Error == nil {
			writeLockfile(w, r, l)
		}
	}
	writeErrors(w, r.Errors)
	fmt.Fprintf(w, "\n%s\n", Coverage(r))
	return w.Flush()
}

// Sentence says in one line what was compared and what came of it.
func Sentence(r *analysis.Review) string {
	compared := fmt.Sprintf("%s and %s", describeRevision(r.Base), describeRevision(r.Head))
	read, unread := 0, 0
	for _, l := range r.Lockfiles {
		switch {
		case l.Error != nil:
			unread++
		case l.Changed:
			read++
		}
	}
	var end string
	if unread > 0 {
		end = fmt.Sprintf("; %s could not be read", plural(unread, "lockfile"))
	}
	switch n := len(r.Diff.Changes); {
	case n == 0 && len(r.Lockfiles) == 0:
		return fmt.Sprintf("No lockfile was found at %s.", compared)
	case n == 0 && unread > 0:
		return fmt.Sprintf("No change is known between %s%s.", compared, end)
	case n == 0:
		return fmt.Sprintf("No dependency changed between %s: %s looked at, %d of them changed.", compared, plural(len(r.Lockfiles), "lockfile"), read)
	default:
		return fmt.Sprintf("%s in %s between %s%s.", plural(n, "change"), plural(read, "lockfile"), compared, end)
	}
}

func describeRevision(r analysis.Revision) string {
	if r.Commit == "" || strings.HasPrefix(r.Commit, r.Name) {
		return r.Name
	}
	return fmt.Sprintf("%s (%.7s)", r.Name, r.Commit)
}

// Coverage says what nobody looked at. It is the last line of every report.
func Coverage(r *analysis.Review) string {
	var topics []string
	for _, t := range analysis.Topics {
		topics = append(topics, strings.ToLower(t.Title))
	}
	line := fmt.Sprintf("not checked: %s (%s)", strings.Join(topics, ", "), plural(len(r.Diff.Changes), "change"))
	if len(r.Errors) > 0 {
		line += fmt.Sprintf("; incomplete: %s", plural(len(r.Errors), "lockfile error"))
	}
	if len(r.LeftOut) > 0 {
		line += fmt.Sprintf("; left out: %s in vendored copies (--vendored reads them)", plural(len(r.LeftOut), "changed lockfile"))
	}
	return line
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// writeLockfile writes one lockfile's tree: what nothing explains first, then
// each direct change with what it pulled in.
func writeLockfile(w io.Writer, r *analysis.Review, l analysis.Lockfile) {
	fmt.Fprintf(w, "\n%s  %s\n", untrusted.Line(l.Name()), plural(l.Changes, "change"))
	if l.Moved() {
		fmt.Fprintf(w, "  was %s\n", untrusted.Line(l.BasePath))
	}
	if l.Converted() {
		fmt.Fprintf(w, "  %s became %s\n", untrusted.Line(strings.TrimSpace(l.BaseFormat+" "+l.BaseSchema)), untrusted.Line(strings.TrimSpace(l.Format+" "+l.Schema)))
	}
	for _, s := range l.Settings {
		fmt.Fprintf(w, "  setting %s: %s -> %s\n", untrusted.Line(s.Name), untrusted.Line(cmp.Or(s.Base, "none")), untrusted.Line(cmp.Or(s.Head, "none")))
	}
	var changes []*diff.Change
	width := 0
	// Changes are sorted by lockfile, and there may be thousands of both.
	i, _ := slices.BinarySearchFunc(r.Diff.Changes, l.Name(), func(c diff.Change, name string) int { return strings.Compare(c.Lockfile, name) })
	for ; i < len(r.Diff.Changes) && r.Diff.Changes[i].Lockfile == l.Name(); i++ {
		c := &r.Diff.Changes[i]
		changes = append(changes, c)
		width = max(width, len([]rune(untrusted.Line(c.Package().ID.String()))))
	}
	width = min(width, 40)
	pulled := make(map[lockfiles.ID][]*diff.Change)
	for _, c := range changes {
		if c.Cause.State == diff.Explained || c.Cause.State == diff.Unexplained && c.Cause.By.Name != "" {
			pulled[c.Cause.By] = append(pulled[c.Cause.By], c)
		}
	}
	group := func(title string, state diff.CauseState) {
		for _, c := range changes {
			if c.Cause.State != state || state == diff.Unexplained && c.Cause.By.Name != "" {
				continue
			}
			if title != "" {
				fmt.Fprintf(w, "  %s\n", title)
				title = ""
			}
			writeChange(w, c, "    ", width)
			for _, below := range pulled[c.Package().ID] {
				writeChange(w, below, "      ", width-2)
			}
			// A second direct change of the same package repeats nothing.
			delete(pulled, c.Package().ID)
		}
	}
	group("unexplained by any direct change", diff.Unexplained)
	group("direct changes, and what they pulled in", diff.Direct)
	group("cause unknown: the lockfile does not say what requires what", diff.UnknownCause)
}

func writeChange(w io.Writer, c *diff.Change, indent string, width int) {
	p := c.Package()
	line := fmt.Sprintf("%s%-*s  %s", indent, width, untrusted.Line(p.ID.String()), untrusted.Line(Move(c)))
	if marks := marks(c); marks != "" {
		line += "  " + marks
	}
	fmt.Fprintln(w, line)
	for _, f := range c.Fields {
		fmt.Fprintf(w, "%s    %s: %s -> %s\n", indent, f.Name, untrusted.Line(cmp.Or(f.Base, "none")), untrusted.Line(cmp.Or(f.Head, "none")))
	}
}

// Move is what happened to a package in a few words: "1.7.2 -> 1.7.4".
func Move(c *diff.Change) string {
	switch c.Kind {
	case diff.Added, diff.Removed:
		return c.Kind.String() + " " + Version(c.Package())
	case diff.Repinned, diff.Edited:
		return Version(c.Head) + " " + c.Kind.String()
	case diff.Downgraded, diff.Changed:
		return fmt.Sprintf("%s -> %s %s", Version(c.Base), Version(c.Head), c.Kind)
	}
	return Version(c.Base) + " -> " + Version(c.Head)
}

// Version is how a person reads a version: a commit by its human name.
func Version(p *lockfiles.Package) string {
	switch {
	case p.Version == "" && p.Label == "":
		return "unpinned"
	case p.Version == "":
		return p.Label + " (unpinned)"
	case p.Label != "" && len(p.Version) >= 40:
		return fmt.Sprintf("%s (%.7s)", p.Label, p.Version)
	case len(p.Version) == 40 && !strings.Contains(p.Version, "."):
		return p.Version[:12]
	}
	return p.Version
}

func marks(c *diff.Change) string {
	p := c.Package()
	var marks []string
	for _, m := range []struct {
		set  bool
		text string
	}{
		{c.Class != diff.NoClass, c.Class.String()}, {p.Dev, "dev"}, {p.Optional, "optional"}, {p.Bundled, "bundled"},
		{p.InstallScript == lockfiles.Yes, "install script"}, {len(c.Instances) > 1, fmt.Sprintf("%d copies", len(c.Instances))},
		{p.Line > 0, fmt.Sprintf("line %d", p.Line)},
	} {
		if m.set {
			marks = append(marks, m.text)
		}
	}
	return strings.Join(marks, ", ")
}

func writeErrors(w io.Writer, errors []analysis.Error) {
	if len(errors) == 0 {
		return
	}
	fmt.Fprint(w, "\ncould not be read, so that nothing is known of it:\n")
	for _, e := range errors {
		fmt.Fprintf(w, "  %s\n", untrusted.Line(e.String()))
		if e.Hint != "" {
			fmt.Fprintf(w, "  hint: %s\n", untrusted.Line(e.Hint))
		}
	}
}

func writeTextListing(out io.Writer, l *analysis.Listing) error {
	w := bufio.NewWriter(out)
	total := 0
	for _, file := range l.Lockfiles {
		total += len(file.Packages)
	}
	fmt.Fprintf(w, "%s in %s at %s.\n", plural(total, "package"), plural(len(l.Lockfiles), "lockfile"), untrusted.Line(describeRevision(l.Revision)))
	for _, file := range l.Lockfiles {
		fmt.Fprintf(w, "\n%s  %s\n", untrusted.Line(file.Path), plural(len(file.Packages), "package"))
		for _, p := range file.Packages {
			mark := ""
			if p.Direct {
				mark = "  direct"
			}
			fmt.Fprintf(w, "  %s %s%s\n", untrusted.Line(p.ID.String()), untrusted.Line(Version(&p)), mark)
		}
	}
	writeErrors(w, l.Errors)
	return w.Flush()
}
