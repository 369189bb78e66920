// Package clients asks the services that know something of a package: the
// advisory database, deps.dev, the registries and the forge. One file a
// service, one transport for all, and every base URL in endpoints.go.
//
// It stands below analysis' checks, which turn answers into findings, and
// above nothing but the network. It judges nothing: an answer is found, known
// absent, or unknown with the reason, and those three are never mixed up.
package clients

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/depreview/depreview/analysis/untrusted"
)

// Reason says why there is no answer. It is stable: it appears in output.
type Reason string

// The reasons. Absent alone is knowledge; all others mean unknown.
const (
	ReasonAbsent      Reason = "absent"       // the service itself says that it has no such thing
	ReasonOffline     Reason = "offline"      // not in the cache, and the network is not to be used
	ReasonRefused     Reason = "refused"      // 401 or 403
	ReasonNotFound    Reason = "not-found"    // 404 from something that is not the service: a proxy, a mirror
	ReasonRateLimited Reason = "rate-limited" // 429, or GitHub's 403 of the same meaning
	ReasonServer      Reason = "server"       // 5xx
	ReasonStatus      Reason = "status"       // any other answer that is not 200
	ReasonTimeout     Reason = "timeout"
	ReasonNotJSON     Reason = "not-json"  // HTML, or another shape than the service documents
	ReasonTruncated   Reason = "truncated" // the answer ended before its end
	ReasonTooLarge    Reason = "too-large"
	ReasonUnreachable Reason = "unreachable" // no connection, no such host, a certificate that does not verify
	ReasonRedirect    Reason = "redirect"    // a redirect that is not followed
	ReasonBadName     Reason = "bad-name"    // the name cannot be put into a request
	ReasonMismatch    Reason = "mismatch"    // the answer does not fit the question
	ReasonUnverified  Reason = "unverified"  // a signature or proof in the answer is wrong
	ReasonDisk        Reason = "disk"        // what was downloaded could not be written down
	ReasonNotAsked    Reason = "not-asked"   // the person's settings say that it must not be, or cannot be, asked
	// ReasonNotRecorded is of a replay: nobody wrote down what the service says.
	ReasonNotRecorded Reason = "not-recorded"
	ReasonCanceled    Reason = "canceled"
)

// ErrAbsent, ErrOffline and ErrNotRecorded are what errors.Is finds in an
// *Error of their reason.
var (
	ErrAbsent      = errors.New("the service does not know it")
	ErrOffline     = errors.New("offline, and not in the cache")
	ErrNotRecorded = errors.New("no answer was recorded")
)

// Error is every error of this package. It never holds a token, and the text
// of the service in it has passed the gate for strangers' text.
type Error struct {
	Reason Reason
	Host   string
	URL    string        // without user, password and secret parameters
	Status int           // 0 without an answer
	Detail string        // what the service or the network said, one line
	Wait   time.Duration // how long the service asked to wait, when that is too long
	Until  time.Time     // until when it answers no more, when that is too long to wait for
	Err    error

	challenge string // of a 401
}

