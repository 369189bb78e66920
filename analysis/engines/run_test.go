package engines

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	e := engine(t)
	a, err := e.OSV(t.Context(), OSVRequest{Directory: "/fake/", Lockfiles: []string{"a/package-lock.json"}})
	if err != nil {
		t.Fatal(err)
	}
	if p := a.Packages[0]; p.Source != "a/package-lock.json" || p.Advisories[0].Called != NotCalled {
		t.Errorf("got %+v", p)
	}
	base, head := strings.Repeat("a", 40), strings.Repeat("b", 40)
	s, err := e.Scorecard(t.Context(), ScorecardRequest{Repository: "/fake/", Base: base, Head: head})
	if err != nil {
		t.Fatal(err)
	}
	if s.Base != nil || s.BaseUnknown == "" || s.Head.Commit != head || s.Head.Score != -1 {
		t.Errorf("got %+v", s)
	}
}

// Whatever an engine does wrong is an error with a kind and a reason, and never
// an answer without findings.
func TestBadEngines(t *testing.T) {
	for _, c := range []struct {
		act    string
		kind   Kind
		reason string
	}{
		{"panic", Crash, "panic: left-padz is too long"},
		{"silent", Crash, "without a result"},
		{"exit", Crash, "exit status 7): the disk is full"},
		{"half", Crash, "exit status 4"},
		{"chatter", Crash, "and that was the last"},
		{"afterwards", Crash, "exit status 9"},
		{"garbage", Garbage, "no result"},
		{"twice", Garbage, "duplicate"},
		{"empty", Garbage, "the answer is empty"},
		{"null", Garbage, "no package and no reason"},
		{"nothing", Garbage, "no package and no reason"},
		{"unfounded", Garbage, "without a whole database"},
		{"other", Garbage, `"grype"`},
		{"protocol", Version, "protocol 2"},
		{"version", Version, "is depreview v1.0.0, this is v9.9.9"},
		{"flood", Flood, "larger than 1 MB"},
		{"failed", Failed, "the lockfile is no lockfile"},
		{"database", Database, "no database of npm\nhint: depreview db update"},
	} {
		t.Run(c.act, func(t *testing.T) {
			a, err := engine(t).OSV(t.Context(), OSVRequest{Directory: "/fake/" + c.act})
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Kind != c.kind || !strings.Contains(err.Error(), c.reason) {
				t.Fatalf("got %v; want %s with %q", err, c.kind, c.reason)
			}
			if len(a.Packages) > 0 || failed.Engine != "osv" {
				t.Errorf("an answer came beside the error: %+v", a)
			}
			if len(failed.Stderr) > 3*tailEach || strings.Contains(failed.Reason, "\n") {
				t.Errorf("unbounded: %d bytes of stderr, reason %q", len(failed.Stderr), failed.Reason)
			}
			install := "go install -tags engines github.com/depreview/depreview/cmd/depreview-engines@v9.9.9"
			if hint, ok := map[Kind]string{Version: install, Garbage: install, Flood: install, Crash: again}[c.kind]; ok && failed.Hint != hint {
				t.Errorf("hint is %q", failed.Hint)
			}
		})
	}
}

func TestScorecardMustBeWhole(t *testing.T) {
	for act, reason := range map[string]string{
		"no-base": "base is neither", "other-commit": "another commit", "eleven": "score 11", "no-checks": "no check",
	} {
		_, err := engine(t).Scorecard(t.Context(), ScorecardRequest{
			Repository: "/fake/" + act, Base: strings.Repeat("a", 40), Head: strings.Repeat("b", 40),
		})
		if failed, ok := errors.AsType[*Error](err); !ok || failed.Kind != Garbage || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v", act, err)
		}
	}
}

func TestTimeout(t *testing.T) {
	e := engine(t)
	e.limits.time = 200 * time.Millisecond
	_, err := e.OSV(t.Context(), OSVRequest{Directory: "/fake/hang"})
	if failed, ok := errors.AsType[*Error](err); !ok || failed.Kind != Timeout {
		t.Fatalf("got %v", err)
	}
}

