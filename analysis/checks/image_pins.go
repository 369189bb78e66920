package checks

import (
	"context"
	"fmt"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
)

// imagePins tells of container images that nothing holds to their bytes: a tag
// is moved by whoever may push to the registry. It asks nobody.
type imagePins struct{}

func (imagePins) Name() string  { return "image-pins" }
func (imagePins) Topic() string { return "provenance" }

// Run implements analysis.Check.
func (imagePins) Run(_ context.Context, c *diff.Change, _ *analysis.Review) (analysis.Result, error) {
	switch {
	case c.Package().Ecosystem != "docker":
		return analysis.Result{}, analysis.DoesNotApply("it is no container image")
	case c.Head == nil:
		return analysis.Result{}, analysis.DoesNotApply("the image is removed")
	case len(c.Head.Integrity) > 0:
		return analysis.Result{}, nil
	}
	f := analysis.Finding{Code: "image-not-pinned", Outcome: analysis.Info, Title: "no digest holds the image to its bytes", Fix: "write the digest behind the tag: image:tag@sha256:..."}
	if c.Head.Version == "" {
		f.Title = "neither tag nor digest is written: it is whatever the registry calls latest, or what a variable says"
	}
	if c.Base != nil && len(c.Base.Integrity) > 0 {
		f.Outcome = analysis.Warn
		f.Title = releaseLine(fmt.Sprintf("the digest that base pins is gone: %.40s", c.Base.Integrity[0]))
	}
	return analysis.Result{Findings: []analysis.Finding{f}}, nil
}
