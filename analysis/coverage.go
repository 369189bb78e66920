package analysis

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Coverage counts how the checks of a review ended: one for each pair of a
// change and a check. The zero value says that nothing was checked.
type Coverage struct {
	Done, NotApplicable, NotSupported, Unknown int
	// Reasons counts the unknown ones by their reason.
	Reasons map[string]int
}

// Add counts one pair.
func (c *Coverage) Add(r *Result) { c.count(r, 1) }

// Replace counts a pair anew that had ended otherwise before.
func (c *Coverage) Replace(before, after *Result) {
	c.count(before, -1)
	c.count(after, 1)
}

func (c *Coverage) count(r *Result, n int) {
	switch r.State {
	case StateDone:
		c.Done += n
	case StateNotApplicable:
		c.NotApplicable += n
	case StateNotSupported:
		c.NotSupported += n
	default:
		c.Unknown += n
		if c.Reasons == nil {
			c.Reasons = make(map[string]int)
		}
		if c.Reasons[r.Reason] += n; c.Reasons[r.Reason] <= 0 {
			delete(c.Reasons, r.Reason)
		}
	}
}

// Clone is a copy that further counting does not change.
func (c Coverage) Clone() Coverage {
	c.Reasons = maps.Clone(c.Reasons)
	return c
}

// Total is the number of pairs.
func (c Coverage) Total() int { return c.Done + c.NotApplicable + c.NotSupported + c.Unknown }

// String is the coverage in one line: "checked 31 of 42; 5 not applicable; 6
// unknown: 4 offline, 2 osv.example answered 500".
func (c Coverage) String() string {
	if c.Total() == 0 {
		return "nothing was checked"
	}
	line := fmt.Sprintf("checked %d of %d", c.Done, c.Total())
	if c.NotApplicable > 0 {
		line += fmt.Sprintf("; %d not applicable", c.NotApplicable)
	}
	if c.NotSupported > 0 {
		line += fmt.Sprintf("; %d not supported", c.NotSupported)
	}
	if c.Unknown == 0 {
		return line
	}
	line += fmt.Sprintf("; %d unknown: ", c.Unknown)
	const most = 3
	reasons := c.ByReason()
	var parts []string
	others := c.Unknown
	for _, reason := range reasons[:min(most, len(reasons))] {
		parts = append(parts, fmt.Sprintf("%d %s", c.Reasons[reason], cmp.Or(reason, "without a reason")))
		others -= c.Reasons[reason]
	}
	if others > 0 {
		parts = append(parts, fmt.Sprintf("%d for other reasons", others))
	}
	return line + strings.Join(parts, ", ")
}

// ByReason are the keys of Reasons, the most frequent first.
func (c Coverage) ByReason() []string {
	return slices.SortedFunc(maps.Keys(c.Reasons), func(a, b string) int {
		return cmp.Or(c.Reasons[b]-c.Reasons[a], strings.Compare(a, b))
	})
}
