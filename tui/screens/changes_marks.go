package screens

import (
	"fmt"
	"maps"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// marksBelow are those of a row: of its change, and while it is folded, the
// heaviest of all that it hides.
func (c *Changes) marksBelow(i int) []session.Mark {
	own := c.s.Marks(c.rows[i].change)
	if !c.tree.Folded(i) {
		return own
	}
	worst := append(make([]session.Mark, 0, len(own)), own...)
	for below := i + 1; below <= i+c.tree.Below(i); below++ {
		if change := c.rows[below].change; change >= 0 {
			for topic, m := range c.s.Marks(change) {
				worst[topic] = max(worst[topic], m)
			}
		}
	}
	return worst
}

// worstOf is the heaviest mark of a row among the topics that have checks.
func (c *Changes) worstOf(i int) (worst session.Mark) {
	for _, m := range c.marksBelow(i) {
		worst = max(worst, m)
	}
	return worst
}

// topicCells are the columns of the topics.
func (c *Changes) topicCells(i, topics int) []cell {
	cells := make([]cell, 0, topics)
	marks := c.marksBelow(i)
	for _, topic := range c.columns.topics[:topics] {
		sign, look := markSign(c.s.Theme, marks[topic])
		cells = append(cells, cell{components.Fit(" "+sign, topicWidth, ""), look})
	}
	return cells
}

// worstBelow says in signs how many changes below a heading have failed or
// warned, or "".
func (c *Changes) worstBelow(i int) (text string, look theme.Style) {
	t := c.s.Theme
	fail, warn := 0, 0
	for below := i + 1; below <= i+c.tree.Below(i); below++ {
		if change := c.rows[below].change; change >= 0 {
			switch c.s.Worst(change) {
			case session.Failed:
				fail++
			case session.Warned:
				warn++
			}
		}
	}
	look = t.Warn
	if fail > 0 {
		text, look = fmt.Sprintf("  %d %s", fail, t.Symbols.Fail), t.Block
	}
	if warn > 0 {
		text += fmt.Sprintf("  %d %s", warn, t.Symbols.Warn)
	}
	return text, look
}

// screenTabs are the screens that a number goes to.
func screenTabs(s *session.Session, active int) string {
	note := fmt.Sprint(s.AdvisoryCount())
	for i, topic := range analysis.Topics {
		switch {
		case topic.Name != "advisories":
		case !s.HasTopic(i):
			note = s.Theme.Symbols.Unknown
		case s.AdvisoryCount() == 0 && !s.AllKnown(i):
			note = s.Theme.Symbols.Unknown
			if s.Checking() {
				note = s.Theme.Symbols.Waiting
			}
		}
	}
	return components.Tabs{Theme: s.Theme, Active: active, List: []components.Tab{
		{Name: "1 Changes", Note: fmt.Sprint(len(s.Items))}, {Name: "2 Advisories", Note: note}}}.View(40)
}

// outcomes is the status once there are checks: how the changes stand, or that
// the network was not to be used, and on the right what S would do.
func (c *Changes) outcomes(width int) (left, right string) {
	s, t := c.s, c.s.Theme
	if n := s.Unsorted(); n > 0 {
		offer := session.Count(n, "row") + " changed rank, press " + c.keys.Key(keys.Sort) + " to sort"
		right = t.Accent.Paint(offer)
	}
	counts := make(map[session.Mark]int)
	for i := range s.Items {
		counts[s.Worst(i)]++
	}
	good := "ok"
	if s.Unchecked() != "" { // there are topics that nobody looks at
		good = "ok so far"
	}
	left = tally(t, counts, good)
	if right != "" && components.Width(left)+2+components.Width(right) > width {
		bad := maps.Clone(counts)
		delete(bad, session.Good) // what is well gives way to the offer
		left = tally(t, bad, good)
	}
	if offline := s.Offline(); offline != "" {
		// The whole sentence where it fits; that facts are missing always.
		brief, _, _ := strings.Cut(offline, ":")
		_, facts, _ := strings.Cut(offline, "; ")
		room := width
		if right != "" {
			room -= 2 + components.Width(right)
		}
		say := func(text string) string { return t.Unknown.Paint(text) }
		if counts[session.Failed]+counts[session.Warned] > 0 {
			return fitting(room, left+"  "+say(offline), left+"  "+say(brief+": "+facts), say(brief+": "+facts)), right
		}
		return fitting(room, left+"  "+say(offline+" "+c.keys.Key(keys.Again)+" asks again"),
			say(offline+" "+c.keys.Key(keys.Again)+" asks again"), say(offline), say(brief+": "+facts)), right
	}
	if right == "" && !s.Checking() { // how much is unknown stands in the title; why, and what to do, here
		right = why(s, width-components.Width(left)-4, c.keys.Key(keys.Again))
	}
	return left, right
}
