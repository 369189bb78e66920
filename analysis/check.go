package analysis

import (
	"context"
	"errors"
	"time"

	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff"
)

// Check looks at one change at a time and says what it found. Run calls many
// at the same time, so a Check is safe for concurrent use; it heeds ctx, and
// leaves the grouping of its questions to the clients.
type Check interface {
	// Name is stable: it stands in policy, output and docs ("advisories").
	Name() string
	// Topic is the Name of the Topic under which it appears.
	Topic() string
	// Run gathers what the check knows of c. An error is why it knows nothing;
	// DoesNotApply and Unsupported make those that are no failure. The Result
	// beside an error is shown all the same: what was found before it went
	// wrong.
	Run(ctx context.Context, c *diff.Change, review *Review) (Result, error)
}

// State is how a check of a change ended. The zero State is unknown.
type State int

// The states. Every pair of a change and a check ends in exactly one.
const (
	StateUnknown       State = iota // nothing can be said, or not all; the reason tells why
	StateDone                       // all was asked and answered
	StateNotApplicable              // there is nothing to ask: no install scripts in a Go module
	StateNotSupported               // depreview cannot ask: a registry that it does not know
)

var stateNames = [...]string{"unknown", "done", "not_applicable", "not_supported"}

// String is the state's name in JSON.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return stateNames[0]
	}
	return stateNames[s]
}

// Result is what a check says of a change. The zero Result is unknown.
type Result struct {
	State    State  // set by Run, from the error beside it
	Reason   string // why the State is not done; one line, fit for a terminal
	Findings []Finding
	Evidence []Evidence
}

// Worst is the worst outcome of the findings; Pass when the check was done and
// found nothing worse, and Unknown when it was not done and found nothing bad.
func (r *Result) Worst() Outcome {
	worst := Pass
	for _, f := range r.Findings {
		if f.Outcome == Warn || f.Outcome == Fail || f.Outcome == Info {
			worst = max(worst, f.Outcome)
		}
	}
	switch {
	case worst >= Warn || r.State == StateDone:
		return worst
	case r.State == StateNotApplicable:
		return NotApplicable
	}
	return Unknown
}

// Finding is a statement of a check that a policy can judge.
type Finding struct {
	Code     string // stable: "advisory-introduced"; each is in the README's table
	Outcome  Outcome
	Title    string    // one line
	Detail   string    // further lines, or ""
	Fix      string    // what to do about it, or ""
	Source   string    // who says so: a host, "offline advisories", a path of the base revision
	Observed time.Time // when the source said so; zero when that is not known
}

// Evidence is something a check read, for a person to look at.
type Evidence struct {
	Claim    string // one line: what the body shows
	Source   string // as in Finding
	Observed time.Time
	Body     Body // nil when the claim says it all
}

// Body is what screens and reports draw. Every text in it is a stranger's and
// has not passed the gate.
type Body interface{ body() }

// Facts are properties of base and head, side by side.
type Facts []Fact

// Fact is one property; "" is not known or not there on that side. Look says
// whether it deserves notice: Warn and Fail do. Shared says that it is one
// property for both sides, which stands in Head: base then lacks nothing.
type Fact struct {
	Name, Base, Head string
	Look             Outcome
	Shared           bool
}

// Table is rows under heads.
type Table struct {
	Heads []string
	Rows  [][]string
}

// Text is prose of several lines, such as release notes.
type Text string

// Links are addresses a person may open.
type Links []Link

// Link is an address with the words for it. The URL is https, or the link is
// not made.
type Link struct{ Label, URL string }

func (Facts) body()      {}
func (Table) body()      {}
func (Text) body()       {}
func (Links) body()      {}
func (Advisories) body() {}
func (Scripts) body()    {}

// ended is an error that is no failure of a check.
type ended struct {
	state  State
	reason string
}

func (e *ended) Error() string { return e.reason }

// DoesNotApply ends a check of which there is nothing to ask.
func DoesNotApply(reason string) error { return &ended{StateNotApplicable, reason} }

// Unsupported ends a check that depreview cannot make.
func Unsupported(reason string) error { return &ended{StateNotSupported, reason} }

// Why is the reason of an error in a few words, fit for one line.
func Why(err error) string {
	var short interface{ Short() string }
	if errors.As(err, &short) {
		return untrusted.Line(short.Short())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return untrusted.Line(err.Error())
}

// settle puts how a check ended into its result.
func settle(r Result, err error) Result {
	var end *ended
	var refused interface{ NotAsked() bool } // of the clients: private modules, registries that cannot be asked
	switch {
	case err == nil:
		r.State, r.Reason = StateDone, ""
	case errors.As(err, &end):
		r.State, r.Reason = end.state, untrusted.Line(end.reason)
	case errors.As(err, &refused) && refused.NotAsked():
		r.State, r.Reason = StateNotSupported, Why(err)
	default:
		r.State, r.Reason = StateUnknown, Why(err)
	}
	return r
}
