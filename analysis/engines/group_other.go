//go:build !unix

package engines

import (
	"os"
	"os/exec"
)

// ownGroup does nothing: without process groups the child alone can be ended.
// What it started learns of it by its closed pipes.
func ownGroup(*exec.Cmd) {}

func endGroup(p *os.Process) error { return p.Kill() }

func endOwnGroup() { os.Exit(3) }
