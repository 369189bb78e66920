package revision

import (
	"errors"
	"fmt"
	"strings"
)

// What went wrong, for errors.Is.
var (
	ErrNotRepository   = errors.New("not a git repository")
	ErrUnsafeOwner     = errors.New("the repository belongs to another user")
	ErrUnknownRevision = errors.New("unknown revision")
	ErrAmbiguous       = errors.New("ambiguous revision")
	ErrNotCommit       = errors.New("not a commit")
	ErrNoCommits       = errors.New("HEAD has no commit yet")
	ErrNoMergeBase     = errors.New("no common ancestor")
	ErrNoWorkTree      = errors.New("the repository has no work tree")
	ErrMissingObject   = errors.New("the object is not in this clone")
	ErrUnmerged        = errors.New("unmerged in the index")
	ErrNotRegular      = errors.New("not a regular file")

	// ErrNeedsGit marks what the go-git backend refuses because it would read
	// it wrongly.
	ErrNeedsGit = errors.New("this needs the git binary")
)

// Error says what was asked, why it failed and, on a line of its own, the
// command that would mend it.
type Error struct {
	Doing string // "resolve revision \"nope\""
	Err   error  // wraps one of the errors above where one fits
	Said  string // git's own words, or ""
	Hint  string // what to do, or ""
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v", e.Doing, e.Err)
	if e.Said != "" {
		fmt.Fprintf(&b, " (git: %s)", e.Said)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "\nhint: %s", e.Hint)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// maxSaid bounds what is quoted of git, in bytes.
const maxSaid = 400

// said makes git's stderr one line: prefixes and advice go, and control
// characters too, because names of strangers stand in it.
func said(stderr string) string {
	var lines []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "hint:") || strings.HasPrefix(line, "warning: lazy fetching disabled") {
			continue
		}
		for _, prefix := range []string{"fatal: ", "error: ", "warning: "} {
			line = strings.TrimPrefix(line, prefix)
		}
		lines = append(lines, line)
	}
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, strings.Join(lines, "; "))
	if len(text) > maxSaid {
		text = strings.ToValidUTF8(text[:maxSaid], "") + "..."
	}
	return text
}

func missing(id string) error {
	return &Error{
		Doing: "read object " + id, Err: ErrMissingObject,
		Hint: "run `git cat-file -e " + id + "`, which fetches it in a partial clone; else `git fsck` says what is damaged",
	}
}

// needsGit is the refusal of the go-git backend.
func needsGit(doing, reason string) error {
	return &Error{Doing: doing, Err: fmt.Errorf("%s: %w", reason, ErrNeedsGit), Hint: "install git and see that it is on PATH"}
}
