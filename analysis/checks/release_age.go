package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

// freshFor is the age below which a release gets a banner: of the malicious
// releases that are documented, 87% were found out within it. Young is no
// evidence of bad, so it is never more than information.
const freshFor = 72 * time.Hour

// ageCheck tells how old the release is, and holds it against the cooldown
// that the project itself asks for at base.
type ageCheck struct {
	registry releases
	settings cooldownSettings
}

func (*ageCheck) Name() string  { return "release-age" }
func (*ageCheck) Topic() string { return topicRelease }

func (k *ageCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	if c.Head == nil {
		return analysis.Result{}, analysis.DoesNotApply("the package is removed")
	}
	base, head := k.settings.of(c, review)
	result := analysis.Result{Findings: judgeWeakened(base, head, review.Now)}
	said, err := compareReleases(ctx, k.registry, c)
	if err != nil {
		return result, err
	}
	if c.Kind != diff.Edited { // the bytes were there before
		result.Findings = append(result.Findings, judgeAge(said, base, review.Now)...)
	}
	result.Evidence = registryShows(said.Package, "when it was published", ageFacts(said, base, head, review.Now))
	switch {
	case said.Head == nil:
		return result, notListed(said.Package, headSide)
	case said.Head.Published.IsZero() && !said.Head.Committed.IsZero():
		return result, analysis.Unsupported(said.Package.Source + " tells when a commit was made, which its author chose, not when a version was published")
	case !said.Head.Published.IsZero() && !dated(said.Head, review.Now):
		return result, errors.New(said.Package.Source + " says that this version was published after the time of this review")
	case said.Head.Published.IsZero():
		return result, notSaid(said.Package, "say when "+headSide+" was published")
	}
	return result, base.err()
}

// judgeAge holds head's release against the demands of base.
func judgeAge(said *registry.Comparison, base cooldownAnswer, now time.Time) []analysis.Finding {
	head, p := said.Head, said.Package
	if !dated(head, now) {
		return nil
	}
	age := now.Sub(head.Published)
	var found []analysis.Finding
	if d := cooldown.Strictest(base.demands, head.Published, now); d != nil {
		detail := fmt.Sprintf("%s says %s", d.Place(), d.Setting)
		fix := "take an earlier release"
		if ready := d.Ready(head.Published); !ready.IsZero() {
			detail += "; it will be old enough on " + atTime(ready)
			fix = "wait until " + atTime(ready) + ", or take an earlier release"
		}
		if d.Tool == "Dependabot" || d.Tool == "Renovate" {
			detail += "; " + d.Tool + " does not hold back security updates"
		}
		f := registrySays(p, "release-too-young", analysis.Warn, fmt.Sprintf("published %s, younger than the project's own cooldown of %s", agoOf(age), demanded(*d)), detail)
		f.Fix = fix
		found = append(found, f)
	}
	if age < freshFor {
		found = append(found, registrySays(p, "release-age", analysis.Info, "published "+agoOf(age),
			"nobody had much time to look at it; age by itself says nothing else"))
	}
	return found
}

func agoOf(age time.Duration) string {
	if age < 0 {
		return inWords(-age) + " after the time of this review"
	}
	return inWords(age) + " ago"
}

// demanded is what a setting asks for, in words.
func demanded(d cooldown.Demand) string {
	switch {
	case !d.Before.IsZero():
		return "nothing after " + atTime(d.Before)
	case d.Off():
		return "none"
	}
	return inWords(d.Age)
}

func ageFacts(said *registry.Comparison, base, head cooldownAnswer, now time.Time) analysis.Facts {
	published := func(r *registry.Release) string { return atTime(r.Published) }
	committed := func(r *registry.Release) string { return atTime(r.Committed) }
	look := analysis.Unknown
	if head := said.Head; dated(head, now) && cooldown.Strictest(base.demands, head.Published, now) != nil {
		look = analysis.Warn
	}
	facts := analysis.Facts{
		{Name: "Published", Base: releaseText(said.Base, published), Head: releaseText(said.Head, published)},
		{Name: "Committed, by its author's clock", Base: releaseText(said.Base, committed), Head: releaseText(said.Head, committed)},
		{Name: "Age", Base: ageAt(said.Base, now), Head: ageAt(said.Head, now), Look: look},
	}
	if said.Head != nil {
		if before := releaseBefore(said.Package, said.Head, nil); before != nil {
			facts = append(facts, analysis.Fact{Name: "Release before",
				Head: fmt.Sprintf("%s, %s earlier", before.Version, inWords(said.Head.Published.Sub(before.Published)))})
		}
	}
	return append(facts, analysis.Fact{Name: "Cooldown", Base: base.String(), Head: head.String()})
}

// releaseBefore is the release published last before r, among those that among
// admits (nil admits all); nil when there is none, or r's time is not known.
func releaseBefore(p *registry.Package, r *registry.Release, among func(*registry.Release) bool) *registry.Release {
	if r.Published.IsZero() {
		return nil
	}
	var last *registry.Release
	for i := range p.Releases {
		o := &p.Releases[i]
		if o.Version == r.Version || o.Published.IsZero() || !o.Published.Before(r.Published) || among != nil && !among(o) {
			continue
		}
		if last == nil || o.Published.After(last.Published) {
			last = o
		}
	}
	return last
}

// String is the settings in a cell: "7 days (.npmrc:2)".
func (a cooldownAnswer) String() string {
	var parts []string
	for _, d := range a.demands {
		part := demanded(d) + " (" + d.Place() + ")"
		if d.Exempt != "" {
			part += ", exempt by " + d.Exempt
		}
		parts = append(parts, part)
	}
	for _, p := range a.problems {
		parts = append(parts, "unknown ("+p.String()+")")
	}
	if len(parts) == 0 {
		return "none in the project"
	}
	return strings.Join(parts, "; ")
}
