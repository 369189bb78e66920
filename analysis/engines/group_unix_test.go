//go:build unix

package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	e.limits.grace = 20 * time.Second // the pipes close because all are gone, not because of this
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := e.OSV(ctx, OSVRequest{Directory: "/fake/child"})
		ended <- err
	}()
	var files []string
	for deadline := time.Now().Add(30 * time.Second); len(files) == 0 && time.Now().Before(deadline); {
		files, _ = filepath.Glob(filepath.Join(os.TempDir(), "depreview-engine-*", "pid"))
	}
	if len(files) == 0 {
		t.Fatal("no grandchild was started")
	}
	note, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(note))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if failed, ok := errors.AsType[*Error](<-ended); !ok || failed.Kind != Cancelled {
		t.Errorf("got %v", failed)
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
