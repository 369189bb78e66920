package checks

import (
	"context"
	"fmt"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
)

// sizeCheck tells how large the two releases are and how much they are used.
type sizeCheck struct{ registry releases }

func (*sizeCheck) Name() string  { return "size" }
func (*sizeCheck) Topic() string { return topicRelease }

func (k *sizeCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	said, err := compareReleases(ctx, k.registry, c)
	if err != nil {
		return analysis.Result{}, err
	}
	result := analysis.Result{
		Findings: append(judgeSize(said), judgeReputation(said.Package, c, review.Now)...),
		Evidence: registryShows(said.Package, "how large it is, and how much it is used", sizeFacts(said)),
	}
	return result, sizeUnknown(said, c)
}

const (
	// grownBy is the growth that 2 in 48 ordinary updates reach; grownAtLeast
	// keeps small packages out.
	grownBy      = 1.5
	grownAtLeast = 100 << 10
	// A third of what there was: how a package looks that was emptied.
	shrunkTo      = 3
	shrunkAtLeast = 10 << 10
	newFor        = 30 * 24 * time.Hour
	fewDownloads  = 100 // a week
)

// judgeSize compares sizes of one kind: of the archive, or of what it unpacks to.
func judgeSize(said *registry.Comparison) []analysis.Finding {
	base, head, ok := comparableSizes(said)
	if !ok {
		return nil
	}
	title := fmt.Sprintf("%s, from %s to %s", timesOf(head.Size, base.Size), bytesOf(base.Size), bytesOf(head.Size))
	files := ""
	if base.Files > 0 && head.Files > 0 {
		files = fmt.Sprintf("%d files before, %d now", base.Files, head.Files)
	}
	switch {
	case float64(head.Size) > grownBy*float64(base.Size) && head.Size-base.Size > grownAtLeast:
		return []analysis.Finding{registrySays(said.Package, "size-jump", analysis.Warn, "it grew "+title, files)}
	case head.Size < base.Size/shrunkTo && base.Size-head.Size > shrunkAtLeast:
		return []analysis.Finding{registrySays(said.Package, "size-collapse", analysis.Warn, "it shrank "+title, files)}
	}
	return nil
}

func comparableSizes(said *registry.Comparison) (base, head *registry.Detail, ok bool) {
	if said.Base == nil || said.Head == nil || said.Base.Detail == nil || said.Head.Detail == nil || said.Base.Version == said.Head.Version {
		return nil, nil, false
	}
	base, head = said.Base.Detail, said.Head.Detail
	return base, head, base.Size > 0 && head.Size > 0 && base.Packed == head.Packed
}

// judgeReputation is about additions: a package that is new, or that hardly
// anybody uses. A third of what small tools add is like that.
func judgeReputation(p *registry.Package, c *diff.Change, now time.Time) []analysis.Finding {
	if c.Kind != diff.Added {
		return nil
	}
	var why []string
	if first, known := firstRelease(p); known && p.Incomplete == nil && !first.After(now.Add(clocksDiffer)) && now.Sub(first) < newFor {
		why = append(why, "its first release was "+agoOf(now.Sub(first)))
	}
	if p.Weekly != nil && *p.Weekly < fewDownloads {
		why = append(why, fmt.Sprintf("it had %s in the last week", countOf(int(*p.Weekly), "download")))
	}
	if why == nil {
		return nil
	}
	detail := "a name that looks like a known one deserves a second look"
	if len(why) > 1 {
		detail = why[1] + "; " + detail
	}
	return []analysis.Finding{registrySays(p, "low-reputation", analysis.Warn, "a little-known package is added: "+why[0], detail)}
}

// firstRelease is the time of the first release. It is not known while any
// release has no time: that one may be the first.
func firstRelease(p *registry.Package) (time.Time, bool) {
	var first time.Time
	for i := range p.Releases {
		at := p.Releases[i].Published
		if at.IsZero() {
			return time.Time{}, false
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first, !first.IsZero()
}

// statesNoSize are registries whose answers never tell the size of a release.
var statesNoSize = map[string]bool{"golang": true, "composer": true, "maven": true, "gem": true, "hex": true, "pub": true,
	"githubactions": true, "swift": true}

// sizeUnknown is why the sizes were not compared.
func sizeUnknown(said *registry.Comparison, c *diff.Change) error {
	p := said.Package
	sized := func(r *registry.Release) bool { return r != nil && r.Detail != nil && r.Detail.Size > 0 }
	switch {
	case said.Head == nil:
		return notListed(p, headSide)
	case !sized(said.Head) && statesNoSize[p.ID.Ecosystem]:
		return analysis.Unsupported(p.Source + " does not say how large a release is")
	case !sized(said.Head):
		return notSaid(p, "say how large "+headSide+" is")
	case c.From() == "":
		return p.Incomplete // which may be why an earlier release is not seen
	case said.Base == nil:
		return baseUnknown(said, c)
	case !sized(said.Base):
		return notSaid(p, "say how large "+baseSide+" is")
	case said.Base.Detail.Packed != said.Head.Detail.Packed:
		return fmt.Errorf("%s states the packed size of one release and the unpacked size of the other", p.Source)
	}
	return nil
}

func sizeFacts(said *registry.Comparison) analysis.Facts {
	size := func(d *registry.Detail) string {
		switch {
		case d.Size <= 0:
			return ""
		case d.Packed:
			return bytesOf(d.Size) + " packed"
		}
		return bytesOf(d.Size) + " unpacked"
	}
	files := func(d *registry.Detail) string {
		if d.Files <= 0 {
			return ""
		}
		return fmt.Sprint(d.Files)
	}
	downloads := func(d *registry.Detail) string {
		if d.Downloads == nil {
			return ""
		}
		return fmt.Sprint(*d.Downloads)
	}
	facts := analysis.Facts{
		{Name: "Size", Base: detailText(said.Base, size), Head: detailText(said.Head, size)},
		{Name: "Files", Base: detailText(said.Base, files), Head: detailText(said.Head, files)},
		{Name: "Downloads of the release", Base: detailText(said.Base, downloads), Head: detailText(said.Head, downloads)},
	}
	if len(judgeSize(said)) > 0 {
		facts[0].Look = analysis.Warn
	}
	if said.Package.Weekly != nil {
		facts = append(facts, analysis.Fact{Name: "Downloads in the last week", Head: fmt.Sprint(*said.Package.Weekly)})
	}
	if first, known := firstRelease(said.Package); known {
		facts = append(facts, analysis.Fact{Name: "First release", Head: atTime(first)})
	}
	return facts
}

// bytesOf is a size in words.
func bytesOf(n int64) string {
	switch {
	case n < 1<<10:
		return countOf(int(n), "byte")
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// timesOf is a ratio in words: "2.3 times" or "to 12%".
func timesOf(head, base int64) string {
	ratio := float64(head) / float64(base)
	if ratio >= 1 {
		return fmt.Sprintf("%.1f times", ratio)
	}
	return fmt.Sprintf("to %.0f%%", 100*ratio)
}
