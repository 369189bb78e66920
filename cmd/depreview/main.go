// Command depreview reviews dependency updates the way one reviews code.
package main

import (
	"os"
	"runtime/debug"

	"github.com/depreview/depreview/cmd"
)

func main() {
	// A review is short and reads everything at once, so collecting often would
	// take a tenth of its time; the limit keeps a giant repository in bounds.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30)
	os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
