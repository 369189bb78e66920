package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/policy"
	"github.com/depreview/depreview/analysis/spdx"
	"github.com/depreview/depreview/diff"
)

// licenseCheck shows the licence of both sides as expressions of SPDX, and
// judges that of head by what the policy of the base revision allows.
type licenseCheck struct {
	s        Sources
	policies sync.Map // *analysis.Review: func() (spdx.Allowlist, error)
}

func (*licenseCheck) Name() string  { return "license" }
func (*licenseCheck) Topic() string { return "release" }

// Run implements analysis.Check.
func (k *licenseCheck) Run(ctx context.Context, c *diff.Change, review *analysis.Review) (analysis.Result, error) {
	if c.Head == nil {
		return analysis.Result{}, analysis.DoesNotApply("nothing is installed any more")
	}
	allowed, broken := k.allowed(review)
	base, head, err := k.sides(ctx, c)
	if head == nil {
		return analysis.Result{}, err
	}
	result := analysis.Result{Findings: judgeLicense(base, head, allowed), Evidence: licenseEvidence(base, head)}
	if err != nil && allowed == nil && head.stated == "" {
		// That nobody could be asked is the check's reason, and no finding beside it.
		result.Findings = slices.DeleteFunc(result.Findings, func(f analysis.Finding) bool { return f.Code == "license-unknown" })
	}
	if len(result.Findings) > 0 {
		worst := slices.MaxFunc(result.Findings, func(a, b analysis.Finding) int { return int(a.Outcome) - int(b.Outcome) })
		if facts, ok := result.Evidence[0].Body.(analysis.Facts); ok && worst.Outcome >= analysis.Warn {
			facts[0].Look = worst.Outcome
		}
	}
	if broken != nil {
		return result, broken
	}
	return result, err
}

// allowed reads the policy once a review, however many changes it has.
func (k *licenseCheck) allowed(review *analysis.Review) (spdx.Allowlist, error) {
	read, _ := k.policies.LoadOrStore(review, sync.OnceValues(func() (spdx.Allowlist, error) {
		if review.BaseFiles == nil {
			return nil, nil
		}
		return policy.Licenses(review.BaseFiles)
	}))
	return read.(func() (spdx.Allowlist, error))()
}

// judgeLicense compares two sides; base is nil where there is none. A list of
// nil judges nothing.
func judgeLicense(base, head *licenseSide, allowed spdx.Allowlist) []analysis.Finding {
	var findings []analysis.Finding
	add := func(code string, outcome analysis.Outcome, title, detail, fix string) {
		findings = append(findings, analysis.Finding{Code: code, Outcome: outcome, Title: title, Detail: detail, Fix: fix, Source: head.source, Observed: head.observed})
	}
	if outcome, title, detail := licenseMoved(base, head); outcome != analysis.Unknown {
		add("license-changed", outcome, title, detail, "")
	}
	switch {
	case head.reading == nil:
		outcome, detail := analysis.Info, head.why
		if allowed != nil {
			outcome = analysis.Warn
			detail += "; so " + policy.File + " can neither allow nor refuse it"
		}
		add("license-unknown", outcome, "the licence of "+head.version+" is not known", detail, "read it in the archive or at its source")
	case allowed != nil && !spdx.Allowed(head.reading.Expression, allowed):
		detail := policy.File + " of the base revision does not list it"
		if base != nil && base.reading != nil && base.reading.Equal(head.reading.Expression) {
			detail += "; the version before has the same licence"
		}
		if head.reading.Assumed {
			detail += "; " + assumedLicense
		}
		add("license-not-allowed", analysis.Fail, head.text()+" is not allowed", detail, "choose another package, or add the licence to "+policy.File)
	}
	return findings
}

const assumedLicense = "several licences are stated, and not whether one of them is enough: read as if all held"

// licenseMoved tells what became of the licence; Unknown is that nothing is
// said. A side that states nothing says nothing: a mirror leaves things out.
func licenseMoved(base, head *licenseSide) (outcome analysis.Outcome, title, detail string) {
	switch {
	case base == nil, base.reading == nil && base.stated == "", head.reading == nil && head.stated == "":
		return analysis.Unknown, "", ""
	case base.reading == nil && head.reading == nil:
		// The address of a licence may hold the version that it is of.
		if strings.ReplaceAll(base.stated, base.version, "") == strings.ReplaceAll(head.stated, head.version, "") {
			return analysis.Unknown, "", ""
		}
		return analysis.Warn, "what is stated as licence changed", fmt.Sprintf("from %q to %q, of which neither is a licence that is known", base.text(), head.text())
	case base.reading == nil:
		return analysis.Info, "the licence is now stated as " + head.text(), fmt.Sprintf("before, it was stated as %q: %s", base.text(), base.why)
	case head.reading == nil:
		return analysis.Warn, fmt.Sprintf("the licence was %s and is now stated as %q", base.text(), head.text()), head.why
	case base.reading.Equal(head.reading.Expression):
		return analysis.Unknown, "", ""
	}
	was, is := spdx.ClassOf(base.reading.Expression), spdx.ClassOf(head.reading.Expression)
	title = fmt.Sprintf("the licence changed from %s to %s", base.text(), head.text())
	switch {
	case was == spdx.ClassUnknown || is == spdx.ClassUnknown:
		outcome, detail = analysis.Warn, "whether it asks for more than before is not known"
	case is > was:
		outcome, detail = analysis.Warn, fmt.Sprintf("it asks for more than before: %s, and was %s", is, was)
	case is < was:
		outcome, detail = analysis.Info, fmt.Sprintf("it asks for less than before: %s, and was %s", is, was)
	default:
		outcome, detail = analysis.Info, "both are "+is.String()
	}
	if base.source != head.source {
		detail += fmt.Sprintf("; the former is what %s states, the latter what %s does", base.source, head.source)
	}
	return outcome, title, detail
}

// licenseEvidence is both sides as they are read, and as they are written where
// that differs.
func licenseEvidence(base, head *licenseSide) []analysis.Evidence {
	if base == nil {
		base = &licenseSide{}
	}
	facts := analysis.Facts{{Name: "license", Base: base.expression(), Head: head.expression()}}
	if base.stated != base.expression() || head.stated != head.expression() {
		facts = append(facts, analysis.Fact{Name: "as stated", Base: licenseLine(base.stated), Head: licenseLine(head.stated)})
	}
	if class := [2]string{base.class(), head.class()}; class[0]+class[1] != "" {
		facts = append(facts, analysis.Fact{Name: "kind", Base: class[0], Head: class[1]})
	}
	source := head.source
	if base.source != "" && base.source != head.source {
		source = strings.TrimPrefix(base.source+", "+head.source, ", ")
	}
	return []analysis.Evidence{{Claim: "licence", Source: source, Observed: head.observed, Body: facts}}
}
