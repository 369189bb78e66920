package engines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// limits bound a child.
type limits struct {
	time   time.Duration // in place of the call's own; 0 leaves that
	output int64         // bytes of its answer
	grace  time.Duration // for the pipes to close once it has ended
}

var defaultLimits = limits{output: 64 << 20, grace: 2 * time.Second}

// call is one start of the engine.
type call struct {
	engine    string
	limit     time.Duration
	network   bool     // the engine fetches: it gets the person's proxy settings
	goCommand bool     // the engine runs the go command
	secrets   []string // NAME=value
}

var (
	errTimeout = errors.New("the time limit")
	errFlood   = errors.New("the output limit")
)

// again is the next step where an engine of the right kind did not get through.
const again = "ask again later, or leave this engine out"

// ask starts the engine, gives it body and reads its answer into result. It
// returns when the child, and whatever that started, has ended.
func (e *Engine) ask(ctx context.Context, c call, body, result any) error {
	fail := func(kind Kind, err error, format string, args ...any) *Error {
		return &Error{Kind: kind, Engine: c.engine, Reason: fmt.Sprintf(format, args...), Err: err}
	}
	document, err := document(e.version, c.engine, body)
	if err != nil {
		return fail(Request, err, "the request cannot be written: %v", err)
	}
	dir, err := os.MkdirTemp("", "depreview-engine-")
	if err != nil {
		return fail(Start, err, "no temporary directory: %v", err)
	}
	defer os.RemoveAll(dir)

	limit := c.limit
	if e.limits.time > 0 {
		limit = e.limits.time
	}
	timed, stop := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer stop()
	running, end := context.WithCancelCause(timed)
	defer end(nil)

	stdout := &bounded{most: e.limits.output, full: func() { end(errFlood) }}
	stderr := &tail{}
	child := exec.CommandContext(running, e.Path, c.engine)
	child.Dir, child.Env = dir, environment(c, dir, os.Getenv)
	child.Stdout, child.Stderr = stdout, stderr
	child.WaitDelay = e.limits.grace
	ownGroup(child)
	child.Cancel = func() error { return endGroup(child.Process) }
	stdin, err := child.StdinPipe()
	if err != nil {
		return fail(Start, err, "no pipe: %v", err)
	}
	if err := child.Start(); err != nil {
		failed := fail(Start, err, "%s cannot be started: %v", e.Path, err)
		failed.Hint = installHint(e.version)
		return failed
	}
	// Standard input stays open until the child has ended: that is how the engine
	// learns that the viewer is still there. A child that does not read it ends
	// with its process, which closes the pipe under this write.
	written := make(chan struct{})
	go func() {
		defer close(written)
		io.Copy(stdin, bytes.NewReader(document))
	}()
	waited := child.Wait()
	endGroup(child.Process) // what the child left behind
	stdin.Close()
	<-written

	said := stderr.text(c.secrets)
	if running.Err() != nil && !(waited == nil && stdout.complete()) {
		failed := fail(Cancelled, ctx.Err(), "ended, because it is no longer wanted")
		switch cause := context.Cause(running); {
		case errors.Is(cause, errTimeout):
			failed = fail(Timeout, cause, "ended after %v without a result", limit)
			failed.Hint = again
		case errors.Is(cause, errFlood):
			failed = fail(Flood, cause, "ended, because its answer is larger than %d MB", e.limits.output>>20)
			failed.Hint = installHint(e.version)
		}
		failed.Stderr = said
		return failed
	}
	failed := e.read(stdout.Bytes(), c.engine, result, waited)
	if failed == nil {
		return nil
	}
	failed.Engine, failed.Stderr = c.engine, said
	switch {
	case failed.Hint != "":
	case failed.Kind == Garbage: // no engine of depreview's writes that
		failed.Hint = installHint(e.version)
	case failed.Kind == Crash:
		failed.Hint = again
	}
	return failed
}

func document(version, engine string, body any) ([]byte, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(request{Protocol: Protocol, Version: version, Engine: engine, Hold: true, Body: raw})
}

// read takes the answer apart; waited is how the child ended.
func (e *Engine) read(output []byte, engine string, result any, waited error) *Error {
	if len(bytes.TrimSpace(output)) == 0 {
		how := "without saying why"
		if waited != nil {
			how = waited.Error()
		}
		return &Error{Kind: Crash, Reason: "ended without a result (" + how + ")", Err: waited}
	}
	var a answer
	if err := json.Unmarshal(output, &a); err != nil {
		// An engine that dies while it writes leaves half a document.
		if exit, ok := errors.AsType[*exec.ExitError](waited); ok {
			return &Error{Kind: Crash, Reason: "ended within its result (" + exit.Error() + ")", Err: exit}
		}
		return &Error{Kind: Garbage, Reason: "answered what is no result: " + OneLine(err.Error(), 200), Err: err}
	}
	if reason := differs("the engine "+e.Path, a.Protocol, a.Version, e.version); reason != "" {
		return &Error{Kind: Version, Reason: reason, Hint: installHint(e.version)}
	}
	switch {
	case a.Engine != engine:
		return &Error{Kind: Garbage, Reason: fmt.Sprintf("the answer is of the engine %q", OneLine(a.Engine, 40))}
	case a.Failure != nil:
		kind := a.Failure.Kind
		if !strings.Contains(" "+string(NoEngine)+" "+string(Request)+" "+string(Version)+" "+string(Database)+" ", " "+string(kind)+" ") {
			kind = Failed
		}
		reason := OneLine(a.Failure.Reason, 600)
		if reason == "" {
			reason = "failed without saying why"
		}
		return &Error{Kind: kind, Reason: reason, Hint: OneLine(a.Failure.Hint, 300)}
	case waited != nil:
		return &Error{Kind: Crash, Reason: "answered and then failed (" + waited.Error() + ")", Err: waited}
	case len(a.Body) == 0 || string(a.Body) == "null":
		return &Error{Kind: Garbage, Reason: "the answer is empty"}
	}
	if err := json.Unmarshal(a.Body, result); err != nil {
		return &Error{Kind: Garbage, Reason: "the result cannot be read: " + OneLine(err.Error(), 200), Err: err}
	}
	return nil
}
