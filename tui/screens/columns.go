package screens

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// columns are the widths of the list, found once for a review: the widest
// texts, so that nothing is cut where there is room and nothing stands far
// from its neighbour.
type columns struct {
	label, moved      int   // label is that of the present layout
	usual             int   // the width of moved that nine in ten need
	class, marks      int   // as words
	classes, shortest int   // as the short forms of narrow lists
	worst             int   // of the narrowest; 0 while nothing is checked
	topics            []int // those that have a column, indexes in analysis.Topics
}

func measure(s *session.Session) (c columns) {
	if s.Checked() {
		c.worst = topicWidth
	}
	c.topics = columnTopics(s)
	widths := make([]int, 0, len(s.Items))
	for i := range s.Items {
		it := &s.Items[i]
		moved := s.Moved(it)
		if short := inBrief(s, it); short != "" {
			moved = short
		}
		widths = append(widths, components.Width(moved))
		class, _ := classOf(it, true, s.Theme)
		c.class = max(c.class, len(class))
		words := session.Flags(it.Package())
		c.marks = max(c.marks, len(strings.Join(words, " ")))
		c.shortest = max(c.shortest, 4*len(words)-1)
	}
	if slices.Sort(widths); len(widths) > 0 {
		c.moved = min(widths[len(widths)-1], 44) // beyond that, the list shortens versions
		c.usual = min(max(widths[len(widths)*9/10], len("11.22.33 -> 11.22.34")), c.moved)
	}
	c.class, c.classes = max(c.class, len("CLASS"))+1, len("CLASS")+1
	c.marks, c.shortest = min(max(c.marks, len("MARKS"))+1, 20), min(max(c.shortest, len("MARKS")), 7)+1
	return c
}

// columnTopics are the topics that checks of this review are about. A topic
// that nobody looks at says the same in every row, so that it takes no room
// from those that do; the previews and pages say that it is not checked. When
// nothing is checked at all, the columns say that.
func columnTopics(s *session.Session) (list []int) {
	for i := range analysis.Topics {
		if s.HasTopic(i) || !s.Checked() {
			list = append(list, i)
		}
	}
	return list
}

// summarise counts the changes of each rank, those that need eyes first.
func summarise(s *session.Session) (parts []string) {
	counts := make(map[analysis.Rank]int)
	for i := range s.Items {
		counts[s.Items[i].Rank]++
	}
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, strconv.Itoa(counts[r])+" "+r.String())
	}
	return parts
}

// fitted are the columns for one width; a width of 0 leaves a column out.
type fitted struct {
	label, moved, class, marks, topics int
	worst                              int  // the heaviest mark of all topics, where they have no room
	words                              bool // classes and marks are whole words
}

const (
	pointerWidth = 2
	topicWidth   = 4
	gaps         = 2 // behind the name and behind the change
)

// fit takes the richest form of the columns that cuts nothing; when each of
// them would, it takes the poorest and lets names and versions give way.
func (c columns) fit(width int) fitted {
	all := len(c.topics)
	most := min(all, 4) // these are shown whatever else gives way
	forms := []fitted{
		{class: c.class, marks: c.marks, topics: all, words: true},
		{class: c.classes, marks: c.shortest, topics: all},
		{class: c.classes, marks: c.shortest, topics: max(most, all-1)},
		{class: c.classes, marks: c.shortest, topics: max(most, all-2)},
	}
	if width < narrow-4 {
		forms = []fitted{{worst: c.worst}}
	}
	for i, f := range forms {
		room := width - f.fixed()
		if f.label, f.moved = c.label, c.moved; c.label+c.moved <= room {
			return f
		}
		if i == len(forms)-1 { // both give way; the name keeps the larger part
			f.moved = min(c.moved, max(min(room*21/46, c.usual), room-c.label))
			f.label = room - f.moved
			return f
		}
	}
	return fitted{}
}

func (f fitted) fixed() int {
	return pointerWidth + gaps + f.class + f.marks + f.worst + f.topics*topicWidth
}

// wish is the width at which the richest form fits.
func (c columns) wish() int {
	return c.label + c.moved + fitted{class: c.class, marks: c.marks, topics: len(c.topics)}.fixed()
}

// labelWidth is the widest name with its indentation, sign and count.
func (c *Changes) labelWidth(nodes []components.Node) int {
	widest := len("  PACKAGE")
	for i, r := range c.rows {
		if r.change < 0 {
			continue
		}
		w := components.Width(c.s.Items[r.change].Label) + 2
		if !c.flat {
			w += components.Width(indent(nodes[i].Depth)) + 2
			if below := c.tree.Below(i); below > 0 {
				w += len(" + below") + len(strconv.Itoa(below))
			}
		}
		widest = max(widest, w)
	}
	return widest
}

