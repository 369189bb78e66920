package screens

import (
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/tui/components"
	"github.com/depreview/depreview/tui/session"
)

// Sentences is the overview for a review without a screen: a line each,
// nothing aligned, no sign that a word does not say as well.
func Sentences(s *session.Session, item int) []string {
	it := &s.Items[item]
	list := append([]string{s.Sentence(it)}, FindingSentences(s, item)...)
	states, _ := stateLines(s, item, -1, "")
	list = append(list, spoken(s, states)...)
	return append(list, spoken(s, lockfileFacts(s, it, false))...)
}

// FindingSentences are the findings of a change in words, the worst first:
// "fail: release-too-young. 1.0.2 is 3 hours old.".
func FindingSentences(s *session.Session, item int) (list []string) {
	for _, f := range findings(s, item, -1) {
		text := f.Outcome.String() + ": " + f.Code + ". " + ended(f.Title)
		if detail := strings.Join(strings.Fields(f.Detail), " "); detail != "" {
			text += " " + ended(detail)
		}
		if fix := strings.Join(strings.Fields(f.Fix), " "); fix != "" {
			text += " Next: " + ended(fix)
		}
		if said := s.Said(f.Source, f.Observed); said != "" {
			text += " Read from " + said + "."
		}
		list = append(list, text)
	}
	return list
}

func ended(sentence string) string {
	if sentence == "" || strings.ContainsAny(sentence[len(sentence)-1:], ".!?") {
		return sentence
	}
	return sentence + "."
}

// EvidenceSentences is everything that the checks of a change have read.
func EvidenceSentences(s *session.Session, item int) (list []string) {
	return evidenceSentences(s, item, func(string) bool { return true })
}

// LiveSentences is what the check of the live score has read.
func LiveSentences(s *session.Session, item int) (list []string) {
	return evidenceSentences(s, item, func(topic string) bool { return topic == analysis.LiveTopic })
}

func evidenceSentences(s *session.Session, item int, wanted func(topic string) bool) (list []string) {
	for i, topic := range analysis.Topics {
		if s.HasTopic(i) && wanted(topic.Name) {
			list = append(list, topic.Title+".")
			for _, l := range spoken(s, topicLines(s, item, i, "")) {
				list = append(list, "  "+l)
			}
		}
	}
	return list
}

// spoken are lines in words: a name, a colon, and what there is to say to it.
func spoken(s *session.Session, lines []components.Line) (list []string) {
	for _, l := range lines {
		words := make([]string, 0, len(l.Runs))
		for _, r := range l.Runs {
			if text := strings.TrimSpace(r.Text); text != "" {
				words = append(words, text)
			}
		}
		switch len(words) {
		case 0:
		case 1:
			list = append(list, words[0])
		default:
			if words[0] == s.Theme.Symbols.Unknown {
				words = words[1:]
			}
			list = append(list, words[0]+": "+strings.Join(words[1:], " "))
		}
	}
	return list
}
