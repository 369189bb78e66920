package screens

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
)

// row is a line of the list: a change, or a heading or fact around changes.
type row struct {
	kind   rowKind
	change int    // index of the item; -1 on other rows
	text   string // safe, for every kind but changes
	note   string // the right end of a heading; the hint of a problem
	broken bool   // a lockfile of which something could not be read
	file   *diff.File
	errors []analysis.Error // of the lockfile
}

type rowKind int

const (
	changeRow rowKind = iota
	fileRow
	groupRow
	alarmRow // a group that asks for attention
	settingRow
	problemRow
)

// builder collects the rows of a list, headings before what stands below.
type builder struct {
	s     *session.Session
	rows  []row
	nodes []components.Node
}

func (b *builder) add(depth int, r row) int {
	b.rows = append(b.rows, r)
	b.nodes = append(b.nodes, components.Node{Depth: depth})
	return len(b.rows) - 1
}

// flatRows is the list in order of what needs eyes first. What could not be
// read and which settings changed stands above: it bears on everything.
func flatRows(s *session.Session) ([]row, []components.Node) {
	b := &builder{s: s}
	for _, e := range s.Review.Errors {
		b.problem(0, e)
	}
	for _, f := range s.Review.Diff.Files {
		for _, field := range f.Settings {
			b.add(0, row{kind: settingRow, change: -1, text: s.Safe(filePath(f)) + ": " + b.setting(field)})
		}
	}
	for _, i := range s.Order {
		b.add(0, row{kind: changeRow, change: i})
	}
	b.leftOut()
	return b.rows, b.nodes
}

// treeRows is the list as causes: lockfile, what no manifest change explains,
// then each direct change with what it pulled in.
func treeRows(s *session.Session) ([]row, []components.Node) {
	b := &builder{s: s}
	for _, f := range analysis.Outline(s.Review) {
		b.file(f)
	}
	b.leftOut()
	return b.rows, b.nodes
}

// leftOut ends the list with what nobody looked at.
func (b *builder) leftOut() {
	if text := b.s.LeftOut(); text != "" && len(b.rows) > 0 {
		b.add(0, row{kind: settingRow, change: -1, text: text})
	}
}

// filePath is the name by which changes refer to a lockfile.
func filePath(f diff.File) string { return cmp.Or(f.Path, f.BasePath) }

func (b *builder) file(f analysis.FileOutline) {
	text := b.s.Safe(f.Name())
	switch {
	case f.Moved() && f.Converted():
		text += fmt.Sprintf("  moved from %s and converted from %s", b.s.Safe(f.BasePath), b.written(f.BaseFormat, f.BaseSchema))
	case f.Moved():
		text += "  moved from " + b.s.Safe(f.BasePath)
	case f.Converted() && f.Format == f.BaseFormat:
		text += fmt.Sprintf("  converted: schema %s %s %s", orNone(b.s.Safe(f.BaseSchema)), b.s.Theme.Arrow, orNone(b.s.Safe(f.Schema)))
	case f.Converted():
		text += fmt.Sprintf("  converted: %s %s %s", b.written(f.BaseFormat, f.BaseSchema), b.s.Theme.Arrow, b.written(f.Format, f.Schema))
	case f.Path == "" && f.BasePath != "":
		text += "  deleted"
	case f.BasePath == "" && f.Format != "":
		text += "  new lockfile"
	}
	head := row{kind: fileRow, change: -1, text: text, note: session.Count(f.Count, "change"), file: &f.File, errors: f.Problems}
	if len(f.Problems) > 0 { // no count: what could not be read may hold anything
		head.broken, head.note = true, "not read"
		if f.Count > 0 {
			head.note = "not all read, " + session.Count(f.Count, "change")
		}
	}
	b.add(0, head)
	for _, e := range f.Problems {
		b.problem(1, e)
	}
	for _, field := range f.Settings {
		b.add(1, row{kind: settingRow, change: -1, text: b.setting(field)})
	}
	for _, g := range f.Groups {
		b.group(g)
	}
}

// groupTitles head the groups that stand apart; direct changes need no head.
var groupTitles = map[analysis.GroupKind]string{
	analysis.UnexplainedGroup: "unexplained by any manifest change",
	analysis.UnknownGroup:     "why is unknown: this lockfile does not tell what requires what",
	analysis.RemovedGroup:     "removed, needed by nothing any more",
	analysis.EditedGroup:      "edited, the same bytes as before",
}

func (b *builder) group(g analysis.Group) {
	if g.Kind == analysis.DirectGroup {
		b.nodesAt(1, g.Nodes, true)
		return
	}
	head := row{kind: groupRow, change: -1, text: groupTitles[g.Kind], note: session.Count(countNodes(g.Nodes), "change")}
	switch g.Kind {
	case analysis.UnexplainedGroup:
		head.kind = alarmRow
	case analysis.OrphanGroup:
		head.text = "moved with " + b.s.Safe(session.Called(g.By))
	}
	at := b.add(1, head)
	b.nodes[at].Folded = g.Kind == analysis.RemovedGroup || g.Kind == analysis.EditedGroup
	b.nodesAt(2, g.Nodes, true)
}

// nodesAt adds changes with what they pulled in. The first level is folded,
// unless something alarming lies below.
func (b *builder) nodesAt(depth int, nodes []analysis.Node, fold bool) {
	if depth < 3 { // orders all below as well
		b.s.SortNodes(nodes)
	}
	for _, n := range nodes {
		at := b.add(depth, row{kind: changeRow, change: n.Change})
		b.nodes[at].Folded = fold && len(n.Below) > 0 && !slices.ContainsFunc(n.Below, b.alarming)
		b.nodesAt(depth+1, n.Below, false)
	}
}

// alarming tells whether a change, or one below it, must not lie hidden.
func (b *builder) alarming(n analysis.Node) bool {
	it := &b.s.Items[n.Change]
	return n.Rank <= analysis.Downgraded ||
		it.Head != nil && it.Head.InstallScript == lockfiles.Yes && (it.Base == nil || it.Base.InstallScript != lockfiles.Yes) ||
		slices.ContainsFunc(n.Below, b.alarming)
}

func countNodes(nodes []analysis.Node) int {
	n := len(nodes)
	for _, node := range nodes {
		n += countNodes(node.Below)
	}
	return n
}

func (b *builder) written(format, schema string) string {
	if schema == "" {
		return b.s.Safe(format)
	}
	return b.s.Safe(format + " " + schema)
}

func (b *builder) problem(depth int, e analysis.Error) {
	b.add(depth, row{kind: problemRow, change: -1, text: b.s.Problem(e), note: b.s.Safe(e.Hint)})
}

func (b *builder) setting(f diff.Field) string {
	name := b.s.Safe(f.Name)
	switch {
	case f.Base == "":
		return fmt.Sprintf("setting %s added: %s", name, b.s.Safe(f.Head))
	case f.Head == "":
		return fmt.Sprintf("setting %s removed: %s", name, b.s.Safe(f.Base))
	}
	return fmt.Sprintf("setting %s: %s %s %s", name, b.s.Safe(f.Base), b.s.Theme.Arrow, b.s.Safe(f.Head))
}
