// Command depreview-engines will hold osv-scanner and Scorecard behind a pipe,
// so that the viewer starts without their weight. It has no engine yet and
// says so.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "depreview-engines: this version holds no engine")
	os.Exit(2)
}
