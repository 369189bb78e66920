package components

import (
	"slices"

	"github.com/depreview/depreview/tui/theme"
)

// Cell is a piece of a Grid.
type Cell struct {
	Text  string
	Style theme.Style
}

// Grid is rows in columns. A text that is wider than its column goes on below:
// nothing is cut.
type Grid struct {
	Gap  int // cells between two columns
	Rows [][]Cell
}

// Lines are the rows for a pager, which lays the columns out for its width.
func (g Grid) Lines(gutter string) []Line {
	lines := make([]Line, len(g.Rows))
	at, widths := -1, []int(nil)
	lay := func(width int) []int {
		if width != at {
			at, widths = width, g.widths(width)
		}
		return widths
	}
	for i, row := range g.Rows {
		runs := make([]Run, 0, 2*len(row))
		for _, c := range row {
			runs = append(runs, Run{Text: c.Text, Style: c.Style}, Run{Text: " "})
		}
		lines[i] = Line{Gutter: gutter, Runs: runs, Draw: func(width int) []string { return g.draw(row, lay(width)) }}
	}
	return lines
}

// widths are those of the columns within width cells: what each needs, and
// where that is too much, the widest give way first.
func (g Grid) widths(width int) []int {
	var widths []int
	for _, row := range g.Rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 1)
			}
			widths[i] = max(widths[i], Width(c.Text))
		}
	}
	if len(widths) == 0 {
		return nil
	}
	room := max(width-g.Gap*(len(widths)-1), len(widths))
	for total := sum(widths); total > room; total = sum(widths) {
		widest := slices.Max(widths)
		next, count := 0, 0 // the second widest, and how many are the widest
		for _, w := range widths {
			if w == widest {
				count++
			} else {
				next = max(next, w)
			}
		}
		if (widest-next)*count > total-room { // the last step; what cannot be shared goes to the first
			over := total - room
			for i, w := range widths {
				if w == widest {
					cut := (over + count - 1) / count
					widths[i], over, count = w-cut, over-cut, count-1
				}
			}
			return widths
		}
		for i, w := range widths {
			if w == widest {
				widths[i] = max(next, 1)
			}
		}
	}
	return widths
}

func (g Grid) draw(row []Cell, widths []int) []string {
	columns := make([][]string, len(row))
	height := 1
	for i, c := range row {
		columns[i] = Wrap(c.Text, widths[i])
		height = max(height, len(columns[i]))
	}
	lines := make([]string, height)
	for n := range lines {
		gap := 0 // to be filled before the next text
		for i, c := range row {
			text := ""
			if n < len(columns[i]) {
				text = columns[i][n]
			}
			if text != "" {
				lines[n] += Spaces(gap) + c.Style.Paint(text)
				gap = 0
			}
			gap += widths[i] - Width(text) + g.Gap
		}
	}
	return lines
}

func sum(list []int) (total int) {
	for _, n := range list {
		total += n
	}
	return total
}
