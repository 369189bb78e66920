package components

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/tui/theme"
)

// Pager shows lines, scrolls them and searches them.
type Pager struct {
	Theme theme.Theme
	Wrap  bool // long lines go on below; else they end in an ellipsis

	lines   []Line
	rows    []pagerRow
	width   int
	height  int
	top     int
	query   string
	matches []int // indexes of lines
	match   int
}

type pagerRow struct {
	text string
	line int
}

// SetLines replaces what is shown and goes back to the top.
func (p *Pager) SetLines(lines []Line) {
	p.lines, p.top = lines, 0
	p.layout()
	p.Search(p.query)
}

// Replace is SetLines for the same text that has become longer or better
// known: what is on screen stays there as far as it can.
func (p *Pager) Replace(lines []Line) {
	top := p.top
	p.lines = lines
	p.layout()
	if p.query != "" {
		p.Search(p.query)
	}
	p.top = top
	p.clamp()
}

// SetSize fits the lines to a width and a height.
func (p *Pager) SetSize(width, height int) {
	p.height = height
	if p.width != width {
		at := p.lineAt(p.top)
		p.width = width
		p.layout()
		p.top = p.rowOf(at)
	}
	p.clamp()
}

// SetWrap turns wrapping on or off and keeps the first line on screen.
func (p *Pager) SetWrap(wrap bool) {
	at := p.lineAt(p.top)
	p.Wrap = wrap
	p.layout()
	p.top = p.rowOf(at)
	p.clamp()
}

func (p *Pager) lineAt(row int) int {
	if row < len(p.rows) {
		return p.rows[row].line
	}
	return 0
}

func (p *Pager) rowOf(line int) int {
	for i, r := range p.rows {
		if r.line == line {
			return i
		}
	}
	return 0
}

func (p *Pager) layout() {
	p.rows = p.rows[:0]
	if p.width <= 0 {
		return
	}
	for i, l := range p.lines {
		for _, text := range p.draw(l) {
			p.rows = append(p.rows, pagerRow{text, i})
		}
	}
}

// draw renders a line; a wrapped one loses nothing but the run borders that
// fall on a break, so each piece is painted by where its text came from.
func (p *Pager) draw(l Line) []string {
	room := p.width - Width(l.Gutter)
	if l.Draw != nil {
		rows := l.Draw(max(1, room))
		for i, row := range rows {
			rows[i] = l.Gutter + row
		}
		return rows
	}
	plain := l.plain()
	if Width(plain) <= room {
		return []string{l.Gutter + paintRuns(l.Runs)}
	}
	if !p.Wrap {
		return []string{l.Gutter + p.cutRuns(l.Runs, room)}
	}
	var rows []string
	if l.Flow {
		return p.flow(l, plain, room)
	}
	if len(l.Runs) == 1 {
		for n, piece := range p.pieces(plain, room, l.Indent) {
			gutter := l.Gutter
			if n > 0 {
				gutter = Spaces(Width(l.Gutter) + l.Indent)
			}
			rows = append(rows, gutter+l.Runs[0].Style.Paint(piece))
		}
		return rows
	}
	// Several runs: the last one takes the rest of the lines.
	last := len(l.Runs) - 1
	head := paintRuns(l.Runs[:last])
	used := Width(plain) - Width(l.Runs[last].Text)
	indent := min(max(l.Indent, used), room/2)
	if used > room/2 { // the head alone fills the line
		rows = append(rows, l.Gutter+p.cutRuns(l.Runs[:last], room))
		for _, piece := range Wrap(l.Runs[last].Text, max(1, room-indent)) {
			rows = append(rows, Spaces(Width(l.Gutter)+indent)+l.Runs[last].Style.Paint(piece))
		}
		return rows
	}
	for n, piece := range Wrap(l.Runs[last].Text, max(1, room-indent)) {
		before := l.Gutter + head
		if n > 0 {
			before = Spaces(Width(l.Gutter) + indent)
		}
		rows = append(rows, before+l.Runs[last].Style.Paint(piece))
	}
	return rows
}

