// Command depreview reviews dependency updates the way one reviews code.
package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/depreview/depreview/cmd"
)

func main() {
	// A review is short and reads everything at once, so collecting often would
	// take a tenth of its time; the limit keeps a giant repository in bounds.
	// Most reviews end before 32 MB are used, and need no collection at all.
	debug.SetGCPercent(first)
	runtime.AddCleanup(new([16]byte), afterFirst, 0)
	debug.SetMemoryLimit(1 << 30)
	os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// first is how far the heap grows, in per cent of the least that Go collects,
// before it is collected for the first time.
const first = 800

// afterFirst runs when the heap was collected once: what is in use is known
// now, and a command that asked for another pace keeps it.
func afterFirst(int) {
	if now := debug.SetGCPercent(400); now != first {
		debug.SetGCPercent(now)
	}
}
