package screens

import (
	"strings"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
)

// pathLimit is how many ways by which a package comes in are shown.
const pathLimit = 10

// wayIn is a path from a project to the package.
type wayIn struct {
	atBase bool
	path   diff.Path
}

// findPaths walks the graphs of the lockfile. It takes milliseconds where the
// lockfile is large, so a command calls it.
func findPaths(d *diff.Diff, it *session.Item) []wayIn {
	var list []wayIn
	graphs, p := d.Head, it.Head
	if p == nil {
		graphs, p = d.Base, it.Base
	}
	if g := graphs[it.Lockfile]; g != nil {
		for _, path := range g.Paths(p.Key(), pathLimit+1) {
			list = append(list, wayIn{it.Head == nil, path})
		}
	}
	return list
}

// whyLines says what caused a change and by which ways the package comes in.
func whyLines(s *session.Session, it *session.Item, ways []wayIn, waiting bool) []components.Line {
	t := s.Theme
	why := s.Why(it)
	lines := []components.Line{components.Styled(t.Strong, strings.ToUpper(why[:1])+why[1:]+"."), {}}
	add := func(l ...components.Line) { lines = append(lines, l...) }
	switch it.Cause.State {
	case diff.Unexplained:
		lines[0] = components.Styled(t.Warn, t.Symbols.Warn+" "+strings.ToUpper(why[:1])+why[1:]+".")
		add(components.Text("No direct dependency that moved requires it, before or after. A lockfile made anew, a merge or a hand may have moved it."), components.Line{})
	case diff.Explained:
		chain := func(name string, path []string) {
			text := "not reached"
			if len(path) > 0 {
				safe := make([]string, len(path))
				for i, step := range path {
					safe[i] = s.Safe(step)
				}
				text = strings.Join(safe, " "+t.Arrow+" ")
			}
			add(components.Line{Runs: []components.Run{{Text: components.Fit(name, 8, ""), Style: t.Faint}, {Text: text}}})
		}
		add(components.Styled(t.Faint, "Through packages that moved too"))
		chain("before", it.Cause.BasePath)
		chain("after", it.Cause.HeadPath)
		add(components.Line{})
	}
	head := "How it comes in"
	if it.Head == nil {
		head = "How it came in, before"
	}
	add(components.Styled(t.Faint, head))
	switch {
	case waiting:
		add(components.Text("looking through the lockfile"))
	case len(ways) == 0:
		add(components.Styled(t.Unknown, "unknown: the lockfile states no path to it"))
	}
	for i, w := range ways {
		if i == pathLimit {
			add(components.Styled(t.Faint, "and more; these are the shortest"))
			break
		}
		steps := make([]string, 0, len(w.path.Steps)+1)
		if w.path.Root != "" {
			steps = append(steps, s.Safe(w.path.Root))
		}
		for _, step := range w.path.Steps {
			steps = append(steps, s.Safe(step))
		}
		add(components.Line{Gutter: t.Bullet + " ", Indent: 2, Runs: []components.Run{{Text: strings.Join(steps, " "+t.Arrow+" ")}}})
	}
	return lines
}
