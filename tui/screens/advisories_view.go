package screens

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// Title says what is compared, and where the cursor is.
func (a *Advisories) Title(width int) (left, right string) {
	t := a.s.Theme
	left = t.Strong.Paint("depreview") + "  " + a.s.Compared()
	right = t.Faint.Paint(a.Place())
	if a.s.Checking() {
		right = fitting(width-components.Width(left)-2, right+"   "+progress(a.s), progress(a.s))
	}
	return left, right
}

// Band is the line of screens, with what the list is held to.
func (a *Advisories) Band(int) (left, right string) {
	t := a.s.Theme
	show := t.Faint
	if a.filter > 0 {
		show = t.Warn
	}
	return screenTabs(a.s, 1), show.Paint("filter: " + effectFilters[a.filter].name + " (" + a.keys.Key(keys.Filter) + ")")
}

// Status counts the advisories by what the change does about them, and says of
// how many packages nothing is known.
func (a *Advisories) Status(int) (left, right string) {
	t := a.s.Theme
	counts := make(map[advisories.Effect]int)
	for _, l := range a.s.Advisories() {
		counts[l.Effect]++
	}
	var parts []string
	for _, x := range []struct {
		effect advisories.Effect
		word   string
	}{{advisories.Fixed, "fixed"}, {advisories.Introduced, "brought"}, {advisories.Remains, "remain"}, {advisories.EffectUnknown, "unknown"}} {
		if n := counts[x.effect]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, x.word))
		}
	}
	if n := a.s.Unanswered(a.topic); n > 0 {
		open := t.Unknown.Paint(t.Symbols.Unknown) + " " + session.Count(n, "change") + " not known"
		if !a.s.HasTopic(a.topic) {
			open = t.Unknown.Paint(t.Symbols.Unknown) + " not checked"
		}
		parts = append(parts, open)
	}
	right = a.part(t, len(a.rows))
	return strings.Join(parts, "  "), right
}

// Body draws the list, or what was drawn before when nothing has changed since.
func (a *Advisories) Body(width, height int) string {
	return a.kept(drawn{width, height, a.s.Version, a.moves}, a.draw)
}

// draw is the list, and below it what is known of the selected advisory.
func (a *Advisories) draw(width, height int) string {
	if len(a.rows) == 0 {
		return components.Stack(a.nothing(width), height)
	}
	a.detail()
	return a.layout(a.s.Theme, []string{a.header(width)}, len(a.rows), width, height)
}

// detail sets the details to the advisory under the cursor. What came in since
// does not scroll them.
func (a *Advisories) detail() {
	l := a.selected()
	now := detailed{a.builds, a.s.Themed, a.tree.Selected(), l.Item, l.Name}
	if a.detailed == now {
		return
	}
	a.details.Theme = a.s.Theme
	lines := advisoryLines(a.s, l, detailLimit)
	if a.detailed.name == now.name && a.detailed.item == now.item {
		a.details.Replace(lines)
	} else {
		a.inDetails = false
		a.details.SetLines(lines)
	}
	a.detailed = now
}

// detailed is everything that the details depend on but their size.
type detailed struct {
	builds, themed, row, item int
	name                      string
}

// detailLimit bounds the text of an advisory below the list: a frame is drawn
// for each row that the cursor passes. The page has more of it.
const detailLimit = 16 << 10

