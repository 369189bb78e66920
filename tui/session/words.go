package session

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/tui/theme"
)

// Sign is the symbol of what happened and its look.
func (s *Session) Sign(i *Item) (string, theme.Style) {
	t := s.Theme
	switch i.Kind {
	case diff.Added:
		return t.Plus, t.Added
	case diff.Removed:
		return t.Minus, t.Removed
	case diff.Upgraded:
		return t.Up, theme.Style{}
	case diff.Downgraded:
		return t.Down, t.Warn
	case diff.Repinned:
		return t.Repin, t.Warn
	case diff.Edited:
		return t.Edit, t.Faint
	}
	return t.Other, theme.Style{}
}

// Moved says in a few words what happened: "added 1.0.2", "1.7.2 -> 1.7.4".
func (s *Session) Moved(i *Item) string {
	switch i.Kind {
	case diff.Added:
		return "added " + i.To
	case diff.Removed:
		return "removed " + i.From
	case diff.Repinned, diff.Edited:
		return i.Kind.String() + " " + i.To
	}
	return i.From + " " + s.Theme.Arrow + " " + i.To
}

// Sentence says what happened and why, for a reader who knows no column.
func (s *Session) Sentence(i *Item) string {
	name := i.Label
	var what string
	switch i.Kind {
	case diff.Added:
		what = fmt.Sprintf("%s %s is new", name, i.To)
	case diff.Removed:
		what = fmt.Sprintf("%s %s is no longer installed", name, i.From)
	case diff.Upgraded:
		what = fmt.Sprintf("%s moves up from %s to %s", name, i.From, i.To)
		if i.Class != diff.NoClass {
			what += " (" + i.Class.String() + ")"
		}
	case diff.Downgraded:
		what = fmt.Sprintf("%s moves DOWN from %s to %s", name, i.From, i.To)
	case diff.Repinned:
		what = fmt.Sprintf("%s keeps version %s, but its pinned hash or origin differs", name, i.To)
	case diff.Edited:
		what = fmt.Sprintf("%s %s keeps its bytes; only its flags or dependencies differ", name, i.To)
	default:
		what = fmt.Sprintf("%s moves from %s to %s; no order relates the two", name, i.From, i.To)
	}
	return what + "; " + s.Why(i) + "."
}

// Why says what caused a change.
func (s *Session) Why(i *Item) string {
	switch i.Cause.State {
	case diff.Direct:
		return "a manifest asks for it"
	case diff.Explained:
		if i.Cause.By.Ecosystem == "" {
			return "the " + s.Safe(i.Cause.By.Name) + " in the manifest explain it"
		}
		return "it moved because " + s.Safe(Called(i.Cause.By)) + " did"
	case diff.Unexplained:
		if i.Cause.By.Name != "" {
			return "no manifest change explains it; it moved with " + s.Safe(Called(i.Cause.By))
		}
		return "no manifest change explains it"
	}
	return "why is unknown: the lockfile does not tell what requires what"
}

// Flags are the properties of a package in words, those that matter first.
func Flags(p *lockfiles.Package) []string {
	var words []string
	if p.InstallScript == lockfiles.Yes {
		words = append(words, "script")
	}
	if p.Direct {
		words = append(words, "direct")
	}
	if p.Dev {
		words = append(words, "dev")
	}
	if p.Optional {
		words = append(words, "optional")
	}
	if p.Bundled {
		words = append(words, "bundled")
	}
	return words
}

// Compared says what is compared: "main..HEAD".
func (s *Session) Compared() string {
	if s.Review == nil {
		return ""
	}
	return s.Safe(s.Review.Base.Name) + ".." + s.Safe(s.Review.Head.Name)
}

// Named is a revision with its short hash: "main (7c1e0d2)".
func (s *Session) Named(r analysis.Revision) string {
	if len(r.Commit) < 7 || strings.HasPrefix(r.Commit, r.Name) && r.Name != "" {
		return s.Safe(r.Name)
	}
	return s.Safe(r.Name) + " (" + s.Safe(r.Commit[:7]) + ")"
}

// Count is a number with its noun: "1 change", "2 changes".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Nothing is the page for a review without a change.
func (s *Session) Nothing() []string {
	r := s.Review
	lines := []string{"No dependency changed between " + s.Named(r.Base) + " and " + s.Named(r.Head) + "."}
	var read, not []string
	for _, l := range r.Lockfiles {
		path := l.Path
		if path == "" {
			path = l.BasePath
		}
		if l.Error != nil {
			not = append(not, s.Safe(path))
		} else {
			read = append(read, s.Safe(path))
		}
	}
	if len(r.Errors) > 0 {
		lines[0] = "No dependency change is known between " + s.Named(r.Base) + " and " + s.Named(r.Head) + ", but not everything could be read."
	}
	switch {
	case len(read) > 0:
		lines = append(lines, "Compared: "+strings.Join(read, ", ")+".")
	case len(not) == 0:
		lines = append(lines, "There is no lockfile that depreview knows in either of them.")
	}
	if len(not) > 0 {
		lines = append(lines, "Not read: "+strings.Join(not, ", ")+".")
	}
	if left := s.LeftOut(); left != "" {
		lines = append(lines, left+".")
	}
	return lines
}

// LeftOut says which changed lockfiles nobody looked at, or "".
func (s *Session) LeftOut() string {
	n := len(s.Review.LeftOut)
	if n == 0 {
		return ""
	}
	names := make([]string, min(n, 3))
	for i := range names {
		names[i] = s.Safe(s.Review.LeftOut[i])
	}
	if n > len(names) {
		names = append(names, "...")
	}
	return "Left out: " + Count(n, "changed lockfile") + " in vendored copies (" + strings.Join(names, ", ") + "); --vendored reads them"
}

// Problem is what could not be read, in one sentence with its place.
func (s *Session) Problem(e analysis.Error) string {
	place := s.Safe(e.Lockfile)
	if e.Line > 0 {
		place += fmt.Sprintf(":%d", e.Line)
	}
	text := s.Safe(e.Message)
	if strings.HasPrefix(text, place) { // a parse error begins with its place
		place = ""
	} else if place != "" {
		place += ": "
	}
	if e.Revision != "" {
		return place + text + " (at " + s.Safe(e.Revision) + ")"
	}
	return place + text
}
