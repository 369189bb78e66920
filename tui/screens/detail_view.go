package screens

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/advisories"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/keys"
	"github.com/depreview/depreview/tui/session"
)

// tab is a side of a page. Topics have one when a check is about them.
type tab struct {
	kind  int
	topic int // index in analysis.Topics
}

// The kinds of tabs.
const (
	tabOverview = iota
	tabTopic
	tabWhy
	tabLockfile
)

func tabsOf(s *session.Session) []tab {
	list := []tab{{kind: tabOverview}}
	for i := range analysis.Topics {
		if s.HasTopic(i) {
			list = append(list, tab{tabTopic, i})
		}
	}
	return append(list, tab{kind: tabWhy}, tab{kind: tabLockfile})
}

// turnTo shows the tab of a topic, if there is one.
func (d *Detail) turnTo(topic int) tea.Cmd {
	for i, t := range d.tabs {
		if t.kind == tabTopic && t.topic == topic {
			d.at = i
		}
	}
	return d.fill()
}

// known are the lines of a tab that shows what is known so far.
func (d *Detail) known() []components.Line {
	again := d.keys.Key(keys.Again)
	if t := d.tabs[d.at]; t.kind == tabTopic {
		lines := topicLines(d.s, d.item, t.topic, again)
		if analysis.Topics[t.topic].Name == analysis.LiveTopic && RefusesLive(d.s, d.item) == "" {
			hint := components.Styled(d.s.Theme.Faint, d.keys.Key(keys.Live)+" fetches the source and scores it at both versions")
			lines = appendApart([]components.Line{hint}, lines)
		}
		return lines
	}
	return overview(d.s, d.item, false, again)
}

// link is the first address that evidence of the tab gives; on the others,
// that of any evidence: what stands first is the package's page.
func (d *Detail) link() string {
	find := func(wants func(topic string) bool) string {
		for j, c := range d.s.Checks(d.item) {
			if !wants(d.s.Review.Checks[j].Topic) {
				continue
			}
			for _, e := range c.Evidence {
				switch body := e.Body.(type) {
				case analysis.Links:
					if len(body) > 0 {
						return body[0].URL
					}
				case analysis.Advisories:
					if at := slices.IndexFunc(body, func(a analysis.Advisory) bool { return a.URL != "" }); at >= 0 && d.tab() == tabTopic {
						return body[at].URL
					}
				}
			}
		}
		return ""
	}
	if t := d.tabs[d.at]; t.kind == tabTopic {
		if url := find(func(topic string) bool { return topic == analysis.Topics[t.topic].Name }); url != "" {
			return url
		}
	}
	return find(func(string) bool { return true })
}

// Title says which change this is, and where in the list it stands.
func (d *Detail) Title(width int) (left, right string) {
	t, it := d.s.Theme, &d.s.Items[d.item]
	left = d.s.Compared() + t.Faint.Paint(" > ") + t.Strong.Paint(it.Label+" "+d.s.Moved(it))
	right = t.Faint.Paint(d.list.Place())
	if d.s.Checking() {
		right = fitting(width-components.Width(left)-2, right+"   "+progress(d.s), progress(d.s), right)
	}
	return left, right
}

// Band is the line of tabs.
func (d *Detail) Band(width int) (left, right string) {
	line := make([]components.Tab, len(d.tabs))
	for i, t := range d.tabs {
		switch t.kind {
		case tabOverview:
			line[i].Name = "Overview"
		case tabTopic:
			line[i] = components.Tab{Name: analysis.Topics[t.topic].Title, Note: topicNote(d.s, d.item, t.topic)}
		case tabWhy:
			line[i].Name = "Why"
		case tabLockfile:
			line[i].Name = "Lockfile"
		}
	}
	return components.Tabs{Theme: d.s.Theme, List: line, Active: d.at}.View(width), ""
}

// topicNote is how many advisories or scripts there are, where that is known,
// and else the sign of the topic.
func topicNote(s *session.Session, item, topic int) string {
	mark := s.Marks(item)[topic]
	sign, _ := markSign(s.Theme, mark)
	counted, n := false, 0
	for j, c := range s.Checks(item) {
		if s.Review.Checks[j].Topic != analysis.Topics[topic].Name {
			continue
		}
		for _, e := range c.Evidence {
			switch body := e.Body.(type) {
			case analysis.Advisories:
				counted = true
				for _, a := range body {
					if a.Effect != advisories.Fixed {
						n++
					}
				}
			case analysis.Scripts:
				counted = true
				n += len(body)
			}
		}
	}
	certain := mark == session.Good || mark == session.Warned || mark == session.Failed
	if analysis.Topics[topic].Name == "advisories" && mark == session.Good {
		counted = true
	}
	if counted && (certain || n > 0) {
		if !certain { // there may be more
			return strconv.Itoa(n) + sign
		}
		return strconv.Itoa(n)
	}
	return sign
}

// Status says what is searched for or how much is known, and which part of a
// long page is on screen.
func (d *Detail) Status(width int) (left, right string) {
	t, where := d.s.Theme, d.pager.Where()
	query := d.s.Safe(d.query.Value())
	found := session.Count(d.pager.Matches(), "line")
	switch {
	case d.typing:
		return "/" + components.Cut(query, max(0, width-2), t.Ellipsis), t.Faint.Paint(found)
	case query != "":
		return found + " with /" + components.Cut(query, width/2, t.Ellipsis), t.Faint.Paint(where)
	}
	if d.s.Checked() {
		return d.outcomes(), t.Faint.Paint(where)
	}
	note := d.s.Unchecked()
	if len(note)+len(where)+4 > width {
		note = "not checked yet"
	}
	return t.Unknown.Paint(t.Symbols.Unknown) + " " + note, t.Faint.Paint(where)
}

// outcomes counts how the checks of the change ended.
func (d *Detail) outcomes() string {
	counts := make(map[session.Mark]int)
	for _, c := range d.s.Checks(d.item) {
		counts[c.Mark()]++
	}
	return session.Count(len(d.s.Checks(d.item)), "check") + ": " + tally(d.s.Theme, counts, "ok")
}
