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
	return b.rows, b.nodes
}

// treeRows is the list as causes: lockfile, what no manifest change explains,
// then each direct change with what it pulled in.
func treeRows(s *session.Session) ([]row, []components.Node) {
	b := &builder{s: s}
	byFile := make(map[string][]int)
	for _, i := range s.Order {
		byFile[s.Items[i].Lockfile] = append(byFile[s.Items[i].Lockfile], i)
	}
	problems := make(map[string][]analysis.Error)
	for _, e := range s.Review.Errors {
		problems[e.Lockfile] = append(problems[e.Lockfile], e)
	}
	files := make(map[string]*diff.File)
	var paths []string
	for i := range s.Review.Diff.Files {
		f := &s.Review.Diff.Files[i]
		files[filePath(*f)] = f
		paths = append(paths, filePath(*f))
	}
	for i := range s.Review.Lockfiles { // one that could not be read may be in no difference
		f := &s.Review.Lockfiles[i].File
		if path := filePath(*f); files[path] == nil {
			files[path] = f
		}
	}
	for path := range byFile {
		paths = append(paths, path)
	}
	for path := range problems {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(x, y string) int {
		return cmp.Or(urgency(s, byFile[x], problems[x])-urgency(s, byFile[y], problems[y]), cmp.Compare(x, y))
	})
	for _, path := range slices.Compact(paths) {
		f := files[path]
		if f == nil {
			f = &diff.File{Path: path, BasePath: path}
		}
		if len(byFile[path])+len(problems[path])+len(f.Settings) > 0 || f.Moved() || f.Converted() {
			b.file(path, f, byFile[path], problems[path])
		}
	}
	return b.rows, b.nodes
}

// urgency orders lockfiles: what could not be read, then what holds a change
// that explains itself least, then the rest as their paths run.
func urgency(s *session.Session, changes []int, problems []analysis.Error) int {
	if len(problems) > 0 {
		return -1
	}
	const rest = session.Added
	first := rest
	for _, i := range changes {
		first = min(first, s.Items[i].Rank)
	}
	return int(first)
}

// filePath is the name by which changes refer to a lockfile.
func filePath(f diff.File) string { return cmp.Or(f.Path, f.BasePath) }

func (b *builder) file(path string, f *diff.File, changes []int, problems []analysis.Error) {
	text := b.s.Safe(path)
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
	head := row{kind: fileRow, change: -1, text: text, note: session.Count(len(changes), "change"), file: f, errors: problems}
	if len(problems) > 0 { // no count: what could not be read may hold anything
		head.broken, head.note = true, "not read"
		if len(changes) > 0 {
			head.note = "not all read, " + session.Count(len(changes), "change")
		}
	}
	b.add(0, head)
	for _, e := range problems {
		b.problem(1, e)
	}
	for _, field := range f.Settings {
		b.add(1, row{kind: settingRow, change: -1, text: b.setting(field)})
	}
	var unexplained, unknown, direct, removed, edited []int
	below := make(map[lockfiles.ID][]int)
	for _, i := range changes {
		switch it := &b.s.Items[i]; it.Cause.State {
		case diff.Direct:
			direct = append(direct, i)
		case diff.Explained:
			below[it.Cause.By] = append(below[it.Cause.By], i)
		default:
			switch {
			case it.Cause.By.Name != "": // came with another unexplained move
				below[it.Cause.By] = append(below[it.Cause.By], i)
			case it.Kind == diff.Removed:
				removed = append(removed, i)
			case it.Kind == diff.Edited:
				edited = append(edited, i)
			case it.Cause.State == diff.Unexplained:
				unexplained = append(unexplained, i)
			default:
				unknown = append(unknown, i)
			}
		}
	}
	if len(unexplained) > 0 {
		n := len(unexplained)
		for _, i := range unexplained {
			n += len(below[b.s.Items[i].Package().ID])
		}
		b.add(1, row{kind: alarmRow, change: -1, text: "unexplained by any manifest change", note: session.Count(n, "change")})
	}
	for _, heads := range []struct {
		depth   int
		changes []int
	}{{2, unexplained}, {1, direct}} {
		for _, i := range heads.changes {
			id := b.s.Items[i].Package().ID
			b.caused(heads.depth, i, below[id])
			delete(below, id) // a second entry of the same package does not repeat them
		}
	}
	// A cause outside the list still heads what it moved.
	orphans := make([]lockfiles.ID, 0, len(below))
	for id := range below {
		orphans = append(orphans, id)
	}
	slices.SortFunc(orphans, func(x, y lockfiles.ID) int { return cmp.Compare(x.String(), y.String()) })
	for _, id := range orphans {
		b.group(groupRow, "moved with "+b.s.Safe(session.Called(id)), below[id], false)
	}
	b.group(groupRow, "why is unknown: this lockfile does not tell what requires what", unknown, false)
	b.group(groupRow, "removed, needed by nothing any more", removed, true)
	b.group(groupRow, "edited, the same bytes as before", edited, true)
}

func (b *builder) written(format, schema string) string {
	if schema == "" {
		return b.s.Safe(format)
	}
	return b.s.Safe(format + " " + schema)
}

func (b *builder) group(kind rowKind, text string, changes []int, folded bool) {
	if len(changes) == 0 {
		return
	}
	at := b.add(1, row{kind: kind, change: -1, text: text, note: session.Count(len(changes), "change")})
	b.nodes[at].Folded = folded
	for _, i := range changes {
		b.add(2, row{kind: changeRow, change: i})
	}
}

// caused adds a change and, folded, what it pulled in: each below the package
// that requires it, as far as that one moved too.
func (b *builder) caused(depth, head int, pulled []int) {
	at := b.add(depth, row{kind: changeRow, change: head})
	b.nodes[at].Folded = !slices.ContainsFunc(pulled, b.alarming)
	byName := make(map[string]int, len(pulled))
	for _, i := range pulled {
		if name := b.s.Items[i].Package().Name; byName[name] == 0 {
			byName[name] = i + 1
		}
	}
	children := make(map[int][]int)
	for _, i := range pulled {
		parent := head
		if path := causePath(&b.s.Items[i]); len(path) > 2 {
			p := byName[path[len(path)-2]] - 1
			// Only a shorter path may be a parent, so that no ring can close.
			if p >= 0 && len(causePath(&b.s.Items[p])) < len(path) {
				parent = p
			}
		}
		children[parent] = append(children[parent], i)
	}
	var walk func(parent, depth int)
	walk = func(parent, depth int) {
		for _, i := range children[parent] {
			b.add(depth, row{kind: changeRow, change: i})
			walk(i, depth+1)
		}
	}
	walk(head, depth+1)
}

// alarming tells whether a change must not lie hidden below another.
func (b *builder) alarming(i int) bool {
	it := &b.s.Items[i]
	return it.Rank <= session.Downgraded || it.Head != nil && it.Head.InstallScript == lockfiles.Yes &&
		(it.Base == nil || it.Base.InstallScript != lockfiles.Yes)
}

func causePath(i *session.Item) []string {
	if len(i.Cause.HeadPath) > 0 {
		return i.Cause.HeadPath
	}
	return i.Cause.BasePath
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