// The end of a review ends the engine, and is told apart from a limit.
func TestCancelled(t *testing.T) {
	e := engine(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := e.OSV(ctx, OSVRequest{Directory: "/fake/hang"})
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Kind != Cancelled || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	done, stop := context.WithCancel(t.Context())
	stop()
	if _, err := e.OSV(done, OSVRequest{Directory: "/fake/"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNotStarted(t *testing.T) {
	e := engine(t)
	e.Path = "/nonexistent/depreview-engines"
	_, err := e.OSV(t.Context(), OSVRequest{Directory: "/fake/"})
	if failed, ok := errors.AsType[*Error](err); !ok || failed.Kind != Start || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// No variable of the person's shell reaches the engine that it does not need.
func TestEnvironmentIsSmall(t *testing.T) {
	t.Setenv("NPM_TOKEN", "acme-secret")
	t.Setenv("GITHUB_TOKEN", "acme-secret")
	t.Setenv("GH_HOST", "forge.invalid")
	t.Setenv("GOFLAGS", "-toolexec=evil")
	t.Setenv("HTTPS_PROXY", "http://proxy.invalid")
	a, err := engine(t).OSV(t.Context(), OSVRequest{Directory: "/fake/environment"})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range a.Unread {
		if strings.Contains(v, "acme") || strings.Contains(v, "toolexec") || strings.Contains(v, ".invalid") || strings.HasPrefix(v, "PATH=") {
			t.Errorf("the engine sees %s", v)
		}
	}
	if !slices.ContainsFunc(a.Unread, func(v string) bool { return strings.HasPrefix(v, "HOME=") && strings.Contains(v, "depreview-engine-") }) {
		t.Errorf("no home of its own in %q", a.Unread)
	}
	getenv := func(name string) string {
		return map[string]string{"PATH": "/bin", "HOME": "/home/p", "HTTPS_PROXY": "http://proxy.invalid", "GOFLAGS": "-toolexec=evil"}[name]
	}
	env := environment(call{goCommand: true}, "/tmp/x", getenv)
	for _, want := range []string{"PATH=/bin", "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOENV=off", "GOFLAGS=-buildvcs=false", "GOPACKAGESDRIVER=off", "GOAUTH=off", "GOCACHEPROG=", "GOWORK=off"} {
		if !slices.Contains(env, want) {
			t.Errorf("the go command misses %s in %q", want, env)
		}
	}
	if env = environment(call{network: true}, "/tmp/x", getenv); !slices.Contains(env, "HTTPS_PROXY=http://proxy.invalid") {
		t.Errorf("a fetch goes past the person's proxy: %q", env)
	}
}

// A token goes by the environment alone, and is taken out of what is kept.
func TestToken(t *testing.T) {
	r := ScorecardRequest{Repository: "/fake/", Head: strings.Repeat("b", 40), Token: "acme-secret", WithToken: true}
	doc, err := document(fakeVersion, "scorecard", r)
	if err != nil || strings.Contains(string(doc), "acme-secret") {
		t.Errorf("the document is %s (%v)", doc, err)
	}
	_, err = engine(t).Scorecard(t.Context(), r)
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Reason != "has it: true" || strings.TrimSpace(failed.Stderr) != "token ***" {
		t.Errorf("got %+v", failed)
	}
}

func TestTemporaryDirectoryGoes(t *testing.T) {
	a, err := engine(t).OSV(t.Context(), OSVRequest{Directory: "/fake/directory"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Unread[0] == "" || a.Unread[0] != a.Unread[1] {
		t.Errorf("works in %q, temporary files go to %q", a.Unread[0], a.Unread[1])
	}
	if _, err := os.Stat(a.Unread[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there (%v)", a.Unread[0], err)
	}
}
