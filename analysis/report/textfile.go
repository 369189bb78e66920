package report

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// fileWriter writes one lockfile of a review.
type fileWriter struct {
	table
	changes []diff.Change
	prefix  bool // rows name the ecosystem, since there is more than one
}

// writeFile writes what became of the lockfile itself, then its groups.
func writeFile(w io.Writer, changes []diff.Change, f analysis.FileOutline) {
	t := &fileWriter{changes: changes}
	ecosystems := make(map[string]bool)
	for i := range changes {
		if changes[i].Lockfile == f.Name() {
			ecosystems[changes[i].Package().Ecosystem] = true
		}
	}
	t.prefix = len(ecosystems) > 1
	t.about(f.Lockfile)
	for _, g := range f.Groups {
		t.group(g)
	}
	heading := untrusted.Line(f.Name()) + "  " + plural(f.Count, "change")
	if f.Count == 0 {
		heading = untrusted.Line(f.Name()) + "  no package moved"
	}
	if len(ecosystems) == 1 {
		heading += " (" + untrusted.Line(ecosystemName(changes[f.Groups[0].Nodes[0].Change].Package().Ecosystem)) + ")"
	}
	fmt.Fprintf(w, "\n%s\n", heading)
	t.write(w)
}

// about says what happened to the lockfile beside its packages.
func (t *fileWriter) about(l analysis.Lockfile) {
	switch {
	case l.Moved() && l.Format != l.BaseFormat && path.Dir(l.Path) == path.Dir(l.BasePath):
		// The formats below name both files.
	case l.Moved():
		t.text(1, "moved from "+untrusted.Line(l.BasePath))
	case l.BasePath == "":
		t.text(1, "new lockfile")
	case l.Path == "":
		t.text(1, "deleted")
	}
	if l.Converted() {
		before, after := "schema "+cmp.Or(l.BaseSchema, "none"), cmp.Or(l.Schema, "none")
		if l.Format != l.BaseFormat {
			before, after = strings.TrimSpace(l.BaseFormat+" "+l.BaseSchema), strings.TrimSpace(l.Format+" "+l.Schema)
		}
		t.text(1, untrusted.Line("converted: "+before+" -> "+after))
	}
	for _, s := range l.Settings {
		t.text(1, "setting "+untrusted.Line(s.Name)+": "+between(s.Base, s.Head))
	}
}

func (t *fileWriter) group(g analysis.Group) {
	t.text(1, t.title(g))
	nodes := g.Nodes
	if g.Kind == analysis.RemovedGroup || g.Kind == analysis.EditedGroup {
		nodes = t.flatten(nodes)
	}
	t.nodes(2, g.Kind, nodes)
}

func (t *fileWriter) title(g analysis.Group) string {
	has := func(kind diff.Kind) bool {
		return slices.ContainsFunc(g.Nodes, func(n analysis.Node) bool { return t.changes[n.Change].Kind == kind })
	}
	switch g.Kind {
	case analysis.HoistedGroup:
		switch repinned := "the same version with another hash or origin"; {
		case has(diff.Repinned) && has(diff.Downgraded):
			return repinned + ", and what moved down"
		case has(diff.Repinned):
			return repinned
		}
		return "moved down"
	case analysis.UnexplainedGroup:
		return "unexplained by any manifest change"
	case analysis.DirectGroup:
		if slices.ContainsFunc(g.Nodes, func(n analysis.Node) bool { return len(n.Below) > 0 }) {
			return "direct changes, and what they pulled in"
		}
		return "direct changes"
	case analysis.OrphanGroup:
		return "moved with " + t.name(g.By)
	case analysis.RemovedGroup:
		return "removed, needed by nothing any more"
	case analysis.EditedGroup:
		return "edited, the same bytes as before"
	}
	return "cause unknown: the lockfile does not say what requires what"
}

