// Command depreview-engines holds osv-scanner and Scorecard behind a pipe, so
// that the viewer starts without their weight: 150 MB, and a build of minutes.
//
//	depreview-engines scorecard|osv < request.json > answer.json
//
// The documents are analysis/engines'. The libraries are linked in by the build
// tag `engines`; without it the program says that it holds none.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/depreview/depreview/analysis/engines"
)

// version is set by the release build (-ldflags -X).
var version = ""

// handlers are filled by the files with the build tag.
var handlers engines.Handlers

func main() {
	// The libraries write to standard output what is no answer.
	out := os.Stdout
	os.Stdout = os.Stderr
	os.Exit(run(os.Args[1:], os.Stdin, out, os.Stderr))
}

func run(args []string, in io.Reader, out, errs io.Writer) int {
	own := engines.BuildVersion(version)
	switch {
	case len(args) == 1 && (args[0] == "version" || args[0] == "--version"):
		fmt.Fprintf(out, "depreview-engines %s (scorecard: %t, osv: %t)\n", own, handlers.Scorecard != nil, handlers.OSV != nil)
		return 0
	case len(args) != 1 || args[0] != "scorecard" && args[0] != "osv":
		fmt.Fprintln(errs, "depreview-engines: depreview starts this program; by hand: depreview-engines scorecard|osv < request.json, or --version")
		return 2
	}
	limitMemory()
	return engines.Serve(context.Background(), own, args[0], in, out, handlers)
}