// nothing says why no advisory is on the list. That none is known is only said
// when every change was answered.
func (a *Advisories) nothing(width int) (lines []string) {
	t, n := a.s.Theme, len(a.s.Items)
	unanswered := a.s.Unanswered(a.topic)
	say := func(look theme.Style, text string) {
		for _, line := range components.Wrap(text, width-2) {
			lines = append(lines, "  "+look.Paint(line))
		}
	}
	lines = append(lines, "")
	switch {
	case a.all > 0:
		say(theme.Style{}, fmt.Sprintf("None of %s is %s.", advisoriesOf(a.all), effectFilters[a.filter].name))
		lines = append(lines, "  "+t.Accent.Paint(a.keys.Key(keys.Back))+" shows all again")
	case n == 0:
		say(theme.Style{}, "No package changed, so no advisory was looked for.")
	case !a.s.HasTopic(a.topic):
		say(t.Unknown, t.Symbols.Unknown+" Not checked: this review asks no source of advisories. That says nothing good or bad about the "+session.Count(n, "change")+".")
	case a.s.Checking() && unanswered > 0:
		say(theme.Style{}, fmt.Sprintf("None known yet: %d of %d changes are answered.", n-unanswered, n))
	case unanswered == n:
		say(t.Unknown, t.Symbols.Unknown+" Unknown: no source answered for any of the "+session.Count(n, "change")+". Whether advisories exist is not known.")
		say(t.Faint, "On the list of changes, "+a.keys.Key(keys.Again)+" asks again for the selected one.")
	case unanswered > 0:
		say(theme.Style{}, fmt.Sprintf("No advisory is known for %d of %d changes.", n-unanswered, n))
		say(t.Unknown, fmt.Sprintf("%s Unknown for %s: whether advisories exist for them is not known.", t.Symbols.Unknown, session.Count(unanswered, "package")))
		say(t.Faint, "On the list of changes, "+a.keys.Key(keys.Again)+" asks again for the selected one.")
	default:
		say(theme.Style{}, fmt.Sprintf("No advisory is known for any of the %s, neither brought, nor fixed, nor remaining. All were asked.", session.Count(n, "change")))
	}
	return lines
}

func advisoriesOf(n int) string {
	if n == 1 {
		return "1 advisory"
	}
	return fmt.Sprintf("%d advisories", n)
}

// advisoryColumns are the widths of the list: those of the texts, with the
// package giving way first.
type advisoryColumns struct{ effect, id, severity, label, have, fixed int }

func (a *Advisories) columns(width int) advisoryColumns {
	if now := [2]int{width, a.builds}; a.laidFor != now {
		a.laid, a.laidFor = a.lay(width), now
	}
	return a.laid
}

func (a *Advisories) lay(width int) (c advisoryColumns) {
	c = advisoryColumns{effect: 7, id: 8, severity: 3, label: 7, have: 4, fixed: 8}
	for i := range a.rows {
		l := &a.rows[i]
		c.id = max(c.id, components.Width(l.Name))
		c.severity = max(c.severity, len(session.SeverityWord(&l.Advisory)))
		c.label = max(c.label, components.Width(a.s.Items[l.Item].Label))
		c.have = max(c.have, components.Width(orUnknown(l.Was)))
		c.fixed = max(c.fixed, components.Width(l.Now))
	}
	for _, x := range []struct {
		column *int
		least  int
	}{{&c.label, 16}, {&c.have, 8}, {&c.id, 19}, {&c.fixed, 8}, {&c.label, 6}, {&c.id, 8}} {
		over := pointerWidth + c.effect + c.id + c.severity + c.label + c.have + c.fixed + 5 - width
		if over > 0 {
			*x.column = max(min(*x.column, x.least), *x.column-over)
		}
	}
	return c
}

func (a *Advisories) header(width int) string {
	c := a.columns(width)
	text := components.Spaces(pointerWidth)
	for _, x := range []struct {
		head  string
		width int
	}{{"EFFECT", c.effect}, {"ADVISORY", c.id}, {"SEV", c.severity}, {"PACKAGE", c.label}, {"HAVE", c.have}, {"FIXED IN", c.fixed}} {
		text += components.Fit(x.head, x.width, "") + " "
	}
	return a.s.Theme.Faint.Paint(components.Cut(text, width, ""))
}

func (a *Advisories) drawRow(i, width int, selected bool) string {
	t, l := a.s.Theme, &a.rows[i]
	c := a.columns(width)
	pointer := components.Spaces(pointerWidth)
	if selected {
		pointer = components.Fit(t.Pointer, pointerWidth, "")
	}
	look, plain := advisoryLook(t, &l.Advisory), theme.Style{}
	fit := func(text string, width int) string { return components.Fit(text, width, t.Ellipsis) + " " }
	label := cutName(a.s.Items[l.Item].Label, c.label, t.Ellipsis)
	return paint(t, []cell{
		{pointer, plain}, {fit(session.EffectWord(l.Effect), c.effect), look}, {fit(l.Name, c.id), plain},
		{fit(session.SeverityWord(&l.Advisory), c.severity), look}, {fit(label, c.label), plain},
		{fit(orUnknown(l.Was), c.have), plain}, {components.Cut(orDash(t, l.Now), c.fixed, t.Ellipsis), plain},
	}, width, selected)
}
