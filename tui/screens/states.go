package screens

import (
	"slices"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// stateGroup is the checks of a change that have ended alike, in the order in
// which groups are told.
type stateGroup struct {
	order int
	sign  string
	look  theme.Style
	text  string
	names []string
}

// The order of groups: what is unknown before what there was nothing to ask.
const (
	orderRunning = iota
	orderUnknown
	orderUnsupported
	orderNothing
	orderNotApplicable
)

// stateLines say of the checks that have no finding to show how they ended,
// those alike in one line. again is the key that asks again, or "". Those of a
// topic of which there was nothing to ask come apart from the others.
func stateLines(s *session.Session, item, topic int, again string) (lines, idle []components.Line) {
	groups, waiting := states(s, item, topic)
	t := s.Theme
	for _, g := range groups {
		lines := &lines
		if topic >= 0 && g.order == orderNotApplicable {
			lines = &idle
		}
		text := g.text
		if g.order == orderUnknown && again != "" {
			text += "   " + again + " asks again"
		}
		*lines = append(*lines, components.Line{Flow: true, Gutter: g.look.Paint(components.Fit(g.sign, signGutter, "")), Runs: []components.Run{
			{Text: strings.Join(g.names, ", ") + "  ", Style: t.Faint}, {Text: text, Style: g.words(t)}}})
	}
	if waiting > 0 {
		lines = append(lines, components.Line{Gutter: t.Faint.Paint(components.Fit(t.Symbols.Waiting, signGutter, "")),
			Runs: []components.Run{{Text: waitingWords(waiting), Style: t.Faint}}})
	}
	return lines, idle
}

// words is the look of what is said: what is in order is no cause for colour.
func (g *stateGroup) words(t theme.Theme) theme.Style {
	if g.order >= orderNothing {
		return t.Faint
	}
	return g.look
}

// states groups the checks of a change, those of one topic or of all when it is
// negative, and counts those that have not ended.
func states(s *session.Session, item, topic int) (groups []stateGroup, waiting int) {
	t := s.Theme
	for j, c := range s.Checks(item) {
		info := s.Review.Checks[j]
		if topic >= 0 && info.Topic != analysis.Topics[topic].Name {
			continue
		}
		g := stateGroup{sign: t.Symbols.Unknown, look: t.Unknown}
		switch {
		case c.Running:
			g = stateGroup{order: orderRunning, sign: t.Symbols.Running, look: t.Accent, text: "being asked again"}
			if c.Live {
				g.text = "the source of both versions is being fetched and scored, which takes up to 4 minutes; what stands here was said before"
			}
		case !c.Ended:
			waiting++
			continue
		case c.State == analysis.StateUnknown:
			g.order, g.text = orderUnknown, "unknown"
			if len(c.Findings) > 0 {
				g.text = "not all is known"
			}
		case c.State == analysis.StateNotSupported:
			g.order, g.text = orderUnsupported, "unknown, not supported"
		case c.State == analysis.StateNotApplicable:
			g = stateGroup{order: orderNotApplicable, sign: t.Symbols.None, look: t.Faint, text: "not applicable"}
		case len(c.Findings) == 0:
			g = stateGroup{order: orderNothing, sign: t.Symbols.Pass, look: t.Pass, text: "asked, and nothing to report"}
		default:
			continue
		}
		// Of the whole package one line names what there was nothing to ask of; the
		// topic's tab says why.
		if c.Reason != "" && !c.Running && (topic >= 0 || g.order != orderNotApplicable) {
			g.text += ": " + c.Reason
		}
		at := slices.IndexFunc(groups, func(o stateGroup) bool { return o.order == g.order && o.text == g.text })
		if at < 0 {
			at, groups = len(groups), append(groups, g)
		}
		groups[at].names = append(groups[at].names, s.Safe(info.Name))
	}
	slices.SortStableFunc(groups, func(a, b stateGroup) int { return a.order - b.order })
	return groups, waiting
}
