package exposure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis"
)

// Gap is something that is not known of a revision, with what to do about it.
// Its texts may be strangers'.
type Gap struct {
	Kind  GapKind
	Title string // one line: what is not known
	Why   string // or "" where the title says it
	Place string // the file and line that could not be read, or ""
	Next  string // the next command or step, or ""
	// Packages are those of which nobody said anything, one line each.
	Packages []string
}

// GapKind is what a Gap is of.
type GapKind int

// The kinds, in the order in which they are told.
const (
	NotRead     GapKind = iota // a lockfile could not be read
	NotAnswered                // whether advisories exist was asked, and not answered
	NoEngine                   // another engine does not know, or not all
	OldDatabase                // what was found since the download is not in it
	NoSource                   // no source has advisories of such packages
	LeftOut                    // lockfiles in vendored copies
)

// staleAfter is how old advisories may be: most malware is known within a week
// of its release.
const staleAfter = 7 * 24 * time.Hour

// Gaps is everything that x does not know, worst first. What nobody was asked
// about yet is none of it: see Waiting.
func (x *Exposure) Gaps() (list []Gap) {
	for _, e := range x.Errors {
		g := Gap{Kind: NotRead, Title: cmp.Or(e.Lockfile, "a lockfile") + " could not be read: nothing is known of it",
			Why: e.Message, Place: e.Lockfile, Next: e.Hint}
		if e.Line > 0 {
			g.Place = fmt.Sprintf("%s:%d", e.Lockfile, e.Line)
		}
		list = append(list, g)
	}
	for _, reason := range x.Coverage.ByReason() {
		list = append(list, Gap{Kind: NotAnswered, Title: "advisories not known of " + plural(x.Coverage.Reasons[reason], "package") + ": " + cmp.Or(reason, "without a reason"),
			Next: NextStep(reason), Packages: x.unanswered(func(p *pin) bool { return p.state == analysis.StateUnknown && p.why == reason })})
	}
	for _, e := range x.Engines {
		list = append(list, e.gaps(x.Pinned)...)
	}
	for _, s := range x.Sources {
		at, err := time.Parse(time.RFC3339, s.Observed)
		if !strings.HasPrefix(s.Name, offlineSource) || err == nil && (x.Now.IsZero() || x.Now.Sub(at) <= staleAfter) {
			continue
		}
		g := Gap{Kind: OldDatabase, Title: "the offline advisories are of an unknown day", Why: "What was found since is not in them.", Next: updateStep}
		if err == nil {
			g.Title = fmt.Sprintf("the offline advisories are %s old", plural(int(x.Now.Sub(at)/(24*time.Hour)), "day"))
		}
		list = append(list, g)
	}
	if n := x.Coverage.NotSupported; n > 0 {
		list = append(list, Gap{Kind: NoSource, Title: "no source has advisories of " + plural(n, "package") + " of such ecosystems",
			Why:      "That says nothing good or bad about them.",
			Packages: x.unanswered(func(p *pin) bool { return p.state == analysis.StateNotSupported })})
	}
	if n := len(x.LeftOut); n > 0 {
		list = append(list, Gap{Kind: LeftOut, Title: plural(n, "lockfile") + " in vendored copies left out", Next: "depreview audit --vendored",
			Packages: slices.Clone(x.LeftOut)})
	}
	slices.SortStableFunc(list, func(a, b Gap) int { return cmp.Compare(a.Kind, b.Kind) })
	return list
}

func (e *Engine) gaps(pinned int) (list []Gap) {
	if e.Failed != "" {
		list = append(list, Gap{Kind: NoEngine, Title: e.Name + " gave no answer", Why: e.Failed, Next: e.Hint})
	} else {
		for _, reason := range e.Coverage.ByReason() {
			list = append(list, Gap{Kind: NoEngine, Title: fmt.Sprintf("%s does not know of %d of %s", e.Name, e.Coverage.Reasons[reason], plural(pinned, "package")),
				Why: cmp.Or(reason, "It gave no reason.")})
		}
	}
	if e.CallsUnknown != "" {
		list = append(list, Gap{Kind: NoEngine, Title: e.Name + " does not know which code is called", Why: e.CallsUnknown, Next: callsStep(e.CallsUnknown)})
	}
	if text := e.besideUnknown(); text != "" {
		g := Gap{Kind: NoEngine, Title: e.Name + " does not know of " + text + " beside the lockfiles"}
		for _, b := range e.Beside {
			if b.Reason != "" {
				g.Packages = append(g.Packages, b.Path+"   "+b.Reason)
			}
		}
		list = append(list, g)
	}
	if n := len(e.NotSupported); n > 0 {
		g := Gap{Kind: NoSource, Title: e.Name + " does not look at " + plural(n, "file"), Why: "That says nothing good or bad about them; what depreview itself read of them stands."}
		for _, gap := range e.NotSupported {
			g.Packages = append(g.Packages, gap.Source+"   "+gap.Reason)
		}
		list = append(list, g)
	}
	return list
}

// Waiting is how many of the pinned packages nobody has answered for yet: 0
// once everything has ended, whether or not it is known then.
func (x *Exposure) Waiting() int { return max(0, x.Pinned-x.Coverage.Total()) }

// unanswered are the pinned packages of that kind, each with its lockfile.
func (x *Exposure) unanswered(is func(*pin) bool) (list []string) {
	for i := range x.pins {
		if p := &x.pins[i]; p.ended && is(p) {
			list = append(list, p.ID.String()+" "+cmp.Or(p.version, p.label, "unpinned")+"   "+p.lockfile)
		}
	}
	slices.Sort(list)
	return list
}

// offlineSource is how the offline database is named among the sources.
const offlineSource = "offline advisories"

const updateStep = "depreview db update"

// callsStep is what brings the modules that call analysis lacks; it runs nothing
// of theirs.
func callsStep(reason string) string {
	if strings.HasSuffix(reason, "(go mod download)") {
		return "go mod download"
	}
	return ""
}

// NextStep is the command that mends what a package is unknown for, or "" where
// no command does.
func NextStep(reason string) string {
	if strings.Contains(reason, "offline advisory database") || strings.HasPrefix(reason, "the offline database") {
		return updateStep
	}
	return ""
}
