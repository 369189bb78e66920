package screens

import (
	"fmt"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
)

// brief is a change in a few lines, for a preview below the list: what was
// found, the worst first, or where nothing is asked, what the lockfile says.
func brief(s *session.Session, item, height int) []components.Line {
	t, it := s.Theme, &s.Items[item]
	if s.Checked() {
		rest := s.Moved(it) + "  " + uses(it.Package()) + "  " + place(s, it)
		lines := []components.Line{{Draw: func(width int) []string {
			label := cutName(it.Label, width, t.Ellipsis)
			return []string{t.Strong.Paint(label) + components.Cut("  "+rest, width-components.Width(label), t.Ellipsis)}
		}}}
		said := append(alarm(s, it), findingLines(s, findings(s, item, -1), true)...)
		states, _ := stateLines(s, item, -1, "")
		said = append(said, states...)
		if room := height - len(lines); len(said) > room {
			more := len(said) - room + 1
			said = append(said[:room-1], components.Styled(t.Faint, components.Spaces(signGutter)+fmt.Sprintf("and %d more on its page", more)))
		}
		if lines = append(lines, said...); len(lines) < height && s.Unchecked() != "" {
			lines = append(lines, components.Styled(t.Unknown, components.Fit(t.Symbols.Unknown, signGutter, "")+s.Unchecked()))
		}
		return lines
	}
	return []components.Line{
		components.Styled(t.Strong, s.Sentence(it)),
		components.Text(uses(it.Package()) + "   " + place(s, it)),
		components.Text(bytesSentence(it)),
		components.Styled(t.Unknown, t.Symbols.Unknown+" "+s.Unchecked()),
	}
}

// alarm is what the lockfiles alone say that no check does: other bytes under
// the same version, and a step back.
func alarm(s *session.Session, it *session.Item) []components.Line {
	text := ""
	switch it.Kind {
	case diff.Repinned:
		text = "the version stays, but its pinned hash or origin differs"
	case diff.Downgraded:
		text = "a step back: the version is lower than before"
	default:
		return nil
	}
	t := s.Theme
	return []components.Line{{Gutter: t.Warn.Paint(components.Fit(t.Symbols.Warn, signGutter, "")), Runs: []components.Run{
		{Text: "lockfile  ", Style: t.Faint}, {Text: text, Style: t.Strong}}}}
}
