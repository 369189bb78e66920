// Package session is what is known so far: the review, how far it is, and what
// went wrong, with the texts that screens show of it made safe once. The
// root's Update alone writes it; screens read it.
package session

import (
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/theme"
)

// Session is the state that screens draw from.
type Session struct {
	Theme  theme.Theme
	Review *analysis.Review // nil until the changes are known
	Err    error            // why the review could not be made, or nil
	Progress
	Items []Item // one for each of Review.Diff.Changes, by the same index
	Order []int  // indexes of Items, what needs eyes first in front
	// Version grows whenever anything above changes, for who keeps a drawing.
	Version int
	Themed  int // how often the looks have changed

	evidence
}

// Progress is how far the review is; Total is 0 while that is unknown.
type Progress struct {
	Done, Total int
	What        string
}

// Item is a change with its texts made safe and its rank taken, since every
// frame and every filter asks for them again.
type Item struct {
	*diff.Change
	Label    string // ecosystem and name
	From, To string // versions as a person calls them; "" on the side that is absent
	Rank     analysis.Rank
	Search   string // what a filter is matched against
	Told     int    // grows whenever a check says something of it
	Eyes     bool   // a check has failed or warned
}

// Progressed takes note of how far the review is.
func (s *Session) Progressed(p Progress) {
	if s.Progress != p {
		s.Progress = p
		s.Version++
	}
}

// Failed takes note that the review could not be made.
func (s *Session) Failed(err error) {
	s.Err = err
	s.Version++
}

// Retheme draws everything anew, as the terminal's background became known.
func (s *Session) Retheme(t theme.Theme) {
	s.Theme = t
	s.Themed++
	s.Version++
}

// Know takes in the review.
func (s *Session) Know(r *analysis.Review) {
	s.Review = r
	s.Version++
	if r.Diff == nil {
		r.Diff = &diff.Diff{}
	}
	s.Items = make([]Item, len(r.Diff.Changes))
	s.Order = make([]int, len(s.Items))
	for i := range r.Diff.Changes {
		c := &r.Diff.Changes[i]
		p := c.Package()
		item := Item{Change: c, Label: s.Safe(Called(p.ID)), Rank: analysis.RankOf(c)}
		if c.Base != nil {
			item.From = s.Safe(version(c.Base))
		}
		if c.Head != nil {
			item.To = s.Safe(version(c.Head))
		}
		item.Search = item.Label + " " + item.From + " " + item.To
		s.Items[i], s.Order[i] = item, i
	}
	s.equip()
	s.sortItems()
}

// Safe is strangers' text fit for one line of this terminal.
func (s *Session) Safe(text string) string { return s.Theme.Spell(untrusted.Line(text)) }

// SafeBlock is strangers' text fit for several lines.
func (s *Session) SafeBlock(text string) string { return s.Theme.Spell(untrusted.Block(text)) }

// called are the ecosystems that people know by a shorter name than their
// package-url type.
var called = map[string]string{"golang": "go", "githubactions": "action", "docker": "image"}

// Called is the ecosystem and the name of a package, as people say them.
func Called(id lockfiles.ID) string {
	if short := called[id.Ecosystem]; short != "" {
		id.Ecosystem = short
	}
	return id.String()
}

// version is what a person calls a version: a hash is cut to what git shows,
// behind the human name where there is one.
func version(p *lockfiles.Package) string {
	short := p.Version
	if isHash(short) {
		short = short[:7]
	}
	switch {
	case p.Label == "" && short == "":
		return "unpinned"
	case p.Label == "":
		return short
	case short == "" || p.Label == short:
		return p.Label
	case strings.HasPrefix(short, p.Label+"-"):
		return short // a gem built for a platform, labelled with its release
	}
	return p.Label + " (" + short + ")"
}

func isHash(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
