package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// publisherCheck tells who published the two releases, and who could.
type publisherCheck struct{ registry releases }

func (*publisherCheck) Name() string  { return "publisher" }
func (*publisherCheck) Topic() string { return topicRelease }

func (k *publisherCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	said, err := compareReleases(ctx, k.registry, c)
	if err != nil {
		return analysis.Result{}, err
	}
	result := analysis.Result{Evidence: registryShows(said.Package, "who published it", publisherFacts(said))}
	var history []registry.Release
	var historyErr error
	if publisherMoved(said) {
		history, historyErr = k.history(ctx, c, said)
	}
	result.Findings = judgePublisher(said, history, historyErr == nil, review.Now)
	return result, cmp.Or(publisherUnknown(said, c), historyErr)
}

// recentReleases is how many releases before head's tell who usually publishes.
const recentReleases = 5

// history are the releases before head's, the last first, with their details.
func (k *publisherCheck) history(ctx context.Context, c *diff.Change, said *registry.Comparison) ([]registry.Release, error) {
	if said.Head.Published.IsZero() {
		return nil, fmt.Errorf("%s does not say when %s was published, so that the releases before it are not known", said.Package.Source, headSide)
	}
	var before []registry.Release
	for _, r := range said.Package.Releases {
		if r.Detail == nil && r.Withdrawn == lockfiles.Yes {
			continue // npm forgets all but the time of what it removes
		}
		if r.Version != said.Head.Version && !r.Published.IsZero() && r.Published.Before(said.Head.Published) {
			before = append(before, r)
		}
	}
	slices.SortStableFunc(before, func(a, b registry.Release) int { return b.Published.Compare(a.Published) })
	before = before[:min(recentReleases, len(before))]
	var versions []string
	for _, r := range before {
		versions = append(versions, r.Version)
	}
	// Where one document tells of all releases, their details came with it.
	if !slices.ContainsFunc(before, func(r registry.Release) bool { return r.Detail == nil }) {
		return before, nil
	}
	answer, err := k.registry.Releases(ctx, c, versions)
	if err != nil {
		return nil, fmt.Errorf("who published the releases before is not known: %s", analysis.Why(err))
	}
	var detailed []registry.Release
	for _, v := range versions {
		if r := answer.Find(v); r != nil && r.Detail != nil {
			detailed = append(detailed, *r)
		}
	}
	return detailed, nil
}

// statesNoPublisher are registries whose answers never name who published a
// release, as opposed to those that may have left it out.
var statesNoPublisher = map[string]bool{
	"pypi": true, "golang": true, "composer": true, "nuget": true, "maven": true, "pub": true, "gem": true,
}

// publisherUnknown is why nothing can be said of a change of publisher.
func publisherUnknown(said *registry.Comparison, c *diff.Change) error {
	p := said.Package
	switch {
	case said.Head == nil:
		return notListed(p, headSide)
	case statesNoPublisher[p.ID.Ecosystem] && publisherOf(said.Head) == "":
		return analysis.Unsupported(p.Source + " does not say who published a release")
	case publisherOf(said.Head) == "":
		return notSaid(p, "say who published "+headSide)
	case c.From() == "":
		return nil
	case said.Base == nil:
		return baseUnknown(said, c)
	case publisherOf(said.Base) == "":
		return notSaid(p, "say who published "+baseSide)
	}
	return nil
}

// publisherOf is the identity that published: a service, or an account.
func publisherOf(r *registry.Release) string {
	return detailText(r, func(d *registry.Detail) string {
		if d.Trusted != "" {
			return "trusted publishing (" + d.Trusted + ")"
		}
		return d.Publisher
	})
}

func publisherMoved(said *registry.Comparison) bool {
	base, head := publisherOf(said.Base), publisherOf(said.Head)
	return base != "" && head != "" && base != head && said.Base.Version != said.Head.Version
}

// judgePublisher compares the two releases. history are releases before head's,
// complete tells that it is all that the registry knows of the last few. What
// one of the sides leaves out is no change.
func judgePublisher(said *registry.Comparison, history []registry.Release, complete bool, now time.Time) []analysis.Finding {
	var found []analysis.Finding
	if publisherMoved(said) {
		found = append(found, judgeMove(said, history, complete, now))
	}
	if f := judgeMaintainers(said); f != nil {
		found = append(found, *f)
	}
	return found
}

