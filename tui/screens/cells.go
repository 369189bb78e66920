package screens

import (
	"strings"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles/pattern"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// cutName keeps the end of a name that is a path.
func cutName(label string, width int, ellipsis string) string {
	ecosystem, name, _ := strings.Cut(label, " ")
	if components.Width(label) <= width || !strings.Contains(name, "/") || width < len(ecosystem)+8 {
		return components.Cut(label, width, ellipsis)
	}
	return ecosystem + " " + components.CutLeft(name, width-len(ecosystem)-1, ellipsis)
}

// pseudo is the version that Go gives to a commit; its date tells most.
var pseudo = pattern.New(`^v\d.*[-.](\d{8})\d{6}-[0-9a-f]{12}(\+incompatible)?$`)

// inBrief is a move in fewer words where there are some: pseudo-versions by their
// dates, commits by their human names alone; "" where there are none.
func inBrief(s *session.Session, it *session.Item) string {
	t := s.Theme
	if from, to := pseudo.FindStringSubmatch(it.From), pseudo.FindStringSubmatch(it.To); from != nil && to != nil {
		return t.Ellipsis + from[1] + " " + t.Arrow + " " + t.Ellipsis + to[1]
	}
	if it.Base == nil || it.Head == nil || it.Base.Label == it.Head.Label || it.Base.Label == "" || it.Head.Label == "" {
		return ""
	}
	return s.Safe(it.Base.Label) + " " + t.Arrow + " " + s.Safe(it.Head.Label)
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
	if short := inBrief(s, it); short != "" {
		return components.Cut(short, width, t.Ellipsis)
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

func marksOf(it *session.Item, width int, words bool) string {
	text := ""
	for _, word := range session.Flags(it.Package()) {
		if !words {
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