// Short is the reason in a few words, for a cell of a table.
func (e *Error) Short() string {
	switch e.Reason {
	case ReasonAbsent:
		return e.Host + " does not know it"
	case ReasonOffline:
		return "offline, and not in the cache"
	case ReasonRefused:
		return fmt.Sprintf("%s refused it (%d)", e.Host, e.Status)
	case ReasonNotFound, ReasonStatus:
		return fmt.Sprintf("%s answered %d", e.Host, e.Status)
	case ReasonRateLimited:
		if !e.Until.IsZero() {
			return fmt.Sprintf("%s answers no more until %s", e.Host, e.Until.UTC().Format("15:04 UTC"))
		}
		return fmt.Sprintf("%s answered %d, too many requests", e.Host, e.Status)
	case ReasonServer:
		return fmt.Sprintf("%s failed (%d)", e.Host, e.Status)
	case ReasonTimeout:
		return e.Host + " did not answer in time"
	case ReasonNotJSON:
		return e.Host + " answered something else than was asked for"
	case ReasonTruncated:
		return "the answer of " + e.Host + " was cut off"
	case ReasonTooLarge:
		return "the answer of " + e.Host + " is too large"
	case ReasonUnreachable:
		return e.Host + " could not be reached"
	case ReasonRedirect:
		return e.Host + " redirects where no request goes"
	case ReasonBadName:
		return "the name cannot be asked for"
	case ReasonMismatch:
		return "the answer of " + e.Host + " does not fit the question"
	case ReasonUnverified:
		return "the answer of " + e.Host + " does not verify"
	case ReasonDisk:
		return "the answer of " + e.Host + " could not be written down"
	case ReasonNotAsked:
		return e.Detail
	case ReasonNotRecorded:
		return "no answer of " + e.Host + " was recorded"
	case ReasonCanceled:
		return "stopped"
	}
	return "no answer from " + e.Host
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.URL != "" {
		fmt.Fprintf(&b, "ask %s: ", e.URL)
	}
	b.WriteString(e.Short())
	if e.Detail != "" && e.Reason != ReasonNotAsked {
		b.WriteString(": " + e.Detail)
	}
	if hint := e.Hint(); hint != "" {
		b.WriteString("\nhint: " + hint)
	}
	return b.String()
}

// Hint is the next step, or "" when there is none.
func (e *Error) Hint() string {
	switch e.Reason {
	case ReasonOffline:
		return "run once without --offline, so that the cache holds it"
	case ReasonRefused:
		return "give a token for " + e.Host + " in your own configuration, not in the project's"
	case ReasonNotFound, ReasonNotJSON:
		return "see whether a proxy or mirror answers in place of the service; --trace FILE writes every request down"
	case ReasonRateLimited:
		if !e.Until.IsZero() && e.Wait == 0 {
			return "ask again then, or with a token"
		}
		if e.Wait > 0 {
			return fmt.Sprintf("ask again in %s, or with a token", e.Wait.Round(time.Second))
		}
		return "ask again later, or with a token"
	case ReasonServer, ReasonTimeout, ReasonTruncated:
		return "ask again later"
	case ReasonUnreachable:
		return "see whether HTTPS_PROXY and SSL_CERT_FILE are what your network needs, or use --offline"
	case ReasonDisk:
		return "see whether the disk is full"
	case ReasonUnverified:
		return "do not install it before you know why"
	}
	return ""
}

func (e *Error) Unwrap() error { return e.Err }

// NotAsked tells that this is no failure: there is a reason not to ask.
func (e *Error) NotAsked() bool { return e.Reason == ReasonNotAsked }

// Is makes the sentinels of this package match by reason.
func (e *Error) Is(target error) bool {
	return target == ErrAbsent && e.Reason == ReasonAbsent || target == ErrOffline && e.Reason == ReasonOffline ||
		target == ErrNotRecorded && e.Reason == ReasonNotRecorded
}

// State is what is known after a question.
type State int

// The three states of an answer. Unknown is never clean.
const (
	Unknown State = iota
	Found
	Absent
)

// StateOf tells the three apart by the error of a question.
func StateOf(err error) State {
	switch {
	case err == nil:
		return Found
	case errors.Is(err, ErrAbsent):
		return Absent
	}
	return Unknown
}

// Why is the short human reason of an error of this package, or of any other.
func Why(err error) string {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Short()
	case errors.Is(err, context.Canceled):
		return "stopped"
	case errors.Is(err, context.DeadlineExceeded):
		return "not done in time"
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return clip(first)
}

// clip makes strangers' text one safe line of bounded length.
func clip(text string) string {
	const most = 200
	if len(text) > 4*most {
		text = text[:4*most]
	}
	line := []rune(untrusted.Line(strings.TrimSpace(text)))
	if len(line) > most {
		return string(line[:most]) + "..."
	}
	return string(line)
}

// asError is the *Error in err, or nil.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
