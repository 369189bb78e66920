package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// topicRelease is the topic of every check over what a registry says.
const topicRelease = "release"

// releases is *registry.Registry, as the release checks need it.
type releases interface {
	Compare(ctx context.Context, c *diff.Change) (*registry.Comparison, error)
	// Releases gives the Detail of further versions; Compare comes first.
	Releases(ctx context.Context, c *diff.Change, versions []string) (*registry.Package, error)
}

// compareReleases asks for both sides of a change that has a head to judge.
func compareReleases(ctx context.Context, from releases, c *diff.Change) (*registry.Comparison, error) {
	if c.Head == nil {
		return nil, analysis.DoesNotApply("the package is removed")
	}
	if c.To() == "" {
		return nil, analysis.DoesNotApply("the lockfile pins no version")
	}
	said, err := from.Compare(ctx, c)
	if err != nil {
		return nil, err
	}
	both := *said
	if said.BaseUnasked == "" {
		both.Base = listedAs(said.Package, said.Base, c.From())
	}
	both.Head = listedAs(said.Package, said.Head, c.To())
	return &both, nil
}

// listedAs finds a release that the registry spells otherwise than the
// lockfile: 1.0 for 1.0.0.
func listedAs(p *registry.Package, found *registry.Release, version string) *registry.Release {
	if found != nil || version == "" {
		return found
	}
	for i := range p.Releases {
		if order, ok := diff.Compare(p.ID.Ecosystem, p.Releases[i].Version, version); ok && order == 0 {
			return &p.Releases[i]
		}
	}
	return nil
}

// The sides of a change in a reason. Reasons are counted, so they name neither
// a package nor a version: which one it is stands beside them.
const (
	headSide = "this version"
	baseSide = "the version at base"
)

// notListed is why nothing is known of a side of which the registry does not
// list the version; the check release-status judges that.
func notListed(p *registry.Package, side string) error {
	return notSaid(p, "list "+side)
}

// notSaid is why something is not known that the registry may well know: one
// of the questions failed, or the answer leaves it out. what names a side.
func notSaid(p *registry.Package, what string) error {
	if p.Incomplete != nil {
		return p.Incomplete
	}
	return fmt.Errorf("%s does not %s", p.Source, what)
}

// baseUnknown is why nothing is known of the release at base, or nil.
func baseUnknown(said *registry.Comparison, c *diff.Change) error {
	switch {
	case c.From() == "" || said.Base != nil:
		return nil
	case said.BaseUnasked != "":
		return errors.New("the version at base cannot be compared: " + said.BaseUnasked)
	}
	return notListed(said.Package, baseSide)
}

// registrySays is a finding of which the registry is the source.
func registrySays(p *registry.Package, code string, outcome analysis.Outcome, title, detail string) analysis.Finding {
	return analysis.Finding{Code: code, Outcome: outcome, Title: releaseLine(shortHashes(title)), Detail: releaseLine(detail), Source: p.Source, Observed: p.Observed}
}

// registryShows is the evidence of a release check.
func registryShows(p *registry.Package, claim string, facts analysis.Facts) []analysis.Evidence {
	var known analysis.Facts
	for _, f := range facts {
		if f.Base != "" || f.Head != "" {
			f.Base, f.Head = releaseLine(f.Base), releaseLine(f.Head)
			known = append(known, f)
		}
	}
	if len(known) == 0 {
		return nil
	}
	return []analysis.Evidence{{Claim: claim, Source: p.Source, Observed: p.Observed, Body: known}}
}

var hashInText = pattern.New(`\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b`)

// shortHashes leaves of a commit what a person compares at a glance.
func shortHashes(title string) string {
	return hashInText.ReplaceAllStringFunc(title, func(hash string) string { return hash[:12] })
}

// releaseLine bounds a text that may hold a stranger's words to one line.
func releaseLine(text string) string {
	const most = 400
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// inWords is a span of time as a person says it, rounded down.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	for _, u := range []struct {
		from, unit time.Duration
		name       string
	}{{2 * 365 * day, 365 * day, "year"}, {60 * day, 30 * day, "month"}, {2 * day, day, "day"}, {time.Hour, time.Hour, "hour"}} {
		if d >= u.from {
			return countOf(int(d/u.unit), u.name)
		}
	}
	return countOf(int(max(d, 0)/time.Minute), "minute")
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// atTime is a time to the minute, and "" for one that is not known.
func atTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// ageAt is the age of a release in words, "" when it is not known.
func ageAt(r *registry.Release, now time.Time) string {
	switch {
	case r == nil || r.Published.IsZero():
		return ""
	case r.Published.After(now):
		return "not yet published at the time of this review"
	}
	return inWords(now.Sub(r.Published))
}

// releaseText is a property of a release that may be absent.
func releaseText(r *registry.Release, of func(*registry.Release) string) string {
	if r == nil {
		return ""
	}
	return of(r)
}

// detailText is one of a Detail that may be absent.
func detailText(r *registry.Release, of func(*registry.Detail) string) string {
	if r == nil || r.Detail == nil {
		return ""
	}
	return of(r.Detail)
}
