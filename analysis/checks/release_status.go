package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// statusCheck tells what the registry and the maintainers say of the release
// themselves: withdrawn, deprecated, quarantined; and what is odd in the order
// and the times of the releases around it.
type statusCheck struct{ registry releases }

func (*statusCheck) Name() string  { return "release-status" }
func (*statusCheck) Topic() string { return topicRelease }

func (k *statusCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	said, err := compareReleases(ctx, k.registry, c)
	if err != nil {
		return analysis.Result{Findings: judgeAbsent(err, c)}, err
	}
	result := analysis.Result{Findings: judgeStatus(said, c), Evidence: registryShows(said.Package, "what the registry says of it", statusFacts(said))}
	if c.Kind != diff.Edited {
		result.Findings = append(result.Findings, judgeTiming(said, review.Now)...)
	}
	switch {
	case said.Head == nil && !versionMissing(said, c):
		return result, notListed(said.Package, headSide)
	case said.Head != nil && said.Head.Withdrawn == lockfiles.Unclaimed:
		return result, said.Package.Incomplete // nil where the registry has no such notion
	}
	return result, nil
}

// judgeAbsent is about a package that the registry itself says it does not
// have: one that was removed, held in quarantine (PyPI answers so), or that is
// private and was never there. Other failures are no statement of anybody.
func judgeAbsent(err error, c *diff.Change) []analysis.Finding {
	var answer *clients.Error
	if !errors.As(err, &answer) || !errors.Is(err, clients.ErrAbsent) {
		return nil
	}
	return []analysis.Finding{{Code: "package-not-in-registry", Outcome: analysis.Warn, Source: answer.Host,
		Title:  releaseLine(fmt.Sprintf("%s does not know the package %s", answer.Host, c.Head.Name)),
		Detail: "it was removed or is held in quarantine, or it is private: then the name is free for anybody to take there"}}
}

// judgeStatus is about the two releases and the package.
func judgeStatus(said *registry.Comparison, c *diff.Change) []analysis.Finding {
	p, base, head := said.Package, said.Base, said.Head
	var found []analysis.Finding
	add := func(code string, outcome analysis.Outcome, title, detail string) {
		found = append(found, registrySays(p, code, outcome, title, detail))
	}
	if f := judgePackage(p); f != nil {
		found = append(found, *f)
	}
	word := withdrawnWord(p.ID.Ecosystem)
	switch {
	case versionMissing(said, c):
		add("version-not-in-registry", analysis.Fail, fmt.Sprintf("%s knows the package, but lists no version %s", p.Source, c.To()),
			"it was removed, was never published there, or that host lags behind")
	case head != nil && head.Withdrawn == lockfiles.Yes:
		add("release-withdrawn", analysis.Fail, c.To()+" was "+word+onDay(head.WithdrawnAt), reasonGiven(head.WithdrawnReason, word))
	}
	if head != nil && head.Deprecated != "" {
		outcome, title := analysis.Info, c.To()+" is deprecated"
		if base != nil && base.Version != head.Version && base.Deprecated == "" {
			outcome, title = analysis.Warn, title+", "+c.From()+" is not"
		}
		add("release-deprecated", outcome, title, "the maintainers say: "+head.Deprecated)
	}
	if base == nil || head == nil || base.Version == head.Version {
		return found
	}
	if base.Withdrawn == lockfiles.Yes && head.Withdrawn == lockfiles.No {
		add("withdrawn-left", analysis.Pass, c.From()+" was "+word+"; this change moves away from it", reasonGiven(base.WithdrawnReason, word))
	}
	if base.Deprecated != "" && head.Deprecated == "" {
		add("deprecated-left", analysis.Pass, c.From()+" is deprecated; this change moves away from it", "the maintainers say: "+base.Deprecated)
	}
	return found
}

// packageStatuses are what a registry says of a package as a whole.
var packageStatuses = map[string]struct {
	outcome analysis.Outcome
	title   string
}{
	"quarantined": {analysis.Fail, "the registry holds the package in quarantine"},
	"removed":     {analysis.Fail, "the registry has removed the package"},
	"archived":    {analysis.Info, "the package is archived: no releases are to be expected"},
	"deprecated":  {analysis.Info, "the package is deprecated as a whole"},
	"abandoned":   {analysis.Info, "the package is abandoned"},
	"disabled":    {analysis.Warn, "the forge has disabled the repository"},
}

func judgePackage(p *registry.Package) *analysis.Finding {
	status, known := packageStatuses[p.Status]
	if !known {
		return nil
	}
	f := registrySays(p, "package-"+p.Status, status.outcome, status.title, reasonGiven(p.StatusReason, p.Status))
	return &f
}

// versionMissing tells that the registry knows the package and its versions,
// and this one is not among them: a list of which a part could not be asked for
// proves nothing. The Go proxy, Maven Central and forges list less than they
// serve, and a branch is no version.
func versionMissing(said *registry.Comparison, c *diff.Change) bool {
	switch said.Package.ID.Ecosystem {
	case "golang", "maven", "githubactions", "swift", "docker", "terraform", "generic":
		return false
	case "composer":
		if strings.HasPrefix(c.To(), "dev-") || strings.HasSuffix(c.To(), "-dev") {
			return false
		}
	}
	return said.Head == nil && len(said.Package.Releases) > 0 && said.Package.Incomplete == nil
}

// withdrawnWord is what the ecosystem calls it.
func withdrawnWord(ecosystem string) string {
	switch ecosystem {
	case "pypi", "cargo", "gem":
		return "yanked"
	case "nuget":
		return "unlisted"
	case "golang", "pub":
		return "retracted"
	case "hex":
		return "retired"
	case "npm":
		return "removed from the registry"
	}
	return "withdrawn"
}

func onDay(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " on " + atTime(at)
}

// reasonGiven is the maintainers' reason, unless it says no more than the word.
func reasonGiven(text, word string) string {
	if text == "" || text == word {
		return "no reason is given"
	}
	return "the reason given: " + text
}

func statusFacts(said *registry.Comparison) analysis.Facts {
	p := said.Package
	withdrawn := func(r *registry.Release) string {
		switch r.Withdrawn {
		case lockfiles.Yes:
			return strings.TrimSuffix("yes, "+r.WithdrawnReason, ", ")
		case lockfiles.No:
			return "no"
		}
		return ""
	}
	deprecated := func(r *registry.Release) string { return r.Deprecated }
	status := strings.TrimSuffix(p.Status+": "+p.StatusReason, ": ")
	facts := analysis.Facts{
		{Name: "Withdrawn", Base: releaseText(said.Base, withdrawn), Head: releaseText(said.Head, withdrawn)},
		{Name: "Deprecated", Base: releaseText(said.Base, deprecated), Head: releaseText(said.Head, deprecated)},
		{Name: "Package", Head: status},
		{Name: "Versions known", Head: fmt.Sprint(len(p.Releases))},
	}
	if said.Head != nil && said.Head.Withdrawn == lockfiles.Yes {
		facts[0].Look = analysis.Fail
	}
	if judged := judgePackage(p); judged != nil && judged.Outcome == analysis.Fail {
		facts[2].Look = analysis.Fail
	}
	return facts
}
