package components

import (
	"strings"

	"github.com/depreview/depreview/tui/theme"
)

// Line is a line of a Pager: a gutter that never moves, and runs of text that
// may be wrapped or cut.
type Line struct {
	Gutter string // same width in all lines that are to align
	Runs   []Run
	Indent int // of the lines that follow when this one is wrapped
	// Flow wraps all runs as one text; else the last of several runs takes the
	// further lines, below itself.
	Flow bool
	// Draw makes the rows itself, each of at most width cells, for what stands
	// in columns; Runs are what is searched then.
	Draw func(width int) []string
}

// Run is a stretch of text of one look.
type Run struct {
	Text  string
	Style theme.Style
}

// Text is a line of one plain run.
func Text(text string) Line { return Line{Runs: []Run{{Text: text}}} }

// Styled is a line of one run.
func Styled(style theme.Style, text string) Line {
	return Line{Runs: []Run{{text, style}}}
}

func (l Line) plain() string {
	if len(l.Runs) == 1 {
		return l.Runs[0].Text
	}
	var b strings.Builder
	for _, r := range l.Runs {
		b.WriteString(r.Text)
	}
	return b.String()
}
