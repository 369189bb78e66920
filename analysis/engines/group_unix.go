//go:build unix

package engines

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts the child into a process group of its own, so that what it
// starts ends with it.
func ownGroup(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// endGroup ends the child's group; that there is none any more is fine.
func endGroup(p *os.Process) error {
	err := syscall.Kill(-p.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// endOwnGroup ends the engine and what it started. An engine that was started
// by hand is in a group with other programs, and ends alone.
func endOwnGroup() {
	if syscall.Getpgrp() == os.Getpid() {
		syscall.Kill(-os.Getpid(), syscall.SIGKILL)
	}
	os.Exit(3)
}
