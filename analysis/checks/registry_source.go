package checks

import (
	"context"
	"fmt"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/diff"
)

// registrySource tells where a package is looked up and who says so, where
// that is not the ecosystem's usual place; and what head's settings would make
// of it, which are never followed.
type registrySource struct {
	base, head func(name string) clients.NPMRoute // head is nil where it is not known
}

func newRegistrySource(s Sources) registrySource {
	k := registrySource{head: s.HeadNPM}
	if s.Clients != nil {
		k.base = s.Clients.NPM.Route
	}
	return k
}

func (registrySource) Name() string  { return "registry-source" }
func (registrySource) Topic() string { return topicRelease }

// Run compares what the project's own settings name on both sides. It asks
// nobody.
func (k registrySource) Run(_ context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	switch {
	case c.Head == nil:
		return analysis.Result{}, analysis.DoesNotApply("the package is removed")
	case c.Head.Ecosystem != "npm":
		return analysis.Result{}, analysis.DoesNotApply("a project's settings name registries of npm packages alone")
	case k.base == nil || k.head == nil:
		return analysis.Result{}, analysis.Unsupported("the settings are not read here")
	}
	before, after := k.base(c.Head.Name), k.head(c.Head.Name)
	var result analysis.Result
	if before.From != "" || after.From != "" {
		result.Evidence = []analysis.Evidence{{Claim: "the registry that the settings name", Source: settingSource(before), Body: analysis.Facts{
			{Name: "registry", Base: placeOf(before), Head: placeOf(after)},
			{Name: "named by", Base: settingSource(before), Head: settingSource(after)},
		}}}
	}
	if before.Base != after.Base || before.Refused != "" && after.Refused == "" || before.Refused == "" && after.Refused != "" {
		result.Findings = []analysis.Finding{{
			Code: "registry-changed", Outcome: analysis.Warn, Source: settingSource(after),
			Title:  releaseLine(fmt.Sprintf("%s has this package come from %s, %s from %s", review.Head.Name, placeOf(after), review.Base.Name, placeOf(before))),
			Detail: releaseLine(fmt.Sprintf("named by %s, before by %s; what is said here comes from the one of before", settingSource(after), settingSource(before))),
			Fix:    "see whether the change of the registry is meant, before the versions",
		}}
	}
	if before.Refused != "" {
		return result, analysis.Unsupported(before.Refused)
	}
	return result, nil
}

func placeOf(r clients.NPMRoute) string {
	if r.Base == "" {
		return "a registry that is not known"
	}
	return r.Base
}

func settingSource(r clients.NPMRoute) string {
	if r.From == "" {
		return "npm's default"
	}
	return r.From
}
