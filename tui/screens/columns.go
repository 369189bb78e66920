package screens

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// columns are the widths of the list, found once for a review: the widest
// texts, so that nothing is cut where there is room and nothing stands far
// from its neighbour.
type columns struct{ label, moved int }

func measure(s *session.Session) (c columns) {
	for i := range s.Items {
		it := &s.Items[i]
		c.label = max(c.label, components.Width(it.Label))
		c.moved = max(c.moved, components.Width(s.Moved(it)))
	}
	c.moved = min(c.moved, 44) // beyond that, the list shortens versions
	return c
}

// summarise counts the changes of each rank, those that need eyes first.
func summarise(s *session.Session) string {
	counts := make(map[session.Rank]int)
	for i := range s.Items {
		counts[s.Items[i].Rank]++
	}
	var parts []string
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, strconv.Itoa(counts[r])+" "+r.String())
	}
	return strings.Join(parts, "  ")
}

// fitted are the columns for one width; a width of 0 leaves a column out.
type fitted struct{ label, moved, class, marks, topics int }

const (
	pointerWidth = 2
	topicWidth   = 4
	roomy        = 96 // from this width on, classes and marks are whole words
)

func (c columns) fit(width int, flat bool) (f fitted) {
	if width >= narrow-4 {
		f.class, f.marks, f.topics = 6, 8, len(analysis.Topics)-1
		if width >= roomy {
			f.class, f.marks, f.topics = 11, 17, len(analysis.Topics)
		}
	}
	room := width - pointerWidth - 2 - f.class - f.marks - f.topics*topicWidth
	label := c.label + 2 // the sign of what happened
	if !flat {
		label += 12 // indentation, fold and count
	}
	label = max(label, len("PACKAGE")+2)
	moved := max(c.moved, len("CHANGE"))
	if label+moved > room { // both give way; the name keeps the larger part
		moved = min(moved, max(room*21/46, room-label))
		label = room - moved
	}
	f.label, f.moved = label, moved
	return f
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
	f := c.columns.fit(width, c.flat)
	t := c.s.Theme
	text := components.Spaces(pointerWidth) + components.Fit("  PACKAGE", f.label, t.Ellipsis) + " " +
		components.Fit("CHANGE", f.moved, t.Ellipsis) + " "
	if f.class > 0 {
		text += components.Fit("CLASS", f.class, "") + components.Fit("MARKS", f.marks, "")
	}
	for _, topic := range analysis.Topics[:f.topics] {
		text += components.Fit(" "+topic.Short, topicWidth, "")
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
		lead = components.Spaces(2 * min(c.tree.Depth(i), 6))
		switch {
		case c.tree.Below(i) == 0:
			lead += "  "
		case c.tree.Folded(i):
			lead += t.Closed + " "
		default:
			lead += t.Open + " "
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
	case problemRow:
		style, lead = t.Block, lead+t.Fail+" "
	}
	note := r.note
	if r.kind == problemRow {
		note = "" // the hint of a problem stands in the preview
	}
	room := width - components.Width(pointer) - components.Width(lead)
	if note != "" {
		room -= len(note) + 2
	}
	text := r.text
	if note == "" {
		text = components.Cut(text, room, t.Ellipsis)
	} else {
		text = components.Fit(text, room, t.Ellipsis) + "  "
	}
	return paint(t, []cell{{pointer, theme.Style{}}, {lead, t.Faint}, {text, style}, {note, t.Faint}}, width, selected)
}

func (c *Changes) drawChange(i int, lead string, width int, selected bool) string {
	s, t := c.s, c.s.Theme
	it := &s.Items[c.rows[i].change]
	f := c.columns.fit(width, c.flat)
	sign, style := s.Sign(it)
	count := ""
	if c.tree.Folded(i) {
		count = belowCount(c.tree.Below(i), width)
	}
	room := f.label - components.Width(lead) + pointerWidth - 2 - components.Width(count)
	name := cutName(it.Label, room, t.Ellipsis)
	gap := components.Spaces(room - components.Width(name) + 1)
	moved := components.Fit(c.moved(it, f.moved), f.moved+1, t.Ellipsis)
	cells := []cell{
		{lead, t.Faint}, {components.Fit(sign, 2, ""), style}, {name, theme.Style{}},
		{count, t.Faint}, {gap, theme.Style{}}, {moved, style},
	}
	if f.class > 0 {
		class, look := classOf(it, f.class >= 11, t)
		cells = append(cells, cell{components.Fit(class, f.class, ""), look},
			cell{components.Fit(marksOf(it, f.marks), f.marks, ""), t.Faint})
	}
	for range f.topics { // quiet here: the status line and the preview say what it means
		cells = append(cells, cell{components.Fit(" "+t.Symbols.Unknown, topicWidth, ""), t.Faint})
	}
	return paint(t, cells, width, selected)
}

// cutName keeps the end of a name that is a path.
func cutName(label string, width int, ellipsis string) string {
	ecosystem, name, _ := strings.Cut(label, " ")
	if components.Width(label) <= width || !strings.Contains(name, "/") || width < len(ecosystem)+8 {
		return components.Cut(label, width, ellipsis)
	}
	return ecosystem + " " + components.CutLeft(name, width-len(ecosystem)-1, ellipsis)
}

// pseudo is the version that Go gives to a commit; its date tells most.
var pseudo = regexp.MustCompile(`^v\d.*[-.](\d{8})\d{6}-[0-9a-f]{12}(\+incompatible)?$`)

func belowCount(n, width int) string {
	if width >= roomy {
		return " +" + strconv.Itoa(n) + " below"
	}
	return " +" + strconv.Itoa(n)
}

// moved is what happened in at most width cells: two long versions both give
// way, so that neither vanishes.
func (c *Changes) moved(it *session.Item, width int) string {
	s, t := c.s, c.s.Theme
	text := s.Moved(it)
	if components.Width(text) <= width || it.From == "" || it.To == "" || it.Kind == diff.Repinned || it.Kind == diff.Edited {
		return text
	}
	arrow := " " + t.Arrow + " "
	if from, to := pseudo.FindStringSubmatch(it.From), pseudo.FindStringSubmatch(it.To); from != nil && to != nil {
		return components.Cut(t.Ellipsis+from[1]+arrow+t.Ellipsis+to[1], width, t.Ellipsis)
	}
	room := width - components.Width(arrow)
	to := components.Width(it.To)
	from := max(room/2, room-to)
	left := components.Cut(it.From, from, t.Ellipsis)
	return left + arrow + components.Cut(it.To, room-components.Width(left), t.Ellipsis)
}

func classOf(it *session.Item, words bool, t theme.Theme) (string, theme.Style) {
	class := it.Class.String()
	if it.Class == diff.Prerelease && !words {
		class = "pre"
	}
	switch {
	case it.Kind == diff.Downgraded && words && class != "":
		return "down " + class, t.Warn
	case it.Kind == diff.Downgraded:
		return "down", t.Warn
	case it.Class == diff.Major:
		return class, t.Warn
	}
	return class, t.Faint
}

// shortMarks are three letters for the lists that have no room for words.
var shortMarks = map[string]string{"script": "scr", "direct": "dir", "dev": "dev", "optional": "opt", "bundled": "bun"}

func marksOf(it *session.Item, width int) string {
	text := ""
	for _, word := range session.Marks(it.Package()) {
		if width < 12 {
			word = shortMarks[word]
		}
		if len(text)+len(word) >= width {
			break
		}
		if text != "" {
			text += " "
		}
		text += word
	}
	return text
}
