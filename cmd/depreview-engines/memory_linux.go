package main

import (
	"runtime/debug"
	"syscall"
)

// limitMemory makes an input that swells in memory end this program, and not
// the person's other ones: the collector tries harder from 1.5 GB, and at 4 GB
// the system gives no more.
func limitMemory() {
	debug.SetGCPercent(300) // it is short-lived
	debug.SetMemoryLimit(3 << 29)
	var most syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_DATA, &most) == nil && most.Cur > 4<<30 {
		most.Cur = 4 << 30
		syscall.Setrlimit(syscall.RLIMIT_DATA, &most)
	}
}
