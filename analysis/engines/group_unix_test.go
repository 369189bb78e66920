//go:build unix

package engines

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// gone waits until a process has ended or is a zombie that its new parent has
// not collected yet; the test's own deadline bounds it.
func gone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return
		}
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(stat), ") Z ") {
			return
		}
	}
	syscall.Kill(pid, syscall.SIGKILL)
	t.Errorf("process %d is still there", pid)
}

func TestGrandchildrenEndWithTheEngine(t *testing.T) {
	e := engine(t)
	e.limits.time, e.limits.grace = 500*time.Millisecond, 5*time.Second
	_, err := e.OSV(t.Context(), OSVRequest{Directory: "/fake/child"})
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Kind != Timeout {
		t.Fatalf("got %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(failed.Stderr, "grandchild ")))
	if err != nil {
		t.Fatalf("stderr is %q", failed.Stderr)
	}
	gone(t, pid)

	a, err := e.OSV(t.Context(), OSVRequest{Directory: "/fake/orphan"})
	if err != nil {
		t.Fatal(err)
	}
	if pid, err = strconv.Atoi(a.Unread[0]); err != nil {
		t.Fatal(err)
	}
	gone(t, pid)
}

// An engine whose viewer has died, so that its standard input closes, ends by
// itself.
func TestEngineEndsWithoutItsViewer(t *testing.T) {
	own := engine(t).Path
	child := exec.Command(own, "osv")
	ownGroup(child)
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	doc, err := document(fakeVersion, "osv", OSVRequest{Directory: "/fake/wait"})
	if err != nil {
		t.Fatal(err)
	}
	stdin.Write(doc)
	stdin.Close()
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		endGroup(child.Process)
		t.Fatal("it goes on without anyone to answer")
	}
}