// cell is a piece of a row.
type cell struct {
	text  string
	style theme.Style
}

// paint joins cells; the selected row has one look all along, since a look
// within would end that of the cursor.
func paint(t theme.Theme, cells []cell, width int, selected bool) string {
	var b strings.Builder
	if selected {
		for _, c := range cells {
			b.WriteString(c.text)
		}
		return t.Cursor.Paint(components.Fit(b.String(), width, t.Ellipsis))
	}
	for _, c := range cells {
		b.WriteString(c.style.Paint(c.text))
	}
	return b.String()
}

func (c *Changes) header(width int) string {
	f := c.columns.fit(width)
	t := c.s.Theme
	text := components.Spaces(pointerWidth) + components.Fit("  PACKAGE", f.label, t.Ellipsis) + " " +
		components.Fit("CHANGE", f.moved, t.Ellipsis) + " "
	if f.class > 0 {
		text += components.Fit("CLASS", f.class, "") + components.Fit("MARKS", f.marks, "")
	}
	for _, topic := range c.columns.topics[:f.topics] {
		text += components.Fit(" "+analysis.Topics[topic].Short, topicWidth, "")
	}
	return t.Faint.Paint(components.Cut(text, width, t.Ellipsis))
}

// drawRow draws one row of the list.
func (c *Changes) drawRow(i, width int, selected bool) string {
	t, r := c.s.Theme, c.rows[i]
	pointer := components.Spaces(pointerWidth)
	if selected {
		pointer = components.Fit(t.Pointer, pointerWidth, "")
	}
	lead := ""
	if !c.flat {
		lead = indent(c.tree.Depth(i))
		switch {
		case c.tree.Folded(i):
			lead += t.Closed + " "
		case c.tree.Opened(i):
			lead += t.Open + " "
		default:
			lead += "  "
		}
	}
	if r.kind == changeRow {
		return c.drawChange(i, pointer+lead, width, selected)
	}
	style := t.Strong
	switch r.kind {
	case groupRow:
		style = t.Faint
	case alarmRow, settingRow:
		style = t.Warn
	case fileRow:
		if r.broken {
			style = t.Block
		}
	case problemRow:
		style, lead = t.Block, lead+t.Fail+" "
	}
	note := r.note
	if r.kind == problemRow || r.kind == fileRow && c.wanted != nil && !r.broken {
		note = "" // the hint of a problem stands in the preview; the count is not that of the filter
	}
	worst, worstLook := "", theme.Style{}
	if note != "" && c.s.Checked() {
		worst, worstLook = c.worstBelow(i)
	}
	room := width - components.Width(pointer) - components.Width(lead)
	if note != "" {
		room -= len(note) + 2 + components.Width(worst)
	}
	text := r.text
	if note == "" {
		text = components.Cut(text, room, t.Ellipsis)
	} else {
		text = components.Fit(text, room, t.Ellipsis) + "  "
	}
	return paint(t, []cell{{pointer, theme.Style{}}, {lead, t.Faint}, {text, style}, {note, t.Faint}, {worst, worstLook}}, width, selected)
}

// indent is the space before a row: the upper levels stand well apart, the
// deeper ones leave the room to the names.
func indent(depth int) string { return components.Spaces(min(depth, 2) + min(depth, 6)) }

func (c *Changes) drawChange(i int, lead string, width int, selected bool) string {
	s, t := c.s, c.s.Theme
	it := &s.Items[c.rows[i].change]
	f := c.columns.fit(width)
	sign, style := s.Sign(it)
	count := ""
	if c.tree.Folded(i) {
		count = " +" + strconv.Itoa(c.tree.Below(i))
	}
	room := f.label - components.Width(lead) + pointerWidth - 2 - len(count)
	if word := " below"; count != "" && room-len(word) >= components.Width(it.Label) {
		count, room = count+word, room-len(word)
	}
	name := cutName(it.Label, room, t.Ellipsis)
	gap := components.Spaces(room - components.Width(name) + 1)
	moved := components.Fit(c.moved(it, f.moved), f.moved+1, t.Ellipsis)
	cells := []cell{
		{lead, t.Faint}, {components.Fit(sign, 2, ""), style}, {name, theme.Style{}},
		{count, t.Faint}, {gap, theme.Style{}}, {moved, style},
	}
	if f.class > 0 {
		class, look := classOf(it, f.words, t)
		cells = append(cells, cell{components.Fit(class, f.class, ""), look},
			cell{components.Fit(marksOf(it, f.marks, f.words), f.marks, ""), t.Faint})
	}
	if f.worst > 0 {
		sign, look := markSign(t, c.worstOf(i))
		cells = append(cells, cell{components.Fit(" "+sign, f.worst, ""), look})
	}
	return paint(t, append(cells, c.topicCells(i, f.topics)...), width, selected)
}
