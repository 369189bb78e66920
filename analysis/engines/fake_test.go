package engines

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain makes the test binary its own engine: what the request's Directory
// says is what it does. The environment of a child is too small to say it there.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && (os.Args[1] == "scorecard" || os.Args[1] == "osv") {
		os.Exit(fake(os.Args[1]))
	}
	if len(os.Args) == 2 && os.Args[1] == "hang" {
		hang()
	}
	os.Exit(m.Run())
}

const fakeVersion = "v9.9.9"

func hang() { time.Sleep(time.Hour) }

// fake peeks at the request for what to do and serves the rest honestly.
func fake(name string) int {
	var seen bytes.Buffer
	head := make([]byte, 4096)
	n, _ := os.Stdin.Read(head)
	seen.Write(head[:n])
	act := func(what string) bool { return bytes.Contains(head[:n], []byte("/fake/"+what+`"`)) }
	in := io.MultiReader(&seen, os.Stdin)
	version := fakeVersion
	switch {
	case act("panic"):
		panic("left-padz is too long")
	case act("silent"):
		return 0
	case act("exit"):
		fmt.Fprintln(os.Stderr, "something\nthe disk is full")
		return 7
	case act("garbage"):
		fmt.Println("Warning: hello")
	case act("half"):
		fmt.Print(`{"Protocol":1,"Version":"`)
		return 4
	case act("twice"):
		fmt.Printf(`{"Protocol":1,"Version":%q,"Engine":%q,"Engine":"osv","Body":{}}`, fakeVersion, name)
		return 0
	case act("empty"):
		fmt.Printf(`{"Protocol":1,"Version":%q,"Engine":%q}`, fakeVersion, name)
		return 0
	case act("null"):
		fmt.Printf(`{"Protocol":1,"Version":%q,"Engine":%q,"Body":{}}`, fakeVersion, name)
		return 0
	case act("other"):
		fmt.Printf(`{"Protocol":1,"Version":%q,"Engine":"grype","Body":{}}`, fakeVersion)
		return 0
	case act("protocol"):
		fmt.Printf(`{"Protocol":2,"Version":%q,"Engine":%q,"Body":{"New":true}}`, fakeVersion, name)
		return 0
	case act("version"):
		version = "v1.0.0"
	case act("flood"):
		for {
			if _, err := os.Stdout.Write(head); err != nil {
				return 5
			}
		}
	case act("chatter"):
		for range 10_000 {
			fmt.Fprintln(os.Stderr, "still looking at the same file")
		}
		fmt.Fprintln(os.Stderr, "and that was the last")
		return 6
	case act("hang"):
		hang()
	case act("child"):
		// A grandchild that holds the pipes, and a note of who it is.
		grandchild := exec.Command(os.Args[0], "hang")
		grandchild.Stdout, grandchild.Stderr = os.Stdout, os.Stderr
		if err := grandchild.Start(); err != nil {
			return 8
		}
		if os.WriteFile("part", fmt.Append(nil, grandchild.Process.Pid), 0o600) != nil || os.Rename("part", "pid") != nil {
			return 8
		}
		hang()
	case act("orphan"):
		// Ends well and leaves a grandchild that holds no pipe.
		grandchild := exec.Command(os.Args[0], "hang")
		if err := grandchild.Start(); err != nil {
			return 8
		}
		return Serve(context.Background(), version, name, in, os.Stdout, Handlers{OSV: func(context.Context, OSVRequest) (OSVAnswer, error) {
			return OSVAnswer{Unread: []string{fmt.Sprint(grandchild.Process.Pid)}}, nil
		}})
	case act("afterwards"):
		Serve(context.Background(), version, name, in, os.Stdout, Handlers{OSV: func(context.Context, OSVRequest) (OSVAnswer, error) {
			return OSVAnswer{Unread: []string{"x"}}, nil
		}})
		return 9
	}
	return Serve(context.Background(), version, name, in, os.Stdout, Handlers{
		OSV: func(_ context.Context, r OSVRequest) (OSVAnswer, error) {
			switch {
			case act("failed"):
				return OSVAnswer{}, fmt.Errorf("the lockfile is\nno lockfile")
			case act("database"):
				return OSVAnswer{}, &Error{Kind: Database, Reason: "there is no database of npm", Hint: "depreview db update"}
			case act("environment"):
				return OSVAnswer{Unread: os.Environ()}, nil
			case act("directory"):
				dir, _ := os.Getwd()
				os.WriteFile("left", nil, 0o600)
				return OSVAnswer{Unread: []string{dir, os.TempDir()}}, nil
			case act("unfounded"):
				return OSVAnswer{Packages: []OSVPackage{{Source: "package-lock.json", Ecosystem: "npm", Name: "acme-http", Version: "1.0.0"}}}, nil
			case act("nothing"):
				return OSVAnswer{}, nil
			case act("wait"):
				hang()
			}
			return OSVAnswer{
				Databases: []OSVDatabase{{Ecosystem: "npm", Records: 3}},
				Packages: []OSVPackage{{
					Source: strings.Join(r.Lockfiles, ","), Ecosystem: "npm", Name: "acme-http", Version: "1.0.0",
					Advisories: []OSVAdvisory{{IDs: []string{"GHSA-aaaa-bbbb-cccc"}, Called: NotCalled}},
				}},
			}, nil
		},
		Scorecard: func(_ context.Context, r ScorecardRequest) (ScorecardAnswer, error) {
			if r.WithToken {
				fmt.Fprintln(os.Stderr, "token", os.Getenv("GITHUB_AUTH_TOKEN"))
				return ScorecardAnswer{}, fmt.Errorf("has it: %t", os.Getenv("GITHUB_AUTH_TOKEN") == "acme-secret")
			}
			a := ScorecardAnswer{BaseUnknown: "no such commit", Head: &ScorecardResult{
				Commit: r.Head, Scope: FileChecks, Score: -1, Checks: []ScorecardCheck{{Name: "License", Score: -1}},
			}}
			switch {
			case act("no-base"):
				a.BaseUnknown = ""
			case act("other-commit"):
				a.Head.Commit = strings.Repeat("0", 40)
			case act("eleven"):
				a.Head.Checks[0].Score = 11
			case act("no-checks"):
				a.Head.Checks = nil
			}
			return a, nil
		},
	})
}

// engine is the test binary as an engine, with limits that a test can wait for.
func engine(t *testing.T) *Engine {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Its temporary directories are seen by the test that looks for leftovers.
	t.Setenv("TMPDIR", t.TempDir())
	return &Engine{Path: own, version: fakeVersion, limits: limits{time: time.Minute, output: 1 << 20, grace: time.Second}}
}
