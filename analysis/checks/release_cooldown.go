package checks

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/diff"
)

// cooldownAnswer is what one revision asks of a release.
type cooldownAnswer struct {
	demands  []cooldown.Demand
	problems []cooldown.Problem
}

// err is why it is not known what is asked, or nil. Only the first problem is
// told: the others are in the evidence.
func (a cooldownAnswer) err() error {
	if len(a.problems) == 0 {
		return nil
	}
	return errors.New("the cooldown is not known: " + releaseLine(a.problems[0].String()))
}

// cooldownSettings reads the settings of each lockfile once a review.
type cooldownSettings struct {
	mu     sync.Mutex
	review *analysis.Review
	read   map[cooldownKey]*cooldown.Settings
}

type cooldownKey struct {
	head     bool
	lockfile string
}

// of is what base and head ask of the release of a change.
func (s *cooldownSettings) of(c *diff.Change, review *analysis.Review) (base, head cooldownAnswer) {
	q := cooldown.Query{ID: c.Head.ID, Version: c.Head.Version, Class: c.Class, Origin: c.Head.Origin}
	before := c.Lockfile
	if review.Diff != nil {
		for _, f := range review.Diff.Files {
			if f.Path == c.Lockfile && f.BasePath != "" {
				before = f.BasePath
			}
		}
	}
	base.demands, base.problems = s.settings(review, cooldownKey{false, before}, review.BaseFiles).For(q)
	head.demands, head.problems = s.settings(review, cooldownKey{true, c.Lockfile}, review.HeadFiles).For(q)
	return base, head
}

func (s *cooldownSettings) settings(review *analysis.Review, key cooldownKey, tree fs.FS) *cooldown.Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.review != review {
		s.review, s.read = review, make(map[cooldownKey]*cooldown.Settings)
	}
	known := s.read[key]
	if known == nil {
		known = cooldown.Read(tree, key.lockfile)
		s.read[key] = known
	}
	return known
}

// judgeWeakened compares what head's settings ask of a release with what base's
// do, tool by tool. A file of head that cannot be read is no weakening: it is
// not known.
func judgeWeakened(base, head cooldownAnswer, now time.Time) []analysis.Finding {
	var found []analysis.Finding
	seen := make(map[string]bool)
	for _, d := range base.demands {
		if seen[d.Tool] {
			continue
		}
		seen[d.Tool] = true
		before, after := strictestOf(base.demands, d.Tool), strictestOf(head.demands, d.Tool)
		if before == nil || after == nil && unread(head.problems, d.Tool) {
			continue
		}
		how := weakenedBy(*before, after, now)
		if how == "" {
			continue
		}
		found = append(found, analysis.Finding{Code: "cooldown-weakened", Outcome: analysis.Warn,
			Title:  releaseLine(fmt.Sprintf("this change weakens the project's cooldown for %s: %s", d.Tool, how)),
			Detail: releaseLine(fmt.Sprintf("at base %s says %s; base's setting is the one that counts here", before.Place(), before.Setting)),
			Source: before.File})
	}
	return found
}

// strictestOf is the demand of a tool that asks for most; nil when it asks for
// nothing, or exempts the package.
func strictestOf(demands []cooldown.Demand, tool string) *cooldown.Demand {
	var most *cooldown.Demand
	for i := range demands {
		d := &demands[i]
		if d.Tool == tool && !d.Off() && d.Exempt == "" && (most == nil || !d.Before.IsZero() || d.Age > most.Age) {
			most = d
		}
	}
	return most
}

func unread(problems []cooldown.Problem, tool string) bool {
	for _, p := range problems {
		if p.Tool == tool {
			return true
		}
	}
	return false
}

// weakenedBy says how head asks for less than base, or "". A day that moves on
// is how a project keeps such a setting up to date; one that lies ahead asks
// for nothing.
func weakenedBy(before cooldown.Demand, after *cooldown.Demand, now time.Time) string {
	switch {
	case after == nil:
		return demanded(before) + " before, none for this package now"
	case !after.Before.IsZero():
		if after.Before.After(now) && !before.Before.After(now) {
			return "the day that it names lies ahead"
		}
	case before.Before.IsZero() && after.Age < before.Age:
		return fmt.Sprintf("%s before, %s now (%s)", demanded(before), demanded(*after), after.Place())
	}
	return ""
}
