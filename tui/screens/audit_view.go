package screens

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis/report"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/theme"
)

// Title says which revision is looked at, how far that is, and where the
// cursor is.
func (a *Audit) Title(width int) (left, right string) {
	t := a.s.Theme
	left = t.Strong.Paint("depreview audit") + "  " + a.s.Named(a.x.Revision)
	right = t.Faint.Paint(a.place())
	if a.doing != "" {
		now := a.progress()
		right = fitting(width-components.Width(left)-2, right+"   "+now, now)
	}
	return left, right
}

// progress is how far the asking is: "asked 120/910 [#-----]", or what is done
// after it.
func (a *Audit) progress() string {
	t, n := a.s.Theme, a.x.Pinned
	waiting := a.x.Waiting()
	if waiting == 0 {
		return t.Accent.Paint(a.s.Safe(a.doing))
	}
	full := (n - waiting) * progressCells / n
	return t.Accent.Paint(fmt.Sprintf("asked %d/%d [%s%s]", n-waiting, n, strings.Repeat("#", full), strings.Repeat("-", progressCells-full)))
}

// Band counts what was found and what is not known, with what the list is held
// to. That is said even where there is no room for every count.
func (a *Audit) Band(width int) (left, right string) {
	t := a.s.Theme
	show, sorted := t.Faint, t.Faint
	if a.filter > 0 {
		show = t.Warn
	}
	if a.order > 0 {
		sorted = t.Warn
	}
	order := sorted.Paint("by " + auditOrders[a.order].name + " (" + a.keys.Key(keys.Sort) + ")")
	if right = order; len(a.all)-a.unknown < 2 {
		right = ""
	}
	if len(a.filters) > 2 {
		right = show.Paint("filter: " + auditFilters[a.filters[a.filter]].name + " (" + a.keys.Key(keys.Filter) + ")")
		if both := order + "  " + right; a.order > 0 || components.Width(strings.Join(a.counted, "  ")+"  "+both) <= width {
			right = both
		}
	}
	for n := len(a.counted); n >= 0; n-- {
		left = strings.Join(a.counted[:n], "  ")
		if n < len(a.counted) {
			left += "  " + t.Ellipsis
		}
		if components.Width(left+"  "+right) <= width {
			break
		}
	}
	return left, right
}

// Status says how the asking ended and who was asked, or what is searched for.
func (a *Audit) Status(width int) (left, right string) {
	t := a.s.Theme
	query := a.find.text(a.s)
	switch {
	case a.find.open:
		return "/" + components.Cut(query, max(0, width-2), t.Ellipsis), t.Faint.Paint(fmt.Sprintf("%d of %d rows", len(a.rows), len(a.all)))
	case query != "":
		return fmt.Sprintf("%d of %d rows match /", len(a.rows), len(a.all)) + components.Cut(query, width/2, t.Ellipsis), ""
	}
	right = a.part(t, len(a.rows))
	look := t.Faint
	if a.unknown > 0 {
		look = t.Unknown
	}
	text := t.Spell(report.AuditCoverage(a.x))
	if n := a.x.Waiting(); n > 0 {
		text = fmt.Sprintf("%d not asked yet; ", n) + text
	}
	return look.Paint(components.Cut(text, width-components.Width(right)-2, t.Ellipsis)), right
}

// Body draws the list, or what was drawn before when nothing has changed since.
func (a *Audit) Body(width, height int) string {
	return a.kept(drawn{width, height, a.s.Version, a.moves}, a.draw)
}

// draw is the sentence, the list, and below it all of the selected row.
func (a *Audit) draw(width, height int) string {
	t := a.s.Theme
	if len(a.rows) == 0 {
		return components.Stack(a.nothing(width), height)
	}
	lines := components.Wrap(a.sentence(), width)
	if height < 18 && len(lines) > 1 { // every line is dear
		lines = []string{components.Cut(a.sentence(), width, t.Ellipsis)}
	}
	lines = lines[:min(len(lines), 2)]
	for i, line := range lines {
		lines[i] = t.Strong.Paint(line)
	}
	if len(a.all) > a.unknown {
		lines = append(lines, a.header(width))
	}
	a.detail()
	return a.layout(t, lines, len(a.rows), width, height)
}