// flow wraps runs as one text: each piece is a part of it, painted run by run.
func (p *Pager) flow(l Line, plain string, room int) (rows []string) {
	indent := l.Indent
	if indent >= room/2 { // so narrow that it would leave no room for words
		indent = 0
	}
	at, gutter := 0, l.Gutter
	for _, piece := range p.pieces(plain, room, indent) {
		if skip := strings.Index(plain[at:], piece); skip > 0 { // the spaces at a break
			at += skip
		}
		rows = append(rows, gutter+paintRuns(part(l.Runs, at, at+len(piece))))
		at = min(at+len(piece), len(plain))
		gutter = Spaces(Width(l.Gutter) + indent)
	}
	return rows
}

// part are the runs of a text from one of its bytes to another.
func part(runs []Run, from, to int) (list []Run) {
	for _, r := range runs {
		if a, b := max(from, 0), min(to, len(r.Text)); a < b {
			list = append(list, Run{r.Text[a:b], r.Style})
		}
		from, to = from-len(r.Text), to-len(r.Text)
	}
	return list
}

func (p *Pager) pieces(text string, room, indent int) []string {
	first := Wrap(text, room)
	if indent <= 0 || indent >= room/2 || len(first) == 1 {
		return first
	}
	rest := strings.TrimLeft(strings.TrimPrefix(text, first[0]), " ")
	return append(first[:1:1], Wrap(rest, room-indent)...)
}

func (p *Pager) cutRuns(runs []Run, room int) string {
	var b strings.Builder
	for i, r := range runs {
		w := Width(r.Text)
		if w > room || w == room && i < len(runs)-1 {
			b.WriteString(r.Style.Paint(Cut(r.Text+" ", room, p.Theme.Ellipsis)))
			break
		}
		b.WriteString(r.Style.Paint(r.Text))
		room -= w
	}
	return b.String()
}

func paintRuns(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Style.Paint(r.Text))
	}
	return b.String()
}

// Move scrolls by delta rows.
func (p *Pager) Move(delta int) {
	p.top += delta
	p.clamp()
}

// Page is how many rows a half page moves.
func (p *Pager) Page() int { return max(1, p.height/2) }

func (p *Pager) clamp() { p.top = max(0, min(p.top, len(p.rows)-p.height)) }

// Rows is how many rows the lines take at the present width.
func (p *Pager) Rows() int { return len(p.rows) }

// Search marks the lines that hold query, ignoring case, and goes to the
// first one from the top of the screen on. It tells how many there are.
func (p *Pager) Search(query string) int {
	p.query, p.matches, p.match = query, nil, 0
	if query == "" {
		return 0
	}
	lower := strings.ToLower(query)
	for i, l := range p.lines {
		if strings.Contains(strings.ToLower(l.plain()), lower) {
			p.matches = append(p.matches, i)
		}
	}
	from := p.lineAt(p.top)
	for n, line := range p.matches {
		if line >= from {
			p.match = n
			break
		}
	}
	p.reveal()
	return len(p.matches)
}

// Match goes delta matches on, around the ends.
func (p *Pager) Match(delta int) {
	if n := len(p.matches); n > 0 {
		p.match = ((p.match+delta)%n + n) % n
		p.reveal()
	}
}

// Matches is how many lines hold what is searched for.
func (p *Pager) Matches() int { return len(p.matches) }

func (p *Pager) reveal() {
	if len(p.matches) == 0 {
		return
	}
	row := p.rowOf(p.matches[p.match])
	if row < p.top || row >= p.top+p.height {
		p.top = row - p.height/3
	}
	p.clamp()
}

// Where says which part is on screen, or "" when all of it is.
func (p *Pager) Where() string {
	if len(p.rows) <= p.height {
		return ""
	}
	return fmt.Sprintf("lines %d to %d of %d", p.top+1, min(p.top+p.height, len(p.rows)), len(p.rows))
}

// View draws the rows on screen.
func (p *Pager) View(width, height int) string {
	p.SetSize(width, height)
	found := make(map[int]bool, len(p.matches))
	for _, m := range p.matches {
		found[m] = true
	}
	lines := make([]string, 0, height)
	for i := p.top; i < len(p.rows) && len(lines) < height; i++ {
		text := p.rows[i].text
		if line := p.rows[i].line; found[line] {
			text = p.mark(text, line == p.matches[p.match])
		}
		lines = append(lines, text)
	}
	return Stack(lines, height)
}
