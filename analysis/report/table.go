package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is the rows of one lockfile: a name, what happened to it, and notes,
// in columns that fit what they hold. Its texts are safe already.
type table struct{ lines []line }

type line struct {
	depth             int
	name, move, notes string
	text              string // instead of columns
}

const (
	// textWidth is where prose is broken and notes move to a line of their own:
	// wide enough for rows, narrow enough for a log beside its line numbers.
	textWidth = 100
	// The columns' widest; a longer text pushes its own row's to the right.
	nameWidth, moveWidth = 56, 42
	// Fields of a change that take more than this stand below its row.
	notesWidth = 60
)

func (t *table) row(depth int, name, move, notes string) {
	t.lines = append(t.lines, line{depth: depth, name: name, move: move, notes: notes})
}

// text adds a line that stands in no column.
func (t *table) text(depth int, text string) {
	t.lines = append(t.lines, line{depth: depth, text: text})
}

// prose adds items in lines of textWidth, those after the first indented.
func (t *table) prose(depth int, title string, items []string) {
	text := title
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		switch {
		case text == "":
			text = item
		case 2*depth+width(text)+1+width(item) <= textWidth:
			text += " " + item
		default:
			t.text(depth, text)
			text = item
			if title != "" {
				text = "  " + item
			}
		}
	}
	t.text(depth, text)
}

func (t *table) write(w io.Writer) {
	names, moves := 0, 0
	for _, l := range t.lines {
		if l.text != "" {
			continue
		}
		if n := 2*l.depth + width(l.name); n <= nameWidth {
			names = max(names, n)
		}
		if n := width(l.move); n <= moveWidth {
			moves = max(moves, n)
		}
	}
	for _, l := range t.lines {
		text := l.text
		if text == "" {
			// A name that is too long takes from the column beside it.
			name := pad(l.name, names-2*l.depth)
			move := pad(l.move, moves-max(0, width(name)-(names-2*l.depth)))
			text = name + "  " + move + "  " + l.notes
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Repeat("  ", l.depth)+text, " "))
	}
}

func width(text string) int { return utf8.RuneCountInString(text) }

func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-width(text)))
}