// sentence says what was looked at and what has come of it so far.
func (a *Audit) sentence() string {
	waiting := a.x.Waiting()
	if waiting == 0 {
		return a.s.Theme.Spell(report.AuditSentence(a.x))
	}
	text := fmt.Sprintf("%d of %d packages asked about so far, ", a.x.Pinned-waiting, a.x.Pinned)
	if a.stopped != nil {
		text = fmt.Sprintf("Only %d of %d packages were asked about, ", a.x.Pinned-waiting, a.x.Pinned)
	}
	n := 0
	for i := range a.x.Packages {
		n += len(a.x.Packages[i].Rows)
	}
	return text + advisoriesOf(n) + " known."
}

// nothing says why there is no row. What was looked at, and who was asked, is
// said as well.
func (a *Audit) nothing(width int) (lines []string) {
	t := a.s.Theme
	say := func(look theme.Style, text string) {
		for _, line := range components.Wrap(text, width-2) {
			lines = append(lines, "  "+look.Paint(line))
		}
	}
	lines = append(lines, "")
	say(t.Strong, a.sentence())
	lines = append(lines, "")
	if len(a.all) > 0 {
		say(theme.Style{}, "No row is held by the filter and the search.")
		lines = append(lines, "  "+t.Accent.Paint(a.keys.Key(keys.Back))+" shows all again")
		return lines
	}
	if a.doing != "" {
		say(theme.Style{}, "Nothing is known yet: rows appear as answers come in.")
	}
	var read []string
	for i := range a.x.Lockfiles {
		read = append(read, a.s.Safe(a.x.Lockfiles[i].Name()))
	}
	switch {
	case len(read) == 0:
		say(theme.Style{}, "Nothing of it could be looked up: depreview knows no lockfile there.")
	case len(read) > 6:
		read = append(read[:5], fmt.Sprintf("and %d more", len(read)-5))
		fallthrough
	default:
		say(theme.Style{}, "Read: "+strings.Join(read, ", ")+".")
	}
	for _, line := range a.sources() {
		say(theme.Style{}, "Asked: "+line+".")
	}
	return lines
}

func (a *Audit) header(width int) string {
	heads := auditRow{severity: "SEVERITY", label: "PACKAGE", have: "HAVE", fixed: "FIXED IN", id: "ADVISORY",
		reach: "REACHED", odds: "EPSS", found: "FOUND BY", from: "COMES IN"}
	text := components.Spaces(pointerWidth + signGutter)
	for _, c := range a.lay(width).cells(heads, theme.Style{}, theme.Style{}, "") {
		text += c.text
	}
	return a.s.Theme.Faint.Paint(components.Cut(text, width, ""))
}

func (a *Audit) drawRow(i, width int, selected bool) string {
	t, row := a.s.Theme, &a.rows[i]
	pointer := components.Spaces(pointerWidth)
	if selected {
		pointer = components.Fit(t.Pointer, pointerWidth, "")
	}
	sign, look := row.look(t)
	cells := []cell{{pointer, theme.Style{}}, {components.Fit(sign, signGutter, ""), look}}
	if row.gap != nil {
		cells = append(cells, cell{components.Cut(row.label, width-pointerWidth-signGutter, t.Ellipsis), look})
	} else {
		cells = append(cells, a.lay(width).cells(*row, look, t.Faint, t.Ellipsis)...)
	}
	return paint(t, cells, width, selected)
}

// detail sets the details to the row under the cursor. What came in since does
// not scroll them.
func (a *Audit) detail() {
	row := a.selected()
	now := [2]int{a.builds, a.s.Themed}
	if row == nil || a.detailed == now && a.shown == row.key {
		return
	}
	a.details.Theme = a.s.Theme
	if lines := a.lines(row, detailLimit, false); a.shown == row.key {
		a.details.Replace(lines)
	} else {
		a.inDetails = false
		a.details.SetLines(lines)
	}
	a.detailed, a.shown = now, row.key
}
