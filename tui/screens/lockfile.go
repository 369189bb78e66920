package screens

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// entryRead is the entry of a package in its lockfile, before and after.
type entryRead struct {
	lines            []analysis.ExcerptLine
	basePath, path   string
	baseErr, headErr error
	baseMore, isMore bool
}

// readEntry reads both sides from the revisions. A command calls it.
func readEntry(r *analysis.Review, it *session.Item) (e entryRead) {
	var base, head analysis.Excerpt
	if it.Base != nil {
		base, e.baseErr = analysis.ReadExcerpt(r.BaseFiles, lockfileOf(r.Diff.Base, it, it.Base), it.Base)
	}
	if it.Head != nil {
		head, e.headErr = analysis.ReadExcerpt(r.HeadFiles, lockfileOf(r.Diff.Head, it, it.Head), it.Head)
	}
	e.basePath, e.path = base.Path, head.Path
	e.baseMore, e.isMore = base.Cut, head.Cut
	e.lines = analysis.CompareExcerpts(base, head)
	return e
}

func lockfileOf(graphs map[string]*diff.Graph, it *session.Item, p *lockfiles.Package) *lockfiles.Lockfile {
	if g := graphs[it.Lockfile]; g != nil && g.Lockfile != nil && g.Lockfile.Path != "" {
		return g.Lockfile
	}
	return &lockfiles.Lockfile{Path: it.Lockfile, Packages: []lockfiles.Package{*p}}
}

// entryLines shows the two entries as one difference, with line numbers.
func entryLines(s *session.Session, it *session.Item, e entryRead, waiting bool) []components.Line {
	t := s.Theme
	if waiting {
		return []components.Line{components.Text("reading the lockfile")}
	}
	var lines []components.Line
	path := s.Safe(it.Lockfile)
	switch {
	case it.Base == nil:
		lines = append(lines, components.Styled(t.Faint, path+", new in "+s.Named(s.Review.Head)))
	case it.Head == nil:
		lines = append(lines, components.Styled(t.Faint, path+", gone since "+s.Named(s.Review.Base)))
	default:
		if e.basePath != "" && e.path != "" && e.basePath != e.path {
			path = s.Safe(e.basePath) + " " + t.Arrow + " " + s.Safe(e.path)
		}
		lines = append(lines, components.Styled(t.Faint, path+", "+s.Named(s.Review.Base)+" "+t.Arrow+" "+s.Named(s.Review.Head)))
	}
	lines = append(lines, components.Line{})
	for _, err := range []error{e.baseErr, e.headErr} {
		if err != nil {
			lines = append(lines, components.Styled(t.Unknown, t.Symbols.Unknown+" unknown: "+s.Safe(err.Error())))
		}
	}
	digits := 3
	for _, l := range e.lines {
		digits = max(digits, len(strconv.Itoa(max(l.Base, l.Head))))
	}
	number := func(n int) string {
		if n == 0 {
			return components.Spaces(digits)
		}
		return fmt.Sprintf("%*d", digits, n)
	}
	for _, l := range e.lines {
		sign, look := " ", t.Faint
		switch {
		case l.Head == 0:
			sign, look = "-", t.Removed
		case l.Base == 0:
			sign, look = "+", t.Added
		}
		text := s.SafeBlock(l.Text)
		lines = append(lines, components.Line{
			Gutter: number(l.Base) + " " + number(l.Head) + " " + sign + " ",
			Indent: min(len(text)-len(strings.TrimLeft(text, " "))+2, 12),
			Runs:   []components.Run{{Text: text, Style: look}},
		})
	}
	if e.baseMore || e.isMore {
		lines = append(lines, components.Styled(theme.Style{}, "the entry goes on; the first 80 lines are shown"))
	}
	return lines
}
