package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
)

// writeText writes a review as text for a person: the same tree as the screen.
func writeText(out io.Writer, recording *Recording) error {
	r := recording.Review
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%s\n", untrusted.Line(Sentence(r)))
	if counts := counts(r); len(r.Diff.Changes) > 1 {
		fmt.Fprintf(w, "%s\n", counts)
	}
	for _, f := range analysis.Outline(r) {
		// What could not be read stands at the end, beside the last line: of a
		// long log that is what one sees first.
		if f.Error == nil {
			f.Hoist()
			writeFile(w, r.Diff.Changes, f)
		}
	}
	writeFound(w, recording)
	writeErrors(w, r.Errors)
	fmt.Fprintf(w, "\n%s\n", lastLine(recording))
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

// counts is how many changes there are of each rank, those to look at first
// in front.
func counts(r *analysis.Review) string {
	var of [analysis.Edited + 1]int
	for i := range r.Diff.Changes {
		of[analysis.RankOf(&r.Diff.Changes[i])]++
	}
	var parts []string
	for rank, n := range of {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, analysis.Rank(rank)))
		}
	}
	return strings.Join(parts, ", ")
}

func describeRevision(r analysis.Revision) string {
	if r.Commit == "" || strings.HasPrefix(r.Commit, r.Name) {
		return r.Name
	}
	return fmt.Sprintf("%s (%.7s)", r.Name, r.Commit)
}

// lastLine says how the checks ended and what nobody looked at.
func lastLine(r *Recording) string {
	line := coverage(unchecked(r.Review), plural(len(r.Diff.Changes), "change"), len(r.Errors))
	if r.Coverage.Total() > 0 {
		line = untrusted.Line(r.Coverage.String()) + "; " + line
	}
	if len(r.LeftOut) > 0 {
		line += fmt.Sprintf("; left out: %s in vendored copies (--vendored reads them)", plural(len(r.LeftOut), "changed lockfile"))
	}
	return line
}

func coverage(topics []string, of string, errors int) string {
	line := fmt.Sprintf("not checked: %s (%s)", strings.Join(topics, ", "), of)
	if len(topics) == 0 {
		line = "every topic has checks"
	}
	if errors > 0 {
		line += fmt.Sprintf("; incomplete: %s", plural(errors, "lockfile error"))
	}
	return line
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if stem, ok := strings.CutSuffix(what, "ory"); ok { // an advisory
		return fmt.Sprintf("%d %sories", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, what)
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
		t := fileWriter{}
		ecosystems := make(map[string]bool)
		for _, p := range file.Packages {
			ecosystems[p.Ecosystem] = true
		}
		t.prefix = len(ecosystems) > 1
		for i := range file.Packages {
			p := &file.Packages[i]
			t.row(1, t.name(p.ID), untrusted.Line(Version(p)), strings.Join(properties(p, true), ", "))
		}
		heading := untrusted.Line(file.Path) + "  " + plural(len(file.Packages), "package")
		if len(ecosystems) == 1 {
			heading += " (" + untrusted.Line(ecosystemName(file.Packages[0].Ecosystem)) + ")"
		}
		fmt.Fprintf(w, "\n%s\n", heading)
		t.write(w)
	}
	writeErrors(w, l.Errors)
	fmt.Fprintf(w, "\n%s\n", coverage(unchecked(&analysis.Review{}), plural(total, "package"), len(l.Errors)))
	return w.Flush()
}
