package cmd

import (
	"os"
	"syscall"
)

// peakMemory is the largest resident size of a process that ended, in bytes.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024
}
