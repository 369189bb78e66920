package revision

import (
	"errors"
	"fmt"
	"strings"
)

// span is a pair of revisions before anything is resolved. An empty base asks
// for the default.
type span struct {
	base, head string
	symmetric  bool // base is the merge base of base and head
}

// parseRange splits what a person typed. See Repository.Range.
func parseRange(args []string) (span, error) {
	switch len(args) {
	case 0:
		return span{head: WorkingTree}, nil
	case 1:
	case 2:
		for _, arg := range args {
			if _, _, dots := cutDots(arg); dots > 0 {
				return span{}, rangeError(strings.Join(args, " "), "a range and a second revision do not go together")
			}
			if arg == "" {
				return span{}, rangeError(strings.Join(args, " "), "a revision is empty")
			}
		}
		return span{base: args[0], head: args[1]}, nil
	default:
		return span{}, rangeError(strings.Join(args, " "), "more than two revisions")
	}
	if args[0] == "" {
		return span{head: WorkingTree}, nil
	}
	base, head, dots := cutDots(args[0])
	if base == "" {
		base = "HEAD"
	}
	if head == "" {
		head = WorkingTree
	}
	if dots == 3 && (base == WorkingTree || base == Index) {
		return span{}, rangeError(args[0], "only commits have a merge base")
	}
	return span{base, head, dots == 3}, nil
}

// cutDots splits at the first two or three dots outside braces; dots is 0
// where there are none. A search of messages (":/text") is never split.
func cutDots(s string) (before, after string, dots int) {
	if strings.HasPrefix(s, ":/") {
		return s, "", 0
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '.':
			if depth > 0 || !strings.HasPrefix(s[i:], "..") {
				continue
			}
			if strings.HasPrefix(s[i:], "...") {
				return s[:i], s[i+3:], 3
			}
			return s[:i], s[i+2:], 2
		}
	}
	return s, "", 0
}

func rangeError(asked, reason string) error {
	return &Error{
		Doing: fmt.Sprintf("read revisions %q", asked), Err: errors.New(reason),
		Hint: "write BASE, BASE..HEAD, BASE...HEAD or BASE HEAD; `.` is the working tree and `:` the index",
	}
}

// checkExpression refuses what must not reach a backend at all.
func checkExpression(expr string) error {
	reason := ""
	switch {
	case expr == "":
		reason = "the revision is empty"
	case strings.HasPrefix(expr, "-"):
		reason = "a revision cannot begin with a dash"
	case len(expr) > 1024:
		reason = "the revision is longer than 1024 bytes"
	case strings.ContainsFunc(expr, func(r rune) bool { return r < ' ' || r == 0x7f }):
		reason = "the revision holds a control character"
	default:
		return nil
	}
	if len(expr) > 60 {
		expr = strings.ToValidUTF8(expr[:60], "") + "..."
	}
	return &Error{
		Doing: fmt.Sprintf("resolve revision %q", expr), Err: fmt.Errorf("%w: %s", ErrUnknownRevision, reason),
		Hint: "name a branch, a tag or a hash; `git log --oneline` shows them",
	}
}
