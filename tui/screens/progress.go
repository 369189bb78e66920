package screens

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
	"github.com/depreview/depreview/tui/theme"
)

// progressCells is how long the bar of the progress is.
const progressCells = 6

// progress is how far the checks are: "checked 31/42 [####--]".
func progress(s *session.Session) string {
	t := s.Theme
	ended, of, _ := s.Covered()
	full := 0
	if of > 0 {
		full = ended * progressCells / of
	}
	return t.Accent.Paint(fmt.Sprintf("checked %d/%d [%s%s]", ended, of,
		strings.Repeat("#", full), strings.Repeat("-", progressCells-full)))
}

// why is why most of what is unknown is so, and the key that asks again, in as
// many words as fit; "" when nothing is unknown, or there is no room.
func why(s *session.Session, width int, again string) string {
	_, _, c := s.Covered()
	reasons := c.ByReason()
	if len(reasons) == 0 {
		return ""
	}
	most := s.Safe(reasons[0])
	if most == "" {
		most = "no reason was given"
	}
	if len(reasons) > 1 {
		most = "most: " + most
	}
	t := s.Theme
	first := fmt.Sprintf("%d %s unknown, ", c.Unknown, t.Symbols.Unknown)
	text := fitting(width, first+most+"; "+again+" asks again", first+most, t.Symbols.Unknown+" "+most)
	if components.Width(text) > width {
		return ""
	}
	return t.Unknown.Paint(text)
}

// coverage is how much is known, in as many words as fit.
func coverage(s *session.Session, width int) string {
	look := s.Theme.Faint
	ended, of, c := s.Covered()
	if c.Unknown+c.NotSupported+of-ended > 0 {
		look = s.Theme.Unknown
	}
	return fitting(width, look.Paint(s.Coverage()), look.Paint(s.CoverageInBrief()))
}

// fitting is the first text that fits, or the last one.
func fitting(width int, texts ...string) string {
	for _, text := range texts[:len(texts)-1] {
		if components.Width(text) <= width {
			return text
		}
	}
	return texts[len(texts)-1]
}

// tally counts marks in words, the heaviest first. good is the word for those
// that nothing was found of.
func tally(t theme.Theme, counts map[session.Mark]int, good string) string {
	var parts []string
	for _, x := range []struct {
		mark session.Mark
		word string
	}{{session.Failed, "fail"}, {session.Warned, "warn"}, {session.Running, "asked again"}, {session.Waiting, "waiting"},
		{session.Unknown, "unknown"}, {session.Good, good}, {session.Told, "for information"}, {session.NotApplicable, "not applicable"}} {
		if n := counts[x.mark]; n > 0 {
			sign, look := markSign(t, x.mark)
			word := " " + x.word
			if rest, same := strings.CutPrefix(x.word, sign); same { // in ASCII, ok is its own sign
				word = rest
			}
			parts = append(parts, fmt.Sprintf("%d ", n)+look.Paint(sign)+word)
		}
	}
	return strings.Join(parts, "  ")
}

// refusesAgain says why a change cannot be asked about again now, or "".
func refusesAgain(s *session.Session, item int) string {
	switch {
	case item < 0:
		return "select a package first"
	case !s.Checked():
		return "this review has no checks: nothing was asked"
	case !s.Ended(item):
		return "its checks are still waiting for their answers"
	}
	return ""
}

// RefusesLive says why no live score of a change can be asked for now, or "".
func RefusesLive(s *session.Session, item int) string {
	for j, c := range s.Checks(item) {
		if s.Review.Checks[j].Topic != analysis.LiveTopic {
			continue
		}
		switch {
		case c.Live:
			return "its source is being fetched and scored"
		case !c.Ended || c.Running:
			return "its Scorecard is still waiting for its answer"
		case c.State == analysis.StateNotApplicable:
			return "nothing to score: " + c.Reason
		}
		return ""
	}
	return "this review asks for no Scorecard"
}