func judgeMove(said *registry.Comparison, history []registry.Release, complete bool, now time.Time) analysis.Finding {
	p, base, head := said.Package, said.Base, said.Head
	title := fmt.Sprintf("published by %s; %s was by %s", publisherOf(head), base.Version, publisherOf(base))
	if head.Detail.Trusted != "" && base.Detail.Trusted == "" {
		return registrySays(p, "trusted-publisher-gained", analysis.Pass, title, "no password or token of a person was needed; it says where the release comes from, not that it is good")
	}
	known := false
	var others []string
	for i := range history {
		who := publisherOf(&history[i])
		known = known || who == publisherOf(head)
		if who != "" {
			others = append(others, fmt.Sprintf("%s by %s", history[i].Version, who))
		}
	}
	detail := "the releases before: " + fewOf(others)
	if len(others) == 0 {
		detail = "who published the releases before is not stated"
	}
	if slices.Contains(base.Detail.Maintainers, head.Detail.Publisher) {
		detail = "already a maintainer when " + base.Version + " was published; " + detail
	}
	outcome := analysis.Warn
	switch {
	case known:
		outcome, detail = analysis.Info, publisherOf(head)+" has published before; "+detail
	case !complete:
		outcome = analysis.Info
	case base.Detail.Trusted != "" && head.Detail.Trusted == "" && head.Detail.Approver != "":
		// npm names who approved a staged release, and no longer the service
		// that built it.
		outcome, detail = analysis.Info, "approved by "+head.Detail.Approver+", which hides the service that published; "+detail
	case base.Detail.Trusted != "": // a person in the place of a service: the strong form
	default:
		// Teams hand on their packages: by itself it is too frequent for a warning.
		if other := besideIdentity(said, now); other != "" {
			detail = other + "; " + detail
		} else {
			outcome = analysis.Info
		}
	}
	return registrySays(p, "publisher-changed", outcome, title, detail)
}

// judgeMaintainers compares who could publish, where both sides say so.
func judgeMaintainers(said *registry.Comparison) *analysis.Finding {
	base, head := maintainersOf(said.Base), maintainersOf(said.Head)
	if base == nil || head == nil {
		return nil
	}
	joined, left := namesWithout(head, base), namesWithout(base, head)
	if len(joined) == 0 && len(left) == 0 {
		return nil
	}
	var parts []string
	if len(joined) > 0 {
		parts = append(parts, "joined: "+fewOf(joined))
	}
	if len(left) > 0 {
		parts = append(parts, "left: "+fewOf(left))
	}
	f := registrySays(said.Package, "maintainers-changed", analysis.Info, "the maintainers changed between the two releases", strings.Join(parts, "; "))
	return &f
}

func maintainersOf(r *registry.Release) []string {
	if r == nil || r.Detail == nil {
		return nil
	}
	return r.Detail.Maintainers
}

// namesWithout is a less b, each name once, sorted.
func namesWithout(a, b []string) []string {
	var rest []string
	for _, name := range a {
		if !slices.Contains(b, name) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	return slices.Compact(rest)
}

func publisherFacts(said *registry.Comparison) analysis.Facts {
	both := func(name string, of func(*registry.Detail) string) analysis.Fact {
		return analysis.Fact{Name: name, Base: detailText(said.Base, of), Head: detailText(said.Head, of)}
	}
	list := func(names []string) string { return fewOf(slices.Sorted(slices.Values(names))) }
	return analysis.Facts{
		both("Publisher", func(d *registry.Detail) string { return d.Publisher }),
		both("Trusted publishing", func(d *registry.Detail) string { return d.Trusted }),
		both("Approved by", func(d *registry.Detail) string { return d.Approver }),
		both("Maintainers then", func(d *registry.Detail) string { return list(d.Maintainers) }),
		{Name: "Maintainers today", Head: list(said.Package.Maintainers)},
	}
}
