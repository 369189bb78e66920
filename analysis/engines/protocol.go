package engines

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// request is the one document on the engine's standard input.
type request struct {
	Protocol int
	Version  string // of the viewer
	Engine   string
	// Hold says that the viewer keeps standard input open until it has its answer:
	// when it closes before, the viewer is gone and the engine ends too.
	Hold bool
	Body jsontext.Value
}

// answer is the one document on its standard output. Failure or Body is set.
type answer struct {
	Protocol int
	Version  string // of the engine
	Engine   string
	Failure  *failure       `json:",omitempty"`
	Body     jsontext.Value `json:",omitempty"`
}

type failure struct {
	Kind   Kind
	Reason string
	Hint   string `json:",omitempty"`
}

// maxRequest bounds what an engine reads: paths of lockfiles, no contents.
const maxRequest = 16 << 20

// Handlers are the engines that a build holds; a nil one is not there.
type Handlers struct {
	Scorecard func(context.Context, ScorecardRequest) (ScorecardAnswer, error)
	OSV       func(context.Context, OSVRequest) (OSVAnswer, error)
}

// Serve is the engine's side: it reads one request, runs the engine of that name
// and writes one answer. It returns the exit code: 0 with a result, 1 with a
// failure that the answer tells, 2 where no answer could be written.
func Serve(ctx context.Context, version, name string, in io.Reader, out io.Writer, h Handlers) int {
	a := answer{Protocol: Protocol, Version: version, Engine: name}
	body, err := serve(ctx, version, name, in, h)
	if err == nil {
		a.Body, err = json.Marshal(body)
	}
	code := 0
	if err != nil {
		code = 1
		a.Body, a.Failure = nil, &failure{Kind: Failed, Reason: OneLine(err.Error(), 500)}
		if e, ok := errors.AsType[*Error](err); ok {
			a.Failure = &failure{Kind: e.Kind, Reason: OneLine(e.Reason, 500), Hint: e.Hint}
		}
	}
	w := bufio.NewWriter(out)
	if err := json.MarshalWrite(w, a); err != nil {
		return 2
	}
	if err := w.Flush(); err != nil {
		return 2
	}
	return code
}

func serve(ctx context.Context, version, name string, in io.Reader, h Handlers) (any, error) {
	var r request
	if err := json.UnmarshalDecode(jsontext.NewDecoder(io.LimitReader(in, maxRequest)), &r); err != nil {
		return nil, &Error{Kind: Request, Reason: "the request is no document of depreview's: " + err.Error()}
	}
	if reason := differs("the viewer", r.Protocol, r.Version, version); reason != "" {
		return nil, &Error{Kind: Version, Reason: reason, Hint: installHint(r.Version)}
	}
	if r.Engine != name {
		return nil, &Error{Kind: Request, Reason: fmt.Sprintf("started as %q and asked for %q", name, r.Engine)}
	}
	if r.Hold {
		go func() {
			io.Copy(io.Discard, in)
			endOwnGroup()
		}()
	}
	switch {
	case name == "scorecard" && h.Scorecard != nil:
		return handle(ctx, r.Body, h.Scorecard)
	case name == "osv" && h.OSV != nil:
		return handle(ctx, r.Body, h.OSV)
	}
	return nil, &Error{
		Kind: NoEngine, Reason: fmt.Sprintf("this build of depreview-engines holds no engine %q", name),
		Hint: installHint(r.Version),
	}
}

func handle[R, A any](ctx context.Context, body jsontext.Value, run func(context.Context, R) (A, error)) (any, error) {
	var r R
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, &Error{Kind: Request, Reason: "the request cannot be read: " + err.Error()}
	}
	return run(ctx, r)
}

// differs says why two sides must not talk, or "".
func differs(who string, protocol int, version, own string) string {
	switch {
	case protocol != Protocol:
		return fmt.Sprintf("%s speaks protocol %d, this is protocol %d", who, protocol, Protocol)
	case version != own:
		return fmt.Sprintf("%s is depreview %s, this is %s", who, OneLine(version, 80), own)
	}
	return ""
}
