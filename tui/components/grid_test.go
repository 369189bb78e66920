package components

import (
	"strings"
	"testing"

	"github.com/depreview/depreview/tui/theme"
)

func drawGrid(width int, rows ...[]string) string {
	g := Grid{Gap: 2}
	for _, row := range rows {
		var cells []Cell
		for _, text := range row {
			cells = append(cells, Cell{Text: text})
		}
		g.Rows = append(g.Rows, cells)
	}
	p := &Pager{Theme: theme.New(theme.Wishes{NoColor: true})}
	p.SetLines(g.Lines("| "))
	return strings.TrimRight(p.View(width, 12), "\n")
}

func TestGrid(t *testing.T) {
	rows := [][]string{{"name", "before", "now"}, {"size", "2.1 MB", "2.2 MB and a little more"}, {"", "", "x"}, {"alone"}, {}}
	for _, c := range []struct {
		name  string
		width int
		want  string
	}{
		{"as wide as it needs", 60, "| name   before  now\n| size   2.1 MB  2.2 MB and a little more\n|                x\n| alone\n| "},
		{"the widest gives way and nothing is cut", 30, "| name   before  now\n| size   2.1 MB  2.2 MB and a\n|                little more\n|                x\n| alone\n| "},
	} {
		if got := drawGrid(c.width, rows...); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	for width := range 40 {
		for _, line := range strings.Split(drawGrid(width, rows...), "\n") {
			if Width(line) > max(width, 2+3+2*2) { // a letter a column is the least
				t.Errorf("at %d: %q", width, line)
			}
		}
	}
	if drawGrid(20) != "" {
		t.Error("a grid without rows draws something")
	}
}

func TestGridIsSearched(t *testing.T) {
	g := Grid{Gap: 2, Rows: [][]Cell{{{Text: "published by"}, {Text: "acme-bot"}}}}
	p := &Pager{Theme: theme.New(theme.Wishes{NoColor: true})}
	p.SetLines(append([]Line{Text("x")}, g.Lines("")...))
	p.View(40, 5)
	if p.Search("ACME") != 1 {
		t.Error("a cell is not found")
	}
}

func TestPagerKeepsItsPlace(t *testing.T) {
	p := &Pager{Theme: theme.New(theme.Wishes{NoColor: true})}
	lines := []Line{Text("0"), Text("1"), Text("2"), Text("3"), Text("4")}
	p.SetLines(lines)
	p.View(10, 2)
	p.Move(2)
	p.Replace(append(lines, Text("5")))
	if got := p.View(10, 2); got != "2\n3" {
		t.Errorf("after more came: %q", got)
	}
	p.Replace(lines[:3])
	if got := p.View(10, 2); got != "1\n2" {
		t.Errorf("after less was left: %q", got)
	}
}

func TestTabsThatDoNotFit(t *testing.T) {
	tabs := Tabs{Theme: theme.New(theme.Wishes{NoColor: true, Environ: []string{"TERM=dumb"}}), List: []Tab{{"Overview", ""}, {"Advisories", "12"}, {"Why", ""}, {"Lockfile", ""}}}
	for at, want := range []string{"[Overview] Advisories 12", "Overview [Advisories 12]", "... Advisories 12 [Why]", "... Why [Lockfile]"} {
		tabs.Active = at
		if got := tabs.View(26); got != want {
			t.Errorf("tab %d: %q, want %q", at, got, want)
		}
	}
}

func TestSetFolds(t *testing.T) {
	tree := newTree(Node{0, false}, Node{1, false}, Node{2, false}, Node{0, false})
	tree.View(10, 5)
	tree.Select(2)
	tree.SetFolds(func(i int) bool { return i == 1 })
	if got := rows(tree, 5); got != "0 >1 3" {
		t.Errorf("the cursor is not on what hides its row: %q", got)
	}
	tree.SetFolds(func(int) bool { return false })
	if got := rows(tree, 5); got != "0 >1 2 3" {
		t.Errorf("unfolded: %q", got)
	}
}