// nodes writes siblings: rows first, then in one sentence each what is many
// times the same and of little weight.
func (t *fileWriter) nodes(depth int, kind analysis.GroupKind, nodes []analysis.Node) {
	alike := make(map[string][]analysis.Node)
	for _, n := range nodes {
		if same := t.sameness(n); same != "" {
			alike[same] = append(alike[same], n)
		}
	}
	var sentences []string
	for _, n := range nodes {
		same := t.sameness(n)
		switch many := alike[same]; {
		case same == "" || len(many) < 3:
			t.row(depth, t.name(t.changes[n.Change].Package().ID), untrusted.Line(Move(&t.changes[n.Change])), "")
			t.notes(depth, kind, n)
			below := kind
			if kind == analysis.HoistedGroup {
				below = analysis.DirectGroup // hangs in a tree again
			}
			t.nodes(depth+1, below, t.flatten(n.Below))
		case many[0].Change == n.Change:
			sentences = append(sentences, same)
		}
	}
	for _, same := range sentences {
		var items []string
		for _, n := range alike[same] {
			p := t.changes[n.Change].Package()
			items = append(items, t.name(p.ID)+" "+untrusted.Line(Version(p)))
		}
		title := same + ":"
		switch kind { // whose title says it
		case analysis.RemovedGroup:
			title = ""
		case analysis.EditedGroup:
			title = strings.TrimPrefix(title, "edited, ")
		}
		t.prose(depth, title, items)
	}
}

// flatten makes siblings of what was removed or edited together, where nothing
// else hangs below: the order in which it went tells nothing.
func (t *fileWriter) flatten(nodes []analysis.Node) (flat []analysis.Node) {
	var quiet func(n analysis.Node) bool
	quiet = func(n analysis.Node) bool {
		kind := t.changes[n.Change].Kind
		return (kind == diff.Removed || kind == diff.Edited) && !slices.ContainsFunc(n.Below, func(b analysis.Node) bool { return !quiet(b) })
	}
	var spread func(n analysis.Node)
	spread = func(n analysis.Node) {
		flat = append(flat, analysis.Node{Change: n.Change, Rank: n.Rank})
		for _, b := range n.Below {
			spread(b)
		}
	}
	for _, n := range nodes {
		if quiet(n) {
			spread(n)
		} else {
			flat = append(flat, n)
		}
	}
	slices.SortStableFunc(flat, func(a, b analysis.Node) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Change, b.Change))
	})
	return flat
}

// sameness is what a change has in common with others that one sentence can
// tell of, or "" when it wants a row of its own.
func (t *fileWriter) sameness(n analysis.Node) string {
	c := &t.changes[n.Change]
	if len(n.Below) > 0 {
		return ""
	}
	switch c.Kind {
	case diff.Removed:
		return "removed"
	case diff.Repinned:
		if origin := otherOrigin(c); origin != "" {
			return "repinned, " + origin
		}
	case diff.Edited:
		var fields []string
		for _, f := range c.Fields {
			fields = append(fields, describeField(c, f))
		}
		return "edited, " + strings.Join(fields, ", ")
	}
	return ""
}

// notes fills in the last column of the row just added. What does not fit there
// stands below it.
func (t *fileWriter) notes(depth int, kind analysis.GroupKind, n analysis.Node) {
	c := &t.changes[n.Change]
	row := len(t.lines) - 1
	notes := marks(c)
	if kind <= analysis.UnexplainedGroup {
		if kind == analysis.HoistedGroup {
			notes = append(notes, t.cause(c))
		}
		if c.Head != nil && c.Head.Line > 0 {
			notes = append(notes, fmt.Sprintf("line %d", c.Head.Line))
		}
	}
	var fields []string
	used := 0
	for _, f := range c.Fields {
		if pinned(c, f) {
			continue
		}
		text := describeField(c, f)
		if origin := otherOrigin(c); c.Kind == diff.Repinned && origin != "" {
			text = origin
		}
		fields = append(fields, text)
		used += 2 + width(text)
	}
	if used <= notesWidth {
		notes = append(notes, fields...)
	} else {
		for _, field := range fields {
			t.text(depth+2, field)
		}
	}
	t.lines[row].notes = strings.Join(notes, ", ")
}

// cause is why a change moved, for a row that stands outside of its tree.
func (t *fileWriter) cause(c *diff.Change) string {
	switch c.Cause.State {
	case diff.Direct:
		return "direct"
	case diff.Explained:
		return "moved with " + t.name(c.Cause.By)
	case diff.Unexplained:
		return "unexplained"
	}
	return "cause unknown"
}

func (t *fileWriter) name(id lockfiles.ID) string {
	if t.prefix {
		return untrusted.Line(shorten(ecosystemName(id.Ecosystem) + " " + id.Name))
	}
	return untrusted.Line(shorten(id.Name))
}
